//! A secret's value is in no sink: every file and every output of every command is searched for it, in the forms in
//! which it could have been written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A value that nothing else looks like, with characters that escapes change.
const CANARY: &str = "c4n4ry/\"Kx%zé+& 9\\w==";

const STACK: &str = r#"stack shop { region = eu_west_1 }

secret stripe_key
secret other

function pay {
  image  = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/pay@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  access = [stripe_key.read]
  env { STRIPE = stripe_key.arn }
}

output key = stripe_key.arn
"#;

/// Everything that commands print, by what was run.
struct Runs<'d> {
    dir: &'d Path,
    printed: BTreeMap<String, Vec<u8>>,
}

impl Runs<'_> {
    fn run(&mut self, arguments: &[&str], input: Option<&Path>) {
        let input = input.map_or_else(Stdio::null, |path| fs::File::open(path).unwrap().into());
        let output = Command::new(env!("CARGO_BIN_EXE_formwork"))
            .args(arguments)
            .current_dir(self.dir)
            .env_clear()
            .env("CI", "true")
            .env("FORMWORK_PROVIDER", "mock")
            .stdin(input)
            .output()
            .unwrap();
        let mut all = output.stdout;
        all.extend(output.stderr);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&all)
        );
        let what = format!("{} {}", self.printed.len(), arguments.join(" "));
        self.printed.insert(what, all);
    }
}

#[test]
fn the_value_of_a_secret_is_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let typed = tempfile::NamedTempFile::new().unwrap();
    fs::write(typed.path(), format!("{CANARY}\n")).unwrap();
    fs::write(dir.path().join("formwork.root"), "").unwrap();
    fs::write(dir.path().join("main.stack"), STACK).unwrap();
    let mut runs = Runs {
        dir: dir.path(),
        printed: BTreeMap::new(),
    };
    runs.run(&["apply", "--yes", "--events", "events.jsonl"], None);
    runs.run(&["secret", "set", "stripe_key", "-v"], Some(typed.path()));
    runs.run(&["secret", "set", "other"], Some(typed.path()));
    for arguments in [
        &["secret", "list"][..],
        &["secret", "list", "--format", "json"],
        &[
            "plan",
            "--refresh",
            "full",
            "--detail",
            "full",
            "--replace",
            "secret.stripe_key",
            "--out",
            "saved.plan",
            "--html",
            "plan.html",
        ],
        &["plan", "--format", "json", "-v"],
        &["show", "--format", "json"],
        &["show", "saved.plan", "--format", "json"],
        &["graph", "--format", "html"],
        &["output", "--format", "json"],
        &["state", "show", "secret.stripe_key"],
        &["state", "history", "--format", "json"],
        &["drift", "--format", "json"],
        &["mock", "list", "--format", "json"],
        &["eval", "stripe_key.arn"],
        &[
            "apply",
            "--yes",
            "--replace",
            "function.pay",
            "--events",
            "again.jsonl",
        ],
        &["secret", "unset", "other"],
    ] {
        runs.run(arguments, None);
    }
    let mut sinks = runs.printed;
    files(dir.path(), &mut sinks);
    for name in [
        "state.db",
        "000000000000.db",
        "saved.plan",
        "plan.html",
        "events.jsonl",
    ] {
        assert!(
            sinks.keys().any(|sink| sink.contains(name)),
            "{name} was not searched"
        );
    }
    for (form, needle) in forms() {
        assert!(needle.len() >= 8, "{form} is too short to be searched for");
        for (sink, text) in &sinks {
            let found = text.windows(needle.len()).any(|part| part == needle);
            assert!(!found, "{sink} holds the value, {form}");
        }
    }
}

/// The forms in which the value could have been written.
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let json = serde_json::to_string(CANARY).unwrap();
    let twice = serde_json::to_string(&json).unwrap();
    let url = |keep: &[u8]| -> String {
        let escape = |byte: u8| match byte.is_ascii_alphanumeric() || keep.contains(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        CANARY.bytes().map(escape).collect()
    };
    let mut all = vec![
        ("as it is", CANARY.as_bytes().to_vec()),
        ("its beginning", CANARY.as_bytes()[..8].to_vec()),
        ("as JSON", json.trim_matches('"').as_bytes().to_vec()),
        (
            "as JSON in JSON",
            twice.as_bytes()[3..twice.len() - 3].to_vec(),
        ),
        ("in a URL", url(b"-_.~").into_bytes()),
        ("in a form", url(b"-_.").replace("%20", "+").into_bytes()),
        (
            "in a page",
            CANARY
                .replace('&', "&amp;")
                .replace('"', "&quot;")
                .into_bytes(),
        ),
        (
            "in hex",
            CANARY
                .bytes()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                .into_bytes(),
        ),
    ];
    // Base64 reads differently at each of three offsets; what is the same at any end is searched for.
    for offset in 0..3usize {
        let mut text = vec![0u8; offset];
        text.extend(CANARY.bytes());
        let whole = base64(&text);
        let from = (offset * 8).div_ceil(6);
        let to = text.len() * 8 / 6 - 1;
        all.push(("in base64", whole.as_bytes()[from..to].to_vec()));
    }
    all
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let three = [
            chunk[0],
            *chunk.get(1).unwrap_or(&0),
            *chunk.get(2).unwrap_or(&0),
        ];
        let number = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        for shift in [18, 12, 6, 0] {
            out.push(char::from(LETTERS[(number >> shift & 63) as usize]));
        }
    }
    out
}

/// All files below a folder.
fn files(dir: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, out),
            false => _ = out.insert(path.display().to_string(), fs::read(&path).unwrap()),
        }
    }
}
