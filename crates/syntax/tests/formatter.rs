//! Laws of the formatter: what it prints means the same, is printed the same again, and keeps every comment.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod common;

use common::{root, samples, slice, tree, without_comments, words};
use formwork_diag::SourceId;
use formwork_syntax::{Kind, format, tokens};
use proptest::prelude::*;

fn formatted(text: &str) -> String {
    format(SourceId(0), text).unwrap_or_else(|found| panic!("{text}\n{found:#?}"))
}

#[test]
fn the_samples_are_printed_as_they_are() {
    for (name, text) in samples() {
        assert_eq!(formatted(&text), text, "{name}");
    }
}

/// The samples, and the formatted texts of the cases.
fn texts() -> Vec<(String, String)> {
    let mut texts = samples();
    for entry in std::fs::read_dir(root().join("tests/cases/syntax")).unwrap() {
        let path = entry.unwrap().path().join("formatted.stack");
        if let Ok(text) = std::fs::read_to_string(&path) {
            texts.push((path.display().to_string(), text));
        }
    }
    texts.sort();
    texts
}

#[test]
fn any_layout_of_the_samples_is_formatted_once_and_for_all() {
    for (name, text) in texts() {
        for between in [" ", "\n", "\n\n", "\n \n  ", "\t"] {
            let other = laid_out(&without_comments(&text, &tokens(&text)), between);
            check(&other, &name);
        }
    }
}

/// The formatted text means the same and is formatted to itself.
fn check(text: &str, name: &str) {
    let once = formatted(text);
    assert_eq!(tree(&once), tree(text), "{name} means the same:\n{text}");
    assert_eq!(formatted(&once), once, "{name} is formatted once:\n{text}");
    assert!(
        once.is_empty() || once.ends_with('\n'),
        "{name} ends its last line"
    );
    let long = once
        .lines()
        .find(|line| line.ends_with(' ') && !line.contains('"'));
    assert_eq!(long, None, "{name} leaves blanks at an end");
}

/// The tokens with `between` between them where white space stood.
fn laid_out(text: &str, between: &str) -> String {
    let mut out = String::new();
    let mut strings = 0_i32;
    for token in words(&tokens(text)) {
        if !token.touches() {
            out.push_str(if strings > 0 { " " } else { between });
        }
        strings += i32::from(token.kind == Kind::StringStart);
        strings -= i32::from(token.kind == Kind::StringEnd);
        out.push_str(slice(text, token));
    }
    out
}

fn comments(text: &str) -> Vec<String> {
    let all = tokens(text);
    let comments = all.iter().filter(|token| token.kind == Kind::Comment);
    let mut comments: Vec<_> = comments
        .map(|token| slice(text, *token).trim_end().to_owned())
        .collect();
    comments.sort();
    comments
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Comments and line ends at random places between the tokens of a sample.
    #[test]
    fn comments_anywhere_are_kept(seed in any::<u64>(), rarely in 1_usize..40) {
        let all = texts();
        let (name, text) = &all[seed as usize % all.len()];
        let text = without_comments(text, &tokens(text));
        let mut state = seed;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut torn = String::new();
        let (mut strings, mut number, mut glued) = (0_i32, 0, false);
        for token in words(&tokens(&text)) {
            if strings == 0 && !glued && next(rarely) == 0 {
                number += 1;
                torn.push_str(["\n", " // c\n", "\n// c\n", "\n\n// c\n\n", " // c\n// d\n"][next(5)]);
                let last = torn.trim_end().len();
                if torn[..last].ends_with(['c', 'd']) && torn[..last - 1].ends_with(' ') {
                    torn.insert_str(last, &number.to_string());
                }
            } else if !token.touches() {
                torn.push(' ');
            }
            strings += i32::from(token.kind == Kind::StringStart);
            strings -= i32::from(token.kind == Kind::StringEnd);
            glued = matches!(token.kind, Kind::Dot | Kind::QuestionDot);
            torn.push_str(slice(&text, token));
        }
        check(&torn, name);
        prop_assert_eq!(comments(&formatted(&torn)), comments(&torn));
    }
}
