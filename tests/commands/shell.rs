//! The few commands of a transcript.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// How a command ended.
pub(crate) struct Ended {
    /// Standard output, then standard error, with the folder's path taken out.
    pub(crate) text: String,
    /// The exit code.
    pub(crate) exit: i32,
}

/// Runs one line of a transcript in `dir`.
pub(crate) fn run(dir: &Path, line: &str) -> Ended {
    let words = words(line);
    let (program, rest) = words.split_first().expect("a command");
    match program.as_str() {
        "formwork" => formwork(dir, rest, None),
        "pipe" => formwork(dir, &rest[2..], Some(rest[0].as_str())),
        "rm" => quiet(fs::remove_file(dir.join(&rest[0]))),
        "write" => quiet(fs::write(dir.join(&rest[0]), format!("{}\n", rest[1]))),
        "link" => quiet(std::os::unix::fs::symlink(&rest[0], dir.join(&rest[1]))),
        "replace" => {
            let path = dir.join(&rest[0]);
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(&rest[1]), "{} has no {:?}", rest[0], rest[1]);
            quiet(fs::write(path, text.replace(&rest[1], &rest[2])))
        }
        "outside" => quiet(outside(dir, rest)),
        "cat" => Ended {
            text: fs::read_to_string(dir.join(&rest[0])).unwrap(),
            exit: 0,
        },
        other => panic!("a transcript cannot run `{other}`"),
    }
}

/// What somebody else does in the simulated account of stack and environment: `change STACK/ENV TYPE ID JSON`,
/// `remove STACK/ENV TYPE ID`, `fill STACK/ENV ADDRESS ITEMS` (what holds data holds so many items).
fn outside(dir: &Path, words: &[String]) -> std::io::Result<()> {
    let mock = dir.join(".formwork/mock");
    assert!(mock.join(&words[1]).exists(), "{} is not applied", words[1]);
    let path = mock.join("000000000000.db");
    let types = Arc::new(formwork_catalog::aws());
    let mut cloud = formwork_mock::Cloud::open(&path, types, "000000000000").unwrap();
    let (ty, id) = (&words[2], &words[3]);
    match words[0].as_str() {
        "change" => {
            let changes = serde_json::from_str(&words[4]).unwrap();
            cloud.change(ty, "eu-west-1", id, &changes).unwrap();
        }
        "fill" => {
            let all = cloud.list(None);
            let mut all = all.iter();
            let object = all.find(|object| object.address.as_deref() == Some(ty.as_str()));
            let object = object.unwrap_or_else(|| panic!("nothing has the address {ty}"));
            let items = id.parse().unwrap();
            let filled = cloud.put_content(&object.type_name, &object.region, &object.id, items);
            filled.unwrap();
        }
        _ => cloud.remove(ty, "eu-west-1", id).unwrap(),
    }
    cloud.commit().unwrap();
    Ok(())
}

/// Runs the command, with a text on its standard input if one is given.
fn formwork(dir: &Path, arguments: &[String], input: Option<&str>) -> Ended {
    let typed = tempfile::NamedTempFile::new().unwrap();
    fs::write(typed.path(), input.unwrap_or_default()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_formwork"))
        .stdin(fs::File::open(typed.path()).unwrap())
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("PATH", "")
        .env("HOME", dir)
        .env("CI", "true")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap();
    let shown = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let real = dir.canonicalize().unwrap();
        text.replace(&real.display().to_string(), "[HERE]")
            .replace(&dir.display().to_string(), "[HERE]")
    };
    let text = format!("{}{}", shown(&output.stdout), shown(&output.stderr));
    let text: String = text
        .lines()
        .map(|line| format!("{}\n", timeless(line.trim_end())))
        .collect();
    Ended {
        text,
        exit: output.status.code().unwrap_or(-1),
    }
}

/// A line without the simulated time that an apply took, which depends on how calls fall together, and without the
/// time of day at its beginning.
fn timeless(line: &str) -> String {
    if let Some((at, rest)) = line.split_once("Z   serial ")
        && at.len() == "2026-11-21T12:00:00".len()
    {
        return format!("[AT]   serial {rest}");
    }
    match (line.find(" in "), line.find(" of simulated time")) {
        (Some(from), Some(to)) if line.starts_with("Done:") && from < to => {
            format!("{} in [TIME]", &line[..from])
        }
        _ => line.to_owned(),
    }
}

fn quiet(result: std::io::Result<()>) -> Ended {
    result.unwrap();
    Ended {
        text: String::new(),
        exit: 0,
    }
}

/// Words by spaces; `'…'` keeps spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
