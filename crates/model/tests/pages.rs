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
    let files = files(text);
    let memory = common::Memory::of(&files);
    let mut sources = Sources::new();
    let mut parsed = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| !path.contains('/')) {
        let id = sources.add(*path, *text);
        let result = formwork_syntax::parse(id, text);
        let found = result.diagnostics;
        assert!(!found.has_errors(), "{text}\n{found:?}");
        parsed.push(SourceFile {
            id,
            path: (*path).into(),
            tree: result.file,
        });
    }
    let (program, mut found) = load(parsed, &kinds, &memory, &mut sources);
    found.extend(check(&program));
    found
}

/// The files of a block: what follows a line `// file: PATH` is that file, what stands before is `main.stack`.
fn files(text: &str) -> Vec<(&str, &str)> {
    let mut parts = text.split("// file: ");
    let mut out = vec![("main.stack", parts.next().unwrap())];
    out.extend(parts.map(|part| part.split_once('\n').unwrap()));
    out
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
