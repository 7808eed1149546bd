//! What users write in a `function`.

use crate::encryption;
use crate::images::image_field;
use crate::kinds::log_group::retention_field;
use crate::nodes::{megabytes, minutes};
use crate::placement::{groups_field, network_field};
use crate::rules::event_type;
use crate::schedules::{cron_type, every_type};
use crate::specs::{
    access_field, attribute, between, characters, duration, field, items, kind, numbers, object,
    part_attribute, pattern, size,
};
use formwork_catalog::runtimes;
use formwork_schema::{AttributeSpec, Dimension, FieldSpec, KindSpec, MetricSpec, Type, VerbSpec};

/// Fields that are properties of the Lambda function under another name.
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("name", "FunctionName"),
    ("code", "Code"),
    ("image", "Code.ImageUri"),
    ("handler", "Handler"),
    ("runtime", "Runtime"),
    ("arch", "Architectures"),
    ("memory", "MemorySize"),
    ("timeout", "Timeout"),
    ("tmp", "EphemeralStorage"),
    ("env", "Environment.Variables"),
    ("layers", "Layers"),
    ("description", "Description"),
    ("tracing", "TracingConfig"),
    ("kms_key", "KmsKeyArn"),
    ("network", "VpcConfig.SubnetIds"),
    ("file_system", "FileSystemConfigs"),
    ("security_groups", "VpcConfig.SecurityGroupIds"),
];

/// The kind.
pub(super) fn spec() -> KindSpec {
    let mut fields = code_fields();
    fields.extend(size_fields());
    fields.extend(wiring_fields());
    fields.extend(other_fields());
    KindSpec {
        name: "function",
        doc: "Code that AWS Lambda runs when something happens, with its own role and log group.",
        fields,
        attributes: attributes(),
        verbs: vec![VerbSpec {
            name: "invoke",
            parameters: Vec::new(),
            nested: Vec::new(),
            doc: "Invoke the function.",
        }],
        events: Vec::new(),
        metrics: metrics(),
        usage: Some(usage()),
    }
}

fn code_fields() -> Vec<FieldSpec> {
    vec![
        field(
            "code",
            Type::Path,
            "The folder (or single file) with the code; it is zipped so that the same content gives the same bytes.",
        ),
        image_field(
            "A container image in ECR, instead of `code`: an `image`, or `\"123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.2\"`.",
        ),
        field(
            "image_config",
            object(
                "image_config",
                vec![
                    field(
                        "command",
                        Type::String.list(),
                        "Arguments for the entry point.",
                    )
                    .constraint(items(0, 1500)),
                    field("entry_point", Type::String.list(), "What is run.")
                        .constraint(items(0, 1500)),
                    field("working_directory", Type::String, "Where it is run.")
                        .constraint(characters(1, 1000)),
                ],
            ),
            "How the image is run, where that is not in the image.",
        ),
        field(
            "handler",
            Type::String,
            "What is called: file and function, `index.handler`.",
        )
        .constraint(pattern(
            "^[^\\s]{1,128}$",
            "1 to 128 characters without spaces",
        )),
        field(
            "runtime",
            runtime_type(),
            "The language and version that runs the code.",
        ),
        field(
            "arch",
            Type::words("arch", &["arm64", "x86_64"]),
            "The processor the code is built for; `arm64` costs a fifth less.",
        )
        .default("x86_64"),
        field(
            "layers",
            Type::one_of([kind("layer"), Type::String]).list(),
            "Layers to add: declarations, or ARNs of layer versions.",
        )
        .constraint(items(0, 5)),
    ]
}

/// Living runtimes, their aliases, then retired ones (which the lowering refuses with their successor).
pub(crate) fn runtime_type() -> Type {
    let words = |retired: bool| {
        let all = runtimes().iter().rev();
        all.filter(move |runtime| runtime.retired == retired)
    };
    let mut members: Vec<&str> = words(false).map(|runtime| runtime.word.as_str()).collect();
    members.extend(words(false).flat_map(|runtime| runtime.aliases.iter().map(String::as_str)));
    members.extend(words(true).map(|runtime| runtime.word.as_str()));
    Type::words("runtime", &members)
}

