//! What a picture of a stack shows: a card for each declaration with its resources, and who needs whom.

use super::Nodes;
use crate::views::resources;
use formwork_diag::Sources;
use formwork_plan::Plan;
use formwork_schema::{Address, Resource};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What nothing happens to.
pub(crate) const NOTHING: &str = "nothing";

/// Cards and the edges between them.
#[derive(Debug)]
pub(crate) struct Picture {
    /// What it is of: stack, environment.
    pub(crate) title: String,
    /// Its count: `14 resources`, or the last line of the plan.
    pub(crate) summary: String,
    /// Cards, in order of address.
    pub(crate) cards: Vec<Card>,
    /// `(user, needed)`, as places in `cards`.
    pub(crate) edges: Vec<(usize, usize)>,
}

/// One declaration, or one resource where every resource has a card.
#[derive(Debug)]
pub(crate) struct Card {
    /// Its address.
    pub(crate) address: Address,
    /// What happens to it: an action as the plan's JSON names it, or [`NOTHING`].
    pub(crate) action: String,
    /// Where it is written: file and line; not for what is only in the state.
    pub(crate) place: Option<String>,
    /// Its resources.
    pub(crate) parts: Vec<Part>,
}

/// One resource.
#[derive(Debug)]
pub(crate) struct Part {
    /// Its address.
    pub(crate) address: Address,
    /// Its CloudFormation type.
    pub(crate) type_name: String,
    /// What happens to it.
    pub(crate) action: String,
    /// Its change as the plan's JSON has it; none without a plan, or where nothing changes.
    pub(crate) change: Option<Value>,
    /// Its properties as far as they are known.
    pub(crate) properties: Map<String, Value>,
}

impl Picture {
    /// The picture of a stack's resources; with a plan, of what happens to them.
    pub(crate) fn of(
        title: String,
        summary: String,
        lowered: &[Resource],
        plan: Option<&Plan>,
        sources: &Sources,
        of: Nodes,
    ) -> Self {
        let mut cards: BTreeMap<Address, Card> = BTreeMap::new();
        for part in parts(lowered, plan) {
            let name = of.name(&part.address);
            let card = cards.entry(name.clone()).or_insert_with(|| Card {
                address: name,
                action: NOTHING.to_owned(),
                place: None,
                parts: Vec::new(),
            });
            card.parts.push(part);
        }
        for resource in lowered {
            if let Some(card) = cards.get_mut(&of.name(&resource.address)) {
                card.place = place(resource, sources);
            }
        }
        let mut cards: Vec<Card> = cards.into_values().collect();
        for card in &mut cards {
            card.action = overall(card);
        }
        let index: BTreeMap<&Address, usize> =
            cards.iter().map(|card| &card.address).zip(0..).collect();
        let graph = super::graph(lowered, of);
        let edges: BTreeSet<(usize, usize)> = graph
            .edges()
            .filter_map(|(user, needed)| Some((*index.get(user)?, *index.get(needed)?)))
            .collect();
        Self {
            title,
            summary,
            edges: edges.into_iter().collect(),
            cards,
        }
    }

    /// Everything that a viewer tells of a card, as JSON.
    pub(crate) fn data(&self) -> Value {
        let part = |part: &Part| {
            json!({
                "address": part.address.to_string(), "type": part.type_name, "action": part.action,
                "change": part.change, "properties": part.properties,
            })
        };
        let card = |card: &Card| {
            json!({
                "address": card.address.to_string(), "action": card.action, "place": card.place,
                "parts": card.parts.iter().map(part).collect::<Vec<_>>(),
            })
        };
        json!({ "cards": self.cards.iter().map(card).collect::<Vec<_>>(), "edges": self.edges })
    }
}

/// All resources: those of the stack, and those that the plan takes away.
fn parts(lowered: &[Resource], plan: Option<&Plan>) -> Vec<Part> {
    let mut changes = plan.map(changes).unwrap_or_default();
    let mut parts: Vec<Part> = lowered
        .iter()
        .map(|resource| {
            let properties = resource.properties.iter();
            let shown = properties.map(|(name, node)| (name.to_string(), resources::value(node)));
            let change = changes.remove(&resource.address);
            Part {
                address: resource.address.clone(),
                type_name: resource.type_name.to_string(),
                action: action(change.as_ref()),
                change,
                properties: shown.collect(),
            }
        })
        .collect();
    let gone = changes.into_iter().map(|(address, change)| Part {
        address,
        type_name: text(&change, "type").unwrap_or_default().to_owned(),
        action: action(Some(&change)),
        change: Some(change),
        properties: Map::new(),
    });
    parts.extend(gone);
    parts
}

/// The changes of a plan by address, as its JSON has them.
fn changes(plan: &Plan) -> BTreeMap<Address, Value> {
    let json = crate::views::plan::json(plan, None);
    let list = json.get("changes").and_then(Value::as_array);
    let keyed = list.into_iter().flatten().filter_map(|change| {
        let address = text(change, "address")?.parse().ok()?;
        Some((address, change.clone()))
    });
    keyed.collect()
}

fn action(change: Option<&Value>) -> String {
    let named = change.and_then(|change| text(change, "action"));
    named.unwrap_or(NOTHING).to_owned()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// What happens to a card: what happens to its main resource, else that something in it changes.
fn overall(card: &Card) -> String {
    let main = card.parts.iter().find(|part| part.address == card.address);
    let own = main.map(|part| part.action.as_str());
    let any = card
        .parts
        .iter()
        .map(|part| part.action.as_str())
        .find(|action| *action != NOTHING);
    match (own, any) {
        (Some(own), _) if own != NOTHING => own.to_owned(),
        (Some(_), Some(_)) => "update".to_owned(),
        (_, any) => any.unwrap_or(NOTHING).to_owned(),
    }
}

fn place(resource: &Resource, sources: &Sources) -> Option<String> {
    let source = sources.get(resource.span.source)?;
    let line = source.position(resource.span.start).line;
    Some(format!("{}:{line}", source.name()))
}
