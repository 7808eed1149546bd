//! A catalog of a few types, each with one of the things that types can have.

use formwork_schema::{
    ApiFamily, Attribute, Catalog, Identity, Overlay, Part, Path, Reference, ResourceType, Shape,
    ShapeKind, Shapes, TagField, TagShape,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct TestCatalog(BTreeMap<String, Arc<ResourceType>>);

impl Catalog for TestCatalog {
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        self.0.get(name).cloned()
    }

    fn resource_type_names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    fn api_family(&self, name: &str) -> Option<ApiFamily> {
        (name == "slow").then(|| ApiFamily {
            name: "slow".into(),
            burst: 1.0,
            per_second: 0.1,
        })
    }
}

fn paths(texts: &[&str]) -> Vec<Path> {
    texts.iter().map(|text| Path((*text).into())).collect()
}

fn shape(json: &Json) -> Arc<Shape> {
    let kind = match json {
        Json::String(word) => match word.trim_end_matches('!') {
            "string" => ShapeKind::String,
            "int" => ShapeKind::Integer,
            "bool" => ShapeKind::Bool,
            "map" => ShapeKind::Map {
                values: shape(&json!("string")),
                keys: None,
            },
            _ => ShapeKind::Any,
        },
        Json::Array(items) => ShapeKind::List(shape(&items[0])),
        Json::Object(map) => ShapeKind::Object {
            properties: properties(map),
            required: Vec::new(),
        },
        _ => ShapeKind::Any,
    };
    // `["string", "set"]` is a list without order.
    let unordered = json.get(1).is_some();
    Arc::new(Shape {
        kind,
        unordered,
        ..Shape::default()
    })
}

fn properties(map: &serde_json::Map<String, Json>) -> Shapes {
    map.iter()
        .map(|(name, json)| (name.as_str().into(), shape(json)))
        .collect()
}

fn ty(name: &str, shapes: Json, change: impl FnOnce(&mut ResourceType)) -> ResourceType {
    let mut ty = ResourceType {
        name: name.into(),
        properties: properties(shapes.as_object().expect("an object")),
        definitions: BTreeMap::new(),
        required: Vec::new(),
        create_only: Vec::new(),
        conditional_create_only: Vec::new(),
        read_only: Vec::new(),
        write_only: Vec::new(),
        deprecated: Vec::new(),
        primary_identifier: Vec::new(),
        mutable: true,
        tags: Some(TagField {
            property: "Tags".into(),
            shape: TagShape::List,
            updatable: true,
        }),
        checks: Vec::new(),
        overlay: Overlay {
            written: true,
            identity: Identity::Name,
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
            merge: paths(&["Tags"]),
            replace: BTreeMap::new(),
            create_first: true,
            parts: BTreeMap::new(),
            times: (1000, 500, 300),
            window: 1000,
            family: "quick".into(),
            create_overwrites: false,
            keeps: Vec::new(),
            data: false,
            counted: false,
            delete_blocked_by_content: false,
            before_delete: BTreeMap::new(),
        },
    };
    change(&mut ty);
    ty
}

fn named(ty: &mut ResourceType, property: &str, arn: &str) {
    ty.overlay.name = Some(Path(property.into()));
    ty.create_only.push(Path(property.into()));
    ty.primary_identifier = paths(&[property]);
    ty.read_only.push(Path("Arn".into()));
    let template = Attribute::Template(arn.into());
    ty.overlay.attributes.insert("Arn".into(), template);
}

fn made(ty: &mut ResourceType, property: &str, template: &str) {
    ty.read_only.push(Path(property.into()));
    let made = Attribute::Made(template.into());
    ty.overlay.attributes.insert(property.into(), made);
}

fn refers(ty: &mut ResourceType, path: &str, target: &str, checked: bool, blocks_delete: bool) {
    ty.overlay.references.push(Reference {
        path: Path(path.into()),
        target: target.into(),
        property: "Arn".into(),
        checked,
        blocks_delete,
        exclusive: false,
    });
}

/// An object that is deleted only while it is disabled.
fn disabled_first(ty: &mut ResourceType) {
    let (state, on) = (Path("State".into()), json!("ENABLED"));
    ty.overlay.resets.insert(state.clone(), on.clone());
    ty.overlay.defaults.insert(state, on);
    ty.overlay
        .before_delete
        .insert("State".into(), json!("DISABLED"));
}

