//! Case folders of tests/cases/mistakes: what a newcomer to a kind gets wrong, who knows other tools.
//!
//! Each file holds ten mistakes, each on a line that ends in `// ✗ WORDS`. Each must give one error, at exactly these
//! words, with help; and nothing else may be wrong. `expected.txt` has what is said; `UPDATE=1` rewrites it.

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

/// Kinds whose mistakes are still to be collected.
const WITHOUT: [&str; 3] = ["batch_job", "secret", "task"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/mistakes")
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
    let kinds = Kinds::aws();
    let known = kinds.specs();
    for kind in known.filter(|kind| !WITHOUT.contains(&kind.name)) {
        let folder = root().join(kind.name);
        let Ok(text) = fs::read_to_string(folder.join("main.stack")) else {
            wrong.push(format!("{}: no mistakes are collected", kind.name));
            continue;
        };
        let mut files = Folder::default();
        files.0.insert("src/index.js".into(), String::new());
        let outcome = outcome(&text, &files, None, Mode::Check);
        let errors: Vec<&Diagnostic> = outcome
            .diagnostics
            .iter()
            .filter(|found| found.is_error())
            .collect();
        let mut found: Vec<(usize, &str)> = errors
            .iter()
            .map(|error| place(error, &outcome.sources, &text))
            .collect();
        found.sort_unstable();
        let expected = announced(&text);
        assert_eq!(expected.len(), 10, "{}: ten mistakes", kind.name);
        if found != expected {
            wrong.push(format!("{}:\n{}", kind.name, difference(&expected, &found)));
        }
        let mut said = String::new();
        for error in errors {
            let words = place(error, &outcome.sources, &text).1;
            let help = error.help.as_deref().unwrap_or_default();
            if help.is_empty() {
                wrong.push(format!("{}: no help at {words}", kind.name));
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
            wrong.push(format!("{}: says\n{said}", kind.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
