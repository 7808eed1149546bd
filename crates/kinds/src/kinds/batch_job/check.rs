//! What goes together in a job, and what is better said.

use super::errors;
use super::place::Place;
use crate::containers::Launch;
use crate::lowering::Lowering;
use crate::values::{Read, call, member};
use formwork_diag::Span;
use formwork_schema::{Decl, Val, Value};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What EventBridge tells a job of an object.
const OF_OBJECTS: &[&str] = &["bucket", "key"];

/// What EventBridge tells a job of another that ended.
const OF_JOBS: &[&str] = &["job", "name", "status"];

/// Checks what no single field's constraint can say.
pub(super) fn check(decl: &Decl, place: &Place<'_>, out: &mut Lowering<'_>) {
    region(decl, place, out);
    room(decl, place, out);
    array(decl, out);
    parameters(decl, out);
    ends(decl, place, out);
    if decl.fields.get("share").is_some()
        && let (Some(queue), Some(span)) = (place.queue, decl.fields.name_span("share"))
        && queue.fields.object("fair_share").is_none()
    {
        out.report(errors::share_of_none(&queue.address, span));
    }
}

fn region(decl: &Decl, place: &Place<'_>, out: &mut Lowering<'_>) {
    if let (Some(queue), Some(span)) = (place.queue, decl.fields.span("queue")) {
        let (there, here) = (out.region(queue), out.region(decl));
        if there != here {
            out.report(errors::region(&queue.address, &there, &here, span));
        }
    }
}

/// A job that is larger than every pool of its queue waits for ever.
fn room(decl: &Decl, place: &Place<'_>, out: &mut Lowering<'_>) {
    let (Some(Value::Number(cpu)), Some(span)) = (
        decl.fields.get("cpu").map(|val| &val.value),
        decl.fields.span("cpu"),
    ) else {
        return;
    };
    let most = place.pools.iter().filter_map(|pool| {
        Some((
            pool.fields.int("max_vcpus")?,
            pool.fields.span("max_vcpus")?,
        ))
    });
    let Some((most, pool)) = most.max_by_key(|(most, _)| *most) else {
        return;
    };
    if *cpu > Decimal::from(most) {
        out.report(errors::no_room(*cpu, most, span, pool));
    }
}

fn array(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let written = fields.get("array").and_then(|_| fields.name_span("array"));
    if let Some(span) = written.filter(|_| fields.items("on").is_empty()) {
        out.report(errors::array_of_nobody(span));
    }
}

/// `Ref::name` within a command: names that stand for nothing, and parameters that nothing takes.
fn parameters(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let mut known: BTreeSet<String> = told(decl);
    let given = fields.object("parameters");
    known.extend(
        given
            .into_iter()
            .flat_map(|all| all.iter())
            .map(|(name, _)| name.to_string()),
    );
    let mut used = BTreeSet::new();
    for val in fields.items("command") {
        let Value::String(text) = &val.value else {
            continue;
        };
        let Some(name) = text.strip_prefix("Ref::") else {
            continue;
        };
        used.insert(name.to_owned());
        if !known.contains(name) {
            let all: Vec<&str> = known.iter().map(String::as_str).collect();
            out.report(errors::no_parameter(name, &all, val.span));
        }
    }
    for (name, val) in given.into_iter().flat_map(|all| all.iter()) {
        if !used.contains(&**name) && all_known(fields.items("command")) {
            let at = given
                .and_then(|all| all.name_span(name))
                .unwrap_or(val.span);
            out.report(errors::unused_parameter(name, at));
        }
    }
}

fn all_known(command: &[Val]) -> bool {
    command
        .iter()
        .all(|val| matches!(val.value, Value::String(_)))
}

/// The parameters that what starts the job gives.
fn told(decl: &Decl) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    for val in decl.fields.items("on") {
        if let Some(event) = member(val) {
            let names = match &*event.of.address.kind {
                "bucket" => OF_OBJECTS,
                "batch_job" => OF_JOBS,
                _ => &[],
            };
            told.extend(names.iter().map(|name| (*name).to_owned()));
            told.extend(values(&event.arguments));
        } else if let Some(event) = call(val) {
            told.extend(values(&event.arguments));
        }
    }
    told
}

fn values(arguments: &formwork_schema::Fields) -> Vec<String> {
    let values = arguments.object("values").into_iter();
    let names = values.flat_map(|values| values.iter());
    names.map(|(name, _)| name.to_string()).collect()
}

/// Finds a job that is tried once, or that may hang for ever.
fn ends(decl: &Decl, place: &Place<'_>, out: &mut Lowering<'_>) {
    let at: Span = decl.name_span;
    let once = decl.fields.int("retries").unwrap_or(0) == 0 && !unknown(decl, "retries");
    if once && decl.fields.get("on_exit").is_none() {
        let at = decl.fields.span("retries").unwrap_or(at);
        out.lint(decl, errors::no_retry(place.is_spare(), at));
    }
    if decl.fields.get("timeout").is_none() {
        out.lint(decl, errors::no_timeout(at));
    }
}

fn unknown(decl: &Decl, field: &str) -> bool {
    let val = decl.fields.get(field);
    val.is_some_and(|val| matches!(val.value, Value::Deferred(_) | Value::Error))
}

/// Whether its `cpu` is a part of a vCPU.
pub(super) fn is_fraction(decl: &Decl) -> bool {
    match decl.fields.get("cpu").map(|val| &val.value) {
        Some(Value::Number(number)) => !number.fract().is_zero(),
        _ => false,
    }
}

/// Fields that speak of Fargate.
pub(super) fn instances_only(decl: &Decl, launch: Launch, out: &mut Lowering<'_>) {
    if launch == Launch::Fargate {
        return;
    }
    for name in ["disk", "public_address"] {
        let given = decl
            .fields
            .get(name)
            .and_then(|_| decl.fields.name_span(name));
        if let (Some(span), Some(queue)) = (given, decl.fields.span("queue")) {
            out.report(errors::fargate_only(name, span, queue));
        }
    }
}
