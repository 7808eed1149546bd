//! Properties as stack text.

use serde_json::Value;

/// A raw declaration.
pub fn resource(name: &str, type_name: &str, properties: &Value) -> String {
    let fields: String = fields(properties);
    format!(
        "\nresource {name}: {} {{ {fields} }}\n",
        type_name.replace("::", ".")
    )
}

fn fields(properties: &Value) -> String {
    let map = properties.as_object().unwrap();
    let fields: Vec<String> = map
        .iter()
        .map(|(name, value)| format!("{} = {}", text(name), expression(value)))
        .collect();
    fields.join(", ")
}

fn expression(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(value) => text(value),
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(expression).collect::<Vec<_>>().join(", ")
        ),
        Value::Object(_) => format!("{{ {} }}", fields(value)),
    }
}

fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' | '$' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
