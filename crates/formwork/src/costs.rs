//! What a stack costs as it is written, and what a plan changes of that.

use formwork_kinds::{Estimate, Look, Thing, estimate};
use formwork_plan::{Action, Plan, Step};
use formwork_schema::{Address, Decl, Resource, Val};
use formwork_state::State;
use std::collections::BTreeMap;

/// The usage blocks of declarations.
pub(crate) type Usage = BTreeMap<Address, Val>;

/// What a plan changes of the cost.
pub(crate) struct CostChange {
    /// What is there.
    pub(crate) before: Estimate,
    /// What will be there.
    pub(crate) after: Estimate,
}

/// The usage blocks of a stack.
pub(crate) fn usage(decls: &[Decl]) -> Usage {
    let said = decls
        .iter()
        .filter_map(|decl| Some((decl.address.clone(), decl.meta.usage.clone()?)));
    said.collect()
}

/// The cost of resources as they are written.
pub(crate) fn written(resources: &[Resource], usage: &Usage) -> Estimate {
    let own = resources.iter().filter(|resource| !resource.claim.looks());
    let things = own.map(|resource| Thing {
        address: &resource.address,
        type_name: &resource.type_name,
        is_slice: resource.slice.is_some(),
        properties: Look::Nodes(&resource.properties),
    });
    estimate(things, usage)
}

/// The cost of what the state knows, and of what is there after the plan; both with the use that the files say now.
pub(crate) fn changed(state: &State, plan: &Plan, usage: &Usage) -> CostChange {
    let mut things: BTreeMap<&Address, Thing<'_>> = BTreeMap::new();
    for (key, object) in &state.objects {
        // Of several generations the newest comes last.
        let thing = Thing {
            address: &key.address,
            type_name: &object.type_name,
            is_slice: object.slice.is_some(),
            properties: Look::Json(&object.authored),
        };
        things.insert(&key.address, thing);
    }
    let before = estimate(things.values().copied(), usage);
    for change in &plan.changes {
        if matches!(change.action, Action::Delete | Action::Forget) {
            things.remove(&change.address);
        }
    }
    for operation in &plan.operations {
        if let Step::Adopt(object) = &operation.step {
            let thing = Thing {
                address: &operation.address,
                type_name: &object.type_name,
                is_slice: false,
                properties: Look::Json(&object.attributes),
            };
            things.insert(&operation.address, thing);
        }
        let (Step::Create(goal) | Step::Update { goal, .. }) = &operation.step else {
            continue;
        };
        let thing = Thing {
            address: &operation.address,
            type_name: &goal.type_name,
            is_slice: goal.slice.is_some(),
            properties: Look::Nodes(&goal.properties),
        };
        things.insert(&operation.address, thing);
    }
    CostChange {
        before,
        after: estimate(things.into_values(), usage),
    }
}
