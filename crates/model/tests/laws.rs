//! What holds of every stack: the order of files is nothing, broken texts break nothing, help is always given.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    unreachable_pub,
    missing_docs,
    reason = "a test fails by panicking, and shares its support as modules"
)]

mod common;

use common::{Words, checked, diagnostics, program};
use formwork_diag::{SourceId, Sources};
use formwork_model::{ChooseEnvError, Inputs, check, eval_expression, parse_set};
use formwork_schema::Value;
use formwork_syntax::ast::StatementKind;
use std::path::Path;

fn samples() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut out = Vec::new();
    for folder in ["samples", "cases/check"] {
        let mut open = vec![root.join(folder)];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if path
                    .extension()
                    .is_some_and(|extension| extension == "stack")
                {
                    out.push(std::fs::read_to_string(path).unwrap());
                }
            }
        }
    }
    assert!(out.len() > 12);
    out.sort();
    out
}

const FILES: [(&str, &str); 4] = [
    (
        "a.stack",
        "stack s { region = eu_west_1 }\nlet one = two + 1\nparam lost: int = 3\ntopic t { tags = shared }",
    ),
    (
        "b.stack",
        "let two = 2\nlet shared = { a = \"1\" }\noutput x = one\noutput y = t.arn\nenv dev {}\nenv prod {}",
    ),
    (
        "c.stack",
        "let one = 5\nfunction f { code = \"./code\", runtime = go, memory = 64MB }\nlet shared = 1",
    ),
    (
        "d.stack",
        "output x = 2\nassert one == 4, \"four\"\nlet r = s\nlet s = r\nenv dev {}\nqueue q for k in [\"b\", \"a\"] {}",
    ),
];

/// Everything that is said about the files, in this order, and what they make.
fn said(files: &[(&str, &str)]) -> String {
    let words = Words::new();
    let mut sources = Sources::new();
    let (program, mut found) = program(files, &mut sources, &words);
    found.extend(check(&program));
    let mut out = diagnostics(&sources, &found);
    for env in program.environments() {
        let (made, found) = program.evaluate(&env.name, &Inputs::default());
        out.push_str(&made.map_or_else(
            || diagnostics(&sources, &found),
            |made| common::stack(&made),
        ));
    }
    out
}

#[test]
fn the_order_of_files_is_nothing() {
    let first = said(&FILES);
    assert!(
        first.contains("name::duplicate")
            && first.contains("name::cycle")
            && first.contains("value::range")
    );
    let good = [FILES[0], FILES[1]];
    assert!(said(&good).contains("topic.t"), "{}", said(&good));
    assert_eq!(said(&good), said(&[FILES[1], FILES[0]]));
    for order in [[1, 0, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1], [0, 2, 1, 3]] {
        assert_eq!(said(&order.map(|at| FILES[at])), first);
    }
}

#[test]
fn every_prefix_of_a_stack_is_checked_without_a_panic() {
    for text in samples() {
        let step = (text.len() / 120).max(1);
        for end in (0..text.len())
            .step_by(step)
            .filter(|end| text.is_char_boundary(*end))
        {
            checked(&[("main.stack", &text[..end])]);
        }
    }
}

#[test]
fn every_line_taken_out_leaves_findings_with_help() {
    for text in samples() {
        let lines: Vec<&str> = text.lines().collect();
        for gone in 0..lines.len() {
            let rest: Vec<&str> = lines
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != gone)
                .map(|(_, line)| *line)
                .collect();
            let (_, found, _) = checked(&[("main.stack", &rest.join("\n"))]);
            for finding in found.iter() {
                assert!(finding.help.is_some(), "{finding:?}");
                assert!(finding.span().is_some(), "{finding:?}");
            }
        }
    }
}

