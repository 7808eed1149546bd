//! grammar/formwork.ebnf and the parser name the same productions, words and units.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod common;

use common::root;
use formwork_syntax::{RESERVED_WORDS, STATEMENT_WORDS, UNITS};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Names that the grammar uses without a production: what everyone knows.
const KNOWN: [&str; 4] = ["letter", "digit", "hex", "char"];

/// The grammar without its comments.
fn grammar() -> String {
    let text = fs::read_to_string(root().join("grammar/formwork.ebnf")).unwrap();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("(*") {
        out.push_str(before);
        rest = after.split_once("*)").unwrap().1;
    }
    out.push_str(rest);
    out
}

/// The words in quotes, and the text without them.
fn quoted(grammar: &str) -> (BTreeSet<String>, String) {
    let (mut words, mut bare) = (BTreeSet::new(), String::new());
    let mut rest = grammar;
    while let Some(at) = rest.find(['"', '\'']) {
        let (before, quote) = rest.split_at(at);
        bare.push_str(before);
        bare.push_str(" `` ");
        let sign = &quote[..1];
        let (word, after) = quote[1..].split_once(sign).unwrap();
        words.insert(word.to_owned());
        rest = after;
    }
    bare.push_str(rest);
    (words, bare)
}

fn names(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    parts
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn grammar_and_parser_name_the_same_productions() {
    let (_, bare) = quoted(&grammar());
    let rules: Vec<_> = bare
        .split(';')
        .filter(|rule| !rule.trim().is_empty())
        .collect();
    let defined: BTreeSet<String> = rules
        .iter()
        .map(|rule| rule.split_once('=').unwrap().0.trim().to_owned())
        .collect();
    assert_eq!(defined.len(), rules.len(), "a production is defined twice");
    let used: BTreeSet<String> = rules
        .iter()
        .flat_map(|rule| names(rule.split_once('=').unwrap().1))
        .collect();
    let undefined: Vec<_> = used
        .iter()
        .filter(|name| !defined.contains(*name) && !KNOWN.contains(&name.as_str()))
        .collect();
    assert!(undefined.is_empty(), "used and not defined: {undefined:?}");
    let mut named = BTreeSet::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut named,
    );
    assert_eq!(
        defined, named,
        "left: the grammar; right: production(…) in the parser"
    );
}

/// The names in `production(…)` of all sources.
fn collect(folder: &Path, named: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, named);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (_, after) in text
            .match_indices("production(")
            .map(|(at, word)| (at, &text[at + word.len()..]))
        {
            let name = after.split_once(')').unwrap().0;
            if name != "name" {
                named.insert(name.to_owned());
            }
        }
    }
}

#[test]
fn every_word_and_unit_stands_in_the_grammar() {
    let (words, _) = quoted(&grammar());
    for word in STATEMENT_WORDS.iter().chain(&RESERVED_WORDS).chain(&UNITS) {
        assert!(words.contains(*word), "`{word}` is not in the grammar");
    }
}
