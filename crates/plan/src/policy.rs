//! JSON documents compared by what they mean: policies, and JSON within strings.

use serde_json::{Map, Value as Json};

/// Whether two documents mean the same. Either may be text that holds JSON.
pub(crate) fn same_document(one: &Json, other: &Json) -> bool {
    canonical(&parsed(one)) == canonical(&parsed(other))
}

/// The document of a text that holds an object or a list; anything else as it is.
pub(crate) fn parsed(json: &Json) -> Json {
    match json {
        Json::String(text) if text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str(text).unwrap_or_else(|_| json.clone())
        }
        other => other.clone(),
    }
}

/// Whether it is a policy document.
pub(crate) fn is_policy(json: &Json) -> bool {
    json.get("Statement").is_some()
}

/// The document in the one form in which equal meaning is equal text.
fn canonical(json: &Json) -> String {
    match is_policy(json) {
        true => policy(json).to_string(),
        false => sorted(json).to_string(),
    }
}

/// Keys sorted and numbers in one form, whatever the map type keeps.
fn sorted(json: &Json) -> Json {
    match json {
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|one, other| one.0.cmp(other.0));
            let entries = entries.into_iter();
            Json::Object(
                entries
                    .map(|(name, value)| (name.clone(), sorted(value)))
                    .collect(),
            )
        }
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        Json::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => Json::from(float as i64),
            _ => json.clone(),
        },
        other => other.clone(),
    }
}

fn policy(json: &Json) -> Json {
    let Json::Object(map) = json else {
        return json.clone();
    };
    let mut out = Map::new();
    let mut names: Vec<&String> = map.keys().collect();
    names.sort();
    for name in names {
        let Some(value) = map.get(name) else { continue };
        let value = match name.as_str() {
            "Statement" => {
                // The order of statements never decides: an explicit deny wins wherever it stands.
                let mut statements: Vec<Json> = each(value).map(statement).collect();
                statements.sort_by_cached_key(Json::to_string);
                Json::Array(statements)
            }
            _ => sorted(value),
        };
        out.insert(name.clone(), value);
    }
    Json::Object(out)
}

/// A single value and a list of one mean the same.
fn each(json: &Json) -> impl Iterator<Item = &Json> {
    match json {
        Json::Array(items) => items.iter(),
        one => std::slice::from_ref(one).iter(),
    }
}

fn statement(json: &Json) -> Json {
    let Json::Object(map) = json else {
        return json.clone();
    };
    let mut names: Vec<&String> = map.keys().collect();
    names.sort();
    let mut out = Map::new();
    for name in names {
        let Some(value) = map.get(name) else { continue };
        let value = match name.as_str() {
            "Action" | "NotAction" => texts(value, str::to_ascii_lowercase),
            "Resource" | "NotResource" => texts(value, str::to_owned),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            _ => sorted(value),
        };
        out.insert(name.clone(), value);
    }
    Json::Object(out)
}

/// A set of texts, sorted.
fn texts(json: &Json, form: fn(&str) -> String) -> Json {
    let text = |item: &Json| match item {
        Json::String(text) => form(text),
        other => other.to_string(),
    };
    let mut all: Vec<String> = each(json).map(text).collect();
    all.sort();
    all.dedup();
    Json::from(all)
}

fn principal(json: &Json) -> Json {
    let mut out = Map::new();
    match json {
        Json::Object(map) => {
            let mut names: Vec<&String> = map.keys().collect();
            names.sort();
            for name in names {
                let value = map.get(name).unwrap_or(&Json::Null);
                out.insert(name.clone(), texts(value, account_root));
            }
        }
        // `"*"` is shown by some services as `{"AWS": "*"}`.
        everyone => {
            out.insert("AWS".into(), texts(everyone, account_root));
        }
    }
    Json::Object(out)
}

/// An account and the ARN of its root mean the same.
fn account_root(text: &str) -> String {
    let account = text
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.strip_suffix(":root"));
    account.unwrap_or(text).to_owned()
}

fn condition(json: &Json) -> Json {
    let Json::Object(operators) = json else {
        return json.clone();
    };
    let keys = |keys: &Json| match keys {
        Json::Object(map) => Json::Object(
            map.iter()
                .map(|(key, value)| (key.to_ascii_lowercase(), texts(value, str::to_owned)))
                .collect(),
        ),
        other => other.clone(),
    };
    let operators = operators
        .iter()
        .map(|(operator, value)| (operator.clone(), keys(value)))
        .collect();
    sorted(&Json::Object(operators))
}

#[cfg(test)]
mod tests {
    use super::same_document;
    use serde_json::json;

    #[test]
    fn policies_are_compared_by_meaning() {
        let one = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": "*"},
            {"Effect": "Deny", "Action": ["b:x", "a:Y"], "Resource": ["2", "1"]}
        ]});
        let other = json!({"Statement": [
            {"Action": ["a:y", "B:X"], "Resource": ["1", "2"], "Effect": "Deny"},
            {"Principal": {"AWS": ["*"]}, "Effect": "Allow", "Action": ["S3:getobject"], "Resource": ["*"]}
        ], "Version": "2012-10-17"});
        assert!(same_document(&one, &json!(other.to_string())));
        let wider = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"}]});
        assert!(!same_document(&one, &wider));
    }

    #[test]
    fn conditions_and_accounts_have_several_forms() {
        let one = json!({"Statement": {"Principal": {"AWS": "123456789012"},
            "Condition": {"Bool": {"aws:SecureTransport": false}}}});
        let other = json!({"Statement": [{"Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Condition": {"Bool": {"aws:securetransport": ["false"]}}}]});
        assert!(same_document(&one, &other));
    }

    #[test]
    fn documents_are_compared_by_structure() {
        assert!(same_document(
            &json!("{\"b\":1.0,\"a\":[1,2]}"),
            &json!({"a": [1, 2], "b": 1})
        ));
        assert!(!same_document(&json!([1, 2]), &json!([2, 1])));
        assert!(!same_document(&json!("{x"), &json!("{y")));
    }
}
