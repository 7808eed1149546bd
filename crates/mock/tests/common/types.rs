//! The hand-made resource types of the tests: one for each thing a type can do.

use formwork_schema::{
    ApiFamily, Attribute, Catalog, Check, Identity, Overlay, Part, Path, Reference, ResourceType,
    Shape, ShapeKind, Shapes, TagField, TagShape,
};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The types of the tests.
pub(crate) struct Types(pub(crate) BTreeMap<Arc<str>, Arc<ResourceType>>);

impl Catalog for Types {
    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        self.0.get(name).cloned()
    }

    fn resource_type_names(&self) -> Vec<&str> {
        self.0.keys().map(|name| &**name).collect()
    }

    fn api_family(&self, name: &str) -> Option<ApiFamily> {
        (name == "slow").then(|| ApiFamily {
            name: "slow".into(),
            burst: 2.0,
            per_second: 1.0,
        })
    }
}

pub(crate) fn catalog() -> Arc<dyn Catalog> {
    let types = [
        role(),
        function(),
        alias(),
        version(),
        queue(),
        bucket(),
        service(),
        api(),
        instance(),
        topic(),
    ];
    let types = types
        .into_iter()
        .map(|each| (Arc::clone(&each.name), Arc::new(each)));
    Arc::new(Types(types.collect()))
}

pub(crate) fn shape(kind: ShapeKind) -> Arc<Shape> {
    Arc::new(Shape {
        kind,
        ..Shape::default()
    })
}

pub(crate) fn text() -> Arc<Shape> {
    shape(ShapeKind::String)
}

pub(crate) fn list(item: Arc<Shape>) -> Arc<Shape> {
    shape(ShapeKind::List(item))
}

pub(crate) fn object(properties: &[(&str, Arc<Shape>)], required: &[&str]) -> Arc<Shape> {
    shape(ShapeKind::Object {
        properties: shapes(properties),
        required: required.iter().map(|name| (*name).into()).collect(),
    })
}

pub(crate) fn shapes(properties: &[(&str, Arc<Shape>)]) -> Shapes {
    let each = properties.iter();
    each.map(|(name, shape)| ((*name).into(), Arc::clone(shape)))
        .collect()
}

pub(crate) fn path(text: &str) -> Path {
    Path(text.into())
}

pub(crate) fn paths(texts: &[&str]) -> Vec<Path> {
    texts.iter().map(|text| path(text)).collect()
}

pub(crate) fn overlay(identity: Identity) -> Overlay {
    Overlay {
        written: true,
        identity,
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
        create_first: false,
        parts: BTreeMap::new(),
        times: (0, 0, 0),
        window: 0,
        family: "".into(),
        create_overwrites: false,
        keeps: Vec::new(),
        data: false,
        counted: false,
        delete_blocked_by_content: false,
        before_delete: BTreeMap::new(),
    }
}

fn blank(name: &str, properties: &[(&str, Arc<Shape>)], identity: Identity) -> ResourceType {
    ResourceType {
        name: name.into(),
        properties: shapes(properties),
        definitions: BTreeMap::new(),
        required: Vec::new(),
        create_only: Vec::new(),
        conditional_create_only: Vec::new(),
        read_only: Vec::new(),
        write_only: Vec::new(),
        deprecated: Vec::new(),
        primary_identifier: Vec::new(),
        mutable: true,
        tags: None,
        checks: Vec::new(),
        overlay: overlay(identity),
    }
}

fn tag_list() -> (&'static str, Arc<Shape>) {
    (
        "Tags",
        list(object(
            &[("Key", text()), ("Value", text())],
            &["Key", "Value"],
        )),
    )
}

fn tagged(shape: TagShape) -> Option<TagField> {
    Some(TagField {
        property: "Tags".into(),
        shape,
        updatable: true,
    })
}

fn reference(at: &str, target: &str, property: &str, blocks_delete: bool) -> Reference {
    Reference {
        path: path(at),
        target: target.into(),
        property: property.into(),
        checked: true,
        blocks_delete,
        exclusive: false,
    }
}

