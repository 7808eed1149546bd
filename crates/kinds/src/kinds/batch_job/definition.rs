//! The definition of a job, each change of which registers a revision.

use super::place::Place;
use super::{check, errors, retries};
use crate::containers::mounts::{self, Flavour};
use crate::containers::{self, Launch, logs, process, roles, size};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::placement;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node};

/// The most CPU units of a job on Fargate: Batch user guide, "Job definition parameters", resourceRequirements.
const MOST_UNITS: i64 = 16 * 1024;

/// The properties of the definition, and what must be there before a job of it starts.
pub(super) fn lower(
    decl: &Decl,
    place: &Place<'_>,
    out: &mut Lowering<'_>,
) -> (Props, Vec<Address>) {
    let fields = &decl.fields;
    let span = decl.name_span;
    let at = |name: &str| fields.span(name).unwrap_or(span);
    let (container, ready) = container(decl, place, out);
    let platform = match place.launch {
        Launch::Fargate => "FARGATE",
        Launch::Instances(_) => "EC2",
    };
    let timeout = fields
        .amount("timeout", "s")
        .map(|seconds| Node::map([("AttemptDurationSeconds", seconds)], at("timeout")));
    let props = Props::of(decl)
        .maybe("JobDefinitionName", fields.node("name"))
        .set("Type", "container")
        .put(
            "PlatformCapabilities",
            nodes::texts([platform], at("queue")),
        )
        .put("ContainerProperties", container)
        .maybe("Parameters", fields.node("parameters"))
        .maybe("RetryStrategy", retries::strategy(decl, out))
        .maybe("Timeout", timeout)
        .maybe("SchedulingPriority", fields.node("priority"))
        .maybe("PropagateTags", fields.node("propagate_tags"));
    (props, ready)
}

fn container(decl: &Decl, place: &Place<'_>, out: &mut Lowering<'_>) -> (Node, Vec<Address>) {
    let all = containers::all(decl);
    let launch = place.launch;
    let arch = containers::arch(decl, launch, out);
    let logs = logs::lower(decl, launch, out);
    let mut needs = logs.statements.clone();
    let mut props = Props::of(decl);
    let mut linux = None;
    for container in &all {
        let (process, statements) = process::process(decl, container, launch, arch, out);
        needs.extend(statements);
        props = props.with(process);
        linux = Some(process::linux(container)).filter(|linux| !linux.is_empty());
    }
    let (volumes, targets) = mounts::volumes(&all, launch, Flavour::Batch, out);
    let execution = match launch {
        Launch::Fargate => Some(roles::always(decl, needs, out)),
        Launch::Instances(_) => roles::execution(decl, needs, out),
    };
    let task = roles::task(decl, Vec::new(), out);
    let arn = |role: &Option<roles::Given>| role.as_ref().map(|role| role.arn.clone());
    let props = props
        .put("ResourceRequirements", requirements(decl, launch, out))
        .maybe("LogConfiguration", logs.configuration(containers::INLINE))
        .maybe("LinuxParameters", linux.map(Props::node))
        .maybe("Volumes", volumes)
        .maybe("ExecutionRoleArn", arn(&execution))
        .maybe("JobRoleArn", arn(&task));
    let props = match launch {
        Launch::Fargate => on_fargate(decl, place, arch, props, out),
        Launch::Instances(_) => props,
    };
    check::instances_only(decl, launch, out);
    let roles = [&execution, &task].into_iter().flatten();
    let ready = roles
        .flat_map(|role| role.ready.clone())
        .chain(logs.group.clone())
        .chain(targets);
    (props.node(), ready.collect())
}

/// What only Fargate takes: processor, disk, and whether the job has an address of its own.
fn on_fargate(
    decl: &Decl,
    place: &Place<'_>,
    arch: &str,
    props: Props,
    out: &mut Lowering<'_>,
) -> Props {
    let fields = &decl.fields;
    let at = |name: &str| fields.span(name).unwrap_or(decl.name_span);
    let disk = fields
        .amount("disk", "GB")
        .map(|size| Node::map([("SizeInGiB", size)], at("disk")));
    let open = fields
        .flag("public_address")
        .or_else(|| reached(place, out));
    let open = open.map(|open| {
        let word = if open { "ENABLED" } else { "DISABLED" };
        let word = nodes::text(word, at("public_address"));
        Node::map([("AssignPublicIp", word)], at("public_address"))
    });
    props
        .put(
            "RuntimePlatform",
            containers::definition::platform(arch, at("arch")),
        )
        .maybe("EphemeralStorage", disk)
        .maybe("NetworkConfiguration", open)
}

/// In subnets that the internet can reach, a job without an address of its own could not even pull its image.
fn reached(place: &Place<'_>, out: &mut Lowering<'_>) -> Option<bool> {
    let pool = place.pools.first()?;
    let placement = placement::of(pool, out)?;
    placement.private.none().then_some(true)
}

/// vCPUs, memory and GPUs as Batch takes them.
fn requirements(decl: &Decl, launch: Launch, out: &mut Lowering<'_>) -> Node {
    let fields = &decl.fields;
    let span = decl.name_span;
    let at = |name: &str| fields.span(name).unwrap_or(span);
    let (vcpus, memory) = match launch {
        Launch::Fargate => {
            let size = size::size(fields, launch, MOST_UNITS, span, out);
            (size.vcpus_node(), size.memory_node())
        }
        Launch::Instances(_) => (whole(decl, out), memory(decl)),
    };
    let gpus = fields
        .int("gpus")
        .map(|count| nodes::text(&count.to_string(), at("gpus")));
    let each = [
        ("VCPU", Some(vcpus)),
        ("MEMORY", Some(memory)),
        ("GPU", gpus),
    ];
    let each = each.into_iter().filter_map(|(name, value)| {
        let value = value?;
        Some(
            Props::new(value.span)
                .set("Type", name)
                .put("Value", value)
                .node(),
        )
    });
    Node::list(each.collect::<Vec<_>>(), span)
}

/// vCPUs of instances, which Batch gives whole.
fn whole(decl: &Decl, out: &mut Lowering<'_>) -> Node {
    let span: Span = decl.fields.span("cpu").unwrap_or(decl.name_span);
    let Some(cpu) = decl.fields.node("cpu") else {
        return nodes::text("1", span);
    };
    if decl.fields.int("cpu").is_none() || check::is_fraction(decl) {
        out.report(errors::whole_cpu(span));
    }
    nodes::concat([cpu], span)
}

/// Megabytes of memory on instances: 2 GB unless said.
fn memory(decl: &Decl) -> Node {
    let span = decl.fields.span("memory").unwrap_or(decl.name_span);
    let given = decl.fields.amount("memory", "MB");
    nodes::concat([given.unwrap_or_else(|| nodes::int(2048, span))], span)
}
