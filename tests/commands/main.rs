//! Transcripts of real commands: every folder of tests/cases/commands is run as it reads.
//!
//! A folder holds the files that the commands work on, and `transcript.txt`: lines `$ formwork …` (or `$ rm FILE`,
//! `$ link TARGET NAME`, `$ write FILE TEXT`, `$ outside …`, `$ pipe TEXT formwork …`), each followed by what it prints,
//! standard output first, and `[exit N]` unless it is 0. `UPDATE=1` rewrites the transcripts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

mod bad_input;
mod canary;
mod shell;

use std::fs;
use std::path::{Path, PathBuf};

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/commands")
}

#[test]
fn transcripts_hold() {
    let mut wrong = Vec::new();
    let mut folders: Vec<PathBuf> = fs::read_dir(cases())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "there are no transcripts");
    for folder in folders {
        let path = folder.join("transcript.txt");
        let expected = fs::read_to_string(&path).unwrap();
        let actual = run(&folder, &expected);
        if actual == expected {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &actual).unwrap();
        } else {
            wrong.push(format!(
                "{}:\n{}",
                path.display(),
                difference(&expected, &actual)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs the commands of a transcript in a copy of its folder and gives the transcript as it came out.
fn run(folder: &Path, transcript: &str) -> String {
    let place = tempfile::tempdir().unwrap();
    shell::copy(folder, place.path());
    fs::remove_file(place.path().join("transcript.txt")).unwrap();
    fs::write(place.path().join("formwork.root"), "").unwrap();
    let mut out = String::new();
    for command in transcript
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
    {
        let ended = shell::run(place.path(), command);
        out.push_str(&format!("$ {command}\n{}", ended.text));
        if !ended.text.is_empty() && !ended.text.ends_with('\n') {
            out.push('\n');
        }
        if ended.exit != 0 {
            out.push_str(&format!("[exit {}]\n", ended.exit));
        }
        out.push('\n');
    }
    out
}

fn difference(expected: &str, actual: &str) -> String {
    let lines = similar::TextDiff::from_lines(expected, actual);
    lines
        .unified_diff()
        .context_radius(3)
        .header("expected", "actual")
        .to_string()
}
