//! What users write in a `batch_pool`.

use crate::instances;
use crate::nodes::minutes;
use crate::placement::{groups_field, network_field};
use crate::specs::{
    attribute, between, call, characters, duration, field, items, monthly, numbers, pattern, usage,
};
use formwork_schema::{Dimension, FieldSpec, KindSpec, Quantity, Type};
use rust_decimal::Decimal;

/// The kind. Limits: Batch API reference, CreateComputeEnvironment and ComputeResource.
pub(super) fn spec() -> KindSpec {
    let mut fields = vec![
        field(
            "capacity",
            Type::one_of([words(), spot()]),
            "What it is made of: `ec2`, `spot`, `spot(max_price = 60%)`, `fargate` or `fargate_spot`.",
        )
        .required()
        .known(),
        network_field("The network its jobs run in; private subnets, where there are any.").required(),
        groups_field("Its security groups, instead of one of its own that lets nothing in."),
        field("max_vcpus", Type::Int, "The most vCPUs at once.")
            .required()
            .constraint(numbers(1, 1_000_000)),
    ];
    fields.extend(machine_fields());
    fields.extend([
        field("enabled", Type::Bool, "Whether it takes jobs.").default("true"),
        field(
            "name",
            Type::String,
            "Its name in AWS, if the derived one will not do.",
        )
        .constraint(pattern(
            "^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$",
            "1 to 128 letters, digits, `-` and `_`, a letter or digit first",
        )),
    ]);
    KindSpec {
        name: "batch_pool",
        doc: "Capacity for jobs of AWS Batch: instances that come and go with the jobs, or Fargate.",
        fields,
        attributes: vec![
            attribute("name", "ComputeEnvironmentName", "Its name in AWS."),
            attribute("arn", "ComputeEnvironmentArn", "Its ARN."),
        ],
        verbs: Vec::new(),
        events: Vec::new(),
        metrics: Vec::new(),
        usage: usage(vec![
            monthly(
                "vcpu_hours_per_month",
                "vCPUs of jobs times their hours, on Fargate.",
            ),
            monthly(
                "gb_hours_per_month",
                "Gigabytes of memory of jobs times their hours, on Fargate.",
            ),
        ]),
    }
}

fn words() -> Type {
    Type::words("capacity", &["ec2", "spot", "fargate", "fargate_spot"])
}

fn spot() -> Type {
    let percent = |number: i64| Quantity {
        dimension: Dimension::Percent,
        amount: Decimal::from(number),
    };
    let price = field(
        "max_price",
        Type::Quantity(Dimension::Percent),
        "The most that is paid, of the price on demand.",
    )
    .required()
    .constraint(between(percent(1), percent(100), Some(percent(1))));
    call("spot", vec![price], 0)
}

/// What is said of instances: `ec2` and `spot` only.
fn machine_fields() -> Vec<FieldSpec> {
    let allocations = [
        "best_fit_progressive",
        "spot_price_capacity_optimized",
        "spot_capacity_optimized",
        "best_fit",
    ];
    let mut fields = vec![
        field(
            "instance_types",
            Type::String.list(),
            "Types and families of instances: `\"m7i\"`, `\"c7g.4xlarge\"`; `\"optimal\"` lets Batch choose.",
        )
        .default("[\"optimal\"]")
        .constraint(items(1, 100)),
        field("min_vcpus", Type::Int, "vCPUs that are there also without jobs, and paid for.")
            .default("0")
            .constraint(numbers(0, 1_000_000)),
        field(
            "allocation",
            Type::words("allocation", &allocations),
            "How instances are chosen; for `spot` `spot_price_capacity_optimized` unless said otherwise.",
        )
        .default("best_fit_progressive"),
        field(
            "image_type",
            Type::words("image type", &["al2023", "al2023_nvidia", "al2", "al2_nvidia"]),
            "The system of the instances: Amazon Linux, with drivers for GPUs.",
        )
        .default("al2023"),
    ];
    fields.extend(instances::fields());
    fields.extend([
        field(
            "placement_group",
            Type::String,
            "The placement group of its instances.",
        )
        .constraint(characters(1, 255)),
        field(
            "scale_down_after",
            duration(),
            "How long an instance without jobs is kept.",
        )
        .constraint(between(minutes(20), minutes(10_080), Some(minutes(1)))),
    ]);
    fields
}
