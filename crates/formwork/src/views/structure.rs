//! What differs between two structured values, such as the policies of a role: by key, lists as sets.

use formwork_plan::{After, FieldChange};
use serde_json::Value;

/// Values that are shorter than this stand beside each other on a line.
const SHORT: usize = 60;

/// More differences than this are only counted.
const MOST: usize = 12;

/// The differences of a field whose values are too long to be read beside each other, a line each; none for others.
pub(crate) fn differences(field: &FieldChange) -> Vec<String> {
    let (Some(before), After::Known(after)) = (&field.before, &field.after) else {
        return Vec::new();
    };
    let structured = |value: &Value| value.is_object() || value.is_array();
    let long = before.to_string().len() > SHORT || after.to_string().len() > SHORT;
    if !(structured(before) && structured(after) && long) || before.get("$artifact").is_some() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    compare("", &plain(before), &plain(after), &mut lines);
    if lines.len() > MOST {
        let more = lines.len() - MOST;
        lines.truncate(MOST);
        lines.push(format!("… and {more} more"));
    }
    lines
}

/// A value with lists of one text as that text: in policies the two mean the same, and AWS gives either.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => match items.as_slice() {
            [only @ Value::String(_)] => only.clone(),
            items => items.iter().map(plain).collect(),
        },
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
        other => other.clone(),
    }
}

fn compare(path: &str, before: &Value, after: &Value, lines: &mut Vec<String>) {
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (before, after) {
        _ if before == after => {}
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in old {
                match new.get(name) {
                    Some(other) => compare(&below(name), value, other, lines),
                    None => lines.push(format!("- {} {value}", below(name))),
                }
            }
            let added = new.iter().filter(|(name, _)| !old.contains_key(*name));
            lines.extend(added.map(|(name, value)| format!("+ {} {value}", below(name))));
        }
        (Value::Array(old), Value::Array(new)) => {
            let so_far = lines.len();
            let gone = old.iter().filter(|item| !new.contains(item));
            lines.extend(gone.map(|item| format!("- {path} {item}")));
            let added = new.iter().filter(|item| !old.contains(item));
            lines.extend(added.map(|item| format!("+ {path} {item}")));
            if lines.len() == so_far {
                lines.push(format!("  {path} in another order"));
            }
        }
        _ => lines.push(format!("~ {path} {before} -> {after}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_statement_more_is_one_line() {
        let read = json!({"Action": ["s3:GetObject"], "Effect": "Allow", "Resource": ["arn:aws:s3:::one/*"]});
        let write = json!({"Action": ["s3:PutObject"], "Effect": "Allow", "Resource": ["arn:aws:s3:::two/*"]});
        let field = FieldChange {
            path: "PolicyDocument".to_owned(),
            before: Some(json!({"Statement": [read], "Version": "2012-10-17"})),
            after: After::Known(json!({"Statement": [read, write], "Version": "2012-10-17"})),
            replaces: false,
            span: None,
        };
        let shown = r#"+ Statement {"Action":"s3:PutObject","Effect":"Allow","Resource":"arn:aws:s3:::two/*"}"#;
        assert_eq!(differences(&field), [shown]);
    }

    #[test]
    fn keys_and_scalars_are_told_apart() {
        let mut lines = Vec::new();
        compare(
            "",
            &json!({"a": 1, "b": {"c": true, "d": 1}}),
            &json!({"b": {"c": false, "e": 2}, "f": 3}),
            &mut lines,
        );
        let expected = [
            "- a 1",
            "~ b.c true -> false",
            "- b.d 1",
            "+ b.e 2",
            "+ f 3",
        ];
        assert_eq!(lines, expected);
    }
}
