//! What users write in a `domain`.

use crate::nodes::{days, seconds};
use crate::specs::{attribute, between, call, characters, duration, field, items, kind, pattern};
use formwork_schema::{AttributeSpec, FieldSpec, KindSpec, Type, VerbSpec};

/// The kind. Limits: Route 53 developer guide, "Quotas" and "DNS domain name format".
pub(super) fn spec() -> KindSpec {
    let verb = |name, doc| VerbSpec {
        name,
        parameters: Vec::new(),
        nested: Vec::new(),
        doc,
    };
    KindSpec {
        name: "domain",
        doc: "A hosted zone of Route 53: a domain's names, and where they lead.",
        fields: fields(),
        attributes: vec![
            attribute("id", "Id", "The id of the zone."),
            attribute("name", "Name", "The domain's name."),
            AttributeSpec {
                name: "name_servers",
                ty: Type::String.list(),
                part: None,
                property: "NameServers",
                doc: "The name servers, which the registrar must be told.",
            },
        ],
        verbs: vec![
            verb("change", "Read and change records."),
            verb("read", "Read records."),
        ],
        events: Vec::new(),
        metrics: Vec::new(),
        usage: None,
    }
}

fn fields() -> Vec<FieldSpec> {
    vec![
        field("name", Type::String, "The domain: `\"example.com\"`.")
            .required()
            .constraint(pattern(
                "^(([a-z0-9_]|[a-z0-9_][a-z0-9_-]{0,61}[a-z0-9_])\\.)+[a-z0-9-]{2,63}$",
                "a domain name in small letters without a dot at its end, such as `example.com`",
            )),
        field(
            "records",
            Type::one_of(sorts()).list(),
            "Where its names lead, by sort of record.",
        )
        .constraint(items(1, 10_000))
        .known(),
        field(
            "force",
            Type::Bool,
            "Deletes records that others made before the zone is deleted.",
        )
        .default("false")
        .known(),
        field("comment", Type::String, "What people read in the console.")
            .constraint(characters(0, 256)),
    ]
}

/// The sorts of record, each a call: `a("www", ["192.0.2.1"])`.
fn sorts() -> Vec<Type> {
    let many = |sort: &str, doc: &str| {
        let values = field("values", Type::String.list(), doc)
            .required()
            .constraint(items(1, 400));
        record(sort, values)
    };
    let one = |sort: &str, doc: &str| record(sort, field("value", Type::String, doc).required());
    vec![
        many("a", "IPv4 addresses: `\"192.0.2.1\"`."),
        many("aaaa", "IPv6 addresses: `\"2001:db8::1\"`."),
        one("cname", "The name it stands for."),
        many(
            "mx",
            "Priority and mail server each: `\"10 mail.example.com\"`.",
        ),
        many("txt", "Texts; quotes are added, long ones cut into pieces."),
        many("ns", "Name servers of a domain below."),
        many(
            "srv",
            "Priority, weight, port and host each: `\"1 10 5060 sip.example.com\"`.",
        ),
        many(
            "caa",
            "Who may issue certificates: `\"0 issue \\\"amazon.com\\\"\"`.",
        ),
        call(
            "alias",
            vec![
                name(),
                field(
                    "to",
                    Type::one_of([kind("http_api"), kind("balancer"), Type::String]),
                    "An `http_api` with a `domain`, a `balancer`, or the host name of an AWS resource.",
                )
                .required()
                .known(),
                field(
                    "zone",
                    Type::String,
                    "The id of the hosted zone AWS has for a host name.",
                ),
                field("ipv6", Type::Bool, "Whether it is an IPv6 address too.")
                    .default("false")
                    .known(),
                field(
                    "healthy",
                    Type::Bool,
                    "Whether it answers only while its target is healthy.",
                )
                .default("false"),
            ],
            2,
        ),
    ]
}

fn name() -> FieldSpec {
    field("name", Type::String, "The name below the domain: `\"www\"`; `\"\"` is the domain itself.")
        .required()
        .known()
        .constraint(pattern(
            "^(|(\\*|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*)$",
            "a name in small letters, or nothing for the domain itself",
        ))
}

fn record(sort: &str, value: FieldSpec) -> Type {
    let ttl = field("ttl", duration(), "How long others may remember it.")
        .default("5min")
        .constraint(between(seconds(0), days(24_855), Some(seconds(1))));
    call(sort, vec![name(), value, ttl], 2)
}
