//! Laws of the parser that hold for every text: it ends, loses nothing, and a torn file gives few errors.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod common;

use common::{errors, findings, samples, slice, tree, without_comments, words};
use formwork_syntax::{Kind, Token, tokens};
use proptest::prelude::*;

#[test]
fn every_prefix_parses() {
    let mut prefixes = 0;
    for (_, text) in samples() {
        for (end, _) in text.char_indices() {
            findings(&text[..end]);
            prefixes += 1;
        }
    }
    println!("{prefixes} prefixes");
    assert!(prefixes > 5_000);
}

#[test]
fn most_single_deletions_give_one_error_at_most() {
    let (mut all, mut at_most_one) = (0, 0);
    let mut by_count = [0_usize; 8];
    for (name, text) in samples() {
        assert_eq!(errors(&text), 0, "{name}: {:#?}", findings(&text));
        for token in words(&tokens(&text)) {
            let torn = deleted(&text, token);
            let count = errors(&torn);
            all += 1;
            at_most_one += usize::from(count <= 1);
            by_count[count.min(7)] += 1;
            if count > 1 && std::env::var_os("VERBOSE").is_some() {
                let line = text[..token.start as usize].matches('\n').count() + 1;
                println!("{name}:{line}: without `{}`: {count}", slice(&text, token));
                for finding in findings(&torn).iter() {
                    let at = finding.span().map_or(0, |span| span.start as usize);
                    let line = torn[..at].matches('\n').count() + 1;
                    println!("    {line}: {} {}", finding.code, finding.message);
                }
            }
        }
    }
    let share = at_most_one as f64 * 100.0 / all as f64;
    println!(
        "{all} deletions: {share:.1}% give at most one error; by number of errors: {by_count:?}"
    );
    assert!(share >= 95.0, "{share:.1}%");
}

fn deleted(text: &str, token: Token) -> String {
    format!(
        "{}{}",
        &text[..token.start as usize],
        &text[token.end as usize..]
    )
}

#[test]
fn layout_means_nothing() {
    for (name, text) in samples() {
        let bare = without_comments(&text, &tokens(&text));
        let expected = tree(&bare);
        assert_eq!(tree(&laid_out(&bare, " ")), expected, "{name} on one line");
        let tall = laid_out(&bare, "\n");
        assert_eq!(tree(&tall), expected, "{name} with one token a line");
        assert_eq!(
            errors(&tall),
            0,
            "{name} with one token a line: {:#?}",
            findings(&tall)
        );
    }
}

/// The tokens with `between` between them; a string, and a dot with its name, are kept whole.
fn laid_out(text: &str, between: &str) -> String {
    let mut out = String::new();
    let mut strings = 0_i32;
    let mut glued = true;
    for token in words(&tokens(text)) {
        let inside = strings > 0;
        if token.kind == Kind::StringStart {
            strings += 1;
        }
        let continues = inside || glued;
        if !continues {
            out.push_str(between);
        }
        // In a string even the white space of `${ }` stays.
        if inside && !token.touches() {
            out.push(' ');
        }
        out.push_str(slice(text, token));
        if token.kind == Kind::StringEnd {
            strings -= 1;
        }
        glued = matches!(token.kind, Kind::Dot | Kind::QuestionDot);
    }
    out
}

#[test]
fn one_megabyte_of_open_brackets() {
    for sign in [
        "[", "{", "(", "a{", "a = [", "f(", "!", "-", "\"${", "\"\"\"${", "x.", "if ", "a+",
        "[for ", "}", "]",
    ] {
        let text = sign.repeat(100_000 / sign.len());
        let all = findings(&text);
        assert!(all.has_errors(), "{sign}");
        let in_value = format!("let a = {text}");
        assert!(findings(&in_value).has_errors(), "let a = {sign}…");
        let in_block = format!("bucket a {{\n x = {text}\n}}\nbucket b {{}}\n");
        assert!(findings(&in_block).has_errors(), "x = {sign}…");
    }
    let brackets = findings(&"[".repeat(1_000_000));
    assert_eq!(brackets.iter().count(), 1);
    let value = findings(&format!("let a = {}", "[".repeat(1_000_000)));
    let codes: Vec<_> = value.iter().map(|finding| finding.code.0).collect();
    assert_eq!(codes, ["syntax::nesting"]);
}

