//! Kinds and resource types for people and machines.

use formwork_schema::{FieldSpec, KindSpec, ResourceType, Shape, ShapeKind};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;

/// A kind as JSON.
pub(crate) fn kind_json(spec: &KindSpec) -> String {
    let attributes: Vec<Value> = spec
        .attributes
        .iter()
        .map(|a| json!({ "name": a.name, "type": a.ty.to_string(), "doc": a.doc }))
        .collect();
    let verbs: Vec<Value> = spec
        .verbs
        .iter()
        .map(|v| member(v.name, &v.parameters, v.doc))
        .collect();
    let events: Vec<Value> = spec
        .events
        .iter()
        .map(|e| member(e.name, &e.parameters, e.doc))
        .collect();
    let metrics: Vec<Value> = spec
        .metrics
        .iter()
        .map(|m| json!({ "name": m.name, "limit": m.limit.to_string(), "doc": m.doc }))
        .collect();
    let all = json!({
        "kind": spec.name,
        "doc": spec.doc,
        "fields": spec.fields.iter().map(field).collect::<Vec<_>>(),
        "attributes": attributes,
        "verbs": verbs,
        "events": events,
        "metrics": metrics,
    });
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

fn member(name: &str, parameters: &[FieldSpec], doc: &str) -> Value {
    json!({ "name": name, "doc": doc, "parameters": parameters.iter().map(field).collect::<Vec<_>>() })
}

fn field(spec: &FieldSpec) -> Value {
    json!({
        "name": &*spec.name,
        "type": spec.ty.to_string(),
        "required": spec.required,
        "default": spec.default.as_deref(),
        "doc": &*spec.doc,
    })
}

/// A resource type as text: each property with its shape and what can be said of it.
pub(crate) fn type_text(ty: &ResourceType) -> String {
    let mut out = format!("resource NAME: {}\n\n", ty.name.replace("::", "."));
    let width = ty
        .properties
        .keys()
        .map(|name| name.len())
        .max()
        .unwrap_or(0);
    for (name, shape) in &ty.properties {
        let marks = marks(ty, name);
        let marks = if marks.is_empty() {
            String::new()
        } else {
            format!("  ({})", marks.join(", "))
        };
        let _ = writeln!(
            out,
            "  {name:width$}  {}{}{marks}",
            described(ty, shape),
            limits(ty.resolve(shape))
        );
    }
    out
}

/// A resource type as JSON.
pub(crate) fn type_json(ty: &ResourceType) -> String {
    let properties: Vec<Value> = ty
        .properties
        .iter()
        .map(|(name, shape)| {
            let shape_of = ty.resolve(shape);
            json!({
                "name": &**name,
                "type": described(ty, shape),
                "allowed": shape_of.allowed,
                "marks": marks(ty, name),
            })
        })
        .collect();
    let all = json!({ "type": &*ty.name, "properties": properties, "required": ty.required });
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

fn marks(ty: &ResourceType, name: &Arc<str>) -> Vec<&'static str> {
    let mut marks = Vec::new();
    if ty.required.contains(name) {
        marks.push("required");
    }
    let marked = [
        (&ty.read_only, "read-only"),
        (&ty.create_only, "a change replaces"),
        (&ty.conditional_create_only, "a change may replace"),
        (&ty.write_only, "never read back"),
        (&ty.deprecated, "deprecated"),
    ];
    marks.extend(
        marked
            .into_iter()
            .filter(|(paths, _)| ResourceType::covers(paths, name))
            .map(|(_, mark)| mark),
    );
    marks
}

fn described(ty: &ResourceType, shape: &Arc<Shape>) -> String {
    let resolved = ty.resolve(shape);
    match &resolved.kind {
        ShapeKind::List(item) => format!("list({})", described(ty, item)),
        ShapeKind::Object { properties, .. } if !properties.is_empty() => {
            let names: Vec<&str> = properties.keys().map(|name| &**name).collect();
            format!("{{ {} }}", names.join(", "))
        }
        _ => resolved.to_string(),
    }
}

fn limits(shape: &Shape) -> String {
    let mut out = String::new();
    if !shape.allowed.is_empty() {
        let values: Vec<String> = shape
            .allowed
            .iter()
            .take(8)
            .map(ToString::to_string)
            .collect();
        let more = if shape.allowed.len() > 8 { ", …" } else { "" };
        let _ = write!(out, " of {}{more}", values.join(", "));
    }
    if let (Some(min), Some(max)) = shape.range {
        let _ = write!(out, " {min} to {max}");
    }
    out
}