fn size_fields() -> Vec<FieldSpec> {
    vec![
        field("memory", size(), "Memory; processor time grows with it.")
            .default("128MB")
            .constraint(between(
                megabytes(128),
                megabytes(10_240),
                Some(megabytes(1)),
            )),
        field(
            "timeout",
            duration(),
            "The longest one run may take, whole seconds from 1s to 15min.",
        )
        .default("3s"),
        field("tmp", size(), "Disk space under /tmp.")
            .default("512MB")
            .constraint(between(
                megabytes(512),
                megabytes(10_240),
                Some(megabytes(1)),
            )),
        field(
            "concurrency",
            object(
                "concurrency",
                vec![
                    field(
                        "reserved",
                        Type::Int,
                        "The most runs at once, kept free for it; 0 stops it.",
                    )
                    .constraint(numbers(0, 100_000)),
                    field(
                        "provisioned",
                        Type::Int,
                        "Runs kept warm, on an alias of the newest version.",
                    )
                    .constraint(numbers(1, 100_000))
                    .known(),
                ],
            ),
            "How many runs at once.",
        )
        .known(),
    ]
}

fn wiring_fields() -> Vec<FieldSpec> {
    let destination = || Type::one_of([kind("queue"), kind("topic"), kind("function")]);
    vec![
        field(
            "env",
            Type::String.map(),
            "Environment variables; they give no permission.",
        ),
        access_field(),
        field(
            "on",
            Type::one_of([every_type(), cron_type(), event_type(), Type::Event]).list(),
            "What starts it: events of other declarations, `every(…)`, `cron(…)`, `event(…)`.",
        )
        .known(),
        field(
            "on_failure",
            destination(),
            "Where an event goes that could not be handled.",
        )
        .known(),
        field(
            "on_success",
            destination(),
            "Where the result of a handled event goes.",
        )
        .known(),
        field(
            "retries",
            Type::Int,
            "How often a failed event is tried again.",
        )
        .default("2")
        .constraint(numbers(0, 2)),
        field(
            "max_event_age",
            duration(),
            "How long an event may wait to be handled.",
        )
        .default("6h")
        .constraint(between(
            minutes(1),
            minutes(360),
            Some(crate::nodes::seconds(1)),
        )),
        field("url", url_type(), "A web address of its own.").known(),
    ]
}

fn url_type() -> Type {
    let methods = [
        "get", "put", "head", "post", "patch", "delete", "options", "any",
    ];
    let cors = object(
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
            .constraint(items(1, 6)),
            field("headers", Type::String.list(), "Headers they may send.")
                .constraint(items(0, 100)),
            field("expose", Type::String.list(), "Headers they may read.")
                .constraint(items(0, 100)),
            field("credentials", Type::Bool, "Whether cookies are sent.").default("false"),
            field(
                "max_age",
                duration(),
                "How long a browser may remember this.",
            )
            .constraint(between(
                crate::nodes::seconds(0),
                minutes(24 * 60),
                Some(crate::nodes::seconds(1)),
            )),
        ],
    );
    object(
        "url",
        vec![
            field(
                "auth",
                Type::words("auth", &["iam", "public"]),
                "Who may call: `iam`, whoever has the permission; `public`, anybody.",
            )
            .required()
            .known(),
            field("cors", cors, "What pages of other origins may do."),
            field(
                "mode",
                Type::words("mode", &["buffered", "stream"]),
                "Whether the answer is sent at once or as it is made.",
            )
            .default("buffered"),
        ],
    )
}

