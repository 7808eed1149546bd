//! What the tests of the planner share: a small catalog, a cloud in memory, and an applier that keeps the journal.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    missing_docs,
    reason = "each test binary uses a part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod catalog;
mod cloud;
mod cut;
mod reference;
pub mod stacks;

pub use catalog::{TestCatalog, catalog};
pub use cloud::{Cloud, World};
pub use cut::{cut, look_up, recover};
pub use reference::reference;

use formwork_diag::{SourceId, Span};
use formwork_plan::PlannedOutput;
use formwork_schema::{Address, Deferred, Node, Piece, Prop, Resource};
use serde_json::Value as Json;
use std::sync::Arc;

/// A place in the only source.
pub fn at(start: u32) -> Span {
    Span::new(SourceId(0), start, start + 1)
}

pub fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

/// A resource of the test catalog.
pub fn resource(text: &str, type_name: &str, properties: Json) -> Resource {
    Resource {
        address: address(text),
        type_name: type_name.into(),
        slice: None,
        parent: None,
        was: Vec::new(),
        name_end: None,
        region: "eu-west-1".into(),
        properties: match node(&properties).prop {
            Prop::Map(map) => map,
            _ => panic!("properties are an object"),
        },
        after: Vec::new(),
        tags: Vec::new(),
        protect: false,
        retain: false,
        ignore_changes: Vec::new(),
        force: false,
        claim: Default::default(),
        span: at(0),
    }
}

/// A slice of a resource.
pub fn slice(text: &str, type_name: &str, name: &str, parent: &str, properties: Json) -> Resource {
    Resource {
        slice: Some(name.into()),
        parent: Some(address(parent)),
        ..resource(text, type_name, properties)
    }
}

/// JSON as a node; `"@address:Property"` is a reference, `"a${@address:Property}b"` text around one.
pub fn node(json: &Json) -> Node {
    let prop = match json {
        Json::String(text) => text_prop(text),
        Json::Array(items) => Prop::List(items.iter().map(node).collect()),
        Json::Object(map) => Prop::Map(
            map.iter()
                .map(|(name, value)| (name.as_str().into(), node(value)))
                .collect(),
        ),
        other => return Node::from_json(other, at(7)).expect("no null"),
    };
    Node { prop, span: at(7) }
}

fn text_prop(text: &str) -> Prop {
    if let Some(reference) = text.strip_prefix('@') {
        return Prop::Deferred(Arc::new(attribute(reference)));
    }
    let Some((before, rest)) = text.split_once("${@") else {
        return Prop::String(text.into());
    };
    let (reference, after) = rest.split_once('}').expect("closed");
    Prop::Deferred(Arc::new(Deferred::Concat(vec![
        Piece::Text(before.into()),
        Piece::Value(Arc::new(attribute(reference))),
        Piece::Text(after.into()),
    ])))
}

fn attribute(reference: &str) -> Deferred {
    let (of, property) = reference.rsplit_once(':').expect("address:Property");
    Deferred::Attribute {
        of: address(of),
        property: property.into(),
    }
}

pub fn output(name: &str, value: &str) -> PlannedOutput {
    PlannedOutput {
        name: name.into(),
        value: node(&Json::from(value)),
    }
}
