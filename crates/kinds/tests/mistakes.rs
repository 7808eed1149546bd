//! Case folders of tests/cases/mistakes: what a newcomer to a kind gets wrong, who knows other tools; and of
//! tests/cases/offline: what AWS would refuse, seen without asking it.
//!
//! A file of the first holds ten mistakes. Each mistake is on a line that ends in `// ✗ WORDS` and must give one error, at
//! exactly these words, with help; nothing else may be wrong. `expected.txt` has what is said; `UPDATE=1` rewrites it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod support;

use formwork_diag::{Diagnostic, Sources};
use formwork_kinds::{Kinds, Mode};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Folder, outcome};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")
}

/// The mistakes that a file announces: line and words.
fn announced(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(at, line)| Some((at + 1, line.split_once(" // ✗ ")?.1)))
        .collect()
}

fn place<'s>(found: &Diagnostic, sources: &'s Sources, text: &str) -> (usize, &'s str) {
    let span = found.span().unwrap();
    let line = text[..span.start as usize].matches('\n').count() + 1;
    (line, sources.slice(span))
}

#[test]
fn ten_mistakes_give_ten_errors() {
    let mut wrong = Vec::new();
    for kind in Kinds::aws().specs() {
        let folder = root().join("mistakes").join(kind.name);
        match fs::read_to_string(folder.join("main.stack")) {
            Ok(text) => {
                assert_eq!(announced(&text).len(), 10, "{}: ten mistakes", kind.name);
                wrong.extend(compare(&folder, &text));
            }
            Err(_) => wrong.push(format!("{}: no mistakes are collected", kind.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What can be said without AWS of sizes, containers, APIs, networks and servers is said, at the words that are wrong.
#[test]
fn limits_are_said_at_their_words() {
    let mut wrong = Vec::new();
    let folders = fs::read_dir(root().join("offline")).unwrap();
    for folder in folders.map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(folder.join("main.stack")).unwrap();
        assert!(!announced(&text).is_empty(), "{}", folder.display());
        wrong.extend(compare(&folder, &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What differs between the mistakes that a folder's file announces, what is said of them, and what it expects.
fn compare(folder: &Path, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = folder.file_name().unwrap().to_string_lossy();
    let mut files = Folder::default();
    files.0.insert("src/index.js".into(), String::new());
    let outcome = outcome(text, &files, None, Mode::Check);
    let errors: Vec<&Diagnostic> = outcome
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .collect();
    let mut found: Vec<(usize, &str)> = errors
        .iter()
        .map(|error| place(error, &outcome.sources, text))
        .collect();
    found.sort_unstable();
    let expected = announced(text);
    if found != expected {
        wrong.push(format!("{name}:\n{}", difference(&expected, &found)));
    }
    let mut said = String::new();
    for error in errors {
        let words = place(error, &outcome.sources, text).1;
        let help = error.help.as_deref().unwrap_or_default();
        if help.is_empty() {
            wrong.push(format!("{name}: no help at {words}"));
        }
        let message = &error.message;
        writeln!(
            said,
            "{words}\n  {}: {message}\n  help: {help}\n",
            error.code
        )
        .unwrap();
    }
    let path = folder.join("expected.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &said).unwrap();
    }
    if fs::read_to_string(&path).unwrap_or_default() != said {
        wrong.push(format!("{name}: says\n{said}"));
    }
    wrong
}

fn difference(expected: &[(usize, &str)], found: &[(usize, &str)]) -> String {
    let mut out = String::new();
    for missing in expected.iter().filter(|one| !found.contains(one)) {
        writeln!(out, "  not found:    {} {}", missing.0, missing.1).unwrap();
    }
    for other in found.iter().filter(|one| !expected.contains(one)) {
        writeln!(out, "  found beside: {} {}", other.0, other.1).unwrap();
    }
    if out.is_empty() {
        out.push_str("  one is said twice");
    }
    out
}
