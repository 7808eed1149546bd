//! Work that is cut short, and what a lookup then finds.

use super::cloud::World;
use formwork_plan::{Finding, Live, Plan};
use formwork_schema::Catalog;
use formwork_state::{Intent, IntentAction, Operation, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a lookup of each open intent finds in the cloud.
pub fn look_up(world: &mut World) {
    let mut findings = BTreeMap::new();
    for (operation, intent) in &world.state.open {
        findings.insert(*operation, find(world, intent));
    }
    world.findings = findings;
}

fn find(world: &World, intent: &Intent) -> Finding {
    let ty = world.catalog.resource_type(&intent.type_name).unwrap();
    let wanted = |id: &Arc<str>, thing: &Live| match (&intent.id, intent.action) {
        (Some(own), _) => own == id,
        (None, IntentAction::Create) => {
            let address = thing.tags.get("formwork:address");
            let tagged = address == Some(&intent.address.tag())
                && thing.tags["formwork:generation"] == intent.generation.to_string();
            let named = intent.name.as_ref().is_some_and(|name| **name == **id);
            // Without tags or name: what equals the request and is in no record.
            let alike = ty.tags.is_none()
                && intent
                    .properties
                    .iter()
                    .all(|(k, v)| thing.properties.get(k) == Some(v))
                && !world.state.objects.values().any(|object| object.id == *id);
            tagged || named || alike
        }
        _ => false,
    };
    let mut found: Vec<Live> = Vec::new();
    for ((type_name, id), thing) in &world.cloud.things {
        let mut live = thing.live(&ty, id);
        if *type_name != intent.type_name || !wanted(id, &live) {
            continue;
        }
        if let Some(slice) = &intent.slice {
            let part = &ty.overlay.parts[slice];
            live.properties
                .retain(|name, _| part.properties.iter().any(|own| **own == *name));
            if live.properties.is_empty() {
                continue;
            }
        }
        found.push(live);
    }
    match found.is_empty() {
        true => Finding::Absent,
        false => Finding::Found(found),
    }
}

/// Runs a plan up to an operation, and cuts that one short: its intent is recorded, its outcome is not.
pub fn cut(world: &mut World, plan: &Plan, at: usize, took_effect: bool) {
    world.run(plan, at);
    let run = world.state.serial;
    let operation = Operation {
        run,
        number: 10_000,
    };
    let planned = &plan.operations[at];
    let made = world.intent(
        operation,
        &planned.address,
        planned.generation,
        &planned.step,
    );
    if let Some(intent) = made {
        world.state.apply(&Record::Intent(Box::new(intent.clone())));
        if took_effect {
            world.cloud.act(&intent, &world.catalog, &planned.step);
        }
    }
}

/// Looks up, plans, applies; the second plan is empty; nothing is there twice and nothing is lost.
pub fn recover(world: &mut World) -> Plan {
    look_up(world);
    let plan = world.apply();
    assert!(world.state.open.is_empty());
    let known = world
        .state
        .objects
        .values()
        .filter(|object| object.slice.is_none());
    let ids: Vec<_> = known.map(|o| (o.type_name.clone(), o.id.clone())).collect();
    assert_eq!(
        ids.len(),
        world.cloud.things.len(),
        "{:#?}",
        world.cloud.things.keys()
    );
    assert!(ids.iter().all(|id| world.cloud.things.contains_key(id)));
    plan
}
