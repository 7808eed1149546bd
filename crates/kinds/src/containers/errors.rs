//! What is reported of containers.

use super::size::{Memory, gb};
use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, nearest, safe};
use rust_decimal::Decimal;

/// A container without an image.
pub(super) fn no_image(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::image"),
        "this says no image to run",
        span,
        "`image` is missing",
    )
    .help("write `image = \"nginx:1.29\"`, name an `image` of the stack, or write `containers { name { image = … } }`")
}

/// A field of a single container beside several.
pub(super) fn inline_and_named(name: &str, span: Span, named: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::inline"),
        format!("`{name}` speaks of one container, and this has several"),
        span,
        "of which one?",
    )
    .label(named, "several by name")
    .help(format!("write `{name}` in one of the `containers`"))
}

/// A name that ECS does not take.
pub(super) fn name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::name"),
        format!("`{}` is no name of a container", safe(name)),
        span,
        "not a name",
    )
    .help("a name has 1 to 255 letters, digits, `-` and `_`")
}

/// Containers that may all end without the task ending.
pub(super) fn none_essential(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::essential"),
        "one container at least must be essential: the task ends when it ends",
        span,
        "none is",
    )
    .help("take one `essential = false` out")
}

/// A container that is not there.
pub(crate) fn no_container(name: &str, names: &[&str], span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("container::unknown"),
        format!("there is no container `{}`", safe(name)),
        span,
        "no such container",
    );
    match nearest(name, names.iter().copied()) {
        Some(near) => {
            found
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => found.help(format!("there is {}", list_words(names, "and"))),
    }
}

/// A container that is waited for to be healthy, and is never asked.
pub(super) fn never_healthy(name: &str, span: Span, other: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::order"),
        format!("`{name}` never becomes healthy: nothing asks it"),
        span,
        "waits for ever",
    )
    .label(other, "has no `health`")
    .help("write `health { command = [\"…\"] }` in it, or wait for `started`")
}

/// A container that is waited for to end, with which the task would end.
pub(super) fn never_over(name: &str, span: Span, other: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::order"),
        format!("when `{name}` ends the whole task ends, so nothing can wait for its end"),
        span,
        "waits for its end",
    )
    .label(other, "essential")
    .help(format!("write `essential = false` in `{name}`"))
}

/// Containers that wait for each other.
pub(super) fn ring(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::order"),
        format!("`{name}` waits for itself, perhaps by way of others"),
        span,
        "closes a ring",
    )
    .help("take one of the `after` out")
}

/// A port that is taken.
pub(super) fn port_twice(number: i64, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::port"),
        format!("port {number} is taken: the containers of a task share one network"),
        span,
        "the same port again",
    )
    .label(first, "first here")
    .help("let one of them listen on another port")
}

/// CPU that Fargate does not have.
pub(super) fn no_such_cpu(vcpus: &str, all: &[String], span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::fargate_size"),
        format!("Fargate has no {vcpus} vCPU"),
        span,
        "not a size of Fargate",
    )
    .help(format!("write {}", list_words(all, "or")))
}

/// A number that is none of vCPUs: perhaps of the units that ECS counts in.
pub(super) fn cpu(number: Decimal, span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("container::cpu"),
        "`cpu` is a number of vCPUs, from 0.125 to 192",
        span,
        "not so many vCPUs",
    );
    let units = Decimal::from(1024);
    match number > Decimal::from(192) && number <= Decimal::from(196_608) {
        true => {
            let vcpus = (number / units).normalize();
            let help = format!("1024 units of CPU are one vCPU: write `{vcpus}`");
            found
                .help(help)
                .fix(format!("write `{vcpus}`"), span, vcpus.to_string())
        }
        false => found.help("write `0.25`, `0.5`, `1`, `2` or more"),
    }
}

/// Memory that does not go with the CPU.
pub(super) fn fargate_size(
    (vcpus, cpu): (&str, Option<Span>),
    has: Memory,
    (memory, span): (i64, Span),
    right: i64,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::fargate_size"),
        format!(
            "{vcpus} vCPU goes with {}, not with {} GB",
            has.words(),
            gb(memory)
        ),
        span,
        "does not go with it",
    );
    let found = match cpu.filter(|cpu| *cpu != span) {
        Some(cpu) => found.label(cpu, format!("{vcpus} vCPU")),
        None => found,
    };
    let right = match right % 1024 {
        0 => format!("{}GB", right / 1024),
        _ => format!("{right}MB"),
    };
    found
        .help(format!("write `memory = {right}`, or another `cpu`"))
        .fix(format!("write `{right}`"), span, right)
}

/// A processor that the instances do not have.
pub(super) fn other_arch(said: &str, machine: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::arch"),
        format!("its instances have {machine}, not {said}"),
        span,
        "not that of its instances",
    )
    .help(format!("write `{machine}`, or take it out"))
    .fix(format!("write `{machine}`"), span, machine)
}

/// Containers that keep more than there is.
pub(super) fn shares(kept: &str, has: &str, unit: &str, span: Span, task: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::share"),
        format!("its containers keep {kept} {unit} together, and the task has {has}"),
        span,
        "more than there is",
    )
    .label(task, "the whole task")
    .help("keep less for each, or make the task larger")
}

/// Something that Fargate does not have.
pub(super) fn not_on_fargate(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::fargate"),
        format!("Fargate does not have `{name}`: its machines are not yours"),
        span,
        "not on Fargate",
    )
    .help("take it out, or run on instances of your own: those of a `cluster`, or of a `batch_pool` with `capacity = ec2`")
}

