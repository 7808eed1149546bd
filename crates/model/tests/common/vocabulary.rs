//! A vocabulary for tests: a few kinds that together have every sort of field and member.

use formwork_schema::{
    AttributeSpec, CallType, Constraint, Dimension, EventSpec, FieldSpec, KindSpec, MetricSpec,
    ObjectType, Quantity, ResourceType, Type, VerbSpec, Vocabulary,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The kinds and resource types of the tests.
pub struct Words {
    kinds: BTreeMap<&'static str, KindSpec>,
    existing: KindSpec,
}

impl Vocabulary for Words {
    fn kind(&self, name: &str) -> Option<&KindSpec> {
        self.kinds.get(name)
    }

    fn existing(&self, name: &str) -> Option<&KindSpec> {
        (name == "bucket").then_some(&self.existing)
    }

    fn kind_names(&self) -> Vec<&str> {
        self.kinds.keys().copied().collect()
    }

    fn resource_type(&self, name: &str) -> Option<Arc<ResourceType>> {
        formwork_catalog::aws().get(name)
    }

    fn resource_type_names(&self) -> Vec<&str> {
        formwork_catalog::aws().names().collect()
    }

    fn regions(&self) -> Vec<&str> {
        vec!["eu_west_1", "us_east_1"]
    }
}

impl Words {
    pub fn new() -> Self {
        let kinds = [
            bucket(),
            table(),
            queue(),
            function(),
            topic(),
            alarm(),
            service(),
            secret(),
        ];
        Words {
            existing: KindSpec {
                fields: vec![field("name", Type::String)],
                ..bucket()
            },
            kinds: kinds.into_iter().map(|kind| (kind.name, kind)).collect(),
        }
    }
}

fn kind(name: &'static str, fields: Vec<FieldSpec>) -> KindSpec {
    KindSpec {
        name,
        doc: "",
        fields,
        attributes: vec![
            attribute("name", Type::String, None, "Name"),
            attribute("arn", Type::String, None, "Arn"),
        ],
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: Vec::new(),
        usage: None,
    }
}

fn attribute(
    name: &'static str,
    ty: Type,
    part: Option<&'static str>,
    property: &'static str,
) -> AttributeSpec {
    AttributeSpec {
        name,
        ty,
        part,
        property,
        doc: "",
    }
}

fn verb(name: &'static str, parameters: Vec<FieldSpec>) -> VerbSpec {
    VerbSpec {
        name,
        parameters,
        nested: Vec::new(),
        doc: "",
    }
}

fn field(name: &str, ty: Type) -> FieldSpec {
    FieldSpec::new(name, ty, "")
}

fn object(name: &str, fields: Vec<FieldSpec>) -> Type {
    Type::Object(Arc::new(ObjectType {
        name: name.into(),
        fields,
    }))
}

fn call(name: &str, parameters: Vec<FieldSpec>, positional: usize) -> Type {
    Type::Call(Arc::new(CallType {
        name: name.into(),
        parameters,
        positional,
    }))
}

fn quantity(number: i64, unit: &str) -> Quantity {
    Quantity::new(number.into(), unit).unwrap()
}

const DURATION: Type = Type::Quantity(Dimension::Duration);
const SIZE: Type = Type::Quantity(Dimension::Size);

fn bucket() -> KindSpec {
    let cors = object(
        "cors",
        vec![
            field("origins", Type::String.list()).required(),
            field(
                "methods",
                Type::words("method", &["get", "put", "post"]).list(),
            ),
            field("max_age", DURATION),
        ],
    );
    let mut bucket = kind(
        "bucket",
        vec![field("cors", cors), field("expire_after", DURATION)],
    );
    bucket.fields.push(
        field("name", Type::String)
            .known()
            .constraint(Constraint::Length { min: 3, max: 63 }),
    );
    let prefix = || vec![field("prefix", Type::String)];
    bucket.verbs = vec![verb("read", prefix()), verb("write", prefix())];
    let parameters = vec![field("prefix", Type::String), field("suffix", Type::String)];
    bucket.events = vec![EventSpec {
        name: "created",
        parameters,
        doc: "",
    }];
    bucket
}

fn table() -> KindSpec {
    let keys = Type::words("key type", &["string", "number"]).map();
    let index = object(
        "index",
        vec![field("partition_key", keys.clone()).required()],
    );
    let mut table = kind(
        "table",
        vec![
            field("partition_key", keys.clone()).required(),
            field("sort_key", keys),
            field("ttl", Type::String),
            field("indexes", index.map()),
        ],
    );
    let of_index = VerbSpec {
        name: "index",
        parameters: vec![field("name", Type::String).required()],
        nested: vec!["read"],
        doc: "",
    };
    table.verbs = vec![
        verb("read", vec![]),
        verb("write", vec![]),
        verb("stream", vec![]),
        of_index,
    ];
    table
}

fn queue() -> KindSpec {
    let mut queue = kind(
        "queue",
        vec![field("keep_messages", DURATION), field("fifo", Type::Bool)],
    );
    queue.verbs = vec![verb("send", vec![]), verb("receive", vec![])];
    queue
}

fn function() -> KindSpec {
    let runtime = Type::words("runtime", &["nodejs22", "python313"]);
    let memory = Constraint::QuantityRange {
        min: quantity(128, "MB"),
        max: quantity(10_240, "MB"),
        step: Some(quantity(1, "MB")),
    };
    let timeout = Constraint::QuantityRange {
        min: quantity(1, "s"),
        max: quantity(900, "s"),
        step: Some(quantity(1, "s")),
    };
    let retry = object(
        "retry",
        vec![
            field("attempts", Type::Int).required(),
            field("backoff", DURATION),
        ],
    );
    let mut function = kind(
        "function",
        vec![
            field("code", Type::Path).required(),
            field("handler", Type::String)
                .required()
                .constraint(Constraint::Pattern {
                    pattern: "^[A-Za-z_.]+$".into(),
                    words: "letters, `_` and `.`".into(),
                }),
            field("runtime", runtime).required(),
            field("arch", Type::words("arch", &["arm64", "x86_64"])),
            field("memory", SIZE).constraint(memory),
            field("timeout", DURATION).constraint(timeout),
            field("env", Type::String.map()).constraint(Constraint::Items { min: 0, max: 3 }),
            field("on", Type::Event.list()),
            field(
                "on_failure",
                Type::one_of([Type::Kind("queue".into()), Type::Kind("topic".into())]),
            ),
            field("access", Type::Permission.list()),
            field("concurrency", Type::Int).constraint(Constraint::NumberRange {
                min: 0.into(),
                max: 1000.into(),
            }),
            field("auth", auth()),
            field("retry", retry),
            field("layers", Type::String.list()),
        ],
    );
    function.attributes.push(attribute(
        "url",
        Type::String.optional(),
        Some("url"),
        "FunctionUrl",
    ));
    function.verbs = vec![verb("invoke", vec![])];
    function.metrics = vec![
        MetricSpec {
            name: "errors",
            limit: Type::Quantity(Dimension::Percent),
            doc: "",
        },
        MetricSpec {
            name: "latency",
            limit: DURATION,
            doc: "",
        },
    ];
    function.usage = Some(object(
        "usage",
        vec![field("requests_per_month", Type::Int)],
    ));
    function
}

fn auth() -> Type {
    let jwt = call(
        "jwt",
        vec![
            field("issuer", Type::String).required(),
            field("audience", Type::String.list()).required(),
        ],
        0,
    );
    Type::one_of([Type::words("auth", &["public", "iam"]), jwt])
}

fn topic() -> KindSpec {
    let mut topic = kind("topic", vec![]);
    topic.verbs = vec![verb("publish", vec![])];
    topic
}

fn alarm() -> KindSpec {
    let limit = Type::one_of([Type::Quantity(Dimension::Percent), DURATION, Type::Number]);
    kind(
        "alarm",
        vec![
            field("metric", Type::Metric).required(),
            field("above", limit).required(),
            field("notify", Type::Kind("topic".into())),
        ],
    )
}

fn service() -> KindSpec {
    let mut service = kind("service", vec![field("port", Type::Int).required()]);
    service
        .attributes
        .push(attribute("url", Type::String, Some("balancer"), "DNSName"));
    service
}

fn secret() -> KindSpec {
    KindSpec {
        verbs: vec![VerbSpec {
            name: "read",
            parameters: Vec::new(),
            nested: Vec::new(),
            doc: "",
        }],
        ..kind("secret", vec![field("description", Type::String)])
    }
}
