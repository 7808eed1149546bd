//! Lowered resources: as text that reads like a stack, or as JSON.

use formwork_schema::{Claim, Node, Prop, Resource};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Resources as text: what is not known yet stands as `${address.Property}`.
pub(crate) fn text(resources: &[&Resource]) -> String {
    let mut out = String::new();
    for resource in resources {
        let _ = writeln!(
            out,
            "{}: {}",
            resource.address,
            resource.type_name.replace("::", ".")
        );
        if let Some(claim) = claim(resource) {
            let _ = writeln!(out, "  // {claim}");
        }
        if let (Some(slice), Some(parent)) = (&resource.slice, &resource.parent) {
            let _ = writeln!(out, "  // the {slice} of {parent}");
        }
        for (name, node) in &resource.properties {
            property(name, &value(node), 1, &mut out);
        }
        if !resource.after.is_empty() {
            let after: Vec<String> = resource.after.iter().map(ToString::to_string).collect();
            let _ = writeln!(out, "  // after {}", after.join(", "));
        }
        out.push('\n');
    }
    formwork_diag::safe(&out).into_owned()
}

/// What is said of an object that is there before the stack.
fn claim(resource: &Resource) -> Option<String> {
    match &resource.claim {
        Claim::Own => None,
        Claim::Adopt { id, .. } => Some(format!("adopts {id}")),
        Claim::Look => Some("only read: the one that has".to_owned()),
        Claim::LookAll => Some("only read: all that have".to_owned()),
    }
}

/// Resources as a JSON list.
pub(crate) fn json(resources: &[&Resource]) -> String {
    let one = |resource: &&Resource| {
        let properties: Map<String, Value> = resource
            .properties
            .iter()
            .map(|(name, node)| (name.to_string(), value(node)))
            .collect();
        json!({
            "address": resource.address.to_string(),
            "type": &*resource.type_name,
            "slice": resource.slice.as_deref(),
            "region": &*resource.region,
            "properties": properties,
            "after": resource.after.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "protect": resource.protect,
            "retain": resource.retain,
            "reads": resource.claim.looks(),
            "adopts": match &resource.claim {
                Claim::Adopt { id, .. } => Some(&**id),
                _ => None,
            },
        })
    };
    let all: Vec<Value> = resources.iter().map(one).collect();
    serde_json::to_string_pretty(&json!({ "resources": all })).unwrap_or_default()
}

fn property(name: &str, value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) if !map.is_empty() => {
            let _ = writeln!(out, "{indent}{name} {{");
            map.iter()
                .for_each(|(name, value)| property(name, value, depth + 1, out));
            let _ = writeln!(out, "{indent}}}");
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let _ = writeln!(out, "{indent}{name} = [");
            for item in items {
                match item {
                    Value::Object(map) => {
                        let _ = writeln!(out, "{indent}  {{");
                        map.iter()
                            .for_each(|(name, value)| property(name, value, depth + 2, out));
                        let _ = writeln!(out, "{indent}  }},");
                    }
                    other => _ = writeln!(out, "{indent}  {other},"),
                }
            }
            let _ = writeln!(out, "{indent}]");
        }
        other => _ = writeln!(out, "{indent}{name} = {other}"),
    }
}

/// A node as JSON; what is not known yet is a string `${…}`.
pub(crate) fn value(node: &Node) -> Value {
    match &node.prop {
        Prop::Bool(value) => (*value).into(),
        Prop::Number(number) => Value::Number(number.clone()),
        Prop::String(text) => Value::String(text.to_string()),
        Prop::List(items) => items.iter().map(value).collect(),
        Prop::Map(map) => Value::Object(
            map.iter()
                .map(|(name, node)| (name.to_string(), value(node)))
                .collect(),
        ),
        Prop::Artifact(artifact) => {
            let short: String = artifact.digest.chars().take(12).collect();
            json!({ "artifact": &*artifact.path, "digest": short, "files": artifact.files.len() })
        }
        Prop::Deferred(_) => formwork_kinds::shown_node(node),
    }
}
