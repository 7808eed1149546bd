//! A stack around one resource: with every resource it must find when AWS makes it.

use super::minimal_properties;
use crate::aws;
use formwork_schema::ResourceType;
use serde_json::{Map, Value as Json};
use std::fmt::Write as _;

/// One resource of an example stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its name in the stack.
    pub label: String,
    /// Its CloudFormation type.
    pub type_name: String,
    /// Its properties; `{"$ref": ["label", "Property"]}` stands for another resource's attribute.
    pub properties: Map<String, Json>,
}

/// The smallest resource of a type, last, after the resources that AWS looks up when it makes it.
pub fn stack(ty: &ResourceType) -> Vec<Example> {
    let mut made = Vec::new();
    add(ty, &mut made, &mut Vec::new());
    made
}

/// The smallest resource of every type, each once, after those that AWS looks up when it makes it.
pub fn all() -> Vec<Example> {
    let mut made: Vec<Example> = Vec::new();
    for name in aws().names() {
        let missing = !made.iter().any(|example| example.type_name == name);
        if let Some(ty) = aws().get(name).filter(|_| missing) {
            add(&ty, &mut made, &mut Vec::new());
        }
    }
    made
}

fn add(ty: &ResourceType, made: &mut Vec<Example>, within: &mut Vec<String>) {
    within.push(ty.name.to_string());
    let mut properties = minimal_properties(ty);
    let mut seen: Vec<&str> = Vec::new();
    for reference in ty
        .overlay
        .references
        .iter()
        .filter(|reference| reference.checked)
    {
        let path: Vec<&str> = reference.path.segments().collect();
        let first = !seen.contains(&&*reference.path.0);
        let cyclic = within.iter().any(|name| **name == *reference.target);
        let Some(target) = aws().get(&reference.target).filter(|_| first && !cyclic) else {
            continue;
        };
        seen.push(&reference.path.0);
        let mut whole = Json::Object(properties);
        let mut wanted = 0;
        set(&mut whole, &path, &mut || {
            wanted += 1;
            let label = numbered(&label(&target.name), wanted);
            serde_json::json!({ "$ref": [label, &*reference.property] })
        });
        if wanted > 0
            && !made
                .iter()
                .any(|example| *example.type_name == *target.name)
        {
            add(&target, made, within);
        }
        for number in 2..=wanted {
            add_copy(&target, made, number);
        }
        properties = match whole {
            Json::Object(properties) => properties,
            _ => Map::new(),
        };
    }
    within.pop();
    made.push(Example {
        label: label(&ty.name),
        type_name: ty.name.to_string(),
        properties,
    });
}

/// Another resource like the one of this type that was made already.
fn add_copy(ty: &ResourceType, made: &mut Vec<Example>, number: usize) {
    let label = numbered(&label(&ty.name), number);
    let first = made.iter().find(|example| *example.type_name == *ty.name);
    if let Some(mut copy) = first
        .cloned()
        .filter(|_| !made.iter().any(|e| e.label == label))
    {
        copy.label = label;
        made.push(copy);
    }
}

fn numbered(label: &str, number: usize) -> String {
    match number {
        1 => label.to_owned(),
        number => format!("{label}_{number}"),
    }
}

/// Sets every string at a path to the next value.
fn set(json: &mut Json, path: &[&str], next: &mut dyn FnMut() -> Json) {
    let Some((name, rest)) = path.split_first() else {
        if json.is_string() {
            *json = next();
        }
        return;
    };
    match (*name, json) {
        ("*", Json::Array(items)) => items.iter_mut().for_each(|item| set(item, rest, next)),
        (name, Json::Object(map)) => {
            if let Some(inner) = map.get_mut(name) {
                set(inner, rest, next);
            }
        }
        _ => {}
    }
}

/// `lambda_function` for `AWS::Lambda::Function`.
fn label(type_name: &str) -> String {
    let parts: Vec<String> = type_name
        .split("::")
        .skip(1)
        .map(str::to_lowercase)
        .collect();
    parts.join("_")
}

/// Resources as text, each a `resource` declaration.
pub fn text(examples: &[Example]) -> String {
    let mut out = String::new();
    for example in examples {
        let type_name = example.type_name.replace("::", ".");
        let _ = write!(out, "\nresource {}: {type_name} {{\n", example.label);
        for (name, value) in &example.properties {
            let _ = write!(out, "  {name} = ");
            write_value(&mut out, value);
            out.push('\n');
        }
        out.push_str("}\n");
    }
    out
}

fn write_value(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("none"),
        Json::Bool(_) | Json::Number(_) => _ = write!(out, "{value}"),
        Json::String(text) => write_text(out, text),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Json::Object(map) => match map.get("$ref").and_then(Json::as_array).map(Vec::as_slice) {
            Some([Json::String(label), Json::String(property)]) => {
                let _ = write!(out, "{label}.{property}");
            }
            _ => write_object(out, map),
        },
    }
}

fn write_object(out: &mut String, map: &Map<String, Json>) {
    if map.is_empty() {
        out.push_str("{}");
        return;
    }
    out.push_str("{ ");
    for (at, (name, value)) in map.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        let bare = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && !name.starts_with(|letter: char| letter.is_ascii_digit());
        match bare {
            true => out.push_str(name),
            false => write_text(out, name),
        }
        out.push_str(" = ");
        write_value(out, value);
    }
    out.push_str(" }");
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' => out.push_str("\\$"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            letter => out.push(letter),
        }
    }
    out.push('"');
}
