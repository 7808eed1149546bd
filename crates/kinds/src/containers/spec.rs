//! What users write of containers. Limits: ECS API reference, ContainerDefinition and RegisterTaskDefinition.

use super::logs::logs_field;
use super::mounts::mounts_field;
use crate::images::image_field;
use crate::kinds::log_group::retention_field;
use crate::nodes::{megabytes, seconds};
use crate::specs::{
    access_field, between, call, characters, duration, field, items, kind, numbers, object,
    pattern, size,
};
use formwork_schema::{Constraint, FieldSpec, Type};

/// What one container runs, is told and mounts: the fields that ECS and Batch share.
pub(crate) fn process_fields() -> Vec<FieldSpec> {
    vec![
        image_field("The image: an `image`, or `\"nginx:1.29\"`, `\"ghcr.io/acme/web:1.2\"`, one of ECR."),
        field(
            "image_credentials",
            Type::one_of([kind("secret"), Type::String]),
            "A secret with name and password for a private registry outside of AWS.",
        ),
        field("command", Type::String.list(), "What runs instead of the image's own command.")
            .constraint(items(1, 1000)),
        field("env", Type::String.map(), "Environment variables; they give no permission."),
        field(
            "secrets",
            secret_type().map(),
            "Environment variables whose values come from a secret or parameter when a task starts; it may read them.",
        )
        .constraint(items(1, 100)),
        mounts_field(),
        field("user", Type::String, "The user it runs as: `\"1000\"`, `\"1000:1000\"`, a name.")
            .constraint(characters(1, 255)),
        field(
            "read_only_root",
            Type::Bool,
            "Whether it cannot write to its own file system, only to what it mounts.",
        )
        .default("false"),
        field(
            "privileged",
            Type::Bool,
            "Whether it has all rights on its instance; not on Fargate.",
        )
        .default("false"),
        field("init", Type::Bool, "Whether an init process ends what the command leaves behind.")
            .default("false"),
        field("ulimits", ulimit_type().map(), "Limits of the system: `{ nofile = 65536 }`."),
        field("shared_memory", size(), "The size of /dev/shm; not on Fargate.")
            .constraint(between(megabytes(1), megabytes(1_048_576), Some(megabytes(1)))),
    ]
}

fn secret_type() -> Type {
    let one = || Type::one_of([kind("secret"), kind("parameter"), Type::String]);
    let key = call(
        "json_key",
        vec![
            field("of", one(), "The secret: it holds JSON.").required(),
            field("key", Type::String, "The key within it.")
                .required()
                .constraint(characters(1, 255)),
        ],
        2,
    );
    Type::one_of([kind("secret"), kind("parameter"), Type::String, key])
}

fn ulimit_type() -> Type {
    let limit = || numbers(-1, i64::from(i32::MAX));
    let both = call(
        "limits",
        vec![
            field("soft", Type::Int, "What holds at first.")
                .required()
                .constraint(limit()),
            field("hard", Type::Int, "The most that it may be raised to.")
                .required()
                .constraint(limit()),
        ],
        2,
    );
    Type::one_of([Type::Int, both])
}

/// What else ECS takes of one container.
pub(crate) fn container_fields() -> Vec<FieldSpec> {
    let mut fields = process_fields();
    fields.extend([
        field(
            "entry_point",
            Type::String.list(),
            "What is run instead of the image's entry point.",
        )
        .constraint(items(1, 1000)),
        field("working_directory", Type::String, "Where it is run.")
            .constraint(characters(1, 1000)),
        field("port", Type::Int, "The port it listens on.").constraint(numbers(1, 65_535)),
        field(
            "ports",
            Type::one_of([Type::Int, port_type()]).list(),
            "Further ports it listens on: `[9090, port(5353, protocol = udp)]`.",
        )
        .constraint(items(1, 100)),
        field(
            "stop_timeout",
            duration(),
            "How long it may take to end before it is killed.",
        )
        .default("30s")
        .constraint(between(seconds(2), seconds(120), Some(seconds(1)))),
        field("labels", Type::String.map(), "Labels of Docker."),
        field(
            "capabilities",
            capabilities_type(),
            "Rights of the Linux kernel that it has more or less.",
        ),
        field("gpus", Type::Int, "GPUs that are its own; not on Fargate.")
            .constraint(numbers(1, 16)),
        field(
            "log_router",
            Type::words("log router", &["fluentbit", "fluentd"]),
            "Makes it the router to which the others write with `logs = driver(awsfirelens)`.",
        ),
    ]);
    fields
}

fn port_type() -> Type {
    let parameters = vec![
        field("number", Type::Int, "The port.")
            .required()
            .constraint(numbers(1, 65_535)),
        field(
            "protocol",
            Type::words("protocol", &["tcp", "udp"]),
            "The protocol.",
        )
        .default("tcp"),
        field("name", Type::String, "Its name, for service connect.").constraint(pattern(
            "^[a-z0-9_][a-z0-9_-]{0,63}$",
            "1 to 64 small letters, digits, `_` and `-`",
        )),
        field(
            "speaks",
            Type::words("application protocol", &["http", "http2", "grpc"]),
            "What is spoken on it, for service connect.",
        ),
    ];
    call("port", parameters, 1)
}

