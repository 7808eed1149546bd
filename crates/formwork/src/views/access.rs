//! What code may do after a plan that it may not do now: a heading of its own.

use formwork_plan::{Action, After, Change, Plan};
use formwork_schema::Address;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A permission: an action on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Grant {
    /// The IAM action.
    pub(crate) action: String,
    /// The resource, or a pattern of resources.
    pub(crate) resource: String,
}

/// The permissions that roles already there would gain, by declaration.
pub(crate) fn broader(plan: &Plan) -> BTreeMap<Address, BTreeSet<Grant>> {
    let mut gained: BTreeMap<Address, BTreeSet<Grant>> = BTreeMap::new();
    let changed = plan
        .changes
        .iter()
        .filter(|change| is_policy(change) && change.action == Action::Update);
    for change in changed {
        let mut before = BTreeSet::new();
        let mut after = BTreeSet::new();
        for field in &change.fields {
            if let Some(value) = &field.before {
                collect(value, &mut before);
            }
            if let After::Known(value) = &field.after {
                collect(value, &mut after);
            }
        }
        let new: BTreeSet<Grant> = after.difference(&before).cloned().collect();
        if !new.is_empty() {
            gained
                .entry(change.address.owner())
                .or_default()
                .extend(new);
        }
    }
    gained
}

fn is_policy(change: &Change) -> bool {
    matches!(
        change.type_name.as_ref(),
        "AWS::IAM::RolePolicy" | "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::Role"
    )
}

/// Collects the grants of every statement inside a value, however deep.
fn collect(value: &Value, grants: &mut BTreeSet<Grant>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, grants)),
        Value::Object(map) => {
            let allows = map.get("Effect").is_none_or(|effect| effect == "Allow");
            if let (Some(actions), Some(resources), true) =
                (map.get("Action"), map.get("Resource"), allows)
            {
                for action in texts(actions) {
                    let granted = texts(resources).into_iter();
                    grants.extend(granted.map(|resource| Grant {
                        action: action.clone(),
                        resource,
                    }));
                }
                return;
            }
            map.values().for_each(|value| collect(value, grants));
        }
        _ => {}
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}