/// The program of a text that is right.
fn with<T>(text: &str, inside: impl FnOnce(&formwork_model::Program<'_>, &mut Sources) -> T) -> T {
    let words = Words::new();
    let mut sources = Sources::new();
    let (program, found) = program(&[("main.stack", text)], &mut sources, &words);
    assert!(!found.has_errors(), "{found:?}");
    inside(&program, &mut sources)
}

#[test]
fn environments_are_chosen_as_the_language_says() {
    let choose = |text: &str, asked: Option<&str>| {
        let text = format!("stack s {{ region = eu_west_1{text}");
        with(&text, |program, _| {
            program.choose_env(asked).map(|name| name.to_string())
        })
    };
    assert_eq!(choose(" }", None), Ok("default".to_owned()));
    assert_eq!(choose(" }\nenv only {}", None), Ok("only".to_owned()));
    assert_eq!(
        choose(", default_env = b }\nenv a {}\nenv b {}", None),
        Ok("b".to_owned())
    );
    assert_eq!(
        choose(", default_env = b }\nenv a {}\nenv b {}", Some("a")),
        Ok("a".to_owned())
    );
    let pattern = " }\nenv dev {}\nenv preview \"pr-*\" {}\nenv more \"*-1\" {}";
    assert_eq!(choose(pattern, Some("pr-12")), Ok("pr-12".to_owned()));
    for (asked, says) in [
        (
            None,
            "which environment? This stack has dev, preview (\"pr-*\"), more (\"*-1\")\nwrite `--env dev`, or set `default_env` in the stack",
        ),
        (
            Some("preview"),
            "`preview` stands for every environment named like \"pr-*\"\nsay which: `--env pr-1`",
        ),
        (
            Some("pr-1"),
            "`pr-1` is taken by several patterns: preview (\"pr-*\"), more (\"*-1\")\nmake the patterns differ",
        ),
        (
            Some("pr-../x"),
            "`pr-../x` cannot name an environment\na name has 1 to 40 letters, digits, `-`, `_` and `.`, a letter or digit first",
        ),
    ] {
        let error = choose(pattern, asked).unwrap_err();
        assert_eq!(format!("{error}\n{}", error.help()), says);
    }
    let known = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(
        choose(" }\nenv a {}\nenv b {}", None),
        Err(ChooseEnvError::Several { known })
    );
    let wrong = choose(" }\nenv prod {}", Some("prd")).unwrap_err();
    assert_eq!(
        (wrong.to_string().as_str(), wrong.help().as_str()),
        (
            "there is no environment `prd`; this stack has prod",
            "did you mean `prod`?"
        )
    );
}

#[test]
fn params_are_set_from_outside() {
    let text = "stack s { region = eu_west_1 }\nparam size: size = 1GB\nparam needed: int\nparam arch: a = x\nenum a { x, y }\n\
                output all = \"${size} ${needed} ${arch}\"";
    let with_set = |given: &[&str]| {
        with(text, |program, sources| {
            let set = given
                .iter()
                .map(|text| parse_set(sources, text).unwrap())
                .collect();
            let inputs = Inputs {
                set,
                ..Inputs::default()
            };
            let (stack, found) = program.evaluate("default", &inputs);
            (
                stack.map(|stack| common::stack(&stack)),
                diagnostics(sources, &found),
            )
        })
    };
    let (made, _) = with_set(&["size=2 * 1GB", "needed=3", "arch=y"]);
    assert_eq!(
        made.unwrap(),
        "env default ? eu-west-1\noutput all = \"2GB 3 y\"\n"
    );
    let (made, found) = with_set(&["size=5"]);
    assert!(made.is_none());
    assert!(
        found.contains("type::mismatch") && found.contains("`5`"),
        "{found}"
    );
    assert!(
        found.contains("env::param: `needed` has no value in environment `default`"),
        "{found}"
    );
    let (_, found) = with_set(&["needed=1", "siez=1GB"]);
    assert!(
        found.contains("env::param: this stack has no param `siez`") && found.contains("`size`"),
        "{found}"
    );
    let (_, found) = with_set(&["needed=size"]);
    assert!(found.contains("name::unknown"), "{found}");
    let mut sources = Sources::new();
    assert!(parse_set(&mut sources, "needed").is_err());
    assert!(parse_set(&mut sources, "needed=1 let x = 2").is_err());
    assert!(parse_set(&mut sources, "=1").is_err());
}

#[test]
fn expressions_are_evaluated_in_an_environment() {
    let text = "stack s { region = eu_west_1 }\nlet two = 2\nenv dev {}\nenv prod {}\ntopic t {}";
    with(text, |program, sources| {
        let mut eval = |text: &str| {
            let text = format!("let x = {text}");
            let id: SourceId = sources.add("eval", text.as_str());
            let parsed = formwork_syntax::parse(id, &text);
            let StatementKind::Let { value, .. } = &parsed.file.statements[0].kind else {
                panic!()
            };
            eval_expression(program, "prod", &Inputs::default(), value)
        };
        assert_eq!(
            eval("if env == prod then two * 21 else 0").0.unwrap().value,
            Value::Number(42.into())
        );
        assert!(matches!(eval("t.arn").0.unwrap().value, Value::Deferred(_)));
        let (val, found) = eval("two + nothing");
        assert!(val.is_none() && found.0[0].code.0 == "name::unknown");
        assert_eq!(eval("[1][two]").1.0[0].code.0, "value::index");
    });
}
