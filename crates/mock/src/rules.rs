//! The rules between properties that AWS's linter knows, judged on what a create sends.

use crate::check::same;
use crate::pattern::Patterns;
use serde_json::{Map, Value as Json};

/// Words of rules that speak of more than one object; such a rule is not judged.
const BEYOND: [&str; 5] = ["cfnGather", "cfnContext", "$data", "$lookup", "$ref"];

/// Whether a rule can be judged by one object alone.
pub(crate) fn is_of_one_object(rule: &Json) -> bool {
    match rule {
        Json::Object(map) => map
            .iter()
            .all(|(word, below)| !BEYOND.contains(&word.as_str()) && is_of_one_object(below)),
        Json::Array(items) => items.iter().all(is_of_one_object),
        _ => true,
    }
}

/// Whether a value keeps a rule; words that are not known say nothing.
pub(crate) fn holds(rule: &Json, value: &Json, patterns: &mut Patterns) -> bool {
    match rule {
        Json::Bool(allowed) => *allowed,
        Json::Object(words) => {
            conditional(words, value, patterns)
                && words
                    .iter()
                    .all(|(word, argument)| word_holds(word, argument, value, patterns))
        }
        _ => true,
    }
}

fn conditional(words: &Map<String, Json>, value: &Json, patterns: &mut Patterns) -> bool {
    let Some(condition) = words.get("if") else {
        return true;
    };
    let branch = if holds(condition, value, patterns) {
        "then"
    } else {
        "else"
    };
    words
        .get(branch)
        .is_none_or(|rule| holds(rule, value, patterns))
}

fn word_holds(word: &str, argument: &Json, value: &Json, patterns: &mut Patterns) -> bool {
    let mut each = argument.as_array().into_iter().flatten();
    match word {
        "allOf" => each.all(|rule| holds(rule, value, patterns)),
        "anyOf" => each.any(|rule| holds(rule, value, patterns)),
        "oneOf" => each.filter(|rule| holds(rule, value, patterns)).count() == 1,
        "not" => !holds(argument, value, patterns),
        "const" => means(argument, value),
        "enum" => each.any(|allowed| means(allowed, value)),
        "type" => match argument {
            Json::Array(sorts) => sorts.iter().any(|sort| is_of_sort(sort, value)),
            sort => is_of_sort(sort, value),
        },
        "pattern" => match (argument, value) {
            (Json::String(pattern), Json::String(text)) => patterns.matches(pattern, text),
            _ => true,
        },
        _ => match value {
            Json::Object(map) => object_holds(word, argument, map, patterns),
            Json::Array(items) => list_holds(word, argument, items, patterns),
            _ => number_holds(word, argument, value),
        },
    }
}

fn object_holds(
    word: &str,
    argument: &Json,
    map: &Map<String, Json>,
    patterns: &mut Patterns,
) -> bool {
    let mut names = texts(argument);
    let mut entries = argument.as_object().into_iter().flatten();
    match word {
        "required" => names.all(|name| map.contains_key(name)),
        "requiredOr" => names.any(|name| map.contains_key(name)),
        "requiredXor" => names.filter(|name| map.contains_key(*name)).count() == 1,
        "dependentRequired" => entries.all(|(name, others)| {
            !map.contains_key(name) || texts(others).all(|other| map.contains_key(other))
        }),
        "dependentExcluded" => entries.all(|(name, others)| {
            !map.contains_key(name) || !texts(others).any(|other| map.contains_key(other))
        }),
        "properties" => entries.all(|(name, rule)| {
            map.get(name)
                .is_none_or(|value| holds(rule, value, patterns))
        }),
        "propertyNames" => map
            .keys()
            .all(|name| holds(argument, &Json::String(name.clone()), patterns)),
        _ => true,
    }
}

fn list_holds(word: &str, argument: &Json, items: &[Json], patterns: &mut Patterns) -> bool {
    let count = argument.as_u64();
    match word {
        "items" => items.iter().all(|item| holds(argument, item, patterns)),
        "contains" => items.iter().any(|item| holds(argument, item, patterns)),
        "minItems" => count.is_none_or(|least| items.len() as u64 >= least),
        "maxItems" => count.is_none_or(|most| items.len() as u64 <= most),
        _ => true,
    }
}

/// Whether a value is the allowed one; AWS's rules do not tell a number from its digits.
fn means(allowed: &Json, value: &Json) -> bool {
    let digits = match (allowed, value) {
        (Json::Number(number), Json::String(text)) => number.to_string() == *text,
        _ => false,
    };
    digits || same(allowed, value)
}

