//! Permissions that AWS's own handlers of a type need: for documentation, read only when asked for.

use crate::read::line;
use crate::services::{SERVICES, TYPES};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What one operation on a type takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// IAM actions its caller must be allowed.
    pub permissions: Vec<String>,
    /// AWS's own time limit for it, in minutes, where the schema gives one.
    pub minutes: Option<u64>,
}

/// The handlers of a type by operation (`create`, `read`, `update`, `delete`, `list`); empty for an unknown type.
pub fn handlers(type_name: &str) -> BTreeMap<String, Handler> {
    let parsed = TYPES
        .binary_search_by_key(&type_name, |(name, _)| name)
        .ok()
        .and_then(|at| SERVICES.get(TYPES.get(at)?.1))
        .and_then(|service| line(type_name, service.handlers))
        .and_then(|line| serde_json::from_str::<BTreeMap<String, Json>>(line).ok());
    let handler = |json: &Json| Handler {
        permissions: json
            .get(0)
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(|action| action.as_str().map(str::to_owned))
            .collect(),
        minutes: json.get(1).and_then(Json::as_u64),
    };
    let parsed = parsed.unwrap_or_default();
    parsed
        .iter()
        .map(|(verb, json)| (verb.clone(), handler(json)))
        .collect()
}
