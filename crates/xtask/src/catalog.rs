//! Rebuilds the catalog's data from a file of facts, so that a newer schema of AWS costs one command.

use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Where AWS's schema is wrong or needlessly loose: type, pointer below it, what stands there instead.
const CORRECTIONS: &[(&str, &str, &str)] = &[
    // Lambda API, Environment: "Variables: String to string map".
    (
        "AWS::Lambda::Function",
        "/definitions/Environment/properties/Variables/patternProperties/[a-zA-Z][a-zA-Z0-9_]+",
        r#"{"type":"string"}"#,
    ),
    // DynamoDB API, CreateTable: "KeySchema: Array of KeySchemaElement objects, minimum 1 item, maximum 2 items".
    (
        "AWS::DynamoDB::Table",
        "/properties/KeySchema",
        r#"{"ref":"KeySchema"}"#,
    ),
    (
        "AWS::DynamoDB::Table",
        "/definitions/KeySchema",
        r#"{"type":"array","minItems":1,"maxItems":2,"uniqueItems":true,"items":{"type":"object","required":["AttributeName","KeyType"],"properties":{"AttributeName":{"type":"string","minLength":1,"maxLength":255},"KeyType":{"type":"string","enum":["HASH","RANGE"]}}}}"#,
    ),
    // The same without a repeated look-ahead, which only some engines take.
    (
        "AWS::EFS::AccessPoint",
        "/definitions/RootDirectory/properties/Path/pattern",
        r#""^(\\/|(\\/(?!\\.)[^$#<>;`|&?{}^*/\\n]+){1,4})$""#,
    ),
    // Auto Scaling API, Tag: only the key is required.
    (
        "AWS::AutoScaling::AutoScalingGroup",
        "/definitions/TagProperty/required",
        r#"["Key","Value"]"#,
    ),
];

/// Where a named rule applies, when that is not the whole of the type: type, rule, path.
const RULE_PLACES: &[(&str, &str, &str)] = &[
    ("AWS::Lambda::Function", "awslayer", "Layers/*"),
    (
        "AWS::Lambda::Function",
        "environment_variable_keys",
        "Environment/Variables",
    ),
    (
        "AWS::ECS::TaskDefinition",
        "containerdefinitions_essential",
        "ContainerDefinitions",
    ),
    (
        "AWS::ECS::TaskDefinition",
        "logging_configuration",
        "ContainerDefinitions/*/LogConfiguration",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "all_to_and_from_ports",
        "SecurityGroupIngress/*",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "all_to_and_from_ports",
        "SecurityGroupEgress/*",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "protocols_and_port_ranges_exclude",
        "SecurityGroupIngress/*",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "protocols_and_port_ranges_exclude",
        "SecurityGroupEgress/*",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "protocols_and_port_ranges_include",
        "SecurityGroupIngress/*",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "protocols_and_port_ranges_include",
        "SecurityGroupEgress/*",
    ),
    (
        "AWS::ApiGateway::Stage",
        "method_settings_resource_path",
        "MethodSettings/*",
    ),
    (
        "AWS::CloudFront::Distribution",
        "forward_enum",
        "DistributionConfig/DefaultCacheBehavior",
    ),
    (
        "AWS::CloudFront::Distribution",
        "forward_enum",
        "DistributionConfig/CacheBehaviors/*",
    ),
];

/// Rewrites `crates/catalog/data` and `crates/catalog/src/services.rs` beneath `root` from the given file of facts.
///
/// # Errors
/// The facts cannot be read or have another form, or a file cannot be written; the text says which.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let [facts] = arguments else {
        return Err("usage: cargo xtask catalog FACTS.json".to_owned());
    };
    println!("{}", rebuild(root, Path::new(facts))?);
    Ok(())
}

fn rebuild(root: &Path, facts: &Path) -> Result<String, String> {
    let text =
        fs::read_to_string(facts).map_err(|error| format!("{}: {error}", facts.display()))?;
    let mut facts: Json = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let source = text_of(&facts, "source")?;
    let date = text_of(&facts, "schema_date")?;
    let resources = facts
        .get_mut("resources")
        .and_then(Json::as_object_mut)
        .ok_or("the facts have no `resources`")?;
    for (name, pointer, instead) in CORRECTIONS {
        correct(resources, name, pointer, instead)?;
    }
    let services = by_service(resources)?;
    let data = root.join("crates/catalog/data");
    for (service, types) in &services {
        let file = format!("{}.json", service.to_lowercase());
        let head = json!({ "source": source, "schema_date": date, "service": service });
        let shapes = types
            .iter()
            .map(|(name, facts)| (*name, resource_type(name, facts)));
        write(&data.join("types").join(&file), &lines(&head, shapes))?;
        let handlers = types.iter().map(|(name, facts)| (*name, handlers(facts)));
        write(&data.join("handlers").join(&file), &lines(&head, handlers))?;
        let overlay = data
            .join("overlays")
            .join(format!("{}.toml", service.to_lowercase()));
        if !overlay.exists() {
            write(
                &overlay,
                &format!("# {service}: what AWS's schema lacks.\n"),
            )?;
        }
    }
    write(
        &root.join("crates/catalog/src/services.rs"),
        &table(&services, &source, &date),
    )?;
    Ok(format!(
        "{} types of {} services, schema of {date}",
        resources.len(),
        services.len()
    ))
}