fn number_holds(word: &str, argument: &Json, value: &Json) -> bool {
    let (Some(argument), Some(value)) = (argument.as_f64(), value.as_f64()) else {
        return true;
    };
    match word {
        "minimum" => value >= argument,
        "maximum" => value <= argument,
        "exclusiveMinimum" => value > argument,
        "exclusiveMaximum" => value < argument,
        "multipleOf" => (value / argument).fract() == 0.0,
        _ => true,
    }
}

fn is_of_sort(sort: &Json, value: &Json) -> bool {
    match sort.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("number") => value.is_number(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => true,
    }
}

fn texts(list: &Json) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
}

#[cfg(test)]
mod tests {
    use super::{holds, is_of_one_object};
    use crate::pattern::Patterns;
    use serde_json::{Value as Json, json};

    fn judge(rule: &Json, value: &Json) -> bool {
        holds(rule, value, &mut Patterns::default())
    }

    fn check(cases: &[(Json, Json, Json)]) {
        for (rule, yes, no) in cases {
            assert!(judge(rule, yes), "{rule} {yes}");
            assert!(!judge(rule, no), "{rule} {no}");
        }
    }

    #[test]
    fn words_about_objects_say_yes_and_no() {
        check(&[
            (json!({ "required": ["A"] }), json!({ "A": 1 }), json!({})),
            (
                json!({ "requiredOr": ["A", "B"] }),
                json!({ "A": 1, "B": 1 }),
                json!({}),
            ),
            (
                json!({ "requiredXor": ["A", "B"] }),
                json!({ "A": 1 }),
                json!({ "A": 1, "B": 1 }),
            ),
            (
                json!({ "dependentRequired": { "A": ["B"] } }),
                json!({ "B": 1 }),
                json!({ "A": 1 }),
            ),
            (
                json!({ "dependentExcluded": { "A": ["B"] } }),
                json!({ "A": 1 }),
                json!({ "A": 1, "B": 1 }),
            ),
            (
                json!({ "properties": { "A": false } }),
                json!({ "B": 1 }),
                json!({ "A": 1 }),
            ),
            (
                json!({ "properties": { "A": { "const": 1 } } }),
                json!({ "A": 1.0 }),
                json!({ "A": 2 }),
            ),
            (
                json!({ "properties": { "A": { "enum": [512, 1024] } } }),
                json!({ "A": "512" }),
                json!({ "A": "513" }),
            ),
            (
                json!({ "propertyNames": { "pattern": "^a" } }),
                json!({ "a": 1 }),
                json!({ "b": 1 }),
            ),
        ]);
    }

    #[test]
    fn other_words_say_yes_and_no() {
        check(&[
            (
                json!({ "items": { "minimum": 2 } }),
                json!([2, 3]),
                json!([1]),
            ),
            (
                json!({ "contains": { "enum": [1, 2] } }),
                json!([5, 2]),
                json!([5]),
            ),
            (json!({ "minItems": 2 }), json!([1, 2]), json!([1])),
            (json!({ "maxItems": 1 }), json!([1]), json!([1, 2])),
            (json!({ "maximum": 5 }), json!(5), json!(6)),
            (json!({ "exclusiveMinimum": 5 }), json!(6), json!(5)),
            (json!({ "exclusiveMaximum": 5 }), json!(4), json!(5)),
            (json!({ "multipleOf": 60 }), json!(120), json!(90)),
            (
                json!({ "type": ["string", "integer"] }),
                json!("x"),
                json!(true),
            ),
            (
                json!({ "allOf": [{ "minimum": 1 }, { "maximum": 2 }] }),
                json!(2),
                json!(3),
            ),
            (
                json!({ "anyOf": [{ "const": 1 }, { "const": 2 }] }),
                json!(2),
                json!(3),
            ),
            (
                json!({ "oneOf": [{ "minimum": 1 }, { "minimum": 5 }] }),
                json!(2),
                json!(6),
            ),
            (json!({ "not": { "const": 1 } }), json!(2), json!(1)),
            (
                json!({ "if": { "required": ["A"] }, "then": { "required": ["B"] }, "else": false }),
                json!({ "A": 1, "B": 1 }),
                json!({ "A": 1 }),
            ),
            (
                json!({ "if": { "required": ["A"] }, "else": { "required": ["B"] } }),
                json!({ "B": 1 }),
                json!({}),
            ),
        ]);
    }

    #[test]
    fn a_rule_about_several_objects_is_told_apart() {
        assert!(is_of_one_object(
            &json!({ "allOf": [{ "required": ["A"] }] })
        ));
        assert!(!is_of_one_object(
            &json!({ "allOf": [{ "maximum": { "$data": "/x" } }] })
        ));
    }
}
