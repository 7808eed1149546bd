//! What one container runs, as ECS and Batch both take it.

use super::{Container, Launch, environment, errors, mounts};
use crate::access::Statement;
use crate::images;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{Read, call, is_wrong};
use formwork_schema::{Decl, Node, Value};

/// The properties of a container that ECS and Batch share, and what the role that starts it needs.
pub(crate) fn process(
    decl: &Decl,
    container: &Container<'_>,
    launch: Launch,
    arch: &str,
    out: &mut Lowering<'_>,
) -> (Props, Vec<Statement>) {
    let fields = container.fields;
    check(decl, container, launch, out);
    let mut statements = Vec::new();
    let mut props = Props::new(container.span);
    match fields.get("image") {
        None if is_wrong(&decl.fields, "containers") => {}
        None => out.report(errors::no_image(container.name_span)),
        Some(val) => {
            if let Some(image) = images::image(decl, val, out) {
                let said = decl.fields.span("arch");
                images::check_platform(&image, arch, val.span, said, out);
                statements.extend(image.pull);
                props = props.put("Image", image.uri);
            }
        }
    }
    if let Some((arn, needed)) = fields
        .get("image_credentials")
        .and_then(|val| environment::secret(val, out))
    {
        statements.extend(needed);
        let credentials = Node::map([("CredentialsParameter", arn.clone())], arn.span);
        props = props.put("RepositoryCredentials", credentials);
    }
    let (secrets, needed) = environment::secrets(container, out);
    statements.extend(needed);
    let props = props
        .maybe("Command", fields.node("command"))
        .maybe(
            "Environment",
            environment::environment(decl, container, out),
        )
        .maybe("Secrets", secrets)
        .maybe("MountPoints", mounts::points(container, out))
        .maybe("User", fields.node("user"))
        .maybe("ReadonlyRootFilesystem", fields.node("read_only_root"))
        .maybe("Privileged", fields.node("privileged"))
        .maybe("Ulimits", ulimits(container));
    (props, statements)
}

/// What a container has of the Linux kernel, as ECS and Batch both take it.
pub(crate) fn linux(container: &Container<'_>) -> Props {
    let fields = container.fields;
    Props::new(container.span)
        .maybe("InitProcessEnabled", fields.node("init"))
        .maybe("SharedMemorySize", fields.amount("shared_memory", "MB"))
}

/// Limits of the system, sorted by name.
fn ulimits(container: &Container<'_>) -> Option<Node> {
    let limits = container.fields.object("ulimits")?;
    let span = container.fields.span("ulimits")?;
    let mut all: Vec<(&str, Node)> = limits
        .iter()
        .map(|(name, val)| {
            let (soft, hard) = match call(val) {
                Some(both) => (both.arguments.node("soft"), both.arguments.node("hard")),
                None => (nodes::node(val), nodes::node(val)),
            };
            let at = limits.name_span(name).unwrap_or(val.span);
            let limit = Props::new(val.span)
                .put("Name", nodes::text(name, at))
                .maybe("SoftLimit", soft)
                .maybe("HardLimit", hard);
            (&**name, limit.node())
        })
        .collect();
    all.sort_by_key(|(name, _)| *name);
    Some(Node::list(all.into_iter().map(|(_, node)| node), span))
}

/// The limits there are: ECS API reference, Ulimit, name.
const ULIMITS: &[&str] = &[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

fn check(decl: &Decl, container: &Container<'_>, launch: Launch, out: &mut Lowering<'_>) {
    let fields = container.fields;
    if let (Some(true), Some(span)) = (fields.flag("privileged"), fields.span("privileged")) {
        match launch {
            Launch::Fargate => out.report(errors::not_on_fargate("privileged", span)),
            Launch::Instances(_) => out.lint(decl, errors::privileged(span)),
        }
    }
    for name in ["shared_memory", "gpus"] {
        if let (Launch::Fargate, Some(span)) = (launch, fields.name_span(name))
            && fields.get(name).is_some()
        {
            out.report(errors::not_on_fargate(name, span));
        }
    }
    if fields.flag("read_only_root") != Some(true) {
        let span = fields.span("read_only_root").unwrap_or(container.name_span);
        out.lint(decl, errors::writable_root(span));
    }
    for (name, val) in fields
        .object("ulimits")
        .into_iter()
        .flat_map(|all| all.iter())
    {
        let at = fields
            .object("ulimits")
            .and_then(|all| all.name_span(name))
            .unwrap_or(val.span);
        if !ULIMITS.contains(&&**name) {
            out.report(errors::ulimit(name, ULIMITS, at));
        }
        if let Value::Call(both) = &val.value
            && let (Some(soft), Some(hard)) =
                (both.arguments.int("soft"), both.arguments.int("hard"))
            && soft > hard
        {
            out.report(errors::soft_above_hard(soft, hard, val.span));
        }
    }
}
