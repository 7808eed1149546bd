//! Bombs end with an error, quickly and in little room; deep chains of names are no bombs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    missing_docs,
    reason = "a test fails by panicking, and shares its support as modules"
)]

mod common;

use common::{Memory, Words, checked};
use formwork_diag::{SourceId, Span};
use formwork_model::{SourceFile, load};
use formwork_syntax::ast::{Expr, ExprKind, File, Name, Statement, StatementKind};
use std::fmt::Write;

/// The codes of the errors a stack gives.
fn errors(body: &str) -> Vec<&'static str> {
    let text = format!("stack s {{ region = eu_west_1 }}\n{body}");
    let (_, found, _) = checked(&[("main.stack", &text)]);
    found
        .iter()
        .filter(|d| d.is_error())
        .map(|d| d.code.0)
        .collect()
}

/// `let a0 = first`, then forty lets, each made of the one before; the last is an output.
fn doubling(first: &str, next: impl Fn(&str) -> String) -> String {
    let mut out = format!("let a0 = {first}\n");
    for at in 1..=40 {
        writeln!(out, "let a{at} = {}", next(&format!("a{}", at - 1))).unwrap();
    }
    out + "output bomb = a40\n"
}

#[test]
fn doubling_ends() {
    let size = vec!["limits::size"];
    assert_eq!(errors(&doubling("[1, 1]", |a| format!("[{a}, {a}]"))), size);
    assert_eq!(
        errors(&doubling("{ x = 1 }", |a| format!(
            "{{ x = {a}, y = {a} }}"
        ))),
        size
    );
    assert_eq!(
        errors(&doubling("\"xx\"", |a| format!("\"${{{a}}}${{{a}}}\""))),
        size
    );
    assert_eq!(
        errors(&doubling("[1]", |a| format!("{a}.concat({a})"))),
        size
    );
    assert_eq!(
        errors(&doubling("\"xx\"", |a| format!(
            "{a}.replace(\"x\", \"xx\")"
        ))),
        size
    );
    assert_eq!(
        errors(&doubling("[\"x\"]", |a| format!(
            "[{a}.join(\"\"), {a}.join(\"\")]"
        ))),
        size
    );
    assert_eq!(
        errors(&doubling("\"x\"", |a| format!("json([{a}, {a}])"))),
        size
    );
    assert_eq!(
        errors(&doubling("[1]", |a| format!(
            "[for x in {a}.concat({a}): x]"
        ))),
        size
    );
}

#[test]
fn doubling_of_what_is_not_known_ends() {
    let size = vec!["limits::size"];
    let unknown =
        |next: &dyn Fn(&str) -> String| format!("topic t {{}}\n{}", doubling("t.arn", next));
    assert_eq!(errors(&unknown(&|a| format!("\"${{{a}}}${{{a}}}\""))), size);
    assert_eq!(
        errors(&unknown(&|a| format!("[{a}, {a}].join(\"\")"))),
        size
    );
    assert_eq!(errors(&unknown(&|a| format!("json([{a}, {a}])"))), size);
    assert_eq!(
        errors(&unknown(&|a| format!("{a}.replace({a}, {a})"))),
        size
    );
}

#[test]
fn products_of_loops_end() {
    let loops = "output n = [for a in range(900): [for b in range(900): [for c in range(900): a]]].length()";
    assert_eq!(errors(loops), ["limits::size"]);
    let heavy = "output n = [for a in range(400): [for b in range(400) if a*a + b*b + a*b + a + b + a*a + b*b < 0: a]].length()";
    assert_eq!(errors(heavy), ["limits::steps"]);
    let keyed = "topic t for k in [for a in range(2000): \"${a}\"] { tags = { for n in range(2000): \"${n}\" = k } }";
    assert_eq!(errors(keyed), ["limits::size"]);
}

#[test]
fn long_chains_of_names_are_fine() {
    let mut text = String::from("let a0 = 1\n");
    for at in 1..20_000 {
        writeln!(text, "let a{at} = a{}", at - 1).unwrap();
    }
    text.push_str("output last = a19999\n");
    assert_eq!(errors(&text), Vec::<&str>::new());
}

