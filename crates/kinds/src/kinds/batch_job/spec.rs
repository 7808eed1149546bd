//! What users write in a `batch_job`. Limits: Batch API reference, RegisterJobDefinition and SubmitJob.

use super::retries;
use crate::containers;
use crate::nodes::{days, megabytes, minutes, seconds};
use crate::rules::event_type;
use crate::schedules::{cron_type, every_type};
use crate::specs::{
    attribute, between, call, duration, field, items, kind, numbers, part_attribute, pattern, size,
};
use formwork_schema::{Constraint, EventSpec, FieldSpec, KindSpec, Type, VerbSpec};
use rust_decimal::Decimal;

/// Fields that are one property.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "JobDefinitionName"),
    ("image", "ContainerProperties.Image"),
    ("command", "ContainerProperties.Command"),
    ("env", "ContainerProperties.Environment"),
    ("parameters", "Parameters"),
    ("retries", "RetryStrategy"),
    ("timeout", "Timeout"),
    ("priority", "SchedulingPriority"),
];

/// The kind.
pub(super) fn spec() -> KindSpec {
    let event = |name, doc| EventSpec {
        name,
        parameters: Vec::new(),
        doc,
    };
    let mut fields = submitted();
    fields.extend(containers::process_fields());
    fields.extend(sized());
    fields.extend(retries::fields());
    fields.extend(ended());
    fields.extend(containers::role_fields());
    fields.extend(registered());
    KindSpec {
        name: "batch_job",
        doc: "A job of AWS Batch: a container that runs to its end, when it is submitted to its queue.",
        fields,
        attributes: vec![
            attribute(
                "name",
                "JobDefinitionName",
                "The name of its definition in AWS.",
            ),
            attribute("arn", "JobDefinitionArn", "The ARN of its newest revision."),
            part_attribute(
                "role_arn",
                Type::String.optional(),
                "role",
                "Arn",
                "The ARN of the role its code runs as, if it has one of its own.",
            ),
            part_attribute(
                "log_group",
                Type::String.optional(),
                "log_group",
                "LogGroupName",
                "The name of its log group, if it has one of its own.",
            ),
        ],
        verbs: vec![VerbSpec {
            name: "submit",
            parameters: Vec::new(),
            nested: Vec::new(),
            doc: "Submit it to its queue.",
        }],
        events: vec![
            event("succeeded", "A job of it ended well."),
            event("failed", "A job of it failed, and is not tried again."),
        ],
        metrics: Vec::new(),
        usage: None,
    }
}

/// Where it goes, and what submits it.
fn submitted() -> Vec<FieldSpec> {
    let row = call(
        "sequential",
        vec![
            field("size", Type::Int, "How many.")
                .required()
                .constraint(numbers(2, 10_000)),
        ],
        1,
    );
    vec![
        field(
            "queue",
            kind("batch_queue"),
            "The queue it is submitted to; its pools say whether it runs on Fargate or on instances.",
        )
        .required()
        .known(),
        field(
            "on",
            Type::one_of([Type::Event, every_type(), cron_type(), event_type()]).list(),
            "What submits it: events of other declarations, `every(1h)`, `cron(…)`, `event(…)`.",
        )
        .known(),
        field(
            "array",
            Type::one_of([Type::Int, row]),
            "How many children each job has that `on` submits, 2 to 10,000; `sequential(…)` for one after the other.",
        )
        .known()
        .constraint(numbers(2, 10_000)),
        field(
            "parameters",
            Type::String.map(),
            "What stands for `Ref::name` in its command, unless a job is submitted with another.",
        )
        .known()
        .constraint(items(1, 100)),
        field(
            "share",
            Type::String,
            "The share identifier of jobs that a schedule submits to a queue with fair shares.",
        )
        .constraint(pattern("^[A-Za-z0-9]{1,255}$", "1 to 255 letters and digits")),
        field("priority", Type::Int, "Which of its share goes first: the higher.")
            .constraint(numbers(0, 9999)),
    ]
}

/// What a job takes.
fn sized() -> Vec<FieldSpec> {
    let vcpus = Constraint::NumberRange {
        min: Decimal::new(25, 2),
        max: Decimal::from(192),
    };
    vec![
        field(
            "cpu",
            Type::Number,
            "vCPUs: 0.25 (if none is said), 0.5, 1, 2, 4, 8 or 16 on Fargate; whole ones on instances, 1 if none is said.",
        )
        .constraint(vcpus),
        field(
            "memory",
            size(),
            "Memory: on Fargate from a range for each `cpu`, its least if none is said; on instances 2GB if none is said.",
        )
        .constraint(between(megabytes(4), megabytes(24 * 1024 * 1024), Some(megabytes(1)))),
        field("gpus", Type::Int, "GPUs that are its own; not on Fargate.").constraint(numbers(1, 16)),
        field("disk", size(), "Disk space, on Fargate; 20GB if none is said.").constraint(between(
                megabytes(21 * 1024),
                megabytes(200 * 1024),
                Some(megabytes(1024)),
            )),
        containers::arch_field(),
        field(
            "public_address",
            Type::Bool,
            "Whether it has a public address, on Fargate; if its network has public subnets only, it has.",
        ),
    ]
}

fn ended() -> Vec<FieldSpec> {
    vec![
        field(
            "timeout",
            duration(),
            "How long each try may take before it is killed.",
        )
        .constraint(between(minutes(1), days(365), Some(seconds(1)))),
    ]
}

fn registered() -> Vec<FieldSpec> {
    vec![
        field(
            "keep_revisions",
            Type::Bool,
            "Whether replaced revisions of its definition, and the last one, stay registered.",
        )
        .default("false")
        .known(),
        field(
            "propagate_tags",
            Type::Bool,
            "Whether its tasks in ECS carry its tags.",
        )
        .default("false"),
        field(
            "name",
            Type::String,
            "The name of its definition in AWS, if the derived one will not do.",
        )
        .constraint(pattern(
            "^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$",
            "1 to 128 letters, digits, `-` and `_`, a letter or digit first",
        )),
    ]
}
