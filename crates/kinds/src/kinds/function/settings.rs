//! Sizes and switches of a function, and the limits between them.

use super::errors;
use crate::encryption;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Decl, Node, Quantity};

/// What holds when nothing is said: as Lambda has it.
const DEFAULT_MEMORY: i64 = 128;
const DEFAULT_TIMEOUT: i64 = 3;
const DEFAULT_ARCH: &str = "x86_64";

/// The longest run: Lambda quotas, "Function timeout".
const MAX_TIMEOUT: i64 = 15 * 60;

/// How long a run of the function may take.
pub(crate) fn timeout(decl: &Decl) -> Quantity {
    let given = decl.fields.quantity("timeout");
    given.unwrap_or_else(|| nodes::seconds(DEFAULT_TIMEOUT))
}

/// Checks what no single field's constraint can say.
pub(super) fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    if let (Some(timeout), Some(span)) = (fields.quantity("timeout"), fields.span("timeout")) {
        match timeout.whole("s") {
            Some(1..=MAX_TIMEOUT) => {}
            _ => out.report(errors::timeout(timeout, span)),
        }
    }
    if let Some(concurrency) = fields.object("concurrency") {
        let reserved = concurrency.int("reserved");
        let provisioned = concurrency.int("provisioned");
        if let (Some(reserved), Some(provisioned)) = (reserved, provisioned)
            && provisioned > reserved
        {
            let span = concurrency.span("provisioned").unwrap_or(decl.name_span);
            out.report(errors::provisioned(provisioned, reserved, span));
        }
    }
    if reserved(decl).is_none() {
        out.lint(decl, errors::no_reserved_concurrency(decl.name_span));
    }
    if fields.flag("tracing") != Some(true) {
        out.lint(decl, errors::tracing_off(decl.name_span));
    }
}

fn reserved(decl: &Decl) -> Option<Node> {
    decl.fields.object("concurrency")?.node("reserved")
}

/// Sets sizes and switches.
pub(super) fn lower(decl: &Decl, props: Props) -> Props {
    let fields = &decl.fields;
    let span = decl.name_span;
    let memory = fields.amount("memory", "MB");
    let timeout = fields.amount("timeout", "s");
    let arch_span = fields.span("arch").unwrap_or(span);
    let arch = fields.word("arch").unwrap_or(DEFAULT_ARCH);
    let tmp = fields
        .amount("tmp", "MB")
        .map(|size| Node::map([("Size", size)], span));
    let tracing = fields.flag("tracing").map(|on| {
        let mode = if on { "Active" } else { "PassThrough" };
        Props::new(fields.span("tracing").unwrap_or(span))
            .set("Mode", mode)
            .node()
    });
    let logging = fields.word("log_format").map(|format| {
        let format = if format == "json" { "JSON" } else { "Text" };
        Props::new(fields.span("log_format").unwrap_or(span))
            .set("LogFormat", format)
            .node()
    });
    let snap_start = fields.flag("snap_start").map(|on| {
        let apply = if on { "PublishedVersions" } else { "None" };
        Props::new(fields.span("snap_start").unwrap_or(span))
            .set("ApplyOn", apply)
            .node()
    });
    props
        .put("Architectures", nodes::texts([arch], arch_span))
        .put(
            "MemorySize",
            memory.unwrap_or_else(|| nodes::int(DEFAULT_MEMORY, span)),
        )
        .put(
            "Timeout",
            timeout.unwrap_or_else(|| nodes::int(DEFAULT_TIMEOUT, span)),
        )
        .maybe("EphemeralStorage", tmp)
        .maybe("ReservedConcurrentExecutions", reserved(decl))
        .maybe("TracingConfig", tracing)
        .maybe("LoggingConfig", logging)
        .maybe("SnapStart", snap_start)
        .maybe("KmsKeyArn", encryption::key(decl))
        .maybe("Description", fields.node("description"))
}
