//! What users write in a `cluster`.

use crate::instances;
use crate::nodes::seconds;
use crate::placement::{groups_field, network_field};
use crate::specs::{
    attribute, between, call, duration, field, items, kind, numbers, object, part_attribute,
    pattern,
};
use formwork_schema::{Dimension, FieldSpec, KindSpec, MetricSpec, Quantity, Type};
use rust_decimal::Decimal;

/// The kind. Limits: ECS API reference, CreateCluster and CreateCapacityProvider; Auto Scaling API reference,
/// CreateAutoScalingGroup.
pub(super) fn spec() -> KindSpec {
    let share = Type::Quantity(Dimension::Percent);
    KindSpec {
        name: "cluster",
        doc: "Where services and tasks of ECS run: Fargate, and perhaps instances of your own.",
        fields: fields(),
        attributes: vec![
            attribute("name", "ClusterName", "Its name."),
            attribute("arn", "Arn", "Its ARN."),
            part_attribute(
                "namespace",
                Type::String.optional(),
                super::NAMESPACE,
                "Id",
                "The id of the private names of its services.",
            ),
            part_attribute(
                "instance_role",
                Type::String.optional(),
                "instance_role",
                "Arn",
                "The ARN of the role of its instances.",
            ),
        ],
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: vec![
            MetricSpec {
                name: "cpu",
                limit: share.clone(),
                doc: "Processor time in use on its instances.",
            },
            MetricSpec {
                name: "memory",
                limit: share,
                doc: "Memory in use on its instances.",
            },
        ],
        usage: None,
    }
}

fn fields() -> Vec<FieldSpec> {
    vec![
        field(
            "insights",
            Type::words("insights", &["off", "enabled", "enhanced"]),
            "Whether CloudWatch keeps metrics of each service and task, which costs by the metric.",
        )
        .default("off"),
        network_field("The network of its instances, and of the private names of its services."),
        groups_field("The security groups of its instances, instead of one of their own that lets nothing in."),
        field(
            "instances",
            object("instances", instance_fields()),
            "Instances of your own, which come and go with the tasks that ask for `capacity = instances`.",
        )
        .known(),
        field(
            "namespace",
            Type::String,
            "Private names for its services within its network: `\"shop.internal\"` lets one be called `orders.shop.internal`.",
        )
        .known()
        .constraint(pattern(
            "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
            "a domain name in small letters, such as `shop.internal`",
        )),
        field(
            "exec_logs",
            kind("log_group"),
            "Where sessions in its containers are written down.",
        ),
        field("name", Type::String, "Its name in AWS, if the derived one will not do.").constraint(
            pattern(
                "^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$",
                "1 to 255 letters, digits, `-` and `_`, a letter or digit first",
            ),
        ),
    ]
}

fn instance_fields() -> Vec<FieldSpec> {
    let spot = call(
        "spot",
        vec![
            field("on_demand", Type::Int, "So many instances are not Spot.")
                .default("0")
                .constraint(numbers(0, 5000)),
        ],
        0,
    );
    let mut fields = vec![
        field(
            "types",
            Type::String.list(),
            "Types of instances, the wanted ones first: `[\"m7g.large\", \"m6g.large\"]`.",
        )
        .required()
        .constraint(items(1, 40)),
        field(
            "min",
            Type::Int,
            "Instances that are there also without tasks.",
        )
        .default("0")
        .constraint(numbers(0, 5000)),
        field("max", Type::Int, "The most instances.")
            .required()
            .constraint(numbers(1, 5000)),
        field(
            "purchase",
            Type::one_of([Type::words("purchase", &["on_demand", "spot"]), spot]),
            "How they are bought: `on_demand`, `spot`, `spot(on_demand = 1)`.",
        )
        .default("on_demand"),
    ];
    fields.extend(scaling_fields());
    fields.extend(instances::fields());
    fields
}

/// How instances come and go, and what they are.
fn scaling_fields() -> Vec<FieldSpec> {
    let percent = |number: i64| Quantity {
        dimension: Dimension::Percent,
        amount: Decimal::from(number),
    };
    let share = |name: &str, doc: &str| {
        field(name, Type::Quantity(Dimension::Percent), doc).constraint(between(
            percent(1),
            percent(100),
            Some(percent(1)),
        ))
    };
    vec![
        share(
            "fill",
            "How full the instances are to be before more are started.",
        )
        .default("100%"),
        field(
            "step",
            Type::Int,
            "The most instances that are started at once.",
        )
        .default("10000")
        .constraint(numbers(1, 10_000)),
        field(
            "warmup",
            duration(),
            "How long an instance takes until it counts.",
        )
        .default("300s")
        .constraint(between(seconds(0), seconds(10_000), Some(seconds(1)))),
        field(
            "drain",
            Type::Bool,
            "Whether tasks of an instance that goes are moved to others first.",
        )
        .default("true"),
        field(
            "keep_busy",
            Type::Bool,
            "Whether an instance with tasks is never ended to have fewer.",
        )
        .default("false"),
        field(
            "system",
            Type::words("system", &["al2023", "al2023_gpu", "al2023_neuron"]),
            "The system of the instances: Amazon Linux, with drivers for GPUs or Neuron.",
        )
        .default("al2023"),
        field(
            "sessions",
            Type::Bool,
            "Whether one can sign in to them by Session Manager.",
        )
        .default("false")
        .known(),
    ]
}
