//! Rules about one value, and what is said when they, or alternatives, do not hold.

use super::thing::Thing;
use super::{Fault, Verdict};
use crate::raw::{convert, pattern};
use formwork_diag::{Span, list_words};
use serde_json::Value as Json;

/// Rules about one known value; rules that speak of another sort of value hold.
pub(super) fn scalar(word: &str, argument: &Json, thing: Thing<'_>) -> Verdict {
    let fault = |message: String| {
        let help = message.clone();
        let labels = vec![(
            thing.span(),
            "with the other values given, not this".to_owned(),
        )];
        Fault {
            message,
            help,
            labels,
        }
    };
    match word {
        "type" => {
            let wanted: Vec<&str> = match argument {
                Json::String(ty) => vec![ty],
                other => texts(other).collect(),
            };
            let holds = wanted.iter().any(|ty| thing.is_of(ty));
            Verdict::of(holds, || {
                fault(format!(
                    "here it must be a value of type {}",
                    wanted.join(" or ")
                ))
            })
        }
        "enum" | "const" => {
            let allowed: Vec<&Json> = match (word, argument) {
                ("enum", Json::Array(all)) => all.iter().collect(),
                _ => vec![argument],
            };
            let Some(value) = thing.value() else {
                return Verdict::Holds;
            };
            let holds = allowed.iter().any(|json| convert::same(value, json));
            let listed: Vec<String> = allowed.iter().map(|json| json.to_string()).collect();
            Verdict::of(holds, || {
                fault(format!("here it must be {}", listed.join(" or ")))
            })
        }
        "pattern" => {
            let regex = argument.as_str().and_then(pattern);
            match (thing.text(), regex) {
                (Some(text), Some(regex)) => {
                    let holds = regex.is_match(text).unwrap_or(true);
                    Verdict::of(holds, || fault(format!("here it must match `{regex}`")))
                }
                _ => Verdict::Holds,
            }
        }
        "minItems" | "maxItems" => {
            let (Some(items), Some(bound)) = (thing.items(), argument.as_u64()) else {
                return Verdict::Holds;
            };
            let least = word == "minItems";
            let holds = if least {
                items.len() as u64 >= bound
            } else {
                items.len() as u64 <= bound
            };
            let words = if least { "at least" } else { "at most" };
            Verdict::of(holds, || {
                fault(format!("here it must have {words} {bound} items"))
            })
        }
        _ => numeric(word, argument, thing).map_or(Verdict::Holds, |(holds, message)| {
            Verdict::of(holds, || fault(message))
        }),
    }
}

fn numeric(word: &str, argument: &Json, thing: Thing<'_>) -> Option<(bool, String)> {
    let number = thing.number()?;
    let bound = convert::decimal(match argument {
        Json::Number(number) => number,
        _ => return None,
    })?;
    Some(match word {
        "minimum" => (number >= bound, format!("here it must be at least {bound}")),
        "maximum" => (number <= bound, format!("here it must be at most {bound}")),
        "exclusiveMinimum" => (number > bound, format!("here it must be more than {bound}")),
        "exclusiveMaximum" => (number < bound, format!("here it must be less than {bound}")),
        "multipleOf" => {
            let rest = number.checked_rem(bound)?;
            (rest.is_zero(), format!("it must be a multiple of {bound}"))
        }
        _ => return None,
    })
}

pub(super) fn each(rules: &Json) -> impl Iterator<Item = &Json> {
    rules.as_array().into_iter().flatten()
}

pub(super) fn texts(names: &Json) -> impl Iterator<Item = &str> {
    each(names).filter_map(Json::as_str)
}

/// Alternatives by what each of them requires.
pub(super) fn alternatives(rules: &Json, thing: Thing<'_>, message: &str) -> Fault {
    let needs: Vec<String> = each(rules)
        .filter_map(|rule| {
            let names: Vec<&str> = texts(rule.get("required")?).collect();
            (!names.is_empty()).then(|| list_words(&names, "with"))
        })
        .collect();
    let given: Vec<(Span, String)> = each(rules)
        .filter_map(|rule| rule.get("required"))
        .flat_map(texts)
        .filter_map(|name| Some((thing.get(name)?.head(), format!("`{name}` is given"))))
        .collect();
    let listed = needs.join(" or ");
    let several = message.starts_with("only") && !given.is_empty();
    Fault {
        message: match listed.is_empty() {
            true => "these values do not go together".to_owned(),
            false => format!("{message}: {listed}"),
        },
        help: match (several, listed.is_empty()) {
            (_, true) => "see AWS's documentation of this type for what goes together".to_owned(),
            (true, false) => "keep one of them".to_owned(),
            (false, false) => format!("add {listed}"),
        },
        labels: match several {
            true => given,
            false => vec![(thing.span(), "this is not enough".to_owned())],
        },
    }
}

/// What a `not` refuses.
pub(super) fn refused(rule: &Json, thing: Thing<'_>) -> Fault {
    let names: Vec<&str> = rule
        .get("required")
        .map(|names| texts(names).collect())
        .unwrap_or_default();
    let given = names
        .iter()
        .find_map(|name| Some((*name, thing.get(name)?)));
    match given {
        Some((name, given)) => Fault {
            message: format!("`{name}` cannot be given here"),
            help: format!("take `{name}` out"),
            labels: vec![(given.head(), "not together with the other values".into())],
        },
        None => Fault {
            message: "AWS keeps this value for itself".into(),
            help: "choose another one".into(),
            labels: vec![(thing.span(), "not allowed here".into())],
        },
    }
}
