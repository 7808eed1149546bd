//! What users write in a `queue`.

use crate::encryption;
use crate::nodes::{days, minutes, seconds};
use crate::rules;
use crate::specs::{
    attribute, between, duration, field, kind, monthly, numbers, object, pattern, size, usage,
};
use formwork_schema::{
    Dimension, EventSpec, FieldSpec, KindSpec, MetricSpec, Quantity, Type, VerbSpec,
};
use rust_decimal::Decimal;

/// Fields that are properties of the SQS queue under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "QueueName"),
    ("fifo", "FifoQueue"),
    ("deduplicate", "ContentBasedDeduplication"),
    ("visibility", "VisibilityTimeout"),
    ("keep_messages", "MessageRetentionPeriod"),
    ("delay", "DelaySeconds"),
    ("wait", "ReceiveMessageWaitTimeSeconds"),
    ("max_message", "MaximumMessageSize"),
    ("dead_letters", "RedrivePolicy"),
    ("kms_key", "KmsMasterKeyId"),
];

/// The kind. Limits: SQS API reference, CreateQueue and SetQueueAttributes.
pub(super) fn spec() -> KindSpec {
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    KindSpec {
        name: "queue",
        doc: "Messages in SQS: encrypted, reached over TLS only.",
        fields: fields(),
        attributes: vec![
            attribute("name", "QueueName", "Its name in AWS."),
            attribute("arn", "Arn", "Its ARN."),
            attribute(
                "url",
                "QueueUrl",
                "Its web address, by which code reaches it.",
            ),
        ],
        verbs: vec![
            verb("send", "Send messages."),
            verb("receive", "Receive and delete messages."),
        ],
        events: vec![received()],
        metrics: vec![
            metric("waiting", Type::Number, "Messages that wait."),
            metric("age", duration(), "The age of the oldest message."),
            metric("sent", Type::Number, "Messages sent to it."),
        ],
        usage: usage(vec![monthly(
            "requests_per_month",
            "Sends, receives and deletes a month.",
        )]),
    }
}

fn verb(name: &'static str, doc: &'static str) -> VerbSpec {
    VerbSpec {
        name,
        parameters: Vec::new(),
        nested: Vec::new(),
        doc,
    }
}

fn received() -> EventSpec {
    EventSpec {
        name: "received",
        parameters: vec![
            field("batch", Type::Int, "The most messages of one run.")
                .default("10")
                .constraint(numbers(1, 10_000)),
            field("window", duration(), "How long to wait for a full batch.")
                .default("0s")
                .constraint(between(seconds(0), minutes(5), Some(seconds(1)))),
            field(
                "partial",
                Type::Bool,
                "Whether the code names the messages that failed.",
            )
            .default("false")
            .known(),
            field(
                "max_concurrency",
                Type::Int,
                "The most runs at once for this queue.",
            )
            .constraint(numbers(2, 1000)),
        ],
        doc: "Messages are there.",
    }
}

fn dead_letters() -> Type {
    object(
        "dead_letters",
        vec![
            field("queue", kind("queue"), "Where they go.")
                .required()
                .known(),
            field("after", Type::Int, "How often a message is tried.")
                .default("3")
                .constraint(numbers(1, 1000)),
        ],
    )
}

/// Events that are sent to a queue or topic.
pub(in crate::kinds) fn on_field() -> FieldSpec {
    field(
        "on",
        Type::one_of([Type::Event, rules::event_type()]).list(),
        "Events that are sent to it: of buckets, topics and event buses, or `event(…)`.",
    )
    .known()
}

fn fields() -> Vec<FieldSpec> {
    let second = Some(seconds(1));
    let bytes = |number: i64| Quantity {
        dimension: Dimension::Size,
        amount: Decimal::from(number),
    };
    vec![
        field(
            "visibility",
            duration(),
            "How long a received message is hidden from others.",
        )
        .default("30s")
        .constraint(between(seconds(0), minutes(720), second)),
        field("keep_messages", duration(), "How long a message is kept.")
            .default("4d")
            .constraint(between(minutes(1), days(14), second)),
        field("delay", duration(), "How long a new message is hidden.")
            .default("0s")
            .constraint(between(seconds(0), minutes(15), second)),
        field(
            "wait",
            duration(),
            "How long a receive waits for a message; longer is cheaper.",
        )
        .default("0s")
        .constraint(between(seconds(0), seconds(20), second)),
        field("max_message", size(), "The largest message.")
            .default("1MB")
            .constraint(between(bytes(1024), bytes(1 << 20), Some(bytes(1)))),
        field(
            "dead_letters",
            dead_letters(),
            "Where messages go that could not be handled.",
        )
        .known(),
        field(
            "fifo",
            Type::Bool,
            "Keeps the order of messages within a group, each once.",
        )
        .default("false")
        .known(),
        field(
            "deduplicate",
            Type::Bool,
            "Tells messages of a fifo queue apart by their content.",
        ),
        field(
            "high_throughput",
            Type::Bool,
            "Gives each message group of a fifo queue its own limit.",
        )
        .default("false")
        .known(),
        on_field(),
        encryption::field("messages, instead of SQS's own"),
        field(
            "name",
            Type::String,
            "Its name in AWS; that of a fifo queue ends in `.fifo`.",
        )
        .constraint(pattern(
            "^[a-zA-Z0-9_-]{1,80}(\\.fifo)?$",
            "1 to 80 letters, digits, `-` and `_`",
        )),
    ]
}
