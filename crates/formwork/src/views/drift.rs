//! What was changed outside: each object with what is live and what should be.

use super::paint::Paint;
use super::plan::written;
use super::values;
use formwork_diag::safe;
use formwork_plan::{Change, FieldChange, Plan, Reason};
use serde_json::{Value, json};
use std::fmt::Write;

/// An object that is not as it was left.
pub(crate) struct Drifted<'p> {
    change: &'p Change,
    /// Nothing where the object is gone.
    fields: Vec<&'p FieldChange>,
}

/// The objects of a plan that were changed or deleted outside.
pub(crate) fn drifted(plan: &Plan) -> Vec<Drifted<'_>> {
    let mut all = Vec::new();
    for change in &plan.changes {
        let gone = change.reasons.contains(&Reason::DeletedOutside);
        let fields: Vec<&FieldChange> = change
            .fields
            .iter()
            .filter(|field| !gone && is_drifted(change, field))
            .collect();
        if gone || !fields.is_empty() {
            all.push(Drifted { change, fields });
        }
    }
    all
}

fn is_drifted(change: &Change, field: &FieldChange) -> bool {
    change.reasons.iter().any(|reason| match reason {
        Reason::Drifted(path) => field
            .path
            .strip_prefix(&**path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        _ => false,
    })
}

/// The drift for people.
pub(crate) fn text(plan: &Plan, drifted: &[Drifted<'_>], paint: Paint) -> String {
    if drifted.is_empty() {
        return format!(
            "Nothing was changed outside: {} · {} is as it was left.\n",
            safe(&plan.header.stack),
            safe(&plan.header.env)
        );
    }
    let mut out = String::new();
    for Drifted { change, fields } in drifted {
        let head = paint.bold(&safe(&change.address.to_string()));
        let gone = if fields.is_empty() {
            "  was deleted outside"
        } else {
            ""
        };
        let _ = writeln!(out, "{head}{gone}");
        for field in fields {
            let name = written(&change.address, &field.path);
            let live = values::before(field.before.as_ref(), name.unit);
            let wanted = values::after(&field.after, name.unit);
            let line = format!("  {}  is {live}, should be {wanted}", name.field);
            let _ = writeln!(out, "{}", safe(&line));
        }
    }
    let objects = match drifted.len() {
        1 => "1 object was".to_owned(),
        more => format!("{more} objects were"),
    };
    let _ = writeln!(
        out,
        "\n{objects} changed outside. `formwork apply` makes all as the files say; to keep what is there, write it into them."
    );
    out
}

/// The drift as one JSON object.
pub(crate) fn json(drifted: &[Drifted<'_>]) -> String {
    let field = |change: &Change, field: &FieldChange| {
        let wanted = match &field.after {
            formwork_plan::After::Known(value) => value.clone(),
            _ => Value::Null,
        };
        json!({
            "path": field.path, "field": written(&change.address, &field.path).field,
            "live": field.before, "wanted": wanted,
        })
    };
    let all: Vec<Value> = drifted
        .iter()
        .map(|Drifted { change, fields }| {
            let fields: Vec<Value> = fields.iter().map(|one| field(change, one)).collect();
            json!({
                "address": change.address, "type": change.type_name, "deleted": fields.is_empty(), "fields": fields,
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "drifted": all })).unwrap_or_default();
    text.push('\n');
    text
}