fn capabilities_type() -> Type {
    let names =
        |name: &str, doc: &str| field(name, Type::String.list(), doc).constraint(items(1, 40));
    object(
        "capabilities",
        vec![
            names(
                "add",
                "Those it has more: `[\"SYS_PTRACE\"]`; on Fargate only this one.",
            ),
            names("drop", "Those it has less: `[\"ALL\"]`."),
        ],
    )
}

/// Several containers by name, instead of one inline.
pub(crate) fn containers_field() -> FieldSpec {
    let mut fields = container_fields();
    fields.extend([
        field(
            "cpu",
            Type::Number,
            "vCPUs of the task's that are kept for it. From 0.125 to 192.",
        ),
        field(
            "memory",
            size(),
            "The most memory it may take of the task's.",
        )
        .constraint(memory()),
        field(
            "memory_kept",
            size(),
            "Memory of the task's that is kept for it.",
        )
        .constraint(memory()),
        field(
            "essential",
            Type::Bool,
            "Whether the task ends when it ends.",
        )
        .default("true")
        .known(),
        field(
            "after",
            Type::words("condition", &["started", "healthy", "complete", "success"]).map(),
            "Containers it waits for: `{ migrate = success }`.",
        )
        .known(),
        field(
            "health",
            object("health", health_fields()),
            "When it counts as healthy.",
        ),
    ]);
    field(
        "containers",
        object("container", fields).map(),
        "Several containers by name, instead of one written here.",
    )
    .known()
    .constraint(items(1, 10))
}

/// How a container is asked from inside whether it is healthy.
pub(crate) fn health_fields() -> Vec<FieldSpec> {
    let second = Some(seconds(1));
    vec![
        field(
            "command",
            Type::String.list(),
            "What is run in the container: `[\"curl\", \"-f\", \"http://localhost:8080/\"]`; 0 means healthy.",
        )
        .constraint(items(1, 100)),
        field("interval", duration(), "How often it is asked.")
            .default("30s")
            .constraint(between(seconds(5), seconds(300), second)),
        field("timeout", duration(), "How long an answer may take.")
            .default("5s")
            .constraint(between(seconds(2), seconds(60), second)),
        field("unhealthy_after", Type::Int, "So many bad answers in a row make it unhealthy.")
            .default("3")
            .constraint(numbers(2, 10)),
        field("grace", duration(), "How long bad answers do not count after it started.")
            .constraint(between(seconds(0), seconds(300), second)),
    ]
}

/// Processor and memory of a whole task.
pub(crate) fn size_fields() -> Vec<FieldSpec> {
    vec![
        field(
            "cpu",
            Type::Number,
            "vCPUs; Fargate has 0.25, 0.5, 1, 2, 4, 8, 16 and 32. From 0.125 to 192.",
        )
        .default("0.25"),
        field(
            "memory",
            size(),
            "Memory; Fargate has a range for each `cpu`, whose least is taken unless said.",
        )
        .constraint(memory()),
        field(
            "disk",
            size(),
            "Disk space of a task, on Fargate; 20GB if none is said.",
        )
        .constraint(between(
            megabytes(21 * 1024),
            megabytes(200 * 1024),
            Some(megabytes(1024)),
        )),
        arch_field(),
    ]
}

/// The processor.
pub(crate) fn arch_field() -> FieldSpec {
    field(
        "arch",
        Type::words("arch", &["arm64", "x86_64"]),
        "The processor; that of its image unless said. `arm64` costs a fifth less.",
    )
}

fn memory() -> Constraint {
    between(
        megabytes(6),
        megabytes(24 * 1024 * 1024),
        Some(megabytes(1)),
    )
}

/// Who a task is, and where it logs to.
pub(crate) fn role_fields() -> Vec<FieldSpec> {
    vec![
        access_field(),
        field(
            "role",
            kind("role"),
            "The role its code runs as, instead of one of its own.",
        )
        .known(),
        field(
            "execution_role",
            kind("role"),
            "The role by which ECS starts it (pulls, logs, reads secrets), instead of one of its own.",
        )
        .known(),
        logs_field(),
        retention_field("log_retention"),
    ]
}

/// What is said of a task besides its containers, roles and size.
pub(crate) fn task_fields() -> Vec<FieldSpec> {
    vec![
        field(
            "network_mode",
            Type::words("network mode", &["awsvpc", "bridge", "host"]),
            "How its containers are in the network; Fargate has `awsvpc` only.",
        )
        .default("awsvpc")
        .known(),
        field(
            "pid",
            Type::words("pid", &["task", "host"]),
            "Whose processes its containers see besides their own.",
        ),
        field(
            "ipc",
            Type::words("ipc", &["task", "host"]),
            "With whom its containers share memory; not on Fargate.",
        ),
        field(
            "keep_revisions",
            Type::Bool,
            "Whether replaced revisions of its definition, and the last one, stay registered.",
        )
        .default("false")
        .known(),
    ]
}
