//! What is said of raw declarations that AWS would not take.

use super::units;
use formwork_diag::{Code, Diagnostic, Span, list_words, nearest, safe};
use formwork_schema::{Quantity, Value};
use serde_json::Value as Json;
use std::sync::Arc;

/// How many names a help lists.
const LISTED: usize = 12;

/// A property that the type or object does not have.
pub(super) fn unknown_property(of: &str, name: &str, known: &[&str], span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::unknown_property"),
        format!("`{of}` has no property `{}`", safe(name)),
        span,
        "no such property",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            found
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None if known.len() <= LISTED => found.help(format!("it has {}", list_words(known, "and"))),
        None => found.help(format!(
            "it has {} properties, among them {}; `formwork schema` lists them all",
            known.len(),
            list_words(known.get(..LISTED).unwrap_or(known), "and")
        )),
    }
}

/// Properties that must be given and are not.
pub(super) fn missing(of: &str, names: &[Arc<str>], span: Span) -> Diagnostic {
    let lines: Vec<String> = names.iter().map(|name| format!("`{name} = …`")).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    Diagnostic::error(
        Code("aws::missing_property"),
        format!("`{of}` needs {}", list_words(names, "and")),
        span,
        format!("{} {verb} missing", list_words(names, "and")),
    )
    .help(format!("add {}", lines.join(", ")))
}

/// A property that AWS makes.
pub(super) fn read_only(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::read_only"),
        format!("`{name}` is made by AWS and cannot be set"),
        span,
        "only to be read",
    )
    .help(format!(
        "take this field out; other declarations read it as `….{name}`"
    ))
}

/// A property that AWS wants no longer.
pub(super) fn deprecated(name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code("aws::deprecated"),
        format!("`{name}` is no longer to be used"),
        span,
        "deprecated by AWS",
    )
    .help("take it out; AWS's documentation of this type says what stands in its place")
}

/// A value that is none of the allowed ones.
pub(super) fn not_allowed(name: &str, value: &str, allowed: &[Json], span: Span) -> Diagnostic {
    let texts: Vec<String> = allowed
        .iter()
        .map(|json| {
            json.as_str()
                .map_or_else(|| json.to_string(), str::to_owned)
        })
        .collect();
    let found = Diagnostic::error(
        Code("aws::allowed_value"),
        format!("`{name}` cannot be `{}`", safe(value)),
        span,
        "not one of the values AWS takes",
    );
    let known = texts.iter().map(String::as_str);
    let same_letters = known.clone().find(|text| text.eq_ignore_ascii_case(value));
    let folded =
        |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
    let same_word = known
        .clone()
        .find(|text| folded(text).eq_ignore_ascii_case(&folded(value)));
    match same_letters.or(same_word).or_else(|| nearest(value, known)) {
        Some(near) => {
            let written = as_written(near);
            found.help(format!("did you mean `{written}`?")).fix(
                format!("write `{written}`"),
                span,
                written,
            )
        }
        None => {
            let shown: Vec<String> = texts
                .iter()
                .take(LISTED)
                .map(|text| as_written(text))
                .collect();
            let more = if texts.len() > LISTED {
                " and others"
            } else {
                ""
            };
            found.help(format!("AWS takes {}{more}", list_words(&shown, "or")))
        }
    }
}

/// A string as the language writes it best: a word where it is one.
fn as_written(text: &str) -> String {
    let mut letters = text.chars();
    let word = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let reserved = ["true", "false", "none", "if", "then", "else", "for", "in"].contains(&text);
    match word && !reserved {
        true => text.to_owned(),
        false => format!("{text:?}"),
    }
}

/// A number outside of what AWS takes.
pub(super) fn range(
    name: &str,
    value: &str,
    (least, most): (Option<f64>, Option<f64>),
    span: Span,
) -> Diagnostic {
    let bounds = match (least, most) {
        (Some(least), Some(most)) => format!("from {least} to {most}"),
        (Some(least), None) => format!("of at least {least}"),
        (None, Some(most)) => format!("of at most {most}"),
        (None, None) => String::new(),
    };
    let low = least.is_some_and(|least| value.parse().is_ok_and(|value: f64| value < least));
    Diagnostic::error(
        Code("aws::range"),
        format!("`{name}` cannot be {value}"),
        span,
        if low { "too small" } else { "too large" },
    )
    .help(format!("AWS takes a number {bounds}"))
}

/// A string too short or too long.
pub(super) fn length(
    name: &str,
    has: usize,
    bounds: (Option<u64>, Option<u64>),
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("aws::length"),
        format!("`{name}` cannot have {}", count(has, "character")),
        span,
        count(has, "character"),
    )
    .help(format!("AWS takes {} characters", counts(bounds)))
}

/// A list or map with too few or too many entries.
pub(super) fn item_count(
    name: &str,
    has: usize,
    bounds: (Option<u64>, Option<u64>),
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        Code("aws::item_count"),
        format!("`{name}` cannot have {}", count(has, "item")),
        span,
        count(has, "item"),
    )
    .help(format!("AWS takes {} items", counts(bounds)))
}

fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}

