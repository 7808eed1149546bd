//! Patches: API Gateway API, "PatchOperation".

use aws_sdk_apigateway::types::{Op, PatchOperation};
use serde_json::{Map, Value as Json};

/// Puts a value at a path.
pub(super) fn replace(path: impl Into<String>, value: impl Into<String>) -> PatchOperation {
    PatchOperation::builder()
        .op(Op::Replace)
        .path(path)
        .value(value)
        .build()
}

/// Adds a value at a path.
pub(super) fn add(path: impl Into<String>, value: impl Into<String>) -> PatchOperation {
    PatchOperation::builder()
        .op(Op::Add)
        .path(path)
        .value(value)
        .build()
}

/// Adds a path that is a value by itself.
pub(super) fn include(path: impl Into<String>) -> PatchOperation {
    PatchOperation::builder().op(Op::Add).path(path).build()
}

/// Takes a path away.
pub(super) fn remove(path: impl Into<String>) -> PatchOperation {
    PatchOperation::builder().op(Op::Remove).path(path).build()
}

/// A segment of a path: RFC 6901.
pub(super) fn segment(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}

/// A value as the text that patches take.
pub(super) fn text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// Puts the properties that are among these paths, and nothing where one is taken out.
pub(super) fn plain(
    paths: &[(&str, &str)],
    wanted: &Map<String, Json>,
    touched: impl Fn(&str) -> bool,
) -> Vec<PatchOperation> {
    let each = paths.iter().filter(|(property, _)| touched(property));
    each.map(|(property, path)| replace(*path, wanted.get(*property).map(text).unwrap_or_default()))
        .collect()
}

/// Leads from the keys of a map that are there to those that are wanted, with their values.
pub(super) fn entries(
    path: &str,
    there: impl Iterator<Item = String>,
    wanted: Option<&Map<String, Json>>,
) -> Vec<PatchOperation> {
    let gone = there.filter(|key| wanted.is_none_or(|wanted| !wanted.contains_key(key)));
    let mut patches: Vec<_> = gone
        .map(|key| remove(format!("{path}/{}", segment(&key))))
        .collect();
    for (key, value) in wanted.into_iter().flatten() {
        patches.push(replace(format!("{path}/{}", segment(key)), text(value)));
    }
    patches
}

#[cfg(test)]
mod tests {
    use super::{entries, plain};
    use serde_json::{Map, json};

    #[test]
    fn properties_are_put_at_their_paths() {
        let json = json!({ "Name": "n", "Enabled": true });
        let wanted = json.as_object().cloned().unwrap_or_else(Map::new);
        let paths = [
            ("Name", "/name"),
            ("Description", "/description"),
            ("Enabled", "/enabled"),
        ];
        let patches = plain(&paths, &wanted, |property| property != "Name");
        let said: Vec<_> = patches
            .iter()
            .map(|one| (one.path(), one.value()))
            .collect();
        let expected = [
            (Some("/description"), Some("")),
            (Some("/enabled"), Some("true")),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn keys_that_are_not_wanted_are_taken_away() {
        let json = json!({ "b/c": 1 });
        let there = ["a".to_owned(), "b/c".to_owned()];
        let patches = entries("/variables", there.into_iter(), json.as_object());
        let said: Vec<_> = patches
            .iter()
            .map(|one| (one.op().map(|op| op.as_str()), one.path(), one.value()))
            .collect();
        let expected = [
            (Some("remove"), Some("/variables/a"), None),
            (Some("replace"), Some("/variables/b~1c"), Some("1")),
        ];
        assert_eq!(said, expected);
    }
}
