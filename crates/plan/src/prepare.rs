//! What must be done to an object before it can be deleted: a compute environment is disabled first.

use crate::item::{Held, Item, SightRef};
use crate::naming::naming;
use crate::operations::Builder;
use crate::order::Strength;
use crate::{Goal, Step};
use formwork_diag::{SourceId, Span};
use formwork_schema::{Node, Properties};
use serde_json::Value as Json;
use std::sync::Arc;

impl<'a> Builder<'_, '_, 'a> {
    /// The update that makes an object ready to be deleted, if its type asks for one and it is not ready.
    pub(crate) fn prepare(
        &mut self,
        at: usize,
        item: &Item<'a>,
        held: &Held<'_>,
        change: usize,
    ) -> Option<usize> {
        if held.object.slice.is_some() || held.deleting {
            return None;
        }
        let overlay = &held.ty.overlay;
        let wanted = overlay.before_delete.iter();
        let changed: Vec<(Arc<str>, Json)> = wanted
            .filter(|(name, value)| {
                let shown = held.property(name);
                let shown = shown.or_else(|| {
                    let mut defaults = overlay.defaults.iter();
                    defaults
                        .find(|(path, _)| path.0 == **name)
                        .map(|(_, usual)| usual)
                });
                shown != Some(*value)
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if changed.is_empty() {
            return None;
        }
        let token = naming(self.context.inputs, item, held.generation);
        let token = token.update_token(self.context.inputs.state.serial);
        let step = update(item, held, &changed, token.into());
        let expected = overlay.times.1;
        let family = overlay.family.clone();
        let draft = self.push(at, item, change, held.generation, step, expected);
        if let Some(draft) = self.drafts.get_mut(draft) {
            draft.operation.family = family;
        }
        Some(draft)
    }

    /// A preparation waits for all that its delete waits for, and the delete for it.
    pub(crate) fn order_preparations(&mut self) {
        let prepared = self.ends.iter();
        let pairs: Vec<(usize, usize)> = prepared
            .filter_map(|end| Some((end.prepare?, end.draft)))
            .collect();
        for (prepare, delete) in pairs {
            let needs = self.drafts.get(delete).map(|draft| draft.needs.clone());
            if let Some(draft) = self.drafts.get_mut(prepare) {
                draft.needs.extend(needs.unwrap_or_default());
            }
            self.need(delete, prepare, Strength::Must);
        }
    }
}

/// The update of an object as it was authored, with the changed values.
fn update(item: &Item<'_>, held: &Held<'_>, changed: &[(Arc<str>, Json)], token: Arc<str>) -> Step {
    let object = &held.object;
    let span = item.span().unwrap_or(Span::new(SourceId(0), 0, 0));
    let mut properties: Properties = object
        .authored
        .iter()
        .filter_map(|(name, json)| Some((name.as_str().into(), Node::from_json(json, span)?)))
        .collect();
    for (name, value) in changed {
        if let Some(node) = Node::from_json(value, span) {
            properties.insert(name.clone(), node);
        }
    }
    let live = match held.sight {
        SightRef::Live(live) => Some(&live.properties),
        _ => None,
    };
    let names = changed.iter().map(|(name, _)| name);
    let expected = live.map(|live| {
        let seen = |name: &Arc<str>| Some((name.to_string(), live.get(&**name)?.clone()));
        names.clone().filter_map(seen).collect()
    });
    let changed = names.cloned().collect();
    let goal = Goal {
        type_name: object.type_name.clone(),
        slice: None,
        region: object.region.clone(),
        name: object.name.clone(),
        token,
        properties,
        resets: Vec::new(),
        foreign: serde_json::Map::new(),
        within: None,
        metadata: object.metadata.clone(),
        span: item.span(),
    };
    Step::Update {
        goal: Box::new(goal),
        id: object.id.clone(),
        changed,
        removed: Vec::new(),
        expected,
    }
}