fn counts(bounds: (Option<u64>, Option<u64>)) -> String {
    match bounds {
        (Some(least), Some(most)) if least == most => format!("exactly {least}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number of".to_owned(),
    }
}

/// An item that stands in a list twice.
pub(super) fn duplicate(name: &str, first: Span, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::duplicate_item"),
        format!("`{name}` takes each item once"),
        span,
        "here again",
    )
    .label(first, "the same item")
    .help("take one of them out")
}

/// A string that does not look as AWS wants it.
pub(super) fn pattern(
    name: &str,
    value: &str,
    pattern: &str,
    example: Option<&str>,
    span: Span,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::pattern"),
        format!("`{name}` cannot be `{}`", safe(value)),
        span,
        "not of the form AWS takes",
    );
    match example {
        Some(example) => found.help(format!("AWS takes the form `{example}` (`{pattern}`)")),
        None => found.help(format!("AWS takes what matches `{pattern}`")),
    }
}

/// A name of a map entry that AWS does not take.
pub(super) fn map_key(of: &str, key: &str, pattern: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::map_key"),
        format!("`{}` is no name for an entry of `{of}`", safe(key)),
        span,
        "not of the form AWS takes",
    )
    .help(format!("names here match `{pattern}`"))
}

/// A value of another type.
pub(super) fn wrong_type(name: &str, wanted: &str, value: &Value, span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::property_type"),
        format!("`{name}` takes {}, not {}", article(wanted), sort(value)),
        span,
        format!("this is {}", sort(value)),
    );
    let text = match value {
        Value::Number(number) => number.normalize().to_string(),
        Value::Bool(value) => value.to_string(),
        Value::String(text) | Value::Word(text) => text.to_string(),
        _ => String::new(),
    };
    match (wanted, value) {
        ("string", Value::Number(_) | Value::Bool(_)) => found
            .help(format!("write `\"{text}\"`"))
            .fix(format!("write `\"{text}\"`"), span, format!("\"{text}\"")),
        ("int" | "number", Value::String(_)) if text.parse::<f64>().is_ok() => found
            .help(format!("write `{text}`"))
            .fix(format!("write `{text}`"), span, text),
        ("bool", Value::String(_)) if text == "true" || text == "false" => found
            .help(format!("write `{text}`"))
            .fix(format!("write `{text}`"), span, text),
        ("int", Value::Number(_)) => found.help("write a whole number"),
        (wanted, Value::Resource(of)) => found.help(format!(
            "name one of its attributes ({wanted}): `{}.…`",
            of.address.label
        )),
        (wanted, _) if wanted.starts_with("list") => found.help("write `[…]`"),
        ("object", _) => found.help("write `{ … }`"),
        (wanted, _) => found.help(format!("write {}", article(wanted))),
    }
}

fn article(wanted: &str) -> String {
    let vowel = wanted.starts_with(['a', 'e', 'i', 'o', 'u']);
    match wanted {
        "any value" => wanted.to_owned(),
        _ if vowel => format!("an {wanted}"),
        _ => format!("a {wanted}"),
    }
}

/// What sort of value this is, in words.
fn sort(value: &Value) -> &'static str {
    match value {
        Value::None => "none",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::Quantity(quantity) => match quantity.dimension.type_name() {
            "size" => "a size",
            "duration" => "a duration",
            "percent" => "a percentage",
            _ => "a rate",
        },
        Value::String(_) | Value::Path(_) => "a string",
        Value::Word(_) => "a word",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
        Value::Call(_) => "a call",
        Value::Resource(_) => "a whole declaration",
        Value::Member(_) => "a permission, event or metric",
        Value::Env => "the environment",
        Value::Deferred(_) | Value::Error => "unknown",
    }
}

/// A quantity where AWS takes a plain number.
pub(super) fn quantity(name: &str, path: &str, quantity: &Quantity, span: Span) -> Diagnostic {
    let what = sort(&Value::Quantity(*quantity));
    let found = Diagnostic::error(
        Code("aws::quantity"),
        format!("{what} is not a number; `{name}` takes AWS's own number"),
        span,
        format!("this is {what}"),
    );
    match units::number_for(quantity, path) {
        Some(number) => found.help(format!("write `{number}`")).fix(
            format!("write `{number}`"),
            span,
            number.to_string(),
        ),
        None => found.help(format!("{quantity} is {}", units::in_words(quantity))),
    }
}

/// A word where no set of words is expected.
pub(super) fn word(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::word"),
        format!(
            "`{}` names nothing, and no set of words is expected here",
            safe(word)
        ),
        span,
        "neither a name in scope nor an allowed word",
    )
    .help(format!("for a string write `\"{}\"`", safe(word)))
    .fix(
        format!("write `\"{}\"`", safe(word)),
        span,
        format!("{word:?}"),
    )
}

/// A rule between properties that does not hold.
pub(super) fn rule(of: &str, message: &str, help: &str, labels: &[(Span, String)]) -> Diagnostic {
    let mut found = Diagnostic::new(
        Code("aws::rule"),
        formwork_diag::Severity::Error,
        format!("`{of}`: {message}"),
    );
    for (span, label) in labels {
        found = found.label(*span, label.clone());
    }
    found.help(help)
}
