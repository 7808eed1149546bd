//! The plan for machines: what changes and how much, without what only the engine needs.

use crate::{Action, After, Change, FieldChange, Plan, Reason, Step};
use formwork_schema::{ResolveError, Resolver};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// The version of the JSON form.
const FORMAT: u32 = 1;

/// How many lowered resources change. A replaced one counts in `add`, and in `destroy` unless the old object is retained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Objects that are made.
    pub add: usize,
    /// Objects that are changed in place.
    pub change: usize,
    /// Objects that are deleted.
    pub destroy: usize,
    /// Objects that were there and become the stack's.
    #[serde(default, skip_serializing_if = "is_none")]
    pub adopt: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Summary {
    /// Whether nothing is made, changed or deleted.
    pub fn is_empty(self) -> bool {
        self == Summary::default()
    }
}

/// Counts a plan.
pub fn summary(plan: &Plan) -> Summary {
    let mut summary = Summary::default();
    let left = plan.operations.iter();
    let left: BTreeSet<usize> = left
        .filter(|operation| matches!(operation.step, Step::Forget))
        .map(|operation| operation.change)
        .collect();
    for (at, change) in plan.changes.iter().enumerate() {
        let one = counted(change);
        summary.add += one.add;
        summary.change += one.change;
        summary.adopt += one.adopt;
        // What is replaced and left in the account is not destroyed.
        summary.destroy += match change.action {
            Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst => {
                usize::from(!left.contains(&at))
            }
            _ => one.destroy,
        };
    }
    summary
}

/// Counts one change.
pub fn counted(change: &Change) -> Summary {
    let mut summary = Summary::default();
    match change.action {
        Action::Create => summary.add = 1,
        Action::Update => summary.change = 1,
        Action::Delete => summary.destroy = 1,
        Action::ReplaceDeleteFirst | Action::ReplaceCreateFirst => {
            summary.add = 1;
            summary.destroy = 1;
        }
        Action::Adopt => {
            summary.adopt = 1;
            summary.change = usize::from(changes_more(change));
        }
        Action::Read
        | Action::Recover
        | Action::Rename
        | Action::Forget
        | Action::Record
        | Action::Nothing => {}
    }
    summary
}

/// Whether what is adopted differs by more than the tags that say whose it is.
fn changes_more(change: &Change) -> bool {
    let own = |field: &FieldChange| {
        let key = field.path.split_once('/').map(|(_, key)| key);
        key.is_some_and(crate::tags::is_own)
    };
    !change.fields.iter().all(own)
}

/// The plan as one JSON object: `format`, `header`, `changes`, `outputs`, `summary`, `unchanged`.
pub fn to_json(plan: &Plan) -> Json {
    let shown = plan
        .changes
        .iter()
        .filter(|change| change.action != Action::Record);
    let mut outputs = Map::new();
    for output in &plan.outputs {
        let value = match output.value.to_json(&Nobody) {
            Ok(value) => json!({ "value": value }),
            Err(ResolveError::Unknown(_)) => json!({ "unknown": true }),
            Err(ResolveError::Member(error)) => json!({ "error": error.to_string() }),
        };
        outputs.insert(output.name.to_string(), value);
    }
    json!({
        "format": FORMAT,
        "header": plan.header,
        "changes": shown.map(change).collect::<Vec<_>>(),
        "outputs": outputs,
        "summary": summary(plan),
        "unchanged": plan.unchanged,
    })
}

fn change(change: &Change) -> Json {
    let mut out = json!({
        "address": change.address,
        "type": change.type_name,
        "action": change.action,
        "reasons": change.reasons.iter().map(reason).collect::<Vec<_>>(),
        "fields": change.fields.iter().map(field).collect::<Vec<_>>(),
        "loses_data": change.loses_data,
    });
    if let Json::Object(map) = &mut out {
        if let Some(slice) = &change.slice {
            map.insert("slice".into(), Json::from(&**slice));
        }
        if let Some(contents) = change.contents {
            map.insert("contents".into(), Json::from(contents));
        }
    }
    out
}

/// A reason as `{"reason": …}` with the path, address or words it has.
fn reason(reason: &Reason) -> Json {
    match reason {
        Reason::New => json!({ "reason": "new" }),
        Reason::DeletedOutside => json!({ "reason": "deleted_outside" }),
        Reason::Changed(path) => json!({ "reason": "changed", "path": path }),
        Reason::Drifted(path) => json!({ "reason": "drifted", "path": path }),
        Reason::TakenOut(path) => json!({ "reason": "taken_out", "path": path }),
        Reason::CannotChange(path) => json!({ "reason": "cannot_change", "path": path }),
        Reason::Follows(address) => json!({ "reason": "follows", "address": address }),
        Reason::Requested => json!({ "reason": "requested" }),
        Reason::Renamed(address) => json!({ "reason": "renamed", "address": address }),
        Reason::Forgotten => json!({ "reason": "forgotten" }),
        Reason::Adopted(id) => json!({ "reason": "adopted", "id": id }),
        Reason::Found(ids) => json!({ "reason": "found", "ids": ids }),
        Reason::NotInFiles => json!({ "reason": "not_in_files" }),
        Reason::Destroyed => json!({ "reason": "destroyed" }),
        Reason::Interrupted(found) => json!({ "reason": "interrupted", "found": found }),
        Reason::CreationFailed => json!({ "reason": "creation_failed" }),
    }
}

fn field(field: &FieldChange) -> Json {
    let mut out = Map::new();
    out.insert("path".into(), Json::from(field.path.as_str()));
    if let Some(before) = &field.before {
        out.insert("before".into(), before.clone());
    }
    match &field.after {
        After::Known(after) => {
            out.insert("after".into(), after.clone());
        }
        After::Unknown => {
            out.insert("unknown".into(), Json::Bool(true));
        }
        After::Absent => {}
    }
    if field.replaces {
        out.insert("replaces".into(), Json::Bool(true));
    }
    Json::Object(out)
}

/// Knows nothing beyond what the plan knows.
struct Nobody;

impl Resolver for Nobody {
    fn attribute(&self, _: &formwork_schema::Address, _: &str) -> Option<Json> {
        None
    }

    fn account(&self) -> Option<std::sync::Arc<str>> {
        None
    }
}
