//! A task definition: the containers of a declaration, their size, roles, logs and volumes.

use super::mounts::Flavour;
use super::roles::Given;
use super::{
    Container, INLINE, Launch, arch, errors, health, logs, mounts, order, ports, process, roles,
    size, spec,
};
use crate::access::Statement;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Address, Decl, Fields, Node};

/// The type of a task definition.
pub(crate) const TYPE: &str = "AWS::ECS::TaskDefinition";

/// The most CPU units of a task on Fargate.
const MOST_UNITS: i64 = 32 * 1024;

/// A task definition to emit.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    /// Its properties.
    pub(crate) props: Props,
    /// What must be there before a task of it starts: permissions, the log group, mount targets.
    pub(crate) ready: Vec<Address>,
    /// The role by which it is started, if it needs one.
    #[expect(dead_code, reason = "for tasks that others start")]
    pub(crate) execution: Option<Given>,
    /// The role of its code, if it may do something.
    #[expect(dead_code, reason = "for tasks that others start")]
    pub(crate) task: Option<Given>,
}

/// The task definition of a declaration that runs on `launch`; `more` is what its code may do besides its `access`.
pub(crate) fn lower(
    decl: &Decl,
    launch: Launch,
    more: Vec<Statement>,
    out: &mut Lowering<'_>,
) -> Definition {
    let fields = &decl.fields;
    let span = decl.name_span;
    let containers = super::all(decl);
    check(decl, launch, &containers, out);
    let arch = arch(decl, launch, out);
    let logs = logs::lower(decl, launch, out);
    let mut needs = logs.statements.clone();
    let mut made = Vec::new();
    for container in &containers {
        let (node, statements) =
            of_container(decl, container, &containers, launch, arch, &logs, out);
        needs.extend(statements);
        made.push(node);
    }
    let size = size::size(fields, launch, MOST_UNITS, span, out);
    size::check_shares(&size, &containers, fields, out);
    let (volumes, targets) = mounts::volumes(&containers, launch, Flavour::Ecs, out);
    let execution = roles::execution(decl, needs, out);
    let task = roles::task(decl, more, out);
    let arn = |role: &Option<Given>| role.as_ref().map(|role| role.arn.clone());
    let compatible = match launch {
        Launch::Fargate => "FARGATE",
        Launch::Instances(_) => "EC2",
    };
    let at = |name: &str| fields.span(name).unwrap_or(span);
    let mode = fields.word("network_mode").unwrap_or("awsvpc");
    let disk = fields
        .amount("disk", "GB")
        .map(|size| Node::map([("SizeInGiB", size)], at("disk")));
    let props = Props::of(decl)
        .put("RequiresCompatibilities", nodes::texts([compatible], span))
        .put("NetworkMode", nodes::text(mode, at("network_mode")))
        .put("Cpu", size.cpu_node())
        .put("Memory", size.memory_node())
        .put("RuntimePlatform", platform(arch, at("arch")))
        .maybe("EphemeralStorage", disk)
        .maybe("PidMode", fields.node("pid"))
        .maybe("IpcMode", fields.node("ipc"))
        .maybe("ExecutionRoleArn", arn(&execution))
        .maybe("TaskRoleArn", arn(&task))
        .maybe("Volumes", volumes)
        .put("ContainerDefinitions", Node::list(made, span));
    let roles = [&execution, &task].into_iter().flatten();
    let ready = roles
        .flat_map(|role| role.ready.clone())
        .chain(logs.group)
        .chain(targets);
    Definition {
        props,
        ready: ready.collect(),
        execution,
        task,
    }
}

/// The processor and system of a task.
pub(crate) fn platform(arch: &str, span: formwork_diag::Span) -> Node {
    let arch = match arch {
        "arm64" => "ARM64",
        _ => "X86_64",
    };
    Props::new(span)
        .set("CpuArchitecture", arch)
        .set("OperatingSystemFamily", "LINUX")
        .node()
}