type Services<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a Json>>;

fn by_service(resources: &Map<String, Json>) -> Result<Services<'_>, String> {
    let mut services = Services::new();
    for (name, facts) in resources {
        let service = name
            .split("::")
            .nth(1)
            .ok_or_else(|| format!("`{name}` is no type name"))?;
        services.entry(service).or_default().insert(name, facts);
    }
    Ok(services)
}

fn text_of(facts: &Json, key: &str) -> Result<String, String> {
    let text = facts.get(key).and_then(Json::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| format!("the facts have no `{key}`"))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn correct(
    resources: &mut Map<String, Json>,
    name: &str,
    pointer: &str,
    instead: &str,
) -> Result<(), String> {
    let place = resources
        .get_mut(name)
        .and_then(|facts| facts.pointer_mut(pointer));
    let place = place.ok_or_else(|| format!("nothing to correct at {name}{pointer}"))?;
    *place = serde_json::from_str(instead).map_err(|error| error.to_string())?;
    Ok(())
}

/// A JSON object with one type a line, so that a reader can find a type without parsing the others.
fn lines<'a>(head: &Json, types: impl Iterator<Item = (&'a str, Json)>) -> String {
    let head = head.to_string();
    let head = head.strip_suffix('}').unwrap_or(&head);
    let types: Vec<String> = types
        .map(|(name, json)| format!("{}:{json}", json!(name)))
        .collect();
    format!("{head},\"types\":{{\n{}\n}}}}\n", types.join(",\n"))
}