/// Something that only Fargate has.
pub(super) fn only_on_fargate(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::fargate"),
        format!("`{name}` is said of tasks on Fargate only"),
        span,
        "runs on instances",
    )
    .help("take it out; on instances the disk is that of the instance")
}

/// A right that Fargate does not give.
pub(super) fn capability(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::fargate"),
        "of rights of the kernel, Fargate adds `SYS_PTRACE` only",
        span,
        "not on Fargate",
    )
    .help("take it out, or run on instances of your own")
}

/// A network that Fargate does not have.
pub(super) fn network_mode(mode: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::network_mode"),
        format!("tasks on Fargate have a network of their own (`awsvpc`), not `{mode}`"),
        span,
        "not on Fargate",
    )
    .help("write `network_mode = awsvpc`, or take it out")
    .fix("write `awsvpc`", span, "awsvpc")
}

/// A log driver that Fargate does not have.
pub(super) fn log_driver(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::log_driver"),
        format!("Fargate has no log driver `{name}`"),
        span,
        "not on Fargate",
    )
    .help("take `logs` out for a log group of its own, name a `log_group`, or write `driver(awsfirelens)` or `driver(splunk)`")
}

/// How long logs are kept that go elsewhere.
pub(super) fn retention_of_none(span: Span, logs: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::log_retention"),
        "how long logs are kept is said where they go",
        span,
        "has no log group of its own",
    )
    .label(logs, "logs go here")
    .help("take it out; a `log_group` says `retention` itself")
}

/// A path that is none.
pub(super) fn mount_path(path: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::mount"),
        format!("`{}` is no path in a container", safe(path)),
        span,
        "does not begin with `/`",
    )
    .help(format!("write `\"/{}\" = …`", safe(path)))
}

/// A folder of an instance, where there is none.
pub(super) fn host_folder(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::mount"),
        "there is no instance whose folder could be mounted",
        span,
        "not on Fargate",
    )
    .help("mount a `file_system`, or `scratch` for space that goes with the task")
}

/// A folder of a file system, and an access point that says another.
pub(super) fn root_of_access_point(root: Span, point: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::mount"),
        "an access point says itself which folder is mounted",
        root,
        "a second folder",
    )
    .label(point, "says it")
    .help("take `root` out, or write `path` in the access point")
}

/// A name that no variable can have.
pub(super) fn env_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::env"),
        format!("`{}` is no name of a variable", safe(name)),
        span,
        "not a name",
    )
    .help("a name has no spaces and no `=`")
}

/// A variable that is both plain and secret.
pub(super) fn env_twice(name: &str, secret: Span, plain: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::env"),
        format!("`{}` is told twice", safe(name)),
        plain,
        "as it is …",
    )
    .label(secret, "… and as a secret")
    .help("take one of the two out")
}

/// A text that is no ARN of a secret or parameter.
pub(super) fn secret_arn(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::secret"),
        format!("`{}` is no ARN of a secret or parameter", safe(text)),
        span,
        "not an ARN",
    )
    .help("name a `secret` or `parameter`, or write `\"arn:aws:secretsmanager:…:secret:NAME\"`; what is not secret belongs into `env`")
}

/// A key within a parameter.
pub(super) fn key_of_parameter(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::secret"),
        "only secrets hold keys, a parameter is one value",
        span,
        "a parameter",
    )
    .help("name the parameter itself, or keep the JSON in a `secret`")
}

/// A limit that there is not.
pub(super) fn ulimit(name: &str, all: &[&str], span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("container::ulimit"),
        format!("there is no limit `{}`", safe(name)),
        span,
        "no such limit",
    );
    match nearest(name, all.iter().copied()) {
        Some(near) => {
            found
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => found.help(format!("there are {}", all.join(", "))),
    }
}

/// A limit that is above the most it may be.
pub(super) fn soft_above_hard(soft: i64, hard: i64, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("container::ulimit"),
        format!("{soft} is more than the most it may be, {hard}"),
        span,
        "soft above hard",
    )
    .help(format!("write `limits({hard}, {soft})`"))
}

/// A container that owns its instance.
pub(super) fn privileged(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::privileged_container"),
        "who breaks into this container has the whole instance, and all that runs on it",
        span,
        "all rights on the instance",
    )
    .help("give it the rights it needs: `capabilities { add = [\"…\"] }`; or say why: `allow lint::privileged_container, \"…\"`")
}

/// A container that sees its instance.
pub(super) fn host_namespace(name: &str, span: Span) -> Diagnostic {
    let what = match name {
        "pid" => "processes",
        _ => "shared memory",
    };
    Diagnostic::error(
        Code("lint::host_namespace"),
        format!("its containers reach the {what} of everything on the instance"),
        span,
        "of the whole instance",
    )
    .help(format!(
        "write `{name} = task`, or say why: `allow lint::host_namespace, \"…\"`"
    ))
}

/// A container that may write everywhere.
pub(super) fn writable_root(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::writable_root"),
        Severity::Advice,
        "who breaks into this container can change what it runs",
    )
    .label(span, "can write to its own file system")
    .help("write `read_only_root = true`, and mount what it writes to: `mounts { \"/tmp\" = scratch }`")
}

/// Containers without logs.
pub(super) fn no_logs(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_logs"),
        Severity::Warning,
        "what its containers say is lost",
    )
    .label(span, "logs nothing")
    .help("take it out, or say why: `allow lint::no_logs, \"…\"`")
}
