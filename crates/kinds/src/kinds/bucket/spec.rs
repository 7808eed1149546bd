//! What users write in a `bucket`.

use crate::encryption;
use crate::nodes::{days, minutes, seconds};
use crate::specs::{
    attribute, between, characters, duration, field, items, kind, monthly, object, pattern, usage,
    volume,
};
use formwork_schema::{EventSpec, FieldSpec, KindSpec, Type, VerbSpec};

/// Fields that are properties of the S3 bucket under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "BucketName"),
    ("versioning", "VersioningConfiguration"),
    ("expire_after", "LifecycleConfiguration"),
    ("lifecycle", "LifecycleConfiguration"),
    ("cors", "CorsConfiguration"),
    ("kms_key", "BucketEncryption"),
    ("log_to", "LoggingConfiguration"),
];

/// The kind.
pub(super) fn spec() -> KindSpec {
    KindSpec {
        name: "bucket",
        doc: "Objects in S3: encrypted, closed to the public, reached over TLS only.",
        fields: fields(),
        attributes: vec![
            attribute("name", "BucketName", "Its name in AWS."),
            attribute("arn", "Arn", "Its ARN."),
            attribute(
                "domain",
                "RegionalDomainName",
                "Its host name in its region.",
            ),
        ],
        verbs: vec![
            verb("read", "Read objects."),
            verb("write", "Create and overwrite objects."),
            verb("read_write", "Read, create and overwrite objects."),
            verb("delete", "Delete objects."),
            verb("list", "List the names of objects."),
        ],
        events: vec![
            event("created", "An object was created or overwritten."),
            event("removed", "An object was deleted."),
            event("restored", "An object was restored from an archive."),
        ],
        metrics: Vec::new(),
        usage: usage(vec![
            volume("storage", "What it holds."),
            monthly("writes_per_month", "Writes and lists a month."),
            monthly("reads_per_month", "Reads a month."),
            volume("sent", "What is sent to the internet a month."),
        ]),
    }
}

fn prefix(doc: &str) -> FieldSpec {
    field("prefix", Type::String, doc).constraint(characters(1, 1024))
}

fn verb(name: &'static str, doc: &'static str) -> VerbSpec {
    VerbSpec {
        name,
        parameters: vec![prefix("Only objects whose name begins with this.")],
        nested: Vec::new(),
        doc,
    }
}

fn event(name: &'static str, doc: &'static str) -> EventSpec {
    EventSpec {
        name,
        parameters: vec![
            prefix("Only objects whose name begins with this."),
            field(
                "suffix",
                Type::String,
                "Only objects whose name ends with this.",
            )
            .constraint(characters(1, 1024)),
        ],
        doc,
    }
}

/// An age in whole days.
fn age(name: &str, doc: &str) -> FieldSpec {
    field(name, duration(), doc).constraint(between(days(1), days(36_500), Some(days(1))))
}

fn lifecycle() -> Type {
    let archives = [
        "instant",
        "glacier",
        "deep_archive",
        "infrequent_access",
        "intelligent",
    ];
    object(
        "lifecycle",
        vec![
            prefix("Only objects whose name begins with this."),
            age("expire_after", "Deletes objects of this age."),
            age(
                "archive_after",
                "Moves objects of this age to `archive_to`.",
            ),
            field("archive_to", Type::words("archive", &archives), "Where to.").default("instant"),
            age(
                "expire_old_versions_after",
                "Deletes versions this long after they were replaced.",
            ),
            age(
                "abort_uploads_after",
                "Gives up uploads in parts that took this long.",
            ),
        ],
    )
}

fn cors() -> Type {
    let methods = ["get", "put", "head", "post", "delete"];
    object(
        "cors",
        vec![
            field(
                "origins",
                Type::String.list(),
                "Origins that may call: `\"https://example.com\"`.",
            )
            .required()
            .constraint(items(1, 100)),
            field(
                "methods",
                Type::words("method", &methods).list(),
                "Methods they may use.",
            )
            .required()
            .constraint(items(1, 5)),
            field("headers", Type::String.list(), "Headers they may send."),
            field("expose", Type::String.list(), "Headers they may read."),
            field(
                "max_age",
                duration(),
                "How long a browser may remember this.",
            )
            .constraint(between(seconds(0), minutes(24 * 60), Some(seconds(1)))),
        ],
    )
}

fn fields() -> Vec<FieldSpec> {
    vec![
        field("versioning", Type::Bool, "Keeps what objects were before.").default("false"),
        age("expire_after", "Deletes all objects of this age."),
        field(
            "lifecycle",
            lifecycle().list(),
            "When objects go, by prefix.",
        )
        .constraint(items(1, 999)),
        field("cors", cors(), "What pages of other origins may do."),
        encryption::field("objects, instead of S3's own"),
        field(
            "log_to",
            kind("bucket"),
            "A bucket that gets a log of all requests.",
        ),
        field(
            "event_bridge",
            Type::Bool,
            "Sends every event to EventBridge too.",
        )
        .default("false")
        .known(),
        field(
            "force",
            Type::Bool,
            "Empties the bucket before it is deleted.",
        )
        .default("false")
        .known(),
        field(
            "name",
            Type::String,
            "Its name in AWS, unique in the world, if the derived one will not do.",
        )
        .constraint(pattern(
            "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
            "3 to 63 small letters, digits, `-` and `.`, a letter or digit at both ends",
        )),
    ]
}
