//! What the last applies did: a heading for each, a line for each object.

use super::paint::Paint;
use formwork_diag::safe;
use formwork_state::{IntentAction, Operation, Outcome, Record};
use formwork_store::Run;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What one operation of a run came to.
struct Done {
    address: String,
    verb: &'static str,
    result: String,
}

/// The runs as text, newest first.
pub(crate) fn text(runs: &[Run], paint: Paint) -> String {
    if runs.is_empty() {
        return "Nothing was applied yet.\n".to_owned();
    }
    let mut out = String::new();
    for run in runs.iter().rev() {
        let head = format!("{}   serial {}   {}", time(run), run.serial, end(run));
        let _ = writeln!(out, "{}", paint.bold(&head));
        for done in operations(run) {
            let _ = writeln!(
                out,
                "  {:6}  {}  {}",
                done.verb,
                safe(&done.address),
                paint.dim(&safe(&done.result))
            );
        }
        out.push('\n');
    }
    out
}

/// The runs as one JSON object, oldest first.
pub(crate) fn json(runs: &[Run]) -> String {
    let one = |run: &Run| {
        let operations: Vec<Value> = operations(run)
            .into_iter()
            .map(|done| json!({ "address": done.address, "action": done.verb, "result": done.result }))
            .collect();
        json!({ "serial": run.serial, "at": time(run), "end": end(run), "operations": operations })
    };
    let all: Vec<Value> = runs.iter().map(one).collect();
    let mut text = serde_json::to_string_pretty(&json!({ "runs": all })).unwrap_or_default();
    text.push('\n');
    text
}

/// When a run began, in UTC, to the second.
fn time(run: &Run) -> String {
    let seconds = i64::try_from(run.at).unwrap_or_default();
    let at = jiff::Timestamp::from_second(seconds);
    at.map(|at| at.to_string()).unwrap_or_default()
}

fn end(run: &Run) -> &'static str {
    let ended = run.records.iter().rev().find_map(|record| match record {
        Record::Ended { complete, .. } => Some(*complete),
        _ => None,
    });
    match ended {
        Some(true) => "complete",
        Some(false) => "in part",
        None => "cut short",
    }
}

/// The operations of a run in the order in which they began, and what was recorded without one.
fn operations(run: &Run) -> Vec<Done> {
    let mut all: Vec<Done> = Vec::new();
    let mut places: BTreeMap<Operation, usize> = BTreeMap::new();
    for record in &run.records {
        match record {
            Record::Intent(intent) => {
                places.insert(intent.operation, all.len());
                all.push(Done {
                    address: intent.address.to_string(),
                    verb: verb(intent.action),
                    result: "not known: cut short".to_owned(),
                });
            }
            Record::Outcome { operation, outcome } => {
                if let Some(done) = places.get(operation).and_then(|at| all.get_mut(*at)) {
                    done.result = result(outcome);
                }
            }
            Record::Forgotten { address, .. } => all.push(Done {
                address: address.to_string(),
                verb: "forget",
                result: "taken out of the state".to_owned(),
            }),
            Record::Adopted {
                address, object, ..
            } => all.push(Done {
                address: address.to_string(),
                verb: "adopt",
                result: object.id.to_string(),
            }),
            _ => {}
        }
    }
    all
}

fn verb(action: IntentAction) -> &'static str {
    match action {
        IntentAction::Create => "create",
        IntentAction::Update => "update",
        IntentAction::Delete => "delete",
    }
}

fn result(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Created { id, .. } => id.to_string(),
        Outcome::Pending { id } => format!("{id}: not settled"),
        Outcome::Failed { id, reason } => format!("{id}: failed: {reason}"),
        Outcome::Updated { .. } | Outcome::Deleted => String::new(),
        Outcome::NoEffect { reason } => format!("no effect: {reason}"),
        Outcome::Uncertain { reason } => format!("not known: {reason}"),
    }
}