pub(crate) fn role() -> ResourceType {
    let mut role = blank(
        "AWS::IAM::Role",
        &[
            ("RoleName", text()),
            ("AssumeRolePolicyDocument", shape(ShapeKind::Any)),
            ("Path", text()),
            ("Arn", text()),
            ("RoleId", text()),
            tag_list(),
        ],
        Identity::Name,
    );
    role.required = vec!["AssumeRolePolicyDocument".into()];
    role.create_only = paths(&["RoleName", "Path"]);
    role.read_only = paths(&["Arn", "RoleId"]);
    role.primary_identifier = paths(&["RoleName"]);
    role.tags = tagged(TagShape::List);
    role.overlay.name = Some(path("RoleName"));
    role.overlay.name_scope = "account".into();
    role.overlay.window = 10_000;
    role.overlay.defaults = BTreeMap::from([(path("Path"), json!("/"))]);
    role.overlay.attributes = BTreeMap::from([
        (
            "Arn".into(),
            Attribute::Template("arn:{partition}:iam::{account}:role/{RoleName}".into()),
        ),
        ("RoleId".into(), Attribute::Made("AROA{upper:17}".into())),
    ]);
    role
}

pub(crate) fn function() -> ResourceType {
    let memory = Arc::new(Shape {
        kind: ShapeKind::Integer,
        range: (Some(128.0), Some(10_240.0)),
        ..Shape::default()
    });
    let runtime = Arc::new(Shape {
        kind: ShapeKind::String,
        allowed: ["python3.13", "nodejs22.x", "NODEJS22.X"]
            .map(Json::from)
            .to_vec(),
        ..Shape::default()
    });
    let name = Arc::new(Shape {
        kind: ShapeKind::String,
        length: (Some(1), Some(64)),
        pattern: Some("^[a-zA-Z0-9-_]+$".into()),
        ..Shape::default()
    });
    let variables = shape(ShapeKind::Map {
        values: text(),
        keys: Some("[a-zA-Z][a-zA-Z0-9_]+".into()),
    });
    let mut function = blank(
        "AWS::Lambda::Function",
        &[
            ("FunctionName", name),
            ("Role", text()),
            (
                "Code",
                object(&[("ZipFile", text()), ("ImageUri", text())], &[]),
            ),
            ("Runtime", runtime),
            ("MemorySize", memory),
            ("Layers", list(text())),
            ("Environment", object(&[("Variables", variables)], &[])),
            ("Rate", shape(ShapeKind::Number)),
            ("Arn", text()),
            tag_list(),
        ],
        Identity::Name,
    );
    function.required = vec!["Role".into(), "Code".into()];
    add_rules(&mut function);
    function.create_only = paths(&["FunctionName"]);
    function.read_only = paths(&["Arn"]);
    function.write_only = paths(&["Code/ZipFile", "Code/ImageUri"]);
    function.primary_identifier = paths(&["FunctionName"]);
    function.tags = tagged(TagShape::List);
    function.overlay.name = Some(path("FunctionName"));
    function.overlay.resets = BTreeMap::from([(path("MemorySize"), json!(128))]);
    function.overlay.defaults = BTreeMap::from([
        (path("MemorySize"), json!(128)),
        (path("Timeout"), json!(3)),
    ]);
    function
        .properties
        .insert("Timeout".into(), shape(ShapeKind::Integer));
    function.overlay.references = vec![reference("Role", "AWS::IAM::Role", "Arn", true)];
    function.overlay.times = (5_000, 3_000, 0);
    function.overlay.attributes = BTreeMap::from([(
        "Arn".into(),
        Attribute::Template(
            "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}".into(),
        ),
    )]);
    function
}

