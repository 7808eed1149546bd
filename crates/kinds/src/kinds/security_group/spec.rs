//! What users write in a `security_group`.

use crate::placement::network_field;
use crate::specs::{attribute, characters, field, items, kind, object, pattern};
use formwork_schema::{FieldSpec, KindSpec, Type};

/// Fields that are properties of the group under another name.
pub(super) const PROPERTIES: &[(&str, &str)] =
    &[("name", "GroupName"), ("description", "GroupDescription")];

/// The kind.
pub(super) fn spec() -> KindSpec {
    KindSpec {
        name: "security_group",
        doc: "Which traffic reaches what is in a network, and which leaves it.",
        fields: fields(),
        attributes: vec![
            attribute("id", "GroupId", "Its id."),
            attribute("name", "GroupName", "Its name in AWS."),
        ],
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: Vec::new(),
        usage: None,
    }
}

fn fields() -> Vec<FieldSpec> {
    // Each rule counts once for each other end: Amazon VPC quotas, "Inbound or outbound rules per security group".
    let rules = |name: &str, peer: &str, doc: &str| {
        field(name, object("rule", rule(peer)).list(), doc).constraint(items(0, 60))
    };
    vec![
        network_field("The network it is in.").required(),
        rules(
            "ingress",
            "from",
            "What may come in: `[{ port = 443, from = anywhere }]`; nothing without it.",
        ),
        rules(
            "egress",
            "to",
            "What may go out: `[{ port = 5432, to = database }]`; everything without it.",
        ),
        field(
            "description",
            Type::String,
            "What it is for; a change replaces it.",
        )
        .constraint(pattern(
            "^[a-zA-Z0-9. _:/()#,@\\[\\]+=&;{}!$*-]{1,255}$",
            "1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`",
        )),
        field(
            "name",
            Type::String,
            "Its name in AWS, if the derived one will not do.",
        )
        .constraint(pattern(
            "^(?!sg-)[a-zA-Z0-9. _:/()#,@\\[\\]+=&;{}!$*-]{1,255}$",
            "1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`, not beginning with `sg-`",
        )),
    ]
}

fn rule(peer: &str) -> Vec<FieldSpec> {
    let one = || {
        Type::one_of([
            Type::words("peer", &["anywhere", "itself"]),
            kind("security_group"),
            kind("network"),
            Type::String,
        ])
    };
    let doc = "The other end: `anywhere`, `itself`, a security group, a network, a block of addresses, or a list of these.";
    vec![
        field(
            "port",
            Type::one_of([Type::Int, Type::String]),
            "The port, or a range of them: `\"8000-8100\"`.",
        ),
        field(
            "protocol",
            Type::words("protocol", &["tcp", "udp", "icmp", "icmpv6", "all"]),
            "What is spoken.",
        )
        .default("tcp"),
        field(peer, Type::one_of([one(), one().list()]), doc).required(),
        field("description", Type::String, "What it is for.").constraint(characters(1, 255)),
    ]
}
