//! The checker finds what is wrong with a plan: good plans, each broken in one way.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{Action, Plan, Step, check_plan};
use serde_json::json;
use support::{World, address, node, resource};

fn world() -> World {
    World::new(vec![
        resource("network.n", "Test::Network", json!({"Cidr": "10.0.0.0/16"})),
        resource(
            "subnet.s",
            "Test::Subnet",
            json!({"NetworkId": "@network.n:NetworkId", "Zone": "a"}),
        ),
        resource(
            "link.l",
            "Test::Link",
            json!({"Source": "@network.n:NetworkId"}),
        ),
    ])
}

/// The same stack, applied, with its network about to be replaced.
fn replaced() -> World {
    let mut world = world();
    world.apply();
    let network = &mut world.resources[0];
    network
        .properties
        .insert("Cidr".into(), node(&json!("10.1.0.0/16")));
    world
}

fn broken(world: &World, change: impl FnOnce(&mut Plan)) -> String {
    let mut plan = world.plan();
    change(&mut plan);
    let observed = world.observed();
    world.with_inputs(&observed, |inputs| check_plan(&plan, inputs).join("\n"))
}

fn place(plan: &Plan, verb: formwork_plan::Verb, text: &str) -> usize {
    let found = plan
        .operations
        .iter()
        .position(|o| o.step.verb() == verb && o.address == address(text));
    found.unwrap()
}

/// Exchanges two operations and leaves everything else right.
fn exchange(plan: &mut Plan, one: usize, other: usize) {
    plan.operations.swap(one, other);
    for operation in &mut plan.operations {
        operation.needs.clear();
    }
}

#[test]
fn order_is_checked() {
    let found = broken(&world(), |plan| plan.operations[0].needs.push(1));
    assert!(found.contains("does not come before it"), "{found}");
    let found = broken(&world(), |plan| plan.operations[1].needs.push(0));
    assert!(found.contains("twice"), "{found}");
    let found = broken(&world(), |plan| plan.operations[0].change = 0);
    assert!(found.contains("another address"), "{found}");
    let found = broken(&world(), |plan| plan.changes.swap(0, 1));
    assert!(found.contains("not sorted"), "{found}");
}

#[test]
fn steps_fit_their_changes() {
    let found = broken(&world(), |plan| plan.changes[0].action = Action::Update);
    assert!(found.contains("not what its change says"), "{found}");
    let found = broken(&world(), |plan| {
        plan.changes.truncate(1);
        plan.operations.truncate(1);
        plan.changes[0].address = address("link.other");
        plan.operations[0].address = address("link.other");
        plan.operations[0].change = 0;
    });
    assert!(found.contains("not ours"), "{found}");
}

#[test]
fn objects_are_made_once() {
    let twice = |plan: &mut Plan| {
        let again = plan.operations[0].clone();
        plan.operations.push(again);
    };
    let found = broken(&world(), twice);
    assert!(found.contains("is made twice"), "{found}");
    assert!(found.contains("a token that is used twice"), "{found}");
    let found = broken(&replaced(), |plan| {
        let at = place(plan, formwork_plan::Verb::Create, "network.n");
        plan.operations[at].generation = 0;
    });
    assert!(
        found.contains("has the generation of an object that was made"),
        "{found}"
    );
    let mut world = World::new(vec![
        resource("queue.a", "Test::Queue", json!({})),
        resource("queue.b", "Test::Queue", json!({})),
    ]);
    let found = broken(&world, |plan| {
        for operation in &mut plan.operations {
            if let Step::Create(goal) = &mut operation.step {
                goal.name = Some("same".into());
            }
        }
    });
    assert!(found.contains("has the name of queue.a"), "{found}");
    world.apply();
    world.mode = formwork_plan::Mode::Destroy;
    world.apply();
    world.mode = formwork_plan::Mode::Apply;
    let found = broken(&world, |plan| plan.operations[0].generation = 0);
    assert!(found.contains("an object that is gone"), "{found}");
}

#[test]
fn replacements_run_the_way_they_say() {
    let verb = |plan: &Plan, text: &str| {
        let create = place(plan, formwork_plan::Verb::Create, text);
        (create, place(plan, formwork_plan::Verb::Delete, text))
    };
    let found = broken(&replaced(), |plan| {
        let (create, delete) = verb(plan, "subnet.s");
        exchange(plan, create, delete);
    });
    assert!(found.contains("in the wrong order"), "{found}");
}

#[test]
fn what_is_used_outlives_its_users() {
    let mut world = world();
    world.apply();
    world.mode = formwork_plan::Mode::Destroy;
    let found = broken(&world, |plan| {
        let network = place(plan, formwork_plan::Verb::Delete, "network.n");
        let subnet = place(plan, formwork_plan::Verb::Delete, "subnet.s");
        exchange(plan, network, subnet);
    });
    assert!(
        found.contains("network.n: comes before the deletion of subnet.s"),
        "{found}"
    );
    let found = broken(&replaced(), |plan| {
        let network = place(plan, formwork_plan::Verb::Delete, "network.n");
        let link = place(plan, formwork_plan::Verb::Update, "link.l");
        exchange(plan, network, link);
    });
    assert!(
        found.contains("network.n: comes before the update of link.l"),
        "{found}"
    );
}

#[test]
fn protected_objects_are_never_deleted() {
    let mut world = world();
    world.apply();
    let gone = world.resources.pop().unwrap();
    let mut plan = world.plan();
    world.resources.push(formwork_schema::Resource {
        protect: true,
        ..gone
    });
    plan.unchanged = 0;
    let observed = world.observed();
    let found = world.with_inputs(&observed, |inputs| check_plan(&plan, inputs).join("\n"));
    assert!(found.contains("is protected"), "{found}");
}

#[test]
fn unknown_values_come_from_what_is_needed() {
    let found = broken(&world(), |plan| {
        for operation in &mut plan.operations {
            operation.needs.clear();
        }
    });
    assert!(
        found.contains("needs a value of network.n, which nothing before it gives"),
        "{found}"
    );
}

#[test]
fn open_intents_are_closed_first() {
    let mut world = world();
    let plan = world.plan();
    support::cut(&mut world, &plan, 0, true);
    support::look_up(&mut world);
    let found = broken(&world, |plan| {
        plan.operations
            .retain(|o| o.step.verb() != formwork_plan::Verb::Recover);
    });
    assert!(found.contains("is left open"), "{found}");
}