fn resource_type(name: &str, facts: &Json) -> Json {
    let mut out = Map::new();
    for (key, name) in [
        ("required", "required"),
        ("createOnly", "create_only"),
        ("conditionalCreateOnly", "conditional_create_only"),
        ("readOnly", "read_only"),
        ("writeOnly", "write_only"),
        ("deprecated", "deprecated"),
        ("primaryIdentifier", "primary_identifier"),
        ("replacementStrategy", "replacement"),
    ] {
        let value = facts.get(key).filter(|value| !is_empty(value));
        if let Some(value) = value {
            out.insert(name.into(), value.clone());
        }
    }
    if let Some(count) = facts.get("n_properties") {
        out.insert("count".into(), count.clone());
    }
    if facts.get("mutable") == Some(&Json::Bool(false)) {
        out.insert("immutable".into(), true.into());
    }
    if let Some(tags) = tags(facts) {
        out.insert("tags".into(), tags);
    }
    for key in ["properties", "definitions"] {
        let shapes = facts
            .get(key)
            .and_then(Json::as_object)
            .into_iter()
            .flatten();
        let shapes: Map<String, Json> = shapes
            .map(|(name, schema)| (name.clone(), shape(schema)))
            .collect();
        if !shapes.is_empty() {
            out.insert(key.into(), Json::Object(shapes));
        }
    }
    let checks = checks(name, facts);
    if !checks.is_empty() {
        out.insert("checks".into(), Json::Array(checks));
    }
    Json::Object(out)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// `[property, whether tags can be changed later]`, for types that carry tags in a property they have.
fn tags(facts: &Json) -> Option<Json> {
    let property = facts.get("tagProperty")?.as_str()?;
    let taggable = facts.get("taggable")?.as_bool()?;
    let known = facts.get("properties")?.get(property).is_some();
    let updatable = facts
        .get("tagUpdatable")
        .and_then(Json::as_bool)
        .unwrap_or(false);
    (taggable && known).then(|| json!([property, updatable]))
}

/// Rules between properties of one object; those between objects (`cfnGather`) are not a type's own.
fn checks(name: &str, facts: &Json) -> Vec<Json> {
    let mut out = Vec::new();
    if let Some(rule) = facts
        .get("constraints")
        .map(without_empty)
        .filter(|rule| !is_empty(rule))
    {
        out.push(json!({ "name": "constraints", "rule": rule }));
    }
    let rules = facts
        .get("crossChecks")
        .and_then(Json::as_object)
        .into_iter()
        .flatten();
    for (rule_name, rule) in rules.filter(|(_, rule)| rule.get("cfnGather").is_none()) {
        let places = RULE_PLACES
            .iter()
            .filter(|(ty, rule, _)| *ty == name && rule == rule_name);
        let places: Vec<&str> = places.map(|(_, _, at)| *at).collect();
        if places.is_empty() {
            out.push(json!({ "name": rule_name, "rule": rule }));
        }
        for at in places {
            out.push(json!({ "name": rule_name, "at": at, "rule": rule }));
        }
    }
    out
}

fn without_empty(rule: &Json) -> Json {
    let entries = rule.as_object().into_iter().flatten();
    let kept = entries.filter(|(_, value)| !is_empty(value));
    Json::Object(
        kept.map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}

/// The keys of a schema that are rules between the parts of a value.
const RULES: &[&str] = &[
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "not",
    "requiredXor",
    "requiredOr",
    "dependencies",
    "dependentRequired",
    "dependentExcluded",
    "multipleOf",
];

/// A schema in the catalog's own short form.
fn shape(schema: &Json) -> Json {
    let Some(map) = schema.as_object() else {
        return json!("any");
    };
    if let Some(name) = map.get("ref").and_then(Json::as_str) {
        return json!(format!("#{name}"));
    }
    let mut out = Map::new();
    let ty = shape_type(map, &mut out);
    out.insert("type".into(), json!(ty));
    for key in ["enum", "pattern", "format", "default"] {
        if let Some(value) = map.get(key).filter(|value| !value.is_null()) {
            out.insert(key.into(), value.clone());
        }
    }
    if let Some(value) = map.get("const") {
        out.insert("enum".into(), json!([value]));
    }
    bounds(map, ty, &mut out);
    if map.get("insertionOrder") == Some(&Json::Bool(false)) {
        out.insert("unordered".into(), true.into());
    }
    if map.get("uniqueItems") == Some(&Json::Bool(true)) {
        out.insert("unique".into(), true.into());
    }
    if !out.contains_key("of") {
        rules(map, &mut out);
    }
    match (out.len(), out.get("type")) {
        (1, Some(Json::String(_))) => json!(ty),
        _ => Json::Object(out),
    }
}

/// The word for the sort of a schema; fills in what belongs to that sort.
fn shape_type(map: &Map<String, Json>, out: &mut Map<String, Json>) -> &'static str {
    let types: Vec<&str> = match map.get("type") {
        Some(Json::String(ty)) => vec![ty.as_str()],
        Some(Json::Array(types)) => types.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let alternatives = ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| map.get(*key)?.as_array());
    match types.as_slice() {
        [one] => sort(one, map, out),
        [] if map.contains_key("properties") || map.contains_key("patternProperties") => {
            sort("object", map, out)
        }
        [] if map.contains_key("items") => sort("array", map, out),
        [] => match alternatives {
            Some(all)
                if all
                    .iter()
                    .all(|one| one.get("type").is_some() || one.get("ref").is_some()) =>
            {
                out.insert("of".into(), all.iter().map(shape).collect());
                "one"
            }
            _ if map.get("format").is_some_and(|format| format == "json") => {
                alternatives_of(&["object", "string"], map, out)
            }
            _ if map.contains_key("enum")
                || map.contains_key("minLength")
                || map.contains_key("format") =>
            {
                "string"
            }
            _ => "any",
        },
        several => alternatives_of(several, map, out),
    }
}

fn alternatives_of(
    types: &[&str],
    map: &Map<String, Json>,
    out: &mut Map<String, Json>,
) -> &'static str {
    let all = types.iter().map(|ty| {
        let mut one = map.clone();
        one.insert("type".into(), json!(ty));
        one.remove("format");
        if *ty == "object" {
            one.retain(|key, _| !["pattern", "enum"].contains(&key.as_str()));
        }
        shape(&Json::Object(one))
    });
    out.insert("of".into(), all.collect());
    "one"
}

fn sort(ty: &str, map: &Map<String, Json>, out: &mut Map<String, Json>) -> &'static str {
    match ty {
        "string" => "string",
        "integer" => "integer",
        "number" => "number",
        "boolean" => "bool",
        "array" => {
            out.insert("items".into(), map.get("items").map_or(json!("any"), shape));
            "list"
        }
        _ => object(map, out),
    }
}

