//! What users write in a `service`.

use super::exec::exec_field;
use super::expose;
use crate::containers;
use crate::nodes::seconds;
use crate::placement::{groups_field, network_field};
use crate::specs::{
    attribute, between, call, characters, duration, field, items, kind, monthly, numbers, object,
    part_attribute, pattern, usage, volume,
};
use formwork_schema::{
    AttributeSpec, Constraint, Dimension, FieldSpec, KindSpec, MetricSpec, Quantity, Type, VerbSpec,
};
use rust_decimal::Decimal;

/// Fields that are properties of the ECS service under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "ServiceName"),
    ("count", "DesiredCount"),
    ("capacity", "CapacityProviderStrategy"),
    (
        "security_groups",
        "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups",
    ),
    (
        "public_address",
        "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp",
    ),
    ("rolling", "DeploymentConfiguration"),
    (
        "circuit_breaker",
        "DeploymentConfiguration.DeploymentCircuitBreaker",
    ),
    ("rollback_on", "DeploymentConfiguration.Alarms"),
    ("exec", "EnableExecuteCommand"),
    ("placement", "PlacementStrategies"),
];

/// The kind. Limits: ECS API reference, CreateService; Elastic Load Balancing API reference, CreateTargetGroup and
/// CreateRule; Application Auto Scaling API reference, PutScalingPolicy.
pub(super) fn spec() -> KindSpec {
    let mut fields = where_fields();
    let own = containers::container_fields();
    fields.extend(own);
    fields.push(containers::containers_field());
    fields.extend(containers::size_fields());
    fields.extend(count_fields());
    fields.extend(traffic_fields());
    fields.extend(containers::role_fields());
    fields.extend(deploy_fields());
    fields.extend(containers::task_fields());
    fields.push(
        field(
            "name",
            Type::String,
            "Its name in AWS, if the derived one will not do.",
        )
        .constraint(pattern(
            "^[A-Za-z0-9_-]{1,255}$",
            "1 to 255 letters, digits, `-` and `_`",
        )),
    );
    KindSpec {
        name: "service",
        doc: "Containers on ECS that are kept running, scaled, replaced without a break, and perhaps reached from outside.",
        fields,
        attributes: attributes(),
        verbs: vec![VerbSpec {
            name: "deploy",
            parameters: Vec::new(),
            nested: Vec::new(),
            doc: "Start a new deployment of it, and look how far it is.",
        }],
        events: Vec::new(),
        metrics: metrics(),
        usage: usage(vec![
            monthly(
                "task_hours_per_month",
                "Hours of its tasks together, if not those of its least count.",
            ),
            volume("logs", "What it logs a month."),
            monthly(
                "capacity_units",
                "Capacity units of its load balancer, on average.",
            ),
        ]),
    }
}

fn where_fields() -> Vec<FieldSpec> {
    vec![
        network_field("The network it runs in; private subnets, where there are any.").required(),
        groups_field("Its security groups, instead of one of its own that lets in what it is exposed to."),
        field(
            "public_address",
            Type::Bool,
            "Whether its tasks are in public subnets with an address each; on Fargate only.",
        )
        .default("false")
        .known(),
        field(
            "cluster",
            kind("cluster"),
            "The cluster it runs on, instead of one of its own on Fargate.",
        )
        .known(),
        field("capacity", capacity_type(), "What it runs on: `fargate`, `fargate_spot`, `instances` of its cluster, or several with weights: `[fargate(base = 1), fargate_spot(weight = 3)]`.")
            .default("fargate")
            .known(),
        field(
            "placement",
            Type::words("placement", &["spread", "binpack", "random", "one_each"]),
            "How tasks are put on instances: over zones and instances, as few instances as may be, anyhow, or one on each.",
        )
        .default("spread"),
    ]
}

/// What tasks of ECS run on.
pub(crate) fn capacity_type() -> Type {
    let part = |name: &str| {
        let weight = field(
            "weight",
            Type::Int,
            "How many of the tasks, as a share of all weights.",
        )
        .default("1")
        .constraint(numbers(0, 1000));
        let base = field(
            "base",
            Type::Int,
            "So many tasks run on it before weights count.",
        )
        .default("0")
        .constraint(numbers(0, 100_000));
        call(name, vec![weight, base], 0)
    };
    let words = || Type::words("capacity", &["fargate", "fargate_spot", "instances"]);
    let several = Type::one_of([
        words(),
        part("fargate"),
        part("fargate_spot"),
        part("instances"),
    ]);
    Type::one_of([words(), several.list()])
}

fn count_fields() -> Vec<FieldSpec> {
    vec![
        field("count", Type::Int, "How many tasks run.")
            .default("1")
            .constraint(numbers(0, 5000)),
        field(
            "scale",
            object("scale", scale_fields()),
            "How many tasks run, by how busy they are.",
        )
        .known(),
    ]
}

