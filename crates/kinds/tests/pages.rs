//! Every page of docs/errors whose code comes from this crate does what it says: the wrong stack gives the code, the
//! right one does not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

mod support;

use formwork_kinds::Mode;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use support::{Folder, outcome};

fn sources(at: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// The codes this crate reports, as its sources write them.
fn codes() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut codes = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for part in text.split("Code(\"").skip(1) {
            codes.insert(part.split('"').next().unwrap().to_owned());
        }
    }
    codes
}

fn block<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let rest = page.split(&format!("## {heading}\n")).nth(1)?;
    let rest = rest.split("```stack\n").nth(1)?;
    rest.split("```").next()
}

fn given(text: &str) -> (Vec<String>, Vec<String>) {
    let outcome = outcome(text, &Folder::default(), None, Mode::Check);
    let mut codes: Vec<String> = outcome
        .diagnostics
        .iter()
        .map(|d| d.code.0.to_owned())
        .collect();
    let unused = formwork_kinds::unused_allows([outcome.lowered.unused_allows.as_slice()]);
    codes.extend(unused.iter().map(|d| d.code.0.to_owned()));
    let errors = outcome.diagnostics.iter().filter(|d| d.is_error());
    let errors = errors
        .map(|d| format!("{}: {}", d.code, d.message))
        .collect();
    (codes, errors)
}

#[test]
fn pages_do_what_they_say() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let codes = codes();
    assert!(codes.len() > 60, "the codes are gone");
    let mut wrong = Vec::new();
    for code in codes {
        let path = docs.join(format!("{}.md", code.replace("::", "/")));
        let Ok(page) = fs::read_to_string(&path) else {
            wrong.push(format!("{code}: no page"));
            continue;
        };
        assert!(page.starts_with(&format!("# {code}\n")), "{code}");
        if let Some(text) = block(&page, "Wrong") {
            let (codes, _) = given(text);
            if !codes.contains(&code) {
                wrong.push(format!("{code}: the wrong stack gives {codes:?}"));
            }
        }
        if let Some(text) = block(&page, "Right") {
            let (codes, errors) = given(text);
            if codes.contains(&code) || !errors.is_empty() {
                wrong.push(format!(
                    "{code}: the right stack gives {codes:?} {errors:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