#[test]
fn a_long_way_round_is_one_error() {
    let mut text = String::from("let a0 = a4999\n");
    for at in 1..5_000 {
        writeln!(text, "let a{at} = a{}", at - 1).unwrap();
    }
    assert_eq!(errors(&text), ["name::cycle"]);
}

#[test]
fn a_tree_deeper_than_the_parser_makes_is_an_error() {
    let span = Span::new(SourceId(0), 0, 1);
    let name = |text: &str| Name {
        text: text.into(),
        span,
    };
    let mut value = Expr {
        kind: ExprKind::Bool(true),
        span,
    };
    for _ in 0..1_000 {
        value = Expr {
            kind: ExprKind::Paren(Box::new(value)),
            span,
        };
    }
    let kind = StatementKind::Output {
        name: name("x"),
        ty: None,
        value,
    };
    let tree = File {
        statements: vec![Statement {
            doc: None,
            kind,
            span,
        }],
    };
    let words = Words::new();
    let (_, found) = load(
        vec![SourceFile {
            id: SourceId(0),
            path: "a.stack".into(),
            tree,
        }],
        &words,
        &Memory::default(),
        &mut formwork_diag::Sources::new(),
    );
    let codes: Vec<&str> = found.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["stack::missing", "limits::depth"]);
}

#[test]
fn values_and_types_nested_too_deep_are_an_error() {
    let chain = |first: &str, next: &dyn Fn(&str) -> String| {
        let mut out = format!("topic t {{}}\nlet a0 = {first}\n");
        for at in 1..5_000 {
            writeln!(out, "let a{at} = {}", next(&format!("a{}", at - 1))).unwrap();
        }
        out + "output last = json(a4999)\n"
    };
    let depth = vec!["limits::depth"];
    assert_eq!(errors(&chain("[1]", &|a| format!("[{a}]"))), depth);
    assert_eq!(
        errors(&chain("{ x = 1 }", &|a| format!("{{ x = {a} }}"))),
        depth
    );
    assert_eq!(errors(&chain("t.arn", &|a| format!("{a}.upper()"))), depth);
}

#[test]
fn types_that_double_end() {
    let mut text = String::new();
    for name in ["a", "b"] {
        text.push_str(&format!("let {name}0 = {{ x = 1 }}\n"));
        for at in 1..=60 {
            let last = at - 1;
            text.push_str(&format!(
                "let {name}{at} = {{ x = {name}{last}, y = {name}{last} }}\n"
            ));
        }
    }
    let found = errors(&(text + "output both = [a60, b60, json(a60)].length()"));
    assert_eq!(found, ["limits::size"]);
}

#[test]
fn thousands_of_unknown_names_are_said_in_time() {
    let mut text = String::new();
    for at in 0..4_000 {
        text.push_str(&format!(
            "let known{at} = 1\noutput out{at} = \"${{unknwon{at}}} ${{known{at}}}\"\n"
        ));
    }
    assert_eq!(errors(&text).len(), 4_000);
}

/// Components that contain the one before `each` times, declared once.
fn nested(depth: usize, each: usize) -> String {
    let mut out = "component c0 { topic t {} }\n".to_owned();
    for at in 1..=depth {
        write!(out, "component c{at} {{").unwrap();
        for number in 0..each {
            write!(out, " c{} n{number} {{}}", at - 1).unwrap();
        }
        out.push_str(" }\n");
    }
    write!(out, "c{depth} all {{}}").unwrap();
    out
}

#[test]
fn components_that_contain_each_other_end() {
    assert_eq!(errors(&nested(20, 1)), Vec::<&str>::new());
    assert_eq!(errors(&nested(10, 2)), Vec::<&str>::new());
    assert_eq!(errors(&nested(20, 3)), ["limits::size"]);
    assert!(errors(&nested(31, 1)).is_empty());
    assert_eq!(errors(&nested(40, 1))[0], "component::depth");
    assert!(errors(&nested(5_000, 1)).contains(&"component::depth"));
}
