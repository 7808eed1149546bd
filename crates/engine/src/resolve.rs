//! Fills in what was not known when the plan was made, from the objects of the state.

use formwork_diag::Span;
use formwork_plan::Goal;
use formwork_schema::{Address, Node, Prop, Properties, ResolveError, Resolver};
use formwork_state::{Object, State};
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// What is known while a plan is applied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) state: &'a State,
    pub(crate) account: &'a Arc<str>,
}

impl Resolver for Known<'_> {
    fn attribute(&self, of: &Address, property: &str) -> Option<Json> {
        let (_, object) = self.state.newest(of)?;
        match property {
            "id" => Some(Json::String(object.id.to_string())),
            _ => attribute(object, property),
        }
    }

    fn account(&self) -> Option<Arc<str>> {
        Some(self.account.clone())
    }
}

/// A property of an object by its CloudFormation path (`Endpoint.Address`): as read, else as authored.
fn attribute(object: &Object, path: &str) -> Option<Json> {
    let within = |map: &Map<String, Json>| {
        let whole = map.get(path);
        whole.or_else(|| nested(map, path)).cloned()
    };
    within(&object.attributes).or_else(|| within(&object.authored))
}

fn nested<'j>(map: &'j Map<String, Json>, path: &str) -> Option<&'j Json> {
    let mut names = path.split('.');
    let first = map.get(names.next()?)?;
    names.try_fold(first, |json, name| json.get(name))
}

/// A property that cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unresolved {
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
}

/// The properties of a goal as JSON.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// Those kept as authored.
    pub(crate) authored: Map<String, Json>,
    /// All as they are sent, if that is more.
    pub(crate) sent: Option<Map<String, Json>>,
}

/// Fills in the properties of a goal.
pub(crate) fn properties(goal: &Goal, known: Known<'_>) -> Result<Filled, Unresolved> {
    let mut properties = Map::new();
    for (name, node) in &goal.properties {
        let value = node
            .to_json(&known)
            .map_err(|error| unresolved(name, node, &error))?;
        properties.insert(name.to_string(), value);
    }
    if goal.resets.is_empty() && goal.foreign.is_empty() {
        return Ok(Filled {
            authored: properties,
            sent: None,
        });
    }
    Ok(Filled {
        authored: goal.authored(&properties),
        sent: Some(goal.sent(&properties)),
    })
}

fn unresolved(name: &Arc<str>, node: &Node, error: &ResolveError) -> Unresolved {
    let why = match error {
        ResolveError::Unknown(Some((of, property))) => {
            format!("`{property}` of {of}, which it needs, is not known after {of} was done")
        }
        ResolveError::Unknown(None) => "the account is not known".to_owned(),
        ResolveError::Member(error) => error.to_string(),
    };
    Unresolved {
        message: format!("{name} cannot be filled in: {why}"),
        span: Some(node.span),
    }
}

/// Where the value at a path (`Code.ZipFile`, `Rules/0/Id`) was written, as deep as the path can be followed.
pub(crate) fn span_at(properties: &Properties, path: &str) -> Option<Span> {
    let mut names = path.split(['.', '/']).filter(|name| !name.is_empty());
    let mut node = properties.get(names.next()?)?;
    for name in names {
        let next = match &node.prop {
            Prop::Map(map) => map.get(name),
            Prop::List(items) => name.parse::<usize>().ok().and_then(|at| items.get(at)),
            _ => None,
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    Some(node.span)
}
