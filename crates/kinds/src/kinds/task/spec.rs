//! What users write in a `task`. Limits: ECS API reference, RegisterTaskDefinition and RunTask.

use crate::containers;
use crate::kinds::service::{capacity_type, exec};
use crate::placement::{groups_field, network_field};
use crate::rules::event_type;
use crate::schedules::{cron_type, every_type};
use crate::specs::{
    attribute, field, kind, monthly, numbers, part_attribute, pattern, usage, volume,
};
use formwork_schema::{AttributeSpec, EventSpec, FieldSpec, KindSpec, Type, VerbSpec};

/// Fields that are properties of the definition under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "Family"),
    ("cpu", "Cpu"),
    ("memory", "Memory"),
    ("network_mode", "NetworkMode"),
    ("pid", "PidMode"),
    ("ipc", "IpcMode"),
];

/// The kind.
pub(super) fn spec() -> KindSpec {
    let event = |name, doc| EventSpec {
        name,
        parameters: Vec::new(),
        doc,
    };
    let mut fields = started();
    fields.extend(containers::container_fields());
    fields.push(containers::containers_field());
    fields.extend(containers::size_fields());
    fields.extend(containers::role_fields());
    fields.push(exec::exec_field());
    fields.extend(containers::task_fields());
    fields.push(
        field(
            "name",
            Type::String,
            "The family of its definition in AWS, if the derived one will not do.",
        )
        .constraint(pattern(
            "^[A-Za-z0-9_-]{1,255}$",
            "1 to 255 letters, digits, `-` and `_`",
        )),
    );
    KindSpec {
        name: "task",
        doc: "Containers on ECS that run to their end: on a schedule, by an event, or when code runs them.",
        fields,
        attributes: attributes(),
        verbs: vec![VerbSpec {
            name: "run",
            parameters: Vec::new(),
            nested: Vec::new(),
            doc: "Run it on its cluster, and pass its roles on to it.",
        }],
        events: vec![
            event("stopped", "A task of it ended, whichever way."),
            event(
                "succeeded",
                "A task of it ended by itself, and a container of it well.",
            ),
            event("failed", "A container of it ended badly, or never came up."),
        ],
        metrics: Vec::new(),
        usage: usage(vec![
            monthly(
                "task_hours_per_month",
                "Hours of its tasks together, on Fargate.",
            ),
            volume("logs", "What it logs a month."),
        ]),
    }
}

/// What starts it, and where it runs.
fn started() -> Vec<FieldSpec> {
    vec![
        field(
            "on",
            Type::one_of([Type::Event, every_type(), cron_type(), event_type()]).list(),
            "What runs it: events of other declarations, `every(1h)`, `cron(…)`, `event(…)`; what they tell of the event stands in environment variables (`BUCKET`, `KEY`).",
        )
        .known(),
        field("count", Type::Int, "How many tasks `on` runs at once.")
            .default("1")
            .constraint(numbers(1, 10)),
        network_field("The network it runs in; private subnets, where there are any.").required(),
        groups_field("Its security groups, instead of one of its own that lets nothing in."),
        field(
            "public_address",
            Type::Bool,
            "Whether it is in public subnets with an address of its own; on Fargate only.",
        )
        .default("false")
        .known(),
        field(
            "cluster",
            kind("cluster"),
            "The cluster it runs on, instead of one of its own on Fargate.",
        )
        .known(),
        field(
            "capacity",
            capacity_type(),
            "What it runs on: `fargate`, `fargate_spot`, `instances` of its cluster, or several with weights.",
        )
        .default("fargate")
        .known(),
    ]
}

fn attributes() -> Vec<AttributeSpec> {
    let part = |name, part, property, doc| {
        part_attribute(name, Type::String.optional(), part, property, doc)
    };
    vec![
        attribute("name", "Family", "The family of its definition in AWS."),
        attribute(
            "arn",
            "TaskDefinitionArn",
            "The ARN of its newest revision.",
        ),
        attribute(
            "cluster_arn",
            super::CLUSTER,
            "The ARN of the cluster it runs on.",
        ),
        part(
            "security_group",
            super::GROUP,
            "GroupId",
            "The id of its security group, if it has one of its own.",
        ),
        part(
            "role_arn",
            "role",
            "Arn",
            "The ARN of the role its code runs as, if it has one of its own.",
        ),
        part(
            "log_group",
            "log_group",
            "LogGroupName",
            "The name of its log group, if it has one of its own.",
        ),
    ]
}