#[test]
fn the_deepest_tree_is_dumped_and_formatted() {
    let deep = |open: &str, close: &str, levels: usize| {
        format!("let a = {}1{}\n", open.repeat(levels), close.repeat(levels))
    };
    let forms = [
        ("[", "]"),
        ("(", ")"),
        ("{a = ", "}"),
        ("-", ""),
        ("f(", ")"),
        ("if a then b else ", ""),
        ("\"${", "}\""),
    ];
    for (open, close) in forms {
        let bound = (1..=200)
            .take_while(|levels| errors(&deep(open, close, *levels)) == 0)
            .count();
        assert_eq!(bound, 127, "`{open}` nests");
        let text = deep(open, close, bound);
        assert!(tree(&text).len() > bound);
        let formatted = formwork_syntax::format(formwork_diag::SourceId(0), &text).unwrap();
        assert_eq!(tree(&formatted), tree(&text));
    }
    for chain in [" + 1", ".a", "[1]", "(1)", " && b", " ?? c"] {
        let text = |count: usize| format!("let a = b{}\n", chain.repeat(count));
        assert_eq!(errors(&text(100)), 0, "100 × `{chain}`");
        assert_eq!(errors(&text(200)), 1, "200 × `{chain}`");
        // Chains within chains on the left side add up.
        let nested = format!(
            "let a = {}b{}\n",
            "(".repeat(100),
            format!("){}", chain.repeat(20)).repeat(100)
        );
        assert_eq!(errors(&nested), 1, "`{chain}` in brackets");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_cover_any_text(text in ".*") {
        check_lossless(&text);
        findings(&text);
    }

    #[test]
    fn tokens_cover_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        check_lossless(&text);
        findings(&text);
    }

    #[test]
    fn tokens_cover_any_mix_of_signs(parts in proptest::collection::vec(0..PARTS.len(), 0..200)) {
        let text: String = parts.iter().map(|at| PARTS[*at]).collect();
        check_lossless(&text);
        findings(&text);
    }

    #[test]
    fn swapped_tokens_parse(seed in any::<u64>(), swaps in 1_usize..6) {
        let all = samples();
        let (_, text) = &all[seed as usize % all.len()];
        let mut parts: Vec<&str> = tokens(text).iter().map(|token| slice(text, *token)).collect();
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % parts.len()
        };
        let pairs: Vec<_> = (0..swaps).map(|_| (next(), next())).collect();
        for (a, b) in pairs {
            parts.swap(a, b);
        }
        let text: String = parts.concat();
        check_lossless(&text);
        findings(&text);
    }
}

const PARTS: [&str; 44] = [
    "a", "if ", "then ", "else ", "for ", "in ", "let ", "env ", "stack ", "use ", "param ", "{",
    "}", "[", "]", "(", ")", "\"", "\"\"\"", "${", "\\", "'", "=", "==", ":", "::", ",", ".",
    "...", "?", "?.", "??", "1", "5m", "%", "#", "//", "///", "\n", " ", ";", "+", "!", "\u{e9}",
];

fn check_lossless(text: &str) {
    let mut end = 0;
    for token in tokens(text) {
        assert_eq!(token.start, end, "tokens touch in {text:?}");
        assert!(token.end > token.start, "no token is empty in {text:?}");
        assert!(text.is_char_boundary(token.end as usize));
        end = token.end;
    }
    assert_eq!(end as usize, text.len(), "tokens reach the end of {text:?}");
}
