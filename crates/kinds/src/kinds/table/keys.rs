//! Keys and indexes of a table, and the attributes they are made of.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Fields, Node, Val, Value};
use std::collections::BTreeMap;

/// The attributes of keys, by name: type and where it was said.
type Attributes = BTreeMap<String, (&'static str, Span)>;

/// Sets keys, indexes and attribute definitions.
pub(super) fn lower(decl: &Decl, props: Props, out: &mut Lowering<'_>) -> Props {
    let fields = &decl.fields;
    let mut attributes = Attributes::new();
    let schema = key_schema(fields, decl.name_span, &mut attributes, out);
    let mut global = Vec::new();
    if let Some(indexes) = fields.object("indexes") {
        for (name, val) in indexes.iter() {
            check_name(name, indexes.name_span(name).unwrap_or(val.span), out);
            global.extend(index(decl, name, val, &mut attributes, out));
        }
    }
    let mut local = Vec::new();
    if let Some(indexes) = fields.object("local_indexes") {
        if let Some(span) = indexes_without_sort(decl) {
            out.report(errors::local_without_sort(span));
        }
        for (name, val) in indexes.iter() {
            check_name(name, indexes.name_span(name).unwrap_or(val.span), out);
            local.extend(local_index(decl, name, val, &mut attributes, out));
        }
    }
    let definitions = attributes.iter().map(|(name, (ty, span))| {
        Props::new(*span)
            .set("AttributeName", name.as_str())
            .set("AttributeType", *ty)
            .node()
    });
    let definitions = Node::list(definitions, decl.name_span);
    let span = |name: &str| fields.span(name).unwrap_or(decl.name_span);
    let list = |items: Vec<Node>, at| (!items.is_empty()).then(|| Node::list(items, at));
    props
        .put("KeySchema", schema)
        .put("AttributeDefinitions", definitions)
        .maybe("GlobalSecondaryIndexes", list(global, span("indexes")))
        .maybe("LocalSecondaryIndexes", list(local, span("local_indexes")))
}

/// The names of all indexes.
pub(super) fn index_names(decl: &Decl) -> Vec<&str> {
    let fields = &decl.fields;
    let lists = ["indexes", "local_indexes"].map(|name| fields.object(name));
    let names = lists
        .into_iter()
        .flatten()
        .flat_map(|indexes| indexes.iter());
    names.map(|(name, _)| &**name).collect()
}

/// Names of indexes: DynamoDB API reference, CreateTable, IndexName.
fn check_name(name: &str, span: Span, out: &mut Lowering<'_>) {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if !(3..=255).contains(&name.len()) || !name.chars().all(fits) {
        out.report(errors::index_name(name, span));
    }
}

fn indexes_without_sort(decl: &Decl) -> Option<Span> {
    match decl.fields.get("sort_key") {
        Some(_) => None,
        None => decl.fields.name_span("local_indexes"),
    }
}

fn key_schema(
    fields: &Fields,
    span: Span,
    attributes: &mut Attributes,
    out: &mut Lowering<'_>,
) -> Node {
    let mut keys = Vec::new();
    for (field, role) in [("partition_key", "HASH"), ("sort_key", "RANGE")] {
        if let Some((name, ty, at)) = key(fields, field) {
            define(&name, ty, at, attributes, out);
            keys.push(element(&name, role, at));
        }
    }
    Node::list(keys, span)
}

fn element(name: &str, role: &str, span: Span) -> Node {
    Props::new(span)
        .set("AttributeName", name)
        .set("KeyType", role)
        .node()
}

/// The one attribute of a key: its name, DynamoDB type and place.
fn key(fields: &Fields, field: &str) -> Option<(String, &'static str, Span)> {
    let (name, val) = fields.object(field)?.iter().next()?;
    let ty = match &val.value {
        Value::Word(word) if &**word == "number" => "N",
        Value::Word(word) if &**word == "binary" => "B",
        Value::Word(_) => "S",
        _ => return None,
    };
    Some((name.to_string(), ty, val.span))
}

fn define(
    name: &str,
    ty: &'static str,
    span: Span,
    attributes: &mut Attributes,
    out: &mut Lowering<'_>,
) {
    match attributes.get(name) {
        Some((other, first)) if *other != ty => {
            out.report(errors::two_types(name, *first, span));
        }
        Some(_) => {}
        None => _ = attributes.insert(name.to_owned(), (ty, span)),
    }
}

fn index(
    decl: &Decl,
    name: &str,
    val: &Val,
    attributes: &mut Attributes,
    out: &mut Lowering<'_>,
) -> Option<Node> {
    let Value::Object(fields) = &val.value else {
        return None;
    };
    let schema = key_schema(fields, val.span, attributes, out);
    let provisioned = decl.fields.get("capacity").and_then(crate::values::call);
    let own = fields.get("capacity").and_then(crate::values::call);
    if let (None, Some(_)) = (provisioned, own) {
        let at = fields.span("capacity").unwrap_or(val.span);
        out.report(errors::index_capacity(at));
    }
    let throughput = provisioned.map(|table| {
        let arguments = &own.unwrap_or(table).arguments;
        super::throughput(arguments, val.span)
    });
    let props = Props::new(val.span)
        .set("IndexName", name)
        .put("KeySchema", schema)
        .put("Projection", projection(fields, val.span))
        .maybe("ProvisionedThroughput", throughput);
    Some(props.node())
}

fn local_index(
    decl: &Decl,
    name: &str,
    val: &Val,
    attributes: &mut Attributes,
    out: &mut Lowering<'_>,
) -> Option<Node> {
    let Value::Object(fields) = &val.value else {
        return None;
    };
    let (partition, _, _) = key(&decl.fields, "partition_key")?;
    let (sort, ty, at) = key(fields, "sort_key")?;
    define(&sort, ty, at, attributes, out);
    let schema = [
        element(&partition, "HASH", val.span),
        element(&sort, "RANGE", at),
    ];
    let props = Props::new(val.span)
        .set("IndexName", name)
        .put("KeySchema", Node::list(schema, val.span))
        .put("Projection", projection(fields, val.span));
    Some(props.node())
}

/// What an index holds: all attributes, its keys, or some more.
fn projection(fields: &Fields, span: Span) -> Node {
    let span = fields.span("holds").unwrap_or(span);
    match fields.get("holds").map(|val| &val.value) {
        Some(Value::List(names)) => {
            let names = names.iter().filter_map(nodes::node);
            Props::new(span)
                .set("ProjectionType", "INCLUDE")
                .put("NonKeyAttributes", Node::list(names, span))
                .node()
        }
        Some(Value::Word(word)) if &**word == "keys" => {
            Props::new(span).set("ProjectionType", "KEYS_ONLY").node()
        }
        _ => Props::new(span).set("ProjectionType", "ALL").node(),
    }
}