fn of_container(
    decl: &Decl,
    container: &Container<'_>,
    all: &[Container<'_>],
    launch: Launch,
    arch: &str,
    logs: &logs::Logs,
    out: &mut Lowering<'_>,
) -> (Node, Vec<Statement>) {
    let fields = container.fields;
    let (props, statements) = process::process(decl, container, launch, arch, out);
    let own_network = decl.fields.word("network_mode") != Some("bridge");
    let ports: Vec<Node> = ports::ports(container)
        .iter()
        .map(|port| port.node(own_network))
        .collect();
    let essential = fields.flag("essential").unwrap_or(true);
    let essential_span = fields.span("essential").unwrap_or(container.span);
    let props = props
        .put("Name", nodes::text(container.name, container.name_span))
        .put("Essential", Node::new(essential, essential_span))
        .maybe("EntryPoint", fields.node("entry_point"))
        .maybe("WorkingDirectory", fields.node("working_directory"))
        .maybe(
            "PortMappings",
            (!ports.is_empty()).then(|| Node::list(ports, container.span)),
        )
        .maybe("HealthCheck", health::check(fields))
        .maybe("StopTimeout", fields.amount("stop_timeout", "s"))
        .maybe("DockerLabels", fields.node("labels"))
        .maybe("LinuxParameters", linux(container, launch, out))
        .maybe("ResourceRequirements", gpus(fields))
        .maybe("FirelensConfiguration", router(fields))
        .maybe("LogConfiguration", of_logs(container, logs))
        .maybe("DependsOn", order::depends(container, all, out));
    let props = match container.name {
        INLINE if decl.fields.get("containers").is_none() => props,
        _ => props
            .maybe("Cpu", share(fields, out))
            .maybe("Memory", fields.amount("memory", "MB"))
            .maybe("MemoryReservation", fields.amount("memory_kept", "MB")),
    };
    (props.node(), statements)
}

/// Where a container logs to; a log router cannot log to itself.
fn of_logs(container: &Container<'_>, logs: &logs::Logs) -> Option<Node> {
    let routes = container.fields.get("log_router").is_some();
    logs.configuration(container.name)
        .filter(|_| !routes || logs.group.is_some())
}

/// CPU units that are kept for a container.
fn share(fields: &Fields, out: &mut Lowering<'_>) -> Option<Node> {
    let val = fields.get("cpu")?;
    size::check_cpu(fields, out);
    size::units(&val.value).map(|units| nodes::int(units, val.span))
}

fn linux(container: &Container<'_>, launch: Launch, out: &mut Lowering<'_>) -> Option<Node> {
    let fields = container.fields;
    let mut props = process::linux(container);
    if let (Some(rights), Some(span)) = (fields.object("capabilities"), fields.span("capabilities"))
    {
        for val in rights.items("add") {
            let known = matches!(&val.value, formwork_schema::Value::String(name) if &**name == "SYS_PTRACE");
            if launch == Launch::Fargate && !known {
                out.report(errors::capability(val.span));
            }
        }
        let rights = Props::new(span)
            .maybe("Add", rights.node("add"))
            .maybe("Drop", rights.node("drop"));
        props = props.put("Capabilities", rights.node());
    }
    (!props.is_empty()).then(|| props.node())
}

fn gpus(fields: &Fields) -> Option<Node> {
    let (count, span) = (fields.int("gpus")?, fields.span("gpus")?);
    let gpus = Props::new(span)
        .set("Type", "GPU")
        .set("Value", count.to_string().as_str());
    Some(Node::list([gpus.node()], span))
}

fn router(fields: &Fields) -> Option<Node> {
    let kind = fields.node("log_router")?;
    let span = kind.span;
    Some(Node::map([("Type", kind)], span))
}

/// Checks what no single field's constraint can say.
fn check(decl: &Decl, launch: Launch, containers: &[Container<'_>], out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    if let Some(named) = fields
        .name_span("containers")
        .filter(|_| fields.get("containers").is_some())
    {
        for field in spec::container_fields() {
            if let Some(span) = fields.name_span(&field.name)
                && fields.get(&field.name).is_some()
            {
                out.report(errors::inline_and_named(&field.name, span, named));
            }
        }
    }
    let health = fields.object("health").zip(fields.name_span("containers"));
    if let Some((health, named)) = health.filter(|_| fields.get("containers").is_some())
        && let (Some(_), Some(span)) = (health.get("command"), health.name_span("command"))
    {
        out.report(errors::inline_and_named("command", span, named));
    }
    for container in containers {
        if !is_name(container.name) {
            out.report(errors::name(container.name, container.name_span));
        }
    }
    if !containers.is_empty()
        && containers
            .iter()
            .all(|one| one.fields.flag("essential") == Some(false))
    {
        let span = fields.span("containers").unwrap_or(decl.name_span);
        out.report(errors::none_essential(span));
    }
    order::check_rings(containers, out);
    let mode = fields.word("network_mode").unwrap_or("awsvpc");
    if mode != "bridge" {
        ports::check(containers, out);
    }
    let at = |name: &str| fields.span(name).unwrap_or(decl.name_span);
    if launch == Launch::Fargate && mode != "awsvpc" {
        out.report(errors::network_mode(mode, at("network_mode")));
    }
    if let (Launch::Instances(_), Some(_), Some(span)) =
        (launch, fields.get("disk"), fields.name_span("disk"))
    {
        out.report(errors::only_on_fargate("disk", span));
    }
    for name in ["pid", "ipc"] {
        match (fields.word(name), launch) {
            (Some("host"), Launch::Fargate) => out.report(errors::not_on_fargate(name, at(name))),
            (Some(_), Launch::Fargate) if name == "ipc" => {
                out.report(errors::not_on_fargate(name, at(name)));
            }
            (Some("host"), Launch::Instances(_)) => {
                out.lint(decl, errors::host_namespace(name, at(name)))
            }
            _ => {}
        }
    }
}

/// Names of containers: ECS API reference, ContainerDefinition, name.
fn is_name(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= 255 && name.chars().all(word)
}