/// The catalog.
pub fn catalog() -> TestCatalog {
    let mut types = Vec::new();
    types.push(ty(
        "Test::Bucket",
        json!({"BucketName": "string", "Versioning": "string", "Lock": "string", "Arn": "string", "Domain": "string",
               "Policy": "any", "Notifications": [{"Event": "string", "Function": "string"}], "Tags": ["any", "set"]}),
        |ty| {
            named(ty, "BucketName", "arn:{partition}:s3:::{BucketName}");
            ty.overlay.name_scope = "global".into();
            ty.overlay.name_alphabet = "a-z0-9.-".into();
            ty.overlay.name_length = 63;
            ty.overlay.data = true;
            ty.overlay.counted = true;
            ty.create_only.push(Path("Lock".into()));
            made(ty, "Domain", "{alnum:8}.example");
            let part = Part {
                properties: vec!["Notifications".into()],
            };
            ty.overlay.parts.insert("notifications".into(), part);
            refers(ty, "Notifications/*/Function", "Test::Function", true, false);
        },
    ));
    types.push(ty(
        "Test::Function",
        json!({"FunctionName": "string", "Role": "string", "Memory": "int", "Code": {"Zip": "any", "Kind": "string"},
               "Package": "string", "Layers": ["string", "set"], "Arn": "string", "Version": "int",
               "Environment": {"Variables": "map"}, "Secret": "string", "Level": "string", "Tags": ["any", "set"]}),
        |ty| {
            named(
                ty,
                "FunctionName",
                "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}",
            );
            ty.create_only.push(Path("Package".into()));
            ty.write_only = paths(&["Code/Zip", "Secret"]);
            ty.overlay.resets.insert(Path("Memory".into()), json!(128));
            ty.overlay.defaults.insert(Path("Memory".into()), json!(128));
            ty.overlay.defaults.insert(Path("Level".into()), json!("INFO"));
            let variables = Path("Environment/Variables".into());
            ty.overlay.resets.insert(variables, json!({}));
            made(ty, "Version", "{serial}");
            refers(ty, "Role", "Test::Role", true, false);
        },
    ));
    types.push(ty(
        "Test::Role",
        json!({"RoleName": "string", "Path": "string", "Policy": "any", "Arn": "string", "RoleId": "string",
               "Tags": ["any", "set"]}),
        |ty| {
            named(ty, "RoleName", "arn:{partition}:iam::{account}:role/{RoleName}");
            ty.create_only.push(Path("Path".into()));
            ty.overlay.name_scope = "account".into();
            made(ty, "RoleId", "{alnum:10}");
        },
    ));
    types.push(ty(
        "Test::Network",
        json!({"Cidr": "string", "NetworkId": "string", "Note": "string", "Tags": ["any", "set"]}),
        |ty| {
            ty.overlay.identity = Identity::Marker;
            ty.create_only = paths(&["Cidr"]);
            ty.primary_identifier = paths(&["NetworkId"]);
            made(ty, "NetworkId", "net-{hex:8}");
        },
    ));
    types.push(ty(
        "Test::Subnet",
        json!({"NetworkId": "string", "Zone": "string", "SubnetId": "string", "Open": "bool", "Tags": ["any", "set"]}),
        |ty| {
            ty.overlay.identity = Identity::Marker;
            ty.create_only = paths(&["NetworkId", "Zone"]);
            ty.primary_identifier = paths(&["SubnetId"]);
            ty.overlay.create_first = false;
            made(ty, "SubnetId", "sub-{hex:8}");
            refers(ty, "NetworkId", "Test::Network", true, true);
        },
    ));
    types.push(ty(
        "Test::Link",
        json!({"LinkId": "string", "Source": "string", "Target": "string", "Note": "string", "Rules": ["any"]}),
        |ty| {
            ty.tags = None;
            ty.overlay.merge = paths(&["Rules"]);
            ty.primary_identifier = paths(&["LinkId"]);
            ty.overlay.family = "slow".into();
            made(ty, "LinkId", "link-{hex:8}");
            refers(ty, "Source", "Test::Network", true, true);
        },
    ));
    types.push(ty(
        "Test::Queue",
        json!({"QueueName": "string", "Redrive": "string", "Allow": "string", "Delay": "int", "Arn": "string",
               "Steps": [{"Kind": "string", "Note": "string"}], "Tags": ["any", "set"]}),
        |ty| {
            named(ty, "QueueName", "arn:{partition}:sqs:{region}:{account}:{QueueName}");
            ty.create_only.push(Path("Steps/*/Kind".into()));
        },
    ));
    types.push(ty(
        "Test::Revision",
        json!({"Image": "string", "Arn": "string"}),
        |ty| {
            ty.tags = None;
            ty.mutable = false;
            ty.primary_identifier = paths(&["Arn"]);
            made(ty, "Arn", "arn:revision:{serial}");
        },
    ));
    types.push(ty(
        "Test::Disk",
        json!({"DiskName": "string", "Arn": "string", "Tags": ["any", "set"]}),
        |ty| named(ty, "DiskName", "arn:disk:{DiskName}"),
    ));
    types.push(ty(
        "Test::Server",
        json!({"ServerName": "string", "Image": "string", "Disks": ["string"], "Arn": "string",
               "Tags": ["any", "set"]}),
        |ty| {
            named(ty, "ServerName", "arn:server:{ServerName}");
            ty.create_only.push(Path("Image".into()));
            let part = Part {
                properties: vec!["Disks".into()],
            };
            ty.overlay.parts.insert("disks".into(), part);
            refers(ty, "Disks/*", "Test::Disk", true, true);
            ty.overlay
                .references
                .iter_mut()
                .for_each(|reference| reference.exclusive = true);
        },
    ));
    types.push(ty(
        "Test::Pool",
        json!({"PoolName": "string", "Kind": "string", "State": "string", "Arn": "string", "Tags": ["any", "set"]}),
        |ty| {
            named(ty, "PoolName", "arn:{partition}:batch:{region}:{account}:pool/{PoolName}");
            ty.create_only.push(Path("Kind".into()));
            disabled_first(ty);
        },
    ));
    types.push(ty(
        "Test::Line",
        json!({"LineName": "string", "Pools": ["string"], "State": "string", "Arn": "string", "Tags": ["any", "set"]}),
        |ty| {
            named(ty, "LineName", "arn:{partition}:batch:{region}:{account}:line/{LineName}");
            refers(ty, "Pools/*", "Test::Pool", true, true);
            disabled_first(ty);
        },
    ));
    TestCatalog(
        types
            .into_iter()
            .map(|ty| (ty.name.to_string(), Arc::new(ty)))
            .collect(),
    )
}