fn other_fields() -> Vec<FieldSpec> {
    vec![
        field(
            "role",
            kind("role"),
            "A role of yours to run as; what `access` and `on` need is added to it as a policy.",
        )
        .known(),
        field("file_system", files_type(), "Files of EFS that it mounts; it must be in a `network`.")
            .known(),
        network_field("The network it reaches; it then has no other way out than the network's."),
        groups_field("Its security groups in the network; without them it gets one that lets everything out and nothing in."),
        retention_field("log_retention"),
        field(
            "log_format",
            Type::words("log format", &["text", "json"]),
            "The form of its log lines.",
        )
        .default("text"),
        field("tracing", Type::Bool, "Whether runs are traced with X-Ray.")
            .default("false")
            .known(),
        field(
            "alias",
            Type::String,
            "Publishes a version at every change and names it by this alias; events then go to the alias.",
        )
        .constraint(pattern(
            "^[a-zA-Z_-][a-zA-Z0-9_-]{0,127}$",
            "1 to 128 letters, digits, `-` and `_`, not a digit first",
        ))
        .known(),
        field(
            "snap_start",
            Type::Bool,
            "Whether versions start from a snapshot (Java, Python, .NET).",
        )
        .default("false"),
        encryption::field("the environment"),
        field("description", Type::String, "What people read in the console.")
            .constraint(characters(0, 256)),
        field("name", Type::String, "Its name in AWS, if the derived one will not do.")
            .constraint(pattern("^[a-zA-Z0-9_-]{1,64}$", "1 to 64 letters, digits, `-` and `_`")),
    ]
}

fn files_type() -> Type {
    object(
        "file_system",
        vec![
            field("from", kind("file_system"), "The file system.")
                .required()
                .known(),
            field(
                "path",
                Type::String,
                "Where the files are: a folder below `/mnt`.",
            )
            .required()
            .constraint(pattern(
                "^/mnt/[a-zA-Z0-9_.-]{1,155}$",
                "a folder directly below `/mnt`, such as `/mnt/data`",
            )),
            field(
                "access_point",
                Type::String,
                "The access point to go through; needed if there are several.",
            )
            .known(),
            field("read_only", Type::Bool, "Whether it only reads.")
                .default("false")
                .known(),
        ],
    )
}

fn attributes() -> Vec<AttributeSpec> {
    let optional = || Type::String.optional();
    vec![
        attribute("name", "FunctionName", "Its name in AWS."),
        attribute("arn", "Arn", "Its ARN."),
        part_attribute(
            "url",
            optional(),
            "url",
            "FunctionUrl",
            "Its web address, if it has one.",
        ),
        part_attribute(
            "alias_arn",
            optional(),
            super::version::ALIAS,
            "AliasArn",
            "The ARN of its alias, if it has one.",
        ),
        part_attribute(
            "role_arn",
            optional(),
            "role",
            "Arn",
            "The ARN of its derived role; none if `role` is given.",
        ),
        part_attribute(
            "security_group",
            optional(),
            "group",
            "GroupId",
            "The id of the security group made for it; none without `network` or with `security_groups`.",
        ),
        part_attribute(
            "log_group",
            Type::String,
            "log_group",
            "LogGroupName",
            "The name of its log group.",
        ),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let share = || Type::one_of([Type::Number, Type::Quantity(Dimension::Percent)]);
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    vec![
        metric(
            "errors",
            share(),
            "Runs that failed: a number, or a share of all runs.",
        ),
        metric("invocations", Type::Number, "Runs."),
        metric(
            "throttles",
            share(),
            "Runs refused because too many ran: a number, or a share.",
        ),
        metric(
            "latency",
            duration(),
            "How long runs take (95th percentile).",
        ),
        metric("concurrency", Type::Number, "Runs at once."),
    ]
}

fn usage() -> Type {
    object(
        "usage",
        vec![
            field("requests_per_month", Type::Number, "Runs a month."),
            field("duration", duration(), "How long one run takes."),
            field("logs", size(), "What it writes to its logs a month."),
        ],
    )
}