fn scale_fields() -> Vec<FieldSpec> {
    let target = |name: &str, doc: &str| {
        field(name, Type::Quantity(Dimension::Percent), doc).constraint(percent(1, 100))
    };
    let cooldown = |name: &str, doc: &str| {
        field(name, duration(), doc)
            .default("300s")
            .constraint(between(seconds(0), seconds(86_400), Some(seconds(1))))
    };
    vec![
        field("min", Type::Int, "The fewest tasks.")
            .required()
            .constraint(numbers(0, 5000)),
        field("max", Type::Int, "The most tasks.")
            .required()
            .constraint(numbers(1, 5000)),
        target("target_cpu", "How busy the processors are to be: `60%`."),
        target("target_memory", "How full the memory is to be: `70%`."),
        field(
            "target_requests",
            Type::Int,
            "Requests a minute that each task is to have.",
        )
        .constraint(numbers(1, 1_000_000_000)),
        cooldown(
            "out_after",
            "How long after tasks were added none are added.",
        ),
        cooldown(
            "in_after",
            "How long after tasks were taken none are taken.",
        ),
    ]
}

fn traffic_fields() -> Vec<FieldSpec> {
    let mut health = containers::health_fields();
    health.extend([
        field(
            "path",
            Type::String,
            "The path that its load balancer asks for.",
        )
        .default("\"/\"")
        .constraint(pattern("^/.{0,1023}$", "a path such as `/healthz`")),
        field(
            "codes",
            Type::String,
            "Answers that are good: `\"200-299\"`, `\"200,302\"`.",
        )
        .default("\"200\"")
        .constraint(characters(1, 60)),
        field(
            "healthy_after",
            Type::Int,
            "So many good answers in a row make it healthy.",
        )
        .default("3")
        .constraint(numbers(2, 10)),
    ]);
    vec![
        expose::field(),
        field(
            "health",
            object("health", health),
            "When a task counts as healthy: asked by its load balancer (`path`), or within the container (`command`).",
        ),
        field(
            "discover",
            Type::String,
            "Its name among the private names of its cluster: others in the network call it `NAME.NAMESPACE`.",
        )
        .known()
        .constraint(pattern(
            "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
            "1 to 63 small letters, digits and `-`, a letter or digit at both ends",
        )),
    ]
}

fn deploy_fields() -> Vec<FieldSpec> {
    let share = |name: &str, doc: &str, usual: &str, most: i64| {
        field(name, Type::Quantity(Dimension::Percent), doc)
            .default(usual)
            .constraint(percent(0, most))
    };
    let rolling = vec![
        share(
            "least",
            "The share of its tasks that stays healthy.",
            "100%",
            100,
        ),
        share(
            "most",
            "The share of its tasks that runs at most, old and new.",
            "200%",
            400,
        ),
    ];
    vec![
        field(
            "rolling",
            object("rolling", rolling),
            "How its tasks are replaced.",
        ),
        field(
            "circuit_breaker",
            Type::words("circuit breaker", &["rollback", "stop", "off"]),
            "What happens when the tasks of a deployment do not become healthy: the last good one comes back, it stops, or it goes on.",
        )
        .default("rollback"),
        field(
            "rollback_on",
            kind("alarm").list(),
            "Alarms that take a deployment back when they ring.",
        )
        .constraint(items(1, 10)),
        exec_field(),
    ]
}

/// A whole percentage.
fn percent(min: i64, max: i64) -> Constraint {
    let of = |number: i64| Quantity {
        dimension: Dimension::Percent,
        amount: Decimal::from(number),
    };
    between(of(min), of(max), Some(of(1)))
}

fn attributes() -> Vec<AttributeSpec> {
    let text = || Type::String.optional();
    vec![
        attribute("name", "Name", "Its name."),
        attribute("arn", "ServiceArn", "Its ARN."),
        AttributeSpec {
            name: "url",
            ty: text(),
            part: None,
            property: super::URL,
            doc: "Where it answers, if it is exposed.",
        },
        part_attribute(
            "security_group",
            text(),
            "group",
            "GroupId",
            "The id of its own security group.",
        ),
        part_attribute(
            "role",
            text(),
            "role",
            "RoleName",
            "The name of the role its code has.",
        ),
        part_attribute(
            "log_group",
            text(),
            "log_group",
            "LogGroupName",
            "The name of its own log group.",
        ),
        part_attribute(
            "balancer",
            text(),
            "balancer",
            "LoadBalancerArn",
            "The ARN of its own load balancer.",
        ),
        part_attribute(
            "host",
            text(),
            "balancer",
            "DNSName",
            "The host name of its own load balancer.",
        ),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    let share = || Type::Quantity(Dimension::Percent);
    vec![
        metric(
            "errors",
            Type::Number,
            "Answers of the 500s of its tasks; `1%` is a share of all requests.",
        ),
        metric(
            "client_errors",
            Type::Number,
            "Answers of the 400s; `1%` is a share of all requests.",
        ),
        metric("requests", Type::Number, "Requests it was sent."),
        metric(
            "latency",
            Type::Quantity(Dimension::Duration),
            "How long it took to answer: the slowest of twenty.",
        ),
        metric(
            "unhealthy",
            Type::Number,
            "Tasks that its load balancer leaves out.",
        ),
        metric("cpu", share(), "Processor time in use."),
        metric("memory", share(), "Memory in use."),
    ]
}
