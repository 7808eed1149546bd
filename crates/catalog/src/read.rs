//! Reads a resource type from the catalog's short form: one type a line, found without parsing the others.

use formwork_schema::{
    Check, Identity, Overlay, Path, ResourceType, Shape, ShapeKind, TagField, TagShape,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The line of a type in a data file, as JSON.
pub(crate) fn line<'a>(name: &str, data: &'a str) -> Option<&'a str> {
    let own = |line: &'a str| {
        let rest = line.strip_prefix('"')?.strip_prefix(name)?;
        rest.strip_prefix("\":")
    };
    let line = data.lines().find_map(own)?;
    Some(line.strip_suffix(',').unwrap_or(line))
}

/// A type with its overlay still empty; `None` if the data file does not hold it.
pub(crate) fn resource_type(name: &str, data: &str) -> Option<ResourceType> {
    let json: Json = serde_json::from_str(line(name, data)?).ok()?;
    let definitions: BTreeMap<Arc<str>, Arc<Shape>> = shapes(json.get("definitions")).collect();
    let mut ty = ResourceType {
        name: name.into(),
        properties: shapes(json.get("properties")).collect(),
        definitions,
        required: names(json.get("required")),
        create_only: paths(json.get("create_only")),
        conditional_create_only: paths(json.get("conditional_create_only")),
        read_only: paths(json.get("read_only")),
        write_only: paths(json.get("write_only")),
        deprecated: paths(json.get("deprecated")),
        primary_identifier: paths(json.get("primary_identifier")),
        mutable: json.get("immutable").is_none(),
        tags: None,
        checks: checks(json.get("checks")),
        overlay: empty_overlay(),
    };
    ty.overlay.create_first = json.get("replacement").is_none();
    ty.tags = tags(&ty, json.get("tags"));
    Some(ty)
}

fn empty_overlay() -> Overlay {
    Overlay {
        written: false,
        identity: Identity::Marker,
        name: None,
        name_length: 64,
        name_alphabet: "a-zA-Z0-9_-".into(),
        name_scope: "account-region".into(),
        parent: None,
        attributes: BTreeMap::new(),
        references: Vec::new(),
        resets: BTreeMap::new(),
        defaults: BTreeMap::new(),
        unordered: Vec::new(),
        json: Vec::new(),
        merge: Vec::new(),
        replace: BTreeMap::new(),
        create_first: true,
        create_overwrites: false,
        keeps: Vec::new(),
        parts: BTreeMap::new(),
        times: (2_000, 2_000, 2_000),
        window: 5_000,
        family: "".into(),
        data: false,
        counted: false,
        delete_blocked_by_content: false,
        before_delete: BTreeMap::new(),
    }
}

fn names(json: Option<&Json>) -> Vec<Arc<str>> {
    let items = json.and_then(Json::as_array).into_iter().flatten();
    items.filter_map(Json::as_str).map(Arc::from).collect()
}

fn paths(json: Option<&Json>) -> Vec<Path> {
    names(json).into_iter().map(Path).collect()
}

fn checks(json: Option<&Json>) -> Vec<Check> {
    let items = json.and_then(Json::as_array).into_iter().flatten();
    let check = |json: &Json| {
        Some(Check {
            name: json.get("name")?.as_str()?.into(),
            at: json
                .get("at")
                .and_then(Json::as_str)
                .map(|at| Path(at.into())),
            rule: Arc::new(json.get("rule")?.clone()),
        })
    };
    items.filter_map(check).collect()
}

fn tags(ty: &ResourceType, json: Option<&Json>) -> Option<TagField> {
    let json = json?;
    let property: Arc<str> = json.get(0)?.as_str()?.into();
    let shape = ty.resolve(ty.properties.get(&property)?);
    let shape = match shape.kind {
        ShapeKind::List(_) => TagShape::List,
        _ => TagShape::Map,
    };
    Some(TagField {
        property,
        shape,
        updatable: json.get(1).and_then(Json::as_bool).unwrap_or(false),
    })
}

fn shapes(json: Option<&Json>) -> impl Iterator<Item = (Arc<str>, Arc<Shape>)> + '_ {
    let map = json.and_then(Json::as_object).into_iter().flatten();
    map.map(|(name, json)| (name.as_str().into(), Arc::new(shape(json))))
}

fn shape(json: &Json) -> Shape {
    match json {
        Json::String(word) => Shape {
            kind: word_kind(word),
            ..Shape::default()
        },
        Json::Object(map) => full_shape(map),
        _ => Shape::default(),
    }
}

fn word_kind(word: &str) -> ShapeKind {
    match word {
        "string" => ShapeKind::String,
        "integer" => ShapeKind::Integer,
        "number" => ShapeKind::Number,
        "bool" => ShapeKind::Bool,
        _ => word
            .strip_prefix('#')
            .map_or(ShapeKind::Any, |name| ShapeKind::Ref(name.into())),
    }
}

fn full_shape(map: &Map<String, Json>) -> Shape {
    let text = |key: &str| map.get(key).and_then(Json::as_str).map(Arc::from);
    let flag = |key: &str| map.get(key).and_then(Json::as_bool).unwrap_or(false);
    let bound = |key: &str, at: usize| map.get(key).and_then(|pair| pair.get(at));
    let allowed = map.get("enum").and_then(Json::as_array);
    Shape {
        kind: kind(map),
        allowed: allowed.cloned().unwrap_or_default(),
        range: (
            bound("range", 0).and_then(Json::as_f64),
            bound("range", 1).and_then(Json::as_f64),
        ),
        length: (
            bound("length", 0).and_then(Json::as_u64),
            bound("length", 1).and_then(Json::as_u64),
        ),
        pattern: text("pattern"),
        format: text("format"),
        default: map.get("default").cloned(),
        unordered: flag("unordered"),
        unique: flag("unique"),
        rules: map.get("rules").cloned().map(Arc::new),
    }
}

fn kind(map: &Map<String, Json>) -> ShapeKind {
    let word = map.get("type").and_then(Json::as_str).unwrap_or("any");
    let inner = |key: &str| Arc::new(map.get(key).map(shape).unwrap_or_default());
    match word {
        "list" => ShapeKind::List(inner("items")),
        "map" => ShapeKind::Map {
            values: inner("values"),
            keys: map.get("keys").and_then(Json::as_str).map(Arc::from),
        },
        "object" => ShapeKind::Object {
            properties: shapes(map.get("properties")).collect(),
            required: names(map.get("required")),
        },
        "one" => {
            let all = map.get("of").and_then(Json::as_array).into_iter().flatten();
            ShapeKind::OneOf(all.map(|one| Arc::new(shape(one))).collect())
        }
        _ => word_kind(word),
    }
}
