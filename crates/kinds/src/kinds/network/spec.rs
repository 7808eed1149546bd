//! What users write in a `network`.

use super::endpoints::SERVICES;
use crate::specs::{attribute, field, items, numbers, object, size};
use formwork_schema::{AttributeSpec, FieldSpec, KindSpec, Type};

/// Attributes that are put together of several resources.
pub(super) const PUBLIC: &str = "PublicSubnetIds";
pub(super) const PRIVATE: &str = "PrivateSubnetIds";
pub(super) const ZONES: &str = "AvailabilityZones";
pub(super) const NAT_IPS: &str = "NatAddresses";

/// Fields that are properties of the VPC under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("cidr", "CidrBlock"),
    ("dns_hostnames", "EnableDnsHostnames"),
];

/// The kind.
pub(super) fn spec() -> KindSpec {
    let traffic = field("nat_traffic", size(), "Data through NAT gateways a month.");
    KindSpec {
        name: "network",
        doc: "A VPC with a public and a private subnet in each zone, their routes and ways out.",
        fields: fields(),
        attributes: attributes(),
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: Vec::new(),
        usage: Some(object("usage", vec![traffic])),
    }
}

fn fields() -> Vec<FieldSpec> {
    let blocks = |name, doc| field(name, Type::String.list(), doc).constraint(items(0, 6));
    let words: Vec<&str> = SERVICES.iter().map(|(word, _)| *word).collect();
    let endpoint = Type::one_of([Type::words("service", &words), Type::String]);
    vec![
        field(
            "cidr",
            Type::String,
            "Its block of addresses, of /16 to /28.",
        )
        .default("\"10.0.0.0/16\"")
        .known(),
        field(
            "zones",
            Type::one_of([Type::Int, Type::String.list()]),
            "How many Availability Zones it spans, or which: `[\"a\", \"b\"]`, `[\"eu-west-1a\"]`.",
        )
        .default("2")
        .constraint(numbers(1, 6))
        .known(),
        field(
            "subnets",
            object(
                "subnets",
                vec![
                    blocks("public", "Blocks of the subnets that the internet can reach, one a zone."),
                    blocks("private", "Blocks of the subnets without a way in, one a zone."),
                ],
            ),
            "Their blocks of addresses; without it the network is cut into 16 pieces, of which each zone gets two.",
        )
        .known(),
        field(
            "nat",
            Type::words("nat", &["off", "single", "per_zone"]),
            "The way out of private subnets: one NAT gateway for all zones, or one in each. Each is paid for by the hour.",
        )
        .default("off")
        .known(),
        field(
            "endpoints",
            endpoint.list(),
            "Services of AWS that are reached without leaving AWS's network; `s3` and `dynamodb` are free.",
        )
        .constraint(items(1, 50))
        .known(),
        field(
            "public_addresses",
            Type::Bool,
            "Whether instances in public subnets get a public address by themselves.",
        )
        .default("false"),
        field(
            "dns_hostnames",
            Type::Bool,
            "Whether what runs in it has a name in DNS.",
        )
        .default("true"),
    ]
}

fn attributes() -> Vec<AttributeSpec> {
    let list = |name, property, doc| AttributeSpec {
        name,
        ty: Type::String.list(),
        part: None,
        property,
        doc,
    };
    vec![
        attribute("id", "VpcId", "The id of the VPC."),
        attribute("cidr", "CidrBlock", "Its block of addresses."),
        list(
            "public_subnets",
            PUBLIC,
            "The ids of its public subnets, by zone.",
        ),
        list(
            "private_subnets",
            PRIVATE,
            "The ids of its private subnets, by zone.",
        ),
        list("zones", ZONES, "The names of its zones."),
        list(
            "nat_addresses",
            NAT_IPS,
            "The public addresses of its NAT gateways: what others see of what calls them from private subnets.",
        ),
    ]
}