fn add_rules(function: &mut ResourceType) {
    function.checks = vec![Check {
        name: "long_needs_memory".into(),
        at: None,
        rule: Arc::new(json!({
            "if": { "properties": { "Timeout": { "maximum": 900 } } },
            "else": { "required": ["MemorySize"] },
        })),
    }];
    if let Some(code) = function.properties.get_mut("Code") {
        *code = Arc::new(Shape {
            rules: Some(Arc::new(
                json!({ "dependentExcluded": { "ZipFile": ["ImageUri"] } }),
            )),
            ..Shape::clone(code)
        });
    }
}

pub(crate) fn alias() -> ResourceType {
    let mut alias = blank(
        "AWS::Lambda::Alias",
        &[
            ("FunctionName", text()),
            ("Name", text()),
            ("FunctionVersion", text()),
            ("AliasArn", text()),
        ],
        Identity::Name,
    );
    alias.required = vec!["FunctionName".into(), "Name".into()];
    alias.create_only = paths(&["FunctionName", "Name"]);
    alias.read_only = paths(&["AliasArn"]);
    alias.primary_identifier = paths(&["AliasArn"]);
    alias.overlay.name = Some(path("Name"));
    alias.overlay.name_scope = "FunctionName".into();
    alias.overlay.parent = Some(path("FunctionName"));
    alias.overlay.references = vec![reference(
        "FunctionName",
        "AWS::Lambda::Function",
        "id",
        false,
    )];
    alias.overlay.references.push(reference(
        "FunctionVersion",
        "AWS::Lambda::Version",
        "Version",
        true,
    ));
    alias.overlay.attributes = BTreeMap::from([(
        "AliasArn".into(),
        Attribute::Template(
            "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}:{Name}".into(),
        ),
    )]);
    alias
}

pub(crate) fn version() -> ResourceType {
    let mut version = blank(
        "AWS::Lambda::Version",
        &[
            ("FunctionName", text()),
            ("FunctionArn", text()),
            ("Version", text()),
        ],
        Identity::Marker,
    );
    version.required = vec!["FunctionName".into()];
    version.create_only = paths(&["FunctionName"]);
    version.read_only = paths(&["FunctionArn", "Version"]);
    version.primary_identifier = paths(&["FunctionArn"]);
    version.mutable = false;
    version.overlay.parent = Some(path("FunctionName"));
    version.overlay.references = vec![reference(
        "FunctionName",
        "AWS::Lambda::Function",
        "id",
        false,
    )];
    version.overlay.attributes = BTreeMap::from([
        ("Version".into(), Attribute::Made("{serial}".into())),
        (
            "FunctionArn".into(),
            Attribute::Made(
                "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}:{Version}"
                    .into(),
            ),
        ),
    ]);
    version
}

pub(crate) fn queue() -> ResourceType {
    let mut queue = blank(
        "AWS::SQS::Queue",
        &[
            ("QueueName", text()),
            ("DelaySeconds", shape(ShapeKind::Integer)),
            ("RedrivePolicy", shape(ShapeKind::Any)),
            ("Note", text()),
            ("QueueUrl", text()),
            ("Arn", text()),
            (
                "Tags",
                shape(ShapeKind::Map {
                    values: text(),
                    keys: None,
                }),
            ),
        ],
        Identity::Name,
    );
    queue.create_only = paths(&["QueueName"]);
    queue.read_only = paths(&["QueueUrl", "Arn"]);
    queue.primary_identifier = paths(&["QueueUrl"]);
    queue.tags = tagged(TagShape::Map);
    queue.overlay.name = Some(path("QueueName"));
    queue.overlay.family = "slow".into();
    queue.overlay.json = paths(&["Note"]);
    queue.overlay.times = (200, 200, 60_000);
    queue.overlay.attributes = BTreeMap::from([
        (
            "QueueUrl".into(),
            Attribute::Template("https://sqs.{region}.{suffix}/{account}/{QueueName}".into()),
        ),
        (
            "Arn".into(),
            Attribute::Template("arn:{partition}:sqs:{region}:{account}:{QueueName}".into()),
        ),
    ]);
    queue
}

