//! Event patterns of EventBridge: checked to the word, as EventBridge would check them.

use crate::lowering::Lowering;
use crate::values::Read;
use formwork_diag::{Code, Diagnostic, Span, nearest, safe};
use formwork_schema::{Fields, Val, Value};

/// How deep in an event a pattern stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// The event itself, whose fields are known.
    Event,
    /// Its details.
    Detail,
}

/// The fields of every event: EventBridge user guide, "Event structure".
const FIELDS: &[&str] = &[
    "account",
    "detail",
    "detail-type",
    "id",
    "region",
    "replay-name",
    "resources",
    "source",
    "time",
    "version",
];

/// What a value can be compared by: EventBridge user guide, "Comparison operators".
const MATCHERS: &[&str] = &[
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
];

/// The comparisons of `numeric`.
const COMPARISONS: &[&str] = &["<", "<=", "=", ">", ">="];

/// Checks a pattern, or a part of one.
pub(crate) fn check(val: &Val, level: Level, out: &mut Lowering<'_>) {
    match &val.value {
        Value::Object(fields) => check_object(fields, val.span, level, out),
        Value::Deferred(_) | Value::Error | Value::None => {}
        _ => out.report(no_object(val.span)),
    }
}

fn check_object(fields: &Fields, span: Span, level: Level, out: &mut Lowering<'_>) {
    if fields.iter().next().is_none() {
        out.report(empty(span));
    }
    for (name, val) in fields.iter() {
        let at = fields.name_span(name).unwrap_or(val.span);
        if &**name == "$or" {
            check_or(fields, level, val, out);
            continue;
        }
        if level == Level::Event && !FIELDS.contains(&&**name) {
            out.report(no_field(name, at));
            continue;
        }
        match &val.value {
            Value::Object(inner) => check_object(inner, val.span, Level::Detail, out),
            Value::List(items) if items.is_empty() => out.report(empty(val.span)),
            Value::List(items) => items.iter().for_each(|item| check_item(item, out)),
            Value::Deferred(_) | Value::Error | Value::None => {}
            _ => out.report(no_list(name, val.span)),
        }
    }
}

fn check_or(fields: &Fields, level: Level, val: &Val, out: &mut Lowering<'_>) {
    let ways = fields.items("$or");
    if ways.len() < 2 {
        out.report(no_choice(val.span));
    }
    for way in ways {
        check(way, level, out);
    }
}

/// A value, or an object of one comparison.
fn check_item(item: &Val, out: &mut Lowering<'_>) {
    match &item.value {
        Value::Object(comparison) => {
            let mut names = comparison.iter();
            match (names.next(), names.next()) {
                (Some((name, val)), None) if MATCHERS.contains(&&**name) => {
                    check_matcher(name, val, out);
                }
                (Some((name, val)), None) => {
                    let at = comparison.name_span(name).unwrap_or(val.span);
                    out.report(no_matcher(name, at));
                }
                _ => out.report(several_matchers(item.span)),
            }
        }
        Value::List(_) => out.report(list_in_list(item.span)),
        _ => {}
    }
}

fn check_matcher(name: &str, val: &Val, out: &mut Lowering<'_>) {
    let fits = match (name, &val.value) {
        (_, Value::Deferred(_) | Value::Error) | ("anything-but", _) => true,
        ("exists", value) => matches!(value, Value::Bool(_)),
        ("numeric", Value::List(items)) => numeric(items),
        ("prefix" | "suffix", value) => matches!(value, Value::String(_) | Value::Object(_)),
        ("equals-ignore-case" | "wildcard" | "cidr", value) => matches!(value, Value::String(_)),
        _ => false,
    };
    if !fits {
        out.report(wrong_matcher(name, val.span));
    }
}

/// `["<", 10]` or `[">", 0, "<=", 5]`.
fn numeric(items: &[Val]) -> bool {
    let comparison = |val: &Val| match &val.value {
        Value::String(text) => COMPARISONS.contains(&&**text),
        _ => false,
    };
    let number = |val: &Val| matches!(val.value, Value::Number(_));
    match items {
        [first, second] => comparison(first) && number(second),
        [first, second, third, fourth] => {
            comparison(first) && number(second) && comparison(third) && number(fourth)
        }
        _ => false,
    }
}

fn wrong(message: impl Into<String>, span: Span, label: &str) -> Diagnostic {
    Diagnostic::error(Code("event::pattern"), message.into(), span, label)
}

fn no_object(span: Span) -> Diagnostic {
    wrong("an event pattern is an object", span, "not an object").help(
        "write the fields of the event and the values they may have: `{ state = [\"running\"] }`",
    )
}

fn empty(span: Span) -> Diagnostic {
    wrong("nothing would match this", span, "is empty")
        .help("name at least one value, or take it out")
}

fn no_field(name: &str, span: Span) -> Diagnostic {
    let found = wrong(
        format!("events have no field `{}`", safe(name)),
        span,
        "not a field of events",
    );
    match nearest(name, FIELDS.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help("what an event is about stands in its `detail`: `detail = { … }`"),
    }
}

fn no_list(name: &str, span: Span) -> Diagnostic {
    wrong(
        format!("`{}` needs a list of values", safe(name)),
        span,
        "not a list",
    )
    .help("a pattern lists the values that match, also when there is one: `[\"running\"]`")
}

fn list_in_list(span: Span) -> Diagnostic {
    wrong("a list of values holds no lists", span, "a list in a list")
        .help("write the values side by side: `[\"a\", \"b\"]`")
}

fn no_choice(span: Span) -> Diagnostic {
    wrong(
        "`$or` needs a list of two or more patterns",
        span,
        "no choice",
    )
    .help("write `\"$or\" = [{ a = [\"x\"] }, { b = [\"y\"] }]`")
}

fn no_matcher(name: &str, span: Span) -> Diagnostic {
    let found = wrong(
        format!("`{}` is no comparison of EventBridge", safe(name)),
        span,
        "not a comparison",
    );
    match nearest(name, MATCHERS.iter().copied()) {
        Some(near) => found.help(format!("did you mean `\"{near}\"`?")),
        None => found.help(format!("there are: {}", MATCHERS.join(", "))),
    }
}

fn several_matchers(span: Span) -> Diagnostic {
    wrong("a comparison has one name", span, "not one")
        .help("write each as an object of its own: `[{ prefix = \"a\" }, { suffix = \"z\" }]`; either may match")
}

fn wrong_matcher(name: &str, span: Span) -> Diagnostic {
    let help = match name {
        "exists" => "write `{ exists = true }` or `{ exists = false }`",
        "numeric" => "write `{ numeric = [\"<\", 10] }` or `{ numeric = [\">\", 0, \"<=\", 5] }`",
        _ => "write a string: `{ prefix = \"a\" }`",
    };
    wrong(
        format!("`{name}` cannot compare with this"),
        span,
        "does not fit",
    )
    .help(help)
}
