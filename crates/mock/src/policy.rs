//! How AWS shows JSON again: policies with lists of one entry as that entry, texts with other spaces and key order.

use serde_json::{Map, Value as Json, json};
use std::fmt::Write as _;

/// Whether a value is a policy document.
pub(crate) fn is_policy(value: &Json) -> bool {
    value.get("Statement").is_some()
}

/// The document with every list of one entry in its statements as that entry, and principals written out.
pub(crate) fn shorten(document: &mut Json, partition: &str) {
    let Some(Json::Array(statements)) = document.get_mut("Statement") else {
        return;
    };
    for statement in statements {
        let Json::Object(statement) = statement else {
            continue;
        };
        for (name, value) in statement {
            match name.as_str() {
                "Action" | "NotAction" | "Resource" | "NotResource" => single(value),
                "Principal" | "NotPrincipal" => principal(value, partition),
                "Condition" => each(value, |operator| each(operator, single)),
                _ => {}
            }
        }
    }
}

/// Everyone becomes `{"AWS": "*"}`, an account the ARN of its root.
fn principal(value: &mut Json, partition: &str) {
    if value == "*" {
        *value = json!({ "AWS": "*" });
        return;
    }
    if let Some(accounts) = value.get_mut("AWS") {
        match accounts {
            Json::Array(items) => items.iter_mut().for_each(|item| root(item, partition)),
            one => root(one, partition),
        }
    }
    each(value, single);
}

fn root(account: &mut Json, partition: &str) {
    if let Json::String(text) = account
        && text.len() == 12
        && text.bytes().all(|byte| byte.is_ascii_digit())
    {
        *text = format!("arn:{partition}:iam::{text}:root");
    }
}

fn each(value: &mut Json, mut change: impl FnMut(&mut Json)) {
    if let Json::Object(map) = value {
        map.values_mut().for_each(&mut change);
    }
}

fn single(value: &mut Json) {
    if let Json::Array(items) = value
        && items.len() == 1
        && let Some(item) = items.pop()
    {
        *value = item;
    }
}

/// A JSON text of the same meaning with other spaces and the keys in reverse; `None` if it is no object or list.
pub(crate) fn respell(text: &str) -> Option<String> {
    let value: Json = serde_json::from_str(text).ok()?;
    if !value.is_object() && !value.is_array() {
        return None;
    }
    let mut respelt = String::new();
    write(&value, &mut respelt)?;
    Some(respelt)
}

fn write(value: &Json, text: &mut String) -> Option<()> {
    match value {
        Json::Object(map) => write_map(map, text),
        Json::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { " " } else { ", " });
                write(item, text)?;
            }
            text.push_str(" ]");
            Some(())
        }
        scalar => write!(text, "{scalar}").ok(),
    }
}

fn write_map(map: &Map<String, Json>, text: &mut String) -> Option<()> {
    text.push('{');
    for (at, (name, value)) in map.iter().rev().enumerate() {
        text.push_str(if at == 0 { " " } else { ", " });
        write!(text, "{} : ", Json::String(name.clone())).ok()?;
        write(value, text)?;
    }
    text.push_str(" }");
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{respell, shorten};
    use serde_json::json;

    #[test]
    fn lists_of_one_become_their_entry() {
        let mut document = json!({ "Statement": [{
            "Action": ["s3:GetObject"],
            "Resource": ["a", "b"],
            "Principal": { "Service": ["lambda.amazonaws.com"] },
            "Condition": { "StringEquals": { "aws:SourceAccount": ["1"] } },
        }] });
        shorten(&mut document, "aws");
        let expected = json!({ "Statement": [{
            "Action": "s3:GetObject",
            "Resource": ["a", "b"],
            "Principal": { "Service": "lambda.amazonaws.com" },
            "Condition": { "StringEquals": { "aws:SourceAccount": "1" } },
        }] });
        assert_eq!(document, expected);
    }

    #[test]
    fn principals_are_written_out() {
        let mut document = json!({ "Statement": [
            { "Principal": "*" }, { "Principal": { "AWS": ["111122223333", "444455556666"] } },
        ] });
        shorten(&mut document, "aws-cn");
        let expected = json!({ "Statement": [
            { "Principal": { "AWS": "*" } },
            { "Principal": { "AWS": [
                "arn:aws-cn:iam::111122223333:root", "arn:aws-cn:iam::444455556666:root",
            ] } },
        ] });
        assert_eq!(document, expected);
    }

    #[test]
    fn a_respelt_text_means_the_same() {
        let text = r#"{"a":[1,{"b":"x\"y"}],"c":null}"#;
        let respelt = respell(text).unwrap();
        assert_ne!(respelt, text);
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&respelt), value(text));
        assert_eq!(respell("plain"), None);
        assert_eq!(respell("7"), None);
    }
}
