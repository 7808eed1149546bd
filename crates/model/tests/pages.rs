//! Every code has a page, and the stacks on it do, and do not, give that code.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    missing_docs,
    reason = "a test fails by panicking, and shares its support as modules"
)]

mod common;

use formwork_catalog::{aws, regions};
use formwork_diag::{Diagnostics, Sources};
use formwork_kinds::Kinds;
use formwork_model::{CODES, SourceFile, check, load};
use std::path::Path;

fn findings(text: &str) -> Diagnostics {
    let kinds = Kinds::new(
        aws(),
        regions()
            .iter()
            .map(|region| region.word.as_str())
            .collect(),
    );
    let mut sources = Sources::new();
    let id = sources.add("main.stack", text);
    let parsed = formwork_syntax::parse(id, text);
    assert!(
        !parsed.diagnostics.has_errors(),
        "{text}\n{:?}",
        parsed.diagnostics
    );
    let file = SourceFile {
        id,
        path: "main.stack".into(),
        tree: parsed.file,
    };
    let (program, mut found) = load(vec![file], &kinds, &common::Memory);
    found.extend(check(&program));
    found
}

/// The fenced stack below a heading; `None` if the block is plain text.
fn block<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let below = page
        .split_once(&format!("\n## {heading}\n\n```"))
        .unwrap_or_else(|| panic!("no {heading}: {page}"))
        .1;
    let text = below.strip_prefix("stack\n")?;
    Some(text.split_once("```").unwrap().0)
}

#[test]
fn every_code_has_a_page_that_shows_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let mut wrong = Vec::new();
    for code in CODES {
        let page =
            std::fs::read_to_string(root.join(format!("{}.md", code.replace("::", "/")))).unwrap();
        assert!(page.starts_with(&format!("# {code}\n")), "{code}");
        let (Some(bad), Some(good)) = (block(&page, "Wrong"), block(&page, "Right")) else {
            continue;
        };
        let given = findings(bad);
        if !given.iter().any(|d| d.code.0 == *code && d.help.is_some())
            || given.iter().any(|d| d.is_error() && d.code.0 != *code)
        {
            wrong.push(format!(
                "{code} wrong: {:#?}",
                given
                    .iter()
                    .map(|d| format!("{} {}", d.code, d.message))
                    .collect::<Vec<_>>()
            ));
        }
        let given = findings(good);
        if given.iter().any(|d| d.is_error() || d.code.0 == *code) {
            wrong.push(format!(
                "{code} right: {:#?}",
                given
                    .iter()
                    .map(|d| format!("{} {}", d.code, d.message))
                    .collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_codes_are_sorted_and_differ() {
    assert!(CODES.is_sorted_by(|a, b| a < b));
}
