//! Statements of the policies of functions and layers: what AddPermission was asked for, seen from what came of it.

use serde_json::{Map, Value as Json};

/// What a condition stands for: Lambda guide, "Working with resource-based IAM policies"; keys are without case.
const CONDITIONS: &[(&str, &str)] = &[
    ("aws:sourcearn", "SourceArn"),
    ("aws:sourceaccount", "SourceAccount"),
    ("aws:principalorgid", "PrincipalOrgID"),
    ("lambda:functionurlauthtype", "FunctionUrlAuthType"),
    ("lambda:eventsourcetoken", "EventSourceToken"),
    ("lambda:invokedviafunctionurl", "InvokedViaFunctionUrl"),
];

/// The statements of a policy by their ids, as properties.
pub(super) fn statements(policy: &str) -> Vec<(String, Map<String, Json>)> {
    let policy: Json = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy.get("Statement").and_then(Json::as_array);
    let each = statements.into_iter().flatten().filter_map(|statement| {
        let id = statement.get("Sid")?.as_str()?;
        Some((id.to_owned(), properties(statement)))
    });
    each.collect()
}

fn properties(statement: &Json) -> Map<String, Json> {
    let mut map = Map::new();
    if let Some(action) = statement.get("Action") {
        map.insert("Action".to_owned(), action.clone());
    }
    if let Some(principal) = statement.get("Principal").and_then(principal) {
        map.insert("Principal".to_owned(), Json::String(principal));
    }
    let tests = statement.get("Condition").and_then(Json::as_object);
    for test in tests.into_iter().flat_map(Map::values) {
        for (key, value) in test.as_object().into_iter().flatten() {
            let key = key.to_ascii_lowercase();
            let known = CONDITIONS.iter().find(|(condition, _)| *condition == key);
            if let Some((_, property)) = known {
                map.insert((*property).to_owned(), value.clone());
            }
        }
    }
    if let Some(Json::String(flag)) = map.get("InvokedViaFunctionUrl") {
        let flag = flag == "true";
        map.insert("InvokedViaFunctionUrl".to_owned(), Json::Bool(flag));
    }
    map
}

/// A service, everybody, or who was named; an account is said by its number, as permissions are.
fn principal(principal: &Json) -> Option<String> {
    let named = match principal {
        Json::Object(kinds) => kinds.values().next()?.as_str()?,
        other => other.as_str()?,
    };
    let account = named
        .strip_suffix(":root")
        .and_then(|arn| arn.rsplit(':').next());
    Some(account.unwrap_or(named).to_owned())
}

/// The id of the statement that a create adds: always the same for the same token, so that a repeated create finds it.
pub(super) fn id(token: &str) -> String {
    let kept: String = token.chars().filter(char::is_ascii_alphanumeric).collect();
    let short = kept.get(..kept.len().min(32)).unwrap_or_default();
    format!("formwork-{short}")
}

#[cfg(test)]
mod tests {
    use super::{id, statements};
    use serde_json::{Value as Json, json};

    #[test]
    fn a_statement_says_what_was_asked_for() {
        let policy = json!({ "Statement": [{
            "Sid": "one",
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Principal": { "Service": "s3.amazonaws.com" },
            "Condition": {
                "StringEquals": { "AWS:SourceAccount": "123456789012" },
                "ArnLike": { "AWS:SourceArn": "arn:aws:s3:::b" },
                "Bool": { "lambda:InvokedViaFunctionUrl": "true" },
            },
        }, { "Sid": "two", "Principal": { "AWS": "arn:aws:iam::123456789012:root" } }] });
        let found = statements(&policy.to_string());
        let shown: Vec<(&str, Json)> = found
            .iter()
            .map(|(id, map)| (id.as_str(), Json::Object(map.clone())))
            .collect();
        assert_eq!(
            shown,
            [
                (
                    "one",
                    json!({
                        "Action": "lambda:InvokeFunction",
                        "Principal": "s3.amazonaws.com",
                        "SourceAccount": "123456789012",
                        "SourceArn": "arn:aws:s3:::b",
                        "InvokedViaFunctionUrl": true,
                    })
                ),
                ("two", json!({ "Principal": "123456789012" })),
            ]
        );
    }

    #[test]
    fn the_id_is_that_of_the_token() {
        assert_eq!(id("a-b:c"), "formwork-abc");
    }
}
