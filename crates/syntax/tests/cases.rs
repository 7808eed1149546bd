//! Text in, text out: each folder under tests/cases/syntax has a stack and what is said about it.
//!
//! `UPDATE=1` writes the expectations anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod common;

use common::{findings, root, tree};
use formwork_diag::{Diagnostic, Diagnostics, SourceId, Sources, Style, render};
use formwork_syntax::{CODES, format};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// Codes that no small stack can give: a file of more than a gigabyte, and a mistake of the formatter itself.
const WITHOUT_CASE: [&str; 2] = ["syntax::format", "syntax::too_large"];

fn cases() -> Vec<(String, PathBuf)> {
    let folder = root().join("tests/cases/syntax");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    cases.sort();
    assert!(cases.len() > 20, "the cases are gone");
    cases
}

fn compare(path: PathBuf, actual: &str) -> Result<(), String> {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, actual).unwrap();
        return Ok(());
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    match expected == actual {
        true => Ok(()),
        false => Err(format!(
            "{}\n--- expected\n{expected}\n--- actual\n{actual}",
            path.display()
        )),
    }
}

#[test]
fn every_case_says_what_is_expected() {
    let mut failures = Vec::new();
    for (name, folder) in cases() {
        let text = fs::read_to_string(folder.join("main.stack")).unwrap();
        failures.extend(compare(folder.join("expected.txt"), &report(&text)).err());
        failures.extend(compare(folder.join("tree.txt"), &tree(&text)).err());
        if let Ok(formatted) = format(SourceId(0), &text) {
            failures.extend(compare(folder.join("formatted.stack"), &formatted).err());
        } else {
            assert!(
                findings(&text).has_errors(),
                "{name} is refused by the formatter"
            );
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The diagnostics as drawn for people, and the edits of their fixes.
fn report(text: &str) -> String {
    let mut sources = Sources::new();
    let source = sources.add("main.stack", text);
    let found = formwork_syntax::parse(source, text).diagnostics;
    if found.is_empty() {
        return "nothing to say\n".to_owned();
    }
    let mut out = String::new();
    for finding in found {
        let one = Diagnostics(vec![finding.clone()]);
        let drawn = render(
            &sources,
            &one,
            Style {
                color: false,
                width: 100,
            },
        );
        out.push_str(drawn.trim_end());
        out.push('\n');
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            let at = sources.location(edit.span);
            writeln!(
                out,
                "  fix: {at}: {:?} -> {:?}",
                sources.slice(edit.span),
                edit.text
            )
            .unwrap();
        }
        out.push('\n');
    }
    out
}

#[test]
fn every_code_has_a_case_and_every_error_its_help() {
    let mut seen = BTreeSet::new();
    for (name, folder) in cases() {
        let text = fs::read_to_string(folder.join("main.stack")).unwrap();
        for finding in findings(&text).iter() {
            assert!(
                CODES.contains(&finding.code.0),
                "{} is not listed",
                finding.code
            );
            assert!(
                finding.help.is_some(),
                "{name}: {} has no help",
                finding.message
            );
            assert!(
                finding.span().is_some(),
                "{name}: {} has no place",
                finding.message
            );
            seen.insert(finding.code.0);
        }
    }
    let missing: Vec<_> = CODES
        .iter()
        .filter(|code| !seen.contains(*code) && !WITHOUT_CASE.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case gives {missing:?}");
}

#[test]
fn every_fix_mends_its_mistake() {
    let mut fixes = 0;
    for (name, folder) in cases() {
        let text = fs::read_to_string(folder.join("main.stack")).unwrap();
        let before = findings(&text);
        for finding in before.iter().filter(|finding| finding.fix.is_some()) {
            let mended = apply(&text, finding);
            let after = findings(&mended);
            let count = |all: &Diagnostics| all.iter().count();
            assert!(
                count(&after) < count(&before),
                "{name}: after `{}`:\n{mended}\n{after:#?}",
                finding.message
            );
            fixes += 1;
        }
    }
    println!("{fixes} fixes");
    assert!(fixes > 30);
}

fn apply(text: &str, finding: &Diagnostic) -> String {
    let mut edits = finding.fix.clone().unwrap().edits;
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

#[test]
fn ten_mistakes_give_ten_errors() {
    for name in ["ten_mistakes", "ten_slips"] {
        let path = root()
            .join("tests/cases/syntax")
            .join(name)
            .join("main.stack");
        let text = fs::read_to_string(path).unwrap();
        let found = findings(&text);
        let lines: Vec<usize> = found
            .iter()
            .map(|finding| {
                text[..finding.span().unwrap().start as usize]
                    .matches('\n')
                    .count()
                    + 1
            })
            .collect();
        let marked: Vec<usize> = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains("// wrong"))
            .map(|(at, _)| at + 1)
            .collect();
        assert_eq!(lines, marked, "{name}: {found:#?}");
        assert_eq!(marked.len(), 10, "{name}");
    }
}

#[test]
fn every_page_shows_its_code() {
    for code in CODES {
        let name = code.strip_prefix("syntax::").unwrap();
        let path = root().join("docs/errors/syntax").join(format!("{name}.md"));
        let page =
            fs::read_to_string(&path).unwrap_or_else(|_| panic!("no page {}", path.display()));
        assert!(page.starts_with(&format!("# {code}\n\n")), "{code}: title");
        if WITHOUT_CASE.contains(code) {
            continue;
        }
        let (_, rest) = page.split_once("## Wrong").unwrap();
        let (wrong, right) = rest.split_once("## Right").unwrap();
        let codes: BTreeSet<_> = findings(block(wrong))
            .iter()
            .map(|finding| finding.code.0)
            .collect();
        assert_eq!(codes, BTreeSet::from([*code]), "{code}: what is wrong");
        let found = findings(block(right));
        assert!(found.is_empty(), "{code}: what is right gives {found:#?}");
        let formatted = format(SourceId(0), block(right)).unwrap();
        assert_eq!(
            formatted,
            block(right),
            "{code}: what is right is formatted"
        );
    }
}

fn block(text: &str) -> &str {
    let (_, rest) = text.split_once("```stack\n").unwrap();
    rest.split_once("```").unwrap().0
}
