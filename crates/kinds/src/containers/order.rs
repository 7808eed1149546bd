//! In which order the containers of a task start: what each waits for.

use super::{Container, errors, health};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Node, Val, Value};

/// What a container waits for: `[{ ContainerName, Condition }]`.
pub(super) fn depends(
    container: &Container<'_>,
    all: &[Container<'_>],
    out: &mut Lowering<'_>,
) -> Option<Node> {
    let after = container.fields.object("after")?;
    let span = container.fields.span("after")?;
    let mut waits = Vec::new();
    for (name, val) in after.iter() {
        let at = after.name_span(name).unwrap_or(val.span);
        match all.iter().find(|other| other.name == &**name) {
            None => {
                let names: Vec<&str> = all.iter().map(|other| other.name).collect();
                out.report(errors::no_container(name, &names, at));
            }
            Some(other) => check(val, other, out),
        }
        let condition = match word(val) {
            "started" => "START",
            "healthy" => "HEALTHY",
            "complete" => "COMPLETE",
            _ => "SUCCESS",
        };
        let wait = Props::new(val.span)
            .put("ContainerName", nodes::text(name, at))
            .put("Condition", nodes::text(condition, val.span));
        waits.push(wait.node());
    }
    Some(Node::list(waits, span))
}

fn word(val: &Val) -> &str {
    match &val.value {
        Value::Word(word) => word,
        _ => "",
    }
}

fn check(condition: &Val, other: &Container<'_>, out: &mut Lowering<'_>) {
    let essential = other.fields.flag("essential") != Some(false);
    match word(condition) {
        "healthy" if !health::asked(other.fields) => {
            out.report(errors::never_healthy(
                other.name,
                condition.span,
                other.name_span,
            ));
        }
        "complete" | "success" if essential => {
            out.report(errors::never_over(
                other.name,
                condition.span,
                other.name_span,
            ));
        }
        _ => {}
    }
}

/// Reports containers that wait for each other, once.
pub(super) fn check_rings(all: &[Container<'_>], out: &mut Lowering<'_>) {
    let waits = |name: &str| -> Vec<&str> {
        let found = all.iter().find(|container| container.name == name);
        let after = found.and_then(|container| container.fields.object("after"));
        after.map_or_else(Vec::new, |after| {
            after.iter().map(|(name, _)| &**name).collect()
        })
    };
    for container in all {
        let mut reached: Vec<&str> = Vec::new();
        let mut next = waits(container.name);
        while let Some(name) = next.pop() {
            if !reached.contains(&name) {
                reached.push(name);
                next.extend(waits(name));
            }
        }
        if reached.contains(&container.name) {
            let span = container.fields.span("after").unwrap_or(container.span);
            out.report(errors::ring(container.name, span));
            return;
        }
    }
}
