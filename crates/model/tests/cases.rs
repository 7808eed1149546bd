//! Runs the case folders of `tests/cases/check`: a stack each, and all that checking and evaluating it gives.
//!
//! `UPDATE=1` writes the expected texts anew; read the difference before you keep it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    missing_docs,
    reason = "a test fails by panicking, and shares its support as modules"
)]

mod common;

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/check")
}

/// The stack files of a case, by path; those in folders are there to be used.
fn files(root: &Path, folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(root, &path));
        } else if path.extension().is_some_and(|end| end == "stack") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            files.push((name.to_owned(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    files
}

fn found(files: &[(String, String)]) -> String {
    let borrowed: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let (sources, diagnostics, stacks) = common::checked(&borrowed);
    let mut out = common::diagnostics(&sources, &diagnostics);
    for stack in stacks {
        write!(out, "{stack}").unwrap();
    }
    out
}

#[test]
fn every_case_gives_what_it_says() {
    let mut wrong = Vec::new();
    let mut cases: Vec<PathBuf> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let found = found(&files(&case, &case));
        let expected = case.join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &found).unwrap();
            continue;
        }
        let known = std::fs::read_to_string(&expected).unwrap_or_default();
        if known != found {
            wrong.push(format!(
                "{}\n--- expected\n{known}--- found\n{found}",
                case.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
