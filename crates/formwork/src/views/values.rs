//! Values of properties as people read them: short, on one line, without what could steer a terminal.

use formwork_diag::safe;
use formwork_plan::After;
use formwork_schema::Quantity;
use serde_json::Value;

/// The most characters of a value on a line.
const WIDTH: usize = 60;

/// A known value.
pub(crate) fn json(value: &Value) -> String {
    let text = match value {
        Value::Object(map) => match map.get("$artifact") {
            Some(artifact) => return artifact_digest(artifact),
            None => value.to_string(),
        },
        _ => value.to_string(),
    };
    safe(&shortened(&text)).into_owned()
}

/// A known value; a number of `unit` as the language writes it: `512MB`.
fn counted(value: &Value, unit: Option<&str>) -> String {
    let quantity = || {
        let number = value.as_number()?.to_string().parse().ok()?;
        Quantity::new(number, unit?).ok()
    };
    quantity().map_or_else(|| json(value), |quantity| quantity.to_string())
}

/// A value that may not be there.
pub(crate) fn before(value: Option<&Value>, unit: Option<&str>) -> String {
    value.map_or_else(|| "(none)".to_owned(), |value| counted(value, unit))
}

/// A planned value.
pub(crate) fn after(value: &After, unit: Option<&str>) -> String {
    match value {
        After::Known(value) => counted(value, unit),
        After::Unknown => "(known after apply)".to_owned(),
        After::Absent => "(none)".to_owned(),
    }
}

/// A number of items with a comma at every thousand: `18,204 items`.
pub(crate) fn items(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(if count == 1 { " item" } else { " items" });
    out
}

/// What differs between two artifacts: `3 files changed: index.js, …`.
pub(crate) fn artifact_change(before: Option<&Value>, after: &After) -> Option<String> {
    let After::Known(after) = after else {
        return None;
    };
    let new = files(after)?;
    let old = before.and_then(files).unwrap_or_default();
    let changed = new
        .iter()
        .filter(|file| !old.contains(file))
        .map(|(name, _)| *name);
    let gone = old
        .iter()
        .filter(|(name, _)| new.iter().all(|(new, _)| new != name))
        .map(|(name, _)| *name);
    let names: Vec<&str> = changed.chain(gone).collect();
    let shown = names.iter().take(4).copied().collect::<Vec<_>>().join(", ");
    let more = if names.len() > 4 { ", …" } else { "" };
    let plural = if names.len() == 1 { "file" } else { "files" };
    Some(format!(
        "{} {plural} changed: {}{more}",
        names.len(),
        safe(&shown)
    ))
}

fn files(value: &Value) -> Option<Vec<(&str, &str)>> {
    let files = value.get("$artifact")?.get("files")?.as_array()?;
    let named = files
        .iter()
        .filter_map(|file| Some((file.get("name")?.as_str()?, file.get("digest")?.as_str()?)));
    Some(named.collect())
}

fn artifact_digest(artifact: &Value) -> String {
    let digest = artifact.get("digest").and_then(Value::as_str).unwrap_or("");
    let path = artifact.get("path").and_then(Value::as_str).unwrap_or("");
    let count = artifact
        .get("files")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let plural = if count == 1 { "file" } else { "files" };
    let short: String = digest.chars().take(8).collect();
    safe(&format!("{path} ({count} {plural}, {short}…)")).into_owned()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    let kept: String = text.chars().take(WIDTH - 1).collect();
    format!("{kept}…")
}
