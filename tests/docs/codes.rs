//! Every page of docs/errors is run: what stands under "Wrong" gives the page's code and no other error, what stands
//! under "Right" gives nothing.
//!
//! A section holds the files as ```` ```stack ```` blocks and, where `formwork check` alone does not show the code, the
//! commands as a ```` ```console ```` block; the last one is what counts. "Right" without files has those of "Wrong".

use super::place::Place;
use super::{docs, walk};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Mutex;

/// What a section of a page shows.
#[derive(Default, Clone)]
struct Example {
    files: String,
    commands: Vec<String>,
}

/// A finding that a command printed.
#[derive(Debug, PartialEq)]
struct Finding {
    code: String,
    weight: Weight,
    /// Whether it says what to write instead.
    helps: bool,
}

#[derive(Debug, PartialEq, Clone, Copy)]
enum Weight {
    Error,
    Warning,
    Advice,
}

#[test]
fn pages_show_what_they_say() {
    let unrun = unrun();
    let pages = Mutex::new(pages());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((code, text)) = { pages.lock().unwrap().pop() } {
                    if let Err(error) = page(&code, &text, unrun.contains_key(&code)) {
                        wrong.lock().unwrap().push(format!("{code}: {error}"));
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_not_run_has_a_reason() {
    let pages: BTreeSet<String> = pages().into_iter().map(|(code, _)| code).collect();
    for (code, reason) in unrun() {
        assert!(pages.contains(&code), "{code} has no page");
        let (reason, test) = reason.rsplit_once(" | ").unwrap();
        assert!(reason.split(' ').count() > 5, "{code}: {reason}");
        let path = docs().join("..").join(test.trim_matches('`'));
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(&code), "{code}: {test} does not mention it");
    }
}

/// The codes that no command can be made to show, with the reason and the test that has them: docs/errors/README.md.
fn unrun() -> BTreeMap<String, String> {
    let text = fs::read_to_string(docs().join("errors/README.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let (code, reason) = row.split_once("` | ").unwrap();
        (code.to_owned(), reason.trim_end_matches(" |").to_owned())
    })
    .collect()
}

fn pages() -> Vec<(String, String)> {
    let root = docs().join("errors");
    let all = walk(&root).into_iter();
    let pages = all.filter(|path| path.parent().unwrap() != root);
    pages
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().with_extension("");
            let code = name.to_str().unwrap().replace('/', "::");
            (code, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn page(code: &str, text: &str, unrun: bool) -> Result<(), String> {
    if !text.starts_with(&format!("# {code}\n\n")) {
        return Err(format!("does not begin with `# {code}`"));
    }
    let wrong = section(text, "Wrong").ok_or("has no `## Wrong`")?;
    let mut right = section(text, "Right").ok_or("has no `## Right`")?;
    let shows = |example: &Example| !example.files.is_empty() || !example.commands.is_empty();
    match (unrun, shows(&wrong) && shows(&right)) {
        (true, true) => return Err("is run, so it needs no row in docs/errors/README.md".into()),
        (true, false) => return Ok(()),
        (false, false) => return Err("has no example that can be run".into()),
        (false, true) => {}
    }
    let given = findings(&wrong)?;
    let shown = given.iter().find(|found| found.code == code);
    let shown = shown.ok_or_else(|| format!("Wrong gives {given:?}"))?;
    let weight = shown.weight;
    if !shown.helps {
        return Err("does not say what to write instead".into());
    }
    let others = |found: &&Finding| found.code != code && found.weight == Weight::Error;
    if let Some(other) = given.iter().find(others) {
        return Err(format!("Wrong also gives {other:?}"));
    }
    if right.files.is_empty() {
        right.files = wrong.files;
    }
    let given = findings(&right)?;
    // Advice is what every small stack gets.
    let given = given.into_iter().filter(|found| {
        found.weight != Weight::Advice || weight == Weight::Advice && found.code == code
    });
    let given: Vec<Finding> = given.collect();
    match given.is_empty() {
        true => Ok(()),
        false => Err(format!("Right gives {given:?}")),
    }
}

fn section(text: &str, heading: &str) -> Option<Example> {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n"))?;
    let rest = rest.split("\n## ").next()?;
    let mut example = Example::default();
    let mut block = None;
    for line in rest.lines() {
        match (block, line) {
            (None, _) => block = line.strip_prefix("```"),
            (Some(_), "```") => block = None,
            (Some("stack"), line) => {
                example.files.push_str(line);
                example.files.push('\n');
            }
            (Some("console"), line) => {
                let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{line}"));
                example.commands.push(command.to_owned());
            }
            _ => {}
        }
    }
    Some(example)
}

/// What the last command of an example says.
fn findings(example: &Example) -> Result<Vec<Finding>, String> {
    let place = Place::new();
    place.lay(&example.files);
    let mut commands = example.commands.clone();
    if commands.is_empty() {
        commands.push("formwork check -v".to_owned());
    }
    let last = commands.pop().unwrap();
    for command in commands {
        let output = place.run(&command);
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("`{command}` fails: {said}"));
        }
    }
    let output = place.run(&last);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    let found = read(&text);
    // 2 says that there are changes; a failure says by which code.
    let silent = found.iter().all(|found| found.weight != Weight::Error);
    if silent && !matches!(output.status.code(), Some(0 | 2)) {
        return Err(format!("`{last}` ends {}: {text}", output.status));
    }
    Ok(found)
}

/// The findings in what a command printed: a code on a line of its own, and the sign of its weight before its message.
fn read(text: &str) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut code = None;
    for line in text.lines() {
        let weight = match line.trim_start().chars().next() {
            Some('×') => Weight::Error,
            Some('⚠') => Weight::Warning,
            Some('☞') => Weight::Advice,
            Some('h') if line.starts_with("  help: ") => {
                if let Some(last) = found.last_mut() {
                    last.helps = true;
                }
                continue;
            }
            Some(_) => {
                // After a question that was answered, a code ends its line.
                let last = line.rsplit(' ').next().unwrap_or(line);
                code = is_code(last).then(|| last.to_owned());
                continue;
            }
            None => continue,
        };
        found.extend(code.take().map(|code| Finding {
            code,
            weight,
            helps: false,
        }));
    }
    found
}

fn is_code(line: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    line.split_once("::")
        .is_some_and(|(area, name)| plain(area) && plain(name))
}
