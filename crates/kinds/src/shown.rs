//! Lowered resources as JSON for people: what is not known yet stands as `${address.Property}`.

use formwork_schema::{Claim, Deferred, Node, Op, Piece, Prop, Resource};
use serde_json::{Map, Value as Json, json};

/// A resource as `expand` shows it.
pub fn shown(resource: &Resource) -> Json {
    let mut out = Map::new();
    out.insert("address".into(), json!(resource.address.to_string()));
    out.insert("type".into(), json!(&*resource.type_name));
    if let (Some(slice), Some(parent)) = (&resource.slice, &resource.parent) {
        out.insert("slice".into(), json!(&**slice));
        out.insert("parent".into(), json!(parent.to_string()));
    }
    match &resource.claim {
        Claim::Own => {}
        Claim::Adopt { id, .. } => _ = out.insert("adopts".into(), json!(&**id)),
        Claim::Look => _ = out.insert("reads".into(), json!("one")),
        Claim::LookAll => _ = out.insert("reads".into(), json!("all")),
    }
    let properties = resource.properties.iter();
    let properties: Map<String, Json> = properties
        .map(|(name, node)| (name.to_string(), shown_node(node)))
        .collect();
    out.insert("properties".into(), Json::Object(properties));
    if !resource.after.is_empty() {
        let after: Vec<String> = resource.after.iter().map(ToString::to_string).collect();
        out.insert("after".into(), json!(after));
    }
    if !resource.tags.is_empty() {
        let tags = resource.tags.iter();
        let tags: Map<String, Json> = tags
            .map(|(name, node)| (name.to_string(), shown_node(node)))
            .collect();
        out.insert("tags".into(), Json::Object(tags));
    }
    let switches = [
        ("protect", resource.protect),
        ("retain", resource.retain),
        ("force", resource.force),
    ];
    for (name, _) in switches.into_iter().filter(|(_, on)| *on) {
        out.insert(name.into(), Json::Bool(true));
    }
    if !resource.ignore_changes.is_empty() {
        let paths: Vec<&str> = resource.ignore_changes.iter().map(|path| &**path).collect();
        out.insert("ignore_changes".into(), json!(paths));
    }
    Json::Object(out)
}

/// A property as `expand` shows it.
pub fn shown_node(node: &Node) -> Json {
    match &node.prop {
        Prop::Bool(value) => Json::Bool(*value),
        Prop::Number(number) => Json::Number(number.clone()),
        Prop::String(known) => Json::String(known.to_string()),
        Prop::List(items) => Json::Array(items.iter().map(shown_node).collect()),
        Prop::Map(map) => Json::Object(
            map.iter()
                .map(|(name, node)| (name.to_string(), shown_node(node)))
                .collect(),
        ),
        Prop::Artifact(artifact) => Json::String(format!("code of {}", artifact.path)),
        Prop::Deferred(deferred) => Json::String(shown_deferred(deferred)),
    }
}

fn shown_deferred(deferred: &Deferred) -> String {
    match deferred {
        Deferred::Attribute { of, property } => format!("${{{of}.{property}}}"),
        Deferred::Account => "${account}".to_owned(),
        Deferred::Output { stack, output } => format!("${{{stack}/{output}}}"),
        Deferred::Concat(pieces) => {
            let texts = pieces.iter().map(|piece| match piece {
                Piece::Text(known) => known.to_string(),
                Piece::Value(value) => shown_deferred(value),
            });
            texts.collect()
        }
        Deferred::Apply { op: Op::Digest, .. } => "${digest}".to_owned(),
        Deferred::Apply {
            op: Op::Base64, on, ..
        } => format!("${{base64({})}}", shown_node(on)),
        Deferred::Apply { op, on, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(inner).collect();
            format!("${{{}.{}({})}}", inner(on), op.name(), arguments.join(", "))
        }
        Deferred::Json(node) => format!("${{json({})}}", shown_node(node)),
    }
}

/// A node within an expression: a reference without its `${}`.
fn inner(node: &Node) -> String {
    match shown_node(node) {
        Json::String(text) if matches!(node.prop, Prop::Deferred(_)) => text
            .strip_prefix("${")
            .and_then(|text| text.strip_suffix('}'))
            .map_or(text.clone(), str::to_owned),
        other => other.to_string(),
    }
}