fn object(map: &Map<String, Json>, out: &mut Map<String, Json>) -> &'static str {
    if let Some(properties) = map.get("properties").and_then(Json::as_object) {
        let shapes = properties
            .iter()
            .map(|(name, schema)| (name.clone(), shape(schema)));
        out.insert("properties".into(), Json::Object(shapes.collect()));
        if let Some(required) = map.get("required").filter(|names| !is_empty(names)) {
            out.insert("required".into(), required.clone());
        }
        return "object";
    }
    let patterns = map.get("patternProperties").and_then(Json::as_object);
    match patterns.and_then(|patterns| patterns.iter().next()) {
        Some((keys, values)) => {
            out.insert("keys".into(), json!(keys));
            out.insert("values".into(), shape(values));
        }
        None => {
            out.insert("values".into(), json!("any"));
        }
    }
    "map"
}

fn bounds(map: &Map<String, Json>, ty: &str, out: &mut Map<String, Json>) {
    let (least, most, key) = match ty {
        "string" => ("minLength", "maxLength", "length"),
        "list" => ("minItems", "maxItems", "length"),
        "object" | "map" => ("minProperties", "maxProperties", "length"),
        "integer" | "number" => ("minimum", "maximum", "range"),
        _ => return,
    };
    let (least, most) = (map.get(least), map.get(most));
    if least.is_some() || most.is_some() {
        out.insert(key.into(), json!([least, most]));
    }
}

fn rules(map: &Map<String, Json>, out: &mut Map<String, Json>) {
    let mut rules = Map::new();
    for key in RULES {
        match map.get(*key) {
            // Alternatives of formats only: the first says what is referred to.
            Some(Json::Array(all)) if !all.is_empty() && all.iter().all(only_format) => {
                let first = all.first().and_then(|one| one.get("format"));
                if let (Some(first), false) = (first, map.contains_key("format")) {
                    out.insert("format".into(), first.clone());
                }
            }
            Some(value) if !is_empty(value) => {
                rules.insert((*key).into(), value.clone());
            }
            _ => {}
        }
    }
    if !rules.is_empty() {
        out.insert("rules".into(), Json::Object(rules));
    }
}

fn only_format(schema: &Json) -> bool {
    schema
        .as_object()
        .is_some_and(|map| map.len() == 1 && map.contains_key("format"))
}

/// Permissions that each handler needs, and its time limit in minutes where the schema gives one.
fn handlers(facts: &Json) -> Json {
    let handlers = facts
        .get("handlers")
        .and_then(Json::as_object)
        .into_iter()
        .flatten();
    let short = handlers.map(|(verb, handler)| {
        let permissions = handler
            .get("permissions")
            .cloned()
            .unwrap_or_else(|| json!([]));
        let minutes = handler.get("timeoutInMinutes");
        let value = minutes.map_or_else(
            || json!([permissions]),
            |minutes| json!([permissions, minutes]),
        );
        (verb.clone(), value)
    });
    Json::Object(short.collect())
}

/// The Rust table of services and of type names, so that names are known without parsing anything.
fn table(services: &Services<'_>, source: &str, date: &str) -> String {
    let mut out = String::from(
        "//! The services of the catalog and the names of their types. Written by `cargo xtask catalog`.\n\n\
         /// The data of a service, not parsed yet.\n\
         pub(crate) struct Service {\n    pub(crate) types: &'static str,\n    pub(crate) overlays: &'static str,\n    \
         pub(crate) handlers: &'static str,\n}\n\n",
    );
    let _ = writeln!(
        out,
        "/// Where the schemas come from.\npub const SOURCE: &str = {source:?};\n"
    );
    let _ = writeln!(
        out,
        "/// When the schemas were published.\npub const SCHEMA_DATE: &str = {date:?};\n"
    );
    out.push_str("macro_rules! service {\n    ($file:literal) => {\n        Service {\n");
    for (field, folder, end) in [
        ("types", "types", "json"),
        ("overlays", "overlays", "toml"),
        ("handlers", "handlers", "json"),
    ] {
        let _ = writeln!(
            out,
            "            {field}: include_str!(concat!(\"../data/{folder}/\", $file, \".{end}\")),"
        );
    }
    out.push_str("        }\n    };\n}\n\n/// All services.\n#[rustfmt::skip]\npub(crate) static SERVICES: &[Service] = &[\n");
    for service in services.keys() {
        let _ = writeln!(out, "    service!({:?}),", service.to_lowercase());
    }
    out.push_str("];\n\n/// All type names, sorted, with the index of their service.\n#[rustfmt::skip]\npub(crate) static TYPES: &[(&str, usize)] = &[\n");
    let mut names: Vec<(&str, usize)> = Vec::new();
    for (at, types) in services.values().enumerate() {
        names.extend(types.keys().map(|name| (*name, at)));
    }
    names.sort_unstable();
    for (name, at) in names {
        let _ = writeln!(out, "    ({name:?}, {at}),");
    }
    out.push_str("];\n");
    out
}
