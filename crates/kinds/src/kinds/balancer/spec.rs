//! What users write in a `balancer`, and of the load balancer of a `service`.

use crate::nodes::seconds;
use crate::placement::{groups_field, network_field};
use crate::specs::{
    attribute, between, characters, duration, field, items, kind, monthly, part_attribute, pattern,
    usage,
};
use formwork_schema::{AttributeSpec, Dimension, FieldSpec, KindSpec, MetricSpec, Type};

/// The kind. Limits: Elastic Load Balancing API reference, CreateLoadBalancer and LoadBalancerAttribute.
pub(super) fn spec() -> KindSpec {
    let mut fields = vec![
        network_field("The network it is in: public subnets, or private ones if it is `internal`; at least two zones.")
            .required(),
        groups_field("Its security groups, instead of one of its own that lets in what it listens to."),
        field(
            "internal",
            Type::Bool,
            "Whether only the network reaches it.",
        )
        .default("false")
        .known(),
    ];
    fields.extend(front_fields());
    fields.push(
        field("name", Type::String, "Its name in AWS, if the derived one will not do.").constraint(
            pattern(
                "^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$",
                "1 to 32 letters, digits and `-`, a letter or digit at both ends, not beginning with `internal-`",
            ),
        ),
    );
    KindSpec {
        name: "balancer",
        doc: "A load balancer that several services are behind, each with paths or hosts of its own.",
        fields,
        attributes: attributes(),
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: metrics(),
        usage: usage(vec![monthly(
            "capacity_units",
            "Its capacity units, on average.",
        )]),
    }
}

/// What is said of a load balancer, whether it is one of its own or that of a service.
pub(crate) fn front_fields() -> Vec<FieldSpec> {
    vec![
        field("domain", Type::String, "The name it answers under, by HTTPS: `\"shop.example.com\"`; a certificate is made for it.")
            .known()
            .constraint(pattern(
                "^(\\*\\.)?(([a-z0-9]|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])\\.)+[a-z0-9-]{2,63}$",
                "a domain name in small letters, such as `www.example.com`",
            )),
        field(
            "zone",
            Type::one_of([kind("domain"), Type::String]),
            "The hosted zone of `domain`: a `domain`, or the id of a zone. It gets the name's record and the certificate's proof; without it somebody must add both.",
        )
        .known(),
        field(
            "certificate",
            Type::one_of([kind("certificate"), Type::String]),
            "Its certificate, instead of one made for `domain`: a `certificate`, or an ARN.",
        )
        .known(),
        field(
            "redirect",
            Type::Bool,
            "Whether who comes by HTTP is sent to HTTPS, where it has a certificate.",
        )
        .default("true")
        .known(),
        field(
            "tls",
            Type::words("tls", &["tls12", "tls13"]),
            "The oldest TLS it takes.",
        )
        .default("tls12"),
        field(
            "from",
            Type::String.list(),
            "Blocks of addresses that reach it, instead of everybody: `[\"192.0.2.0/24\"]`.",
        )
        .constraint(items(1, 30)),
        field("idle_timeout", duration(), "How long a connection may be silent.")
            .default("60s")
            .constraint(between(seconds(1), seconds(4000), Some(seconds(1)))),
        field("http2", Type::Bool, "Whether it takes HTTP/2.").default("true"),
        field(
            "drop_invalid_headers",
            Type::Bool,
            "Whether headers that are not valid are taken out.",
        )
        .default("true"),
        field(
            "deletion_protection",
            Type::Bool,
            "Whether AWS refuses to delete it.",
        )
        .default("false"),
        field(
            "ip",
            Type::words("ip", &["ipv4", "dualstack"]),
            "The addresses it has.",
        )
        .default("ipv4"),
        field(
            "access_logs",
            kind("bucket"),
            "A bucket where it writes down each request.",
        )
        .known(),
        field(
            "log_prefix",
            Type::String,
            "What the names of those logs begin with.",
        )
        .constraint(characters(1, 200)),
        field(
            "firewall",
            Type::String,
            "The ARN of a web ACL of AWS WAF that it asks first.",
        )
        .constraint(characters(20, 2048)),
    ]
}

fn attributes() -> Vec<AttributeSpec> {
    vec![
        attribute("name", "LoadBalancerName", "Its name."),
        attribute("arn", "LoadBalancerArn", "Its ARN."),
        attribute("host", "DNSName", "Its host name."),
        attribute(
            "zone_id",
            "CanonicalHostedZoneID",
            "The zone its host name is in, for a record of your own.",
        ),
        attribute("url", super::URL, "Where it answers."),
        part_attribute(
            "listener",
            Type::String.optional(),
            "https",
            "ListenerArn",
            "The ARN of its listener for HTTPS.",
        ),
        part_attribute(
            "security_group",
            Type::String.optional(),
            "group",
            "GroupId",
            "The id of its own security group.",
        ),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    vec![
        metric(
            "errors",
            Type::Number,
            "Answers of the 500s of its own; `1%` is a share of all requests.",
        ),
        metric(
            "target_errors",
            Type::Number,
            "Answers of the 500s of what is behind it; `1%` is a share of all requests.",
        ),
        metric("requests", Type::Number, "Requests."),
        metric(
            "latency",
            Type::Quantity(Dimension::Duration),
            "How long what is behind it took to answer: the slowest of twenty.",
        ),
        metric("connections", Type::Number, "Connections that are open."),
    ]
}
