//! What the tests of the syntax share: the sample stacks, and parsing without a set of sources.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]
#![allow(dead_code, reason = "each test binary uses its own part")]

use formwork_diag::{Diagnostics, SourceId};
use formwork_syntax::{Kind, Token, dump, parse};
use std::fs;
use std::path::{Path, PathBuf};

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All sample and example stacks: name and text.
pub(crate) fn samples() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    collect(&root().join("tests/samples"), &mut paths);
    collect(&root().join("examples"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        (name, fs::read_to_string(path).unwrap())
    };
    let samples: Vec<_> = paths.into_iter().map(read).collect();
    assert!(samples.len() >= 4, "the samples are gone: {samples:?}");
    samples
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "stack")
        {
            paths.push(path);
        }
    }
}

pub(crate) fn findings(text: &str) -> Diagnostics {
    parse(SourceId(0), text).diagnostics
}

pub(crate) fn errors(text: &str) -> usize {
    findings(text)
        .iter()
        .filter(|finding| finding.is_error())
        .count()
}

pub(crate) fn tree(text: &str) -> String {
    dump(&parse(SourceId(0), text).file)
}

pub(crate) fn slice(text: &str, token: Token) -> &str {
    &text[token.start as usize..token.end as usize]
}

/// The tokens that are no white space and no comment.
pub(crate) fn words(tokens: &[Token]) -> Vec<Token> {
    tokens
        .iter()
        .copied()
        .filter(|token| !token.kind.is_trivia())
        .collect()
}

/// The text with each comment replaced by nothing.
pub(crate) fn without_comments(text: &str, tokens: &[Token]) -> String {
    let kept = tokens
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Comment | Kind::Doc));
    kept.map(|token| slice(text, *token)).collect()
}