pub(crate) fn bucket() -> ResourceType {
    let entry = object(
        &[("Event", text()), ("Function", text())],
        &["Event", "Function"],
    );
    let notifications = object(&[("LambdaConfigurations", list(entry))], &[]);
    let mut bucket = blank(
        "AWS::S3::Bucket",
        &[
            ("BucketName", text()),
            ("NotificationConfiguration", notifications),
            (
                "VersioningConfiguration",
                object(&[("Status", text())], &["Status"]),
            ),
            ("Arn", text()),
            tag_list(),
        ],
        Identity::Name,
    );
    bucket.create_only = paths(&["BucketName"]);
    bucket.read_only = paths(&["Arn"]);
    bucket.primary_identifier = paths(&["BucketName"]);
    bucket.tags = tagged(TagShape::List);
    bucket.overlay.name = Some(path("BucketName"));
    bucket.overlay.name_scope = "global".into();
    bucket.overlay.create_overwrites = true;
    bucket.overlay.data = true;
    bucket.overlay.counted = true;
    bucket.overlay.delete_blocked_by_content = true;
    bucket.overlay.merge = paths(&["NotificationConfiguration/LambdaConfigurations"]);
    bucket.overlay.parts = BTreeMap::from([(
        "notifications".into(),
        Part {
            properties: vec!["NotificationConfiguration".into()],
        },
    )]);
    bucket.overlay.attributes = BTreeMap::from([(
        "Arn".into(),
        Attribute::Template("arn:{partition}:s3:::{BucketName}".into()),
    )]);
    bucket
}

pub(crate) fn service() -> ResourceType {
    let mut service = blank(
        "AWS::ECS::Service",
        &[
            ("ServiceName", text()),
            ("DesiredCount", shape(ShapeKind::Integer)),
            ("ServiceArn", text()),
            tag_list(),
        ],
        Identity::Token(3_600),
    );
    service.create_only = paths(&["ServiceName"]);
    service.read_only = paths(&["ServiceArn"]);
    service.primary_identifier = paths(&["ServiceArn"]);
    service.tags = tagged(TagShape::List);
    service.overlay.name = Some(path("ServiceName"));
    service.overlay.attributes = BTreeMap::from([(
        "ServiceArn".into(),
        Attribute::Made("arn:aws:ecs:{region}:{account}:service/{ServiceName}/{uuid}".into()),
    )]);
    service
}

pub(crate) fn api() -> ResourceType {
    let mut api = blank(
        "AWS::ApiGateway::RestApi",
        &[("Name", text()), ("RestApiId", text()), tag_list()],
        Identity::Marker,
    );
    api.read_only = paths(&["RestApiId"]);
    api.primary_identifier = paths(&["RestApiId"]);
    api.tags = tagged(TagShape::List);
    api.overlay.name = Some(path("Name"));
    api.overlay.attributes =
        BTreeMap::from([("RestApiId".into(), Attribute::Made("{alnum:10}".into()))]);
    api
}

/// A type without any attribute of its own in the overlay.
pub(crate) fn instance() -> ResourceType {
    let mut instance = blank(
        "AWS::Lightsail::Instance",
        &[
            ("InstanceName", text()),
            ("InstanceArn", text()),
            ("SupportCode", text()),
        ],
        Identity::Name,
    );
    instance.read_only = paths(&["InstanceArn", "SupportCode"]);
    instance.primary_identifier = paths(&["InstanceArn"]);
    instance
}

pub(crate) fn topic() -> ResourceType {
    let mut topic = blank(
        "AWS::SNS::Subscription",
        &[("Endpoint", text()), ("Arn", text())],
        Identity::Marker,
    );
    topic.create_only = paths(&["Endpoint"]);
    topic.read_only = paths(&["Arn"]);
    topic.primary_identifier = paths(&["Arn"]);
    topic.overlay.references = vec![
        reference("Endpoint", "AWS::SQS::Queue", "Arn", false),
        reference("Endpoint", "AWS::Lambda::Function", "Arn", false),
    ];
    topic.overlay.attributes =
        BTreeMap::from([("Arn".into(), Attribute::Made("arn:aws:sns:{hex:8}".into()))]);
    topic
}
