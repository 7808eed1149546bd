//! What was meant by a string where something else is expected: a word, a number, a quantity, a time.

use super::calls::call_types;
use super::teach::unit;
use crate::errors::types::Teach;
use crate::names::World;
use formwork_diag::nearest;
use formwork_schema::{Dimension, Type, UNITS};
use rust_decimal::Decimal;

/// What to write for the text of a string; `None` if nobody can say.
pub(super) fn meant(world: &World<'_>, text: &str, want: &Type) -> Option<Teach> {
    action(text, want)
        .or_else(|| word(world, text, want))
        .or_else(|| time(text, want))
        .or_else(|| plain(world, text, want))
        .or_else(|| quantity(text, want))
        .or_else(|| list(world, text, want))
}

/// `"dynamodb:PutItem"` where a permission is expected.
fn action(text: &str, want: &Type) -> Option<Teach> {
    if !takes(want, &|ty| *ty == Type::Permission) || !text.contains(':') {
        return None;
    }
    Some(Teach {
        help: format!(
            "write a verb of a declaration, such as `uploads.read`; for what has none: `iam(actions = [\"{text}\"], resources = [\"arn:…\"])`"
        ),
        fix: None,
    })
}

fn write(help: String, text: String) -> Option<Teach> {
    Some(Teach {
        help,
        fix: Some(text),
    })
}

/// A word in quotes, of this language or of another tool.
pub(super) fn word(world: &World<'_>, text: &str, want: &Type) -> Option<Teach> {
    let mut enums = Vec::new();
    super::names::word_types(want, &mut enums);
    let members: Vec<&str> = enums
        .iter()
        .flat_map(|of| of.members.iter().map(|member| &**member))
        .collect();
    if members.contains(&text) {
        return write(
            format!("words have no quotes: write `{text}`"),
            text.to_owned(),
        );
    }
    if let Some(found) = world.vocabulary.foreign_word(text, &members) {
        return write(
            format!("words have no quotes: write `{found}`"),
            found.to_owned(),
        );
    }
    let near = nearest(text, members.iter().copied())?;
    write(
        format!("words have no quotes: did you mean `{near}`?"),
        near.to_owned(),
    )
}

/// `rate(5 minutes)` and `cron(…)` as EventBridge has them.
fn time(text: &str, want: &Type) -> Option<Teach> {
    let takes = |name: &str| {
        matches!(want, Type::Event) || call_types(want).iter().any(|call| &*call.name == name)
    };
    let (name, rest) = text.split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    let new = match name {
        "rate" if takes("every") => format!("every({})", amount(inside, Dimension::Duration)?),
        "cron" if takes("cron") => format!("cron(\"{inside}\")"),
        _ => return None,
    };
    write(format!("a time has no quotes: write `{new}`"), new)
}

/// A number or a truth in quotes.
fn plain(world: &World<'_>, text: &str, want: &Type) -> Option<Teach> {
    let number = text.parse::<Decimal>().is_ok();
    if number && takes(want, &|ty| matches!(ty, Type::Int | Type::Number)) {
        return write(format!("without quotes: write `{text}`"), text.to_owned());
    }
    if !takes(want, &|ty| *ty == Type::Bool) {
        return None;
    }
    if matches!(text, "true" | "false") {
        return write(format!("without quotes: write `{text}`"), text.to_owned());
    }
    let truth = world.vocabulary.foreign_truth(text)?;
    write(format!("write `{truth}`"), truth.to_string())
}

/// `"512"`, `"30s"` or `"30 days"` for a quantity.
fn quantity(text: &str, want: &Type) -> Option<Teach> {
    let dimension = dimension(want)?;
    let new = amount(text, dimension)?;
    write(format!("quantities have no quotes: write `{new}`"), new)
}

fn dimension(want: &Type) -> Option<Dimension> {
    match want {
        Type::Quantity(dimension) => Some(*dimension),
        Type::Optional(inner) => dimension(inner),
        Type::OneOf(types) => types.iter().find_map(dimension),
        _ => None,
    }
}

/// A quantity in another tool's spelling as it is written here.
fn amount(text: &str, dimension: Dimension) -> Option<String> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    number.parse::<Decimal>().ok()?;
    let rest = rest.trim();
    let mut units = UNITS.iter().filter(|unit| unit.dimension == dimension);
    let known = units.find(|unit| unit.name == rest).map(|unit| unit.name);
    let unit = known.or_else(|| unit_elsewhere(rest, dimension))?;
    Some(format!("{number}{unit}"))
}

fn unit_elsewhere(name: &str, dimension: Dimension) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let found = match (dimension, name.as_str()) {
        (_, "") => unit(dimension),
        (Dimension::Duration, "second" | "seconds" | "sec" | "secs") => "s",
        (Dimension::Duration, "minute" | "minutes" | "mins" | "m") => "min",
        (Dimension::Duration, "hour" | "hours" | "hr" | "hrs") => "h",
        (Dimension::Duration, "day" | "days") => "d",
        (Dimension::Size, "kb" | "k" | "kib" | "ki") => "KB",
        (Dimension::Size, "mb" | "m" | "mib" | "mi") => "MB",
        (Dimension::Size, "gb" | "g" | "gib" | "gi") => "GB",
        (Dimension::Size, "tb" | "t" | "tib" | "ti") => "TB",
        _ => return None,
    };
    Some(found)
}

/// One string where a list of them, or of words, is expected.
fn list(world: &World<'_>, text: &str, want: &Type) -> Option<Teach> {
    let Type::List(item) = want else {
        return None;
    };
    if takes(item, &|ty| matches!(ty, Type::String | Type::Path)) {
        let new = format!("[\"{text}\"]");
        return write(format!("a list has brackets: write `{new}`"), new);
    }
    let one = meant(world, text, item)?.fix?;
    write(
        format!("a list has brackets: write `[{one}]`"),
        format!("[{one}]"),
    )
}

fn takes(want: &Type, is: &dyn Fn(&Type) -> bool) -> bool {
    match want {
        Type::Optional(inner) => takes(inner, is),
        Type::OneOf(types) => types.iter().any(|ty| takes(ty, is)),
        ty => is(ty),
    }
}
