//! What users write in a `table`.

use crate::encryption;
use crate::nodes::{days, minutes, seconds};
use crate::specs::{
    attribute, between, call, characters, duration, field, items, monthly, numbers, object,
    pattern, usage, volume,
};
use formwork_schema::{AttributeSpec, EventSpec, FieldSpec, KindSpec, MetricSpec, Type, VerbSpec};

/// Fields that are properties of the DynamoDB table under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "TableName"),
    ("indexes", "GlobalSecondaryIndexes"),
    ("local_indexes", "LocalSecondaryIndexes"),
    ("ttl", "TimeToLiveSpecification"),
    ("stream", "StreamSpecification"),
    ("capacity", "ProvisionedThroughput"),
    ("recovery", "PointInTimeRecoverySpecification"),
    ("deletion_protection", "DeletionProtectionEnabled"),
    ("class", "TableClass"),
    ("kms_key", "SSESpecification"),
];

/// The kind. Limits: DynamoDB developer guide, "Service, account, and table quotas".
pub(super) fn spec() -> KindSpec {
    let metric = |name, doc| MetricSpec {
        name,
        limit: Type::Number,
        doc,
    };
    KindSpec {
        name: "table",
        doc: "Items in DynamoDB, found by their key.",
        fields: fields(),
        attributes: attributes(),
        verbs: verbs(),
        events: vec![changed()],
        metrics: vec![
            metric(
                "read_throttles",
                "Reads refused because there were too many.",
            ),
            metric(
                "write_throttles",
                "Writes refused because there were too many.",
            ),
            metric("errors", "Requests that failed inside DynamoDB."),
        ],
        usage: usage(vec![
            monthly(
                "writes_per_month",
                "Writes of up to 1 KB a month, if it is paid for by request.",
            ),
            monthly(
                "reads_per_month",
                "Reads of up to 4 KB a month, if it is paid for by request.",
            ),
            volume("storage", "What it holds."),
        ]),
    }
}

fn attributes() -> Vec<AttributeSpec> {
    vec![
        attribute("name", "TableName", "Its name in AWS."),
        attribute("arn", "Arn", "Its ARN."),
        AttributeSpec {
            ty: Type::String.optional(),
            ..attribute(
                "stream_arn",
                "StreamArn",
                "The ARN of its stream, if it has one.",
            )
        },
    ]
}

fn verbs() -> Vec<VerbSpec> {
    let verb = |name, doc| VerbSpec {
        name,
        parameters: Vec::new(),
        nested: Vec::new(),
        doc,
    };
    vec![
        verb("read", "Get, query and scan items."),
        verb("write", "Put, update and delete items."),
        verb("read_write", "Read and write items."),
        verb("stream", "Read the stream of changes."),
        VerbSpec {
            name: "index",
            parameters: vec![
                field("name", Type::String, "The name of the index.")
                    .required()
                    .known(),
            ],
            nested: vec!["read"],
            doc: "Query and scan one index.",
        },
    ]
}

fn changed() -> EventSpec {
    EventSpec {
        name: "changed",
        parameters: vec![
            field("batch", Type::Int, "The most changes of one run.")
                .default("100")
                .constraint(numbers(1, 10_000)),
            field("window", duration(), "How long to wait for a full batch.")
                .default("0s")
                .constraint(between(seconds(0), minutes(5), Some(seconds(1)))),
            field(
                "start",
                Type::words("start", &["newest", "oldest"]),
                "Where to begin.",
            )
            .default("newest"),
            field("parallel", Type::Int, "Runs at once for each shard.")
                .default("1")
                .constraint(numbers(1, 10)),
            field(
                "retries",
                Type::Int,
                "How often a failed batch is tried again; without it, until its changes expire.",
            )
            .constraint(numbers(0, 10_000)),
            field(
                "max_age",
                duration(),
                "The oldest change that is still handled.",
            )
            .constraint(between(minutes(1), days(7), Some(seconds(1)))),
            field(
                "split",
                Type::Bool,
                "Halves a failed batch before it is tried again.",
            )
            .default("false"),
            field(
                "partial",
                Type::Bool,
                "Whether the code names the changes that failed.",
            )
            .default("false")
            .known(),
        ],
        doc: "Items were created, changed or deleted.",
    }
}

fn key(name: &str, doc: &str) -> FieldSpec {
    let ty = Type::words("key type", &["string", "number", "binary"]);
    field(name, ty.map(), doc).constraint(items(1, 1)).known()
}

fn holds() -> FieldSpec {
    let words = Type::words("projection", &["all", "keys"]);
    field(
        "holds",
        Type::one_of([words, Type::String.list()]),
        "What the index holds of each item: everything, its keys, or these attributes more.",
    )
    .default("all")
}

fn provisioned() -> Type {
    let units = |name: &str, doc: &str| {
        field(name, Type::Int, doc)
            .required()
            .constraint(numbers(1, 40_000))
    };
    call(
        "provisioned",
        vec![
            units("read", "Reads of 4 KB a second."),
            units("write", "Writes of 1 KB a second."),
        ],
        0,
    )
}

fn index() -> Type {
    object(
        "index",
        vec![
            key(
                "partition_key",
                "What items are found by: `{ status = string }`.",
            )
            .required(),
            key("sort_key", "What items of one partition are sorted by."),
            holds(),
            field(
                "capacity",
                provisioned(),
                "Its capacity, if not that of the table.",
            ),
        ],
    )
}

fn local_index() -> Type {
    object(
        "local_index",
        vec![
            key("sort_key", "What items of one partition are sorted by.").required(),
            holds(),
        ],
    )
}

fn fields() -> Vec<FieldSpec> {
    let on_demand = Type::words("capacity", &["on_demand"]);
    vec![
        key(
            "partition_key",
            "What items are found by: `{ id = string }`.",
        )
        .required(),
        key(
            "sort_key",
            "What items of one partition are sorted by: `{ at = number }`.",
        ),
        field(
            "indexes",
            index().map(),
            "Further ways to find items, by name.",
        )
        .constraint(items(0, 20))
        .known(),
        field(
            "local_indexes",
            local_index().map(),
            "Further ways to sort items of a partition, by name.",
        )
        .constraint(items(0, 5))
        .known(),
        field(
            "ttl",
            Type::String,
            "The attribute that says, in seconds since 1970, when an item goes.",
        )
        .constraint(characters(1, 255)),
        field(
            "stream",
            Type::words("stream", &["new_and_old", "new", "old", "keys"]),
            "What the stream tells of a change; on by itself when something listens.",
        )
        .known(),
        field(
            "capacity",
            Type::one_of([on_demand, provisioned()]),
            "How it is paid for: by request, or by capacity.",
        )
        .default("on_demand"),
        field(
            "recovery",
            Type::Bool,
            "Keeps 35 days to go back to, to the second.",
        )
        .default("false"),
        field(
            "deletion_protection",
            Type::Bool,
            "Makes AWS refuse to delete it.",
        )
        .default("false"),
        field(
            "class",
            Type::words("table class", &["standard", "infrequent_access"]),
            "What is cheap: `standard`, requests; `infrequent_access`, storage.",
        )
        .default("standard"),
        encryption::field("items, instead of DynamoDB's own"),
        field(
            "name",
            Type::String,
            "Its name in AWS, if the derived one will not do.",
        )
        .constraint(pattern(
            "^[a-zA-Z0-9_.-]{3,255}$",
            "3 to 255 letters, digits, `_`, `.` and `-`",
        )),
    ]
}
