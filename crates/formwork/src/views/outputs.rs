//! Outputs of a stack.

use formwork_diag::safe;
use serde_json::Value;
use std::collections::BTreeMap;

/// One output a line.
pub(crate) fn text(values: &BTreeMap<String, Value>) -> String {
    let width = values
        .keys()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    values
        .iter()
        .map(|(name, value)| format!("{name:width$} = {}\n", safe(&value.to_string())))
        .collect()
}

/// A value alone: a string without its quotes.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => safe(text).into_owned(),
        other => safe(&other.to_string()).into_owned(),
    }
}
