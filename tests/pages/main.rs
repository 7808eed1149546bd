//! The pages that the command makes, opened in a real browser: `graph --format html`, `plan --html`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Names under which Chromium is installed.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// What keeps it from the network and from the tester's own profile.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
    "--virtual-time-budget=3000",
];

fn browser() -> &'static str {
    let there = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    BROWSERS
        .iter()
        .find(there)
        .expect("no Chromium: `cargo xtask test` installs it, or apt install chromium")
}

fn formwork(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_formwork"))
        .args(arguments)
        .env("CI", "true")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn example(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    root.join(name).display().to_string()
}

/// Opens a page at `hash`, runs `script` in it, and gives what the script returns.
fn tried(page: &str, hash: &str, script: &str) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let probe = format!(
        "<pre id=\"answer\"></pre><script>\
         window.addEventListener('load', () => {{ const answer = (() => {{ {script} }})(); \
         document.getElementById('answer').textContent = JSON.stringify(answer); }});</script></body>"
    );
    let path = dir.path().join("page.html");
    fs::write(&path, page.replace("</body>", &probe)).unwrap();
    let output = Command::new(browser())
        .args(FLAGS)
        .arg(format!(
            "--user-data-dir={}",
            dir.path().join("profile").display()
        ))
        .arg("--dump-dom")
        .arg(format!("file://{}#{hash}", path.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let (_, answer) = dom.split_once("<pre id=\"answer\">").unwrap_or_else(|| {
        panic!(
            "no answer in {dom}\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    let (answer, _) = answer.split_once("</pre>").unwrap();
    let answer = answer
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn graph_page() -> String {
    formwork(&["graph", &example("thumbnails"), "--format", "html"])
}

#[test]
fn a_link_to_an_address_opens_its_panel() {
    let answer = tried(
        &graph_page(),
        "function.resize",
        "return { head: document.querySelector('aside h2').textContent, \
         place: document.querySelector('aside .place').textContent, \
         links: [...document.querySelectorAll('aside a')].map((link) => link.textContent), \
         types: [...document.querySelectorAll('aside .type')].map((type) => type.textContent) };",
    );
    assert_eq!(answer["head"], "function.resize");
    assert!(answer["place"].as_str().unwrap().contains("main.stack:"));
    let links = answer["links"].as_array().unwrap();
    assert!(links.contains(&"table.pictures".into()) && links.contains(&"bucket.uploads".into()));
    let types = answer["types"].as_array().unwrap();
    assert!(
        types.contains(&"AWS::Lambda::Function".into()) && types.contains(&"AWS::IAM::Role".into())
    );
}

#[test]
fn search_leaves_what_has_the_words_and_enter_goes_there() {
    let answer = tried(
        &graph_page(),
        "",
        "const search = document.getElementById('search'); \
         window.dispatchEvent(new KeyboardEvent('keydown', { key: '/' })); \
         const focused = document.activeElement === search; \
         search.value = 'dynamodb'; search.dispatchEvent(new Event('input')); \
         const lit = [...document.querySelectorAll('.card:not(.dim) title')].map((title) => title.textContent); \
         search.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' })); \
         const head = document.querySelector('aside h2').textContent; \
         search.value = 'nothing-has-this'; search.dispatchEvent(new Event('input')); \
         const none = !document.getElementById('none').hidden; \
         window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' })); \
         return { focused, lit, head, none, closed: document.getElementById('panel').hidden, value: search.value };",
    );
    assert_eq!(answer["focused"], true);
    let lit = answer["lit"].as_array().unwrap();
    assert!(
        lit.contains(&"table.pictures".into()) && !lit.contains(&"queue.failed".into()),
        "{lit:?}"
    );
    assert!(lit.iter().any(|name| *name == answer["head"]));
    assert_eq!(answer["none"], true);
    assert_eq!(answer["closed"], true);
    assert_eq!(answer["value"], "");
}

#[test]
fn a_click_shows_a_card_and_its_neighbours_and_the_wheel_zooms() {
    let answer = tried(
        &graph_page(),
        "",
        "const svg = document.querySelector('main svg'); const width = () => svg.viewBox.baseVal.width; \
         const before = width(); \
         svg.dispatchEvent(new WheelEvent('wheel', { deltaY: -300, clientX: 600, clientY: 400 })); \
         const after = width(); document.getElementById('fit').click(); const fitted = width(); \
         const card = [...document.querySelectorAll('.card')].find((card) => card.textContent.includes('failed')); \
         card.dispatchEvent(new MouseEvent('click', { bubbles: true })); \
         return { before, after, fitted, head: document.querySelector('aside h2').textContent, \
         near: document.querySelectorAll('.edge.near').length, \
         dim: [...document.querySelectorAll('.card.dim title')].map((title) => title.textContent) };",
    );
    assert!(answer["after"].as_f64() < answer["before"].as_f64());
    assert_eq!(answer["fitted"], answer["before"]);
    assert_eq!(answer["head"], "queue.failed");
    assert_eq!(answer["near"], 1);
    assert!(
        answer["dim"]
            .as_array()
            .unwrap()
            .contains(&"table.pictures".into())
    );
}

#[test]
fn a_page_asks_nothing_of_the_network() {
    let page = graph_page();
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    for part in ["http:", "https:", "src=", "@import", "url(http"] {
        assert!(!outside.contains(part), "the page has {part}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn text_of_a_stack_cannot_leave_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let text = "stack s { region = eu_west_1 }\n\
                parameter p { value = \"</script><script>document.title='broken'</script>\" }\n";
    fs::write(dir.path().join("main.stack"), text).unwrap();
    let page = formwork(&[
        "graph",
        &dir.path().display().to_string(),
        "--format",
        "html",
    ]);
    let answer = tried(
        &page,
        "parameter.p",
        "return { title: document.title, shown: document.querySelector('aside').textContent };",
    );
    assert_eq!(answer["title"], "s · default");
    assert!(answer["shown"].as_str().unwrap().contains("</script>"));
}

#[test]
fn a_plan_is_drawn_with_its_changes_and_can_be_filtered_by_them() {
    let dir = tempfile::tempdir().unwrap();
    let stack = dir.path().join("main.stack");
    let text = "stack s { region = eu_west_1 }\n\nqueue jobs { keep_messages = 4d }\nqueue old {}\ntopic news {}\n";
    fs::write(&stack, text).unwrap();
    let path = stack.display().to_string();
    formwork(&["apply", &path, "--provider", "mock", "--yes"]);
    let changed = text
        .replace("4d", "5d")
        .replace("queue old {}\n", "queue fresh {}\n");
    fs::write(&stack, changed).unwrap();
    let html = dir.path().join("plan.html");
    formwork(&[
        "plan",
        &path,
        "--provider",
        "mock",
        "--html",
        &html.display().to_string(),
    ]);
    let answer = tried(
        &fs::read_to_string(&html).unwrap(),
        "queue.jobs",
        "const actions = Object.fromEntries([...document.querySelectorAll('.card')].map((card) => \
         [card.querySelector('title').textContent, card.classList[1]])); \
         const row = [...document.querySelectorAll('aside tr')].map((tr) => tr.textContent); \
         const buttons = [...document.querySelectorAll('#filters button')]; \
         const labels = buttons.map((button) => button.textContent); \
         document.getElementById('close').click(); \
         buttons.find((button) => button.textContent.includes('create')).click(); \
         const dim = [...document.querySelectorAll('.card.dim title')].map((title) => title.textContent); \
         return { actions, row, labels, dim };",
    );
    assert_eq!(answer["actions"]["queue.jobs"], "update");
    assert_eq!(answer["actions"]["queue.fresh"], "create");
    assert_eq!(answer["actions"]["queue.old"], "delete");
    assert_eq!(answer["actions"]["topic.news"], "nothing");
    assert_eq!(answer["row"][0], "keep_messages345600432000");
    assert_eq!(answer["labels"].as_array().unwrap().len(), 4);
    assert_eq!(answer["dim"], serde_json::json!(["queue.fresh"]));
}
