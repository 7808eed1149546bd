//! What users write in a `file_system`.

use crate::encryption;
use crate::placement::{groups_field, network_field};
use crate::specs::{
    attribute, call, characters, duration, field, items, numbers, object, pattern, usage, volume,
};
use formwork_schema::{Dimension, FieldSpec, KindSpec, MetricSpec, Quantity, Type, VerbSpec};

/// Ages at which files can move: EFS API reference, LifecyclePolicy.
pub(super) const AGES: &[i64] = &[1, 7, 14, 30, 60, 90, 180, 270, 365];

/// EFS's word for an age; `None` if it has none.
pub(super) fn age(age: Quantity) -> Option<String> {
    let days = age.whole("d").filter(|days| AGES.contains(days))?;
    let plural = if days == 1 { "" } else { "S" };
    Some(format!("AFTER_{days}_DAY{plural}"))
}

/// The kind.
pub(super) fn spec() -> KindSpec {
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    KindSpec {
        name: "file_system",
        doc: "Files in EFS, encrypted, shared by what runs in a network.",
        fields: fields(),
        attributes: vec![
            attribute("id", "FileSystemId", "Its id."),
            attribute("arn", "Arn", "Its ARN."),
        ],
        verbs: vec![
            verb("read", "Mount it and read files."),
            verb("write", "Mount it, read and write files."),
        ],
        events: Vec::new(),
        metrics: vec![
            metric("connections", Type::Number, "Clients that have it mounted."),
            metric(
                "io_limit",
                Type::Quantity(Dimension::Percent),
                "How near it is to its limit of operations.",
            ),
            metric(
                "burst_credits",
                Type::Quantity(Dimension::Size),
                "What it may still read and write above its usual rate.",
            ),
        ],
        usage: usage(vec![volume("storage", "What it holds.")]),
    }
}

fn verb(name: &'static str, doc: &'static str) -> VerbSpec {
    VerbSpec {
        name,
        parameters: vec![
            field(
                "access_point",
                Type::String,
                "Only through this access point.",
            )
            .constraint(characters(1, 64))
            .known(),
        ],
        nested: Vec::new(),
        doc,
    }
}

fn fields() -> Vec<FieldSpec> {
    let provisioned = call(
        "provisioned",
        vec![
            field("mib_per_second", Type::Number, "MiB a second.")
                .required()
                .constraint(numbers(1, 3414)),
        ],
        0,
    );
    let age = |name: &str, doc: &str| field(name, duration(), doc);
    vec![
        network_field(
            "The network that reaches it: a mount target in each of its private subnets.",
        )
        .required(),
        groups_field(
            "Security groups of the mount targets, instead of one that lets in who mounts the files.",
        ),
        field(
            "access_points",
            access_point().map(),
            "Folders of it that are mounted on their own, each with a user.",
        )
        .constraint(items(1, 1000))
        .known(),
        field(
            "throughput",
            Type::one_of([
                Type::words("throughput", &["elastic", "bursting"]),
                provisioned,
            ]),
            "How fast it is: as needed, by its size, or `provisioned(mib_per_second = 128)`.",
        )
        .default("elastic"),
        field(
            "performance",
            Type::words("performance", &["general", "max_io"]),
            "Fast answers, or more operations at once.",
        )
        .default("general"),
        age(
            "infrequent_after",
            "Moves files that nobody read for this long to cheaper storage.",
        ),
        age("archive_after", "Moves them on to the cheapest."),
        field(
            "back_on_access",
            Type::Bool,
            "Moves a file back when it is read.",
        )
        .default("false"),
        field(
            "backups",
            Type::Bool,
            "Whether AWS Backup keeps a copy of each day.",
        )
        .default("true"),
        encryption::field("files, instead of EFS's own"),
    ]
}

fn access_point() -> Type {
    let id = |name: &str, doc: &str| {
        field(name, Type::Int, doc)
            .default("1000")
            .constraint(numbers(0, 4_294_967_295))
            .known()
    };
    object(
        "access_point",
        vec![
            field(
                "path",
                Type::String,
                "The folder it shows; made if it is not there.",
            )
            .default("\"/\"")
            .constraint(pattern(
                "^(/|(/[A-Za-z0-9_][A-Za-z0-9 ._-]*){1,4})$",
                "a path of up to four folders, such as `/data/in`",
            )),
            id("uid", "The user that files are read and written as."),
            id("gid", "The group."),
            field("permissions", Type::String, "Of the folder, if it is made.")
                .default("\"750\"")
                .constraint(pattern("^[0-7]{3,4}$", "three or four digits from 0 to 7")),
        ],
    )
}
