//! Interrupted work is brought to its end by reads alone, at every point where it can be cut.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{Action, Finding, Plan, Reason, Step, Verb};
use formwork_state::{Outcome, Record};
use serde_json::json;
use std::sync::Arc;
use support::{World, address, cut, look_up, node, recover, resource, slice};

fn stack() -> World {
    World::new(vec![
        resource("bucket.b", "Test::Bucket", json!({"Versioning": "on"})),
        slice(
            "bucket.b/notifications",
            "Test::Bucket",
            "notifications",
            "bucket.b",
            json!({"Notifications": [{"Event": "created", "Function": "@function.f:Arn"}]}),
        ),
        resource(
            "function.f",
            "Test::Function",
            json!({"Role": "@role.r:Arn", "Memory": 512, "Secret": "one"}),
        ),
        resource("role.r", "Test::Role", json!({"Path": "/a/"})),
        resource("network.n", "Test::Network", json!({"Cidr": "10.0.0.0/16"})),
        resource(
            "subnet.s",
            "Test::Subnet",
            json!({"NetworkId": "@network.n:NetworkId", "Zone": "a"}),
        ),
        resource("revision.r", "Test::Revision", json!({"Image": "one"})),
        resource("pool.p", "Test::Pool", json!({"Kind": "spot"})),
        resource("line.l", "Test::Line", json!({"Pools": ["@pool.p:Arn"]})),
    ])
}

fn set(world: &mut World, text: &str, property: &str, value: serde_json::Value) {
    let found = world
        .resources
        .iter_mut()
        .find(|r| r.address == address(text));
    found
        .unwrap()
        .properties
        .insert(property.into(), node(&value));
}

/// Every change the tests make to the stack, so that all steps occur.
fn change(world: &mut World) {
    set(world, "role.r", "Path", json!("/b/"));
    set(world, "function.f", "Memory", json!(1024));
    set(world, "function.f", "Secret", json!("two"));
    set(world, "network.n", "Cidr", json!("10.1.0.0/16"));
    set(world, "bucket.b", "Lock", json!("yes"));
    set(world, "revision.r", "Image", json!("two"));
    set(world, "pool.p", "Kind", json!("fixed"));
}

fn every_cut(prepare: impl Fn() -> World) -> usize {
    let mut cuts = 0;
    let operations = prepare().plan().operations.len();
    for at in 0..operations {
        for took_effect in [false, true] {
            let mut world = prepare();
            let plan = world.plan();
            cut(&mut world, &plan, at, took_effect);
            let again = recover(&mut world);
            for operation in again.operations {
                // Nothing that had taken effect is done again.
                if took_effect && operation.address == plan.operations[at].address {
                    let same = operation.step.verb() == plan.operations[at].step.verb()
                        && operation.generation == plan.operations[at].generation;
                    let created = operation.step.verb() == Verb::Create;
                    assert!(!(same && created), "made twice: {operation:#?}");
                }
            }
            cuts += 1;
        }
    }
    cuts
}

#[test]
fn creation_can_be_cut_anywhere() {
    assert_eq!(every_cut(stack), 18);
}

#[test]
fn change_can_be_cut_anywhere() {
    let cuts = every_cut(|| {
        let mut world = stack();
        world.apply();
        change(&mut world);
        world
    });
    assert!(cuts >= 32, "{cuts}");
}

#[test]
fn destruction_can_be_cut_anywhere() {
    let cuts = every_cut(|| {
        let mut world = stack();
        world.apply();
        world.mode = formwork_plan::Mode::Destroy;
        world
    });
    assert_eq!(cuts, 22);
}

#[test]
fn change_cut_short_can_turn_into_destruction() {
    let mut world = stack();
    world.apply();
    change(&mut world);
    let operations = world.plan().operations.len();
    for at in 0..operations {
        let mut world = stack();
        world.apply();
        change(&mut world);
        let plan = world.plan();
        cut(&mut world, &plan, at, true);
        world.mode = formwork_plan::Mode::Destroy;
        recover(&mut world);
        assert!(world.cloud.things.is_empty());
    }
}

#[test]
fn an_adopted_create_is_compared_with_the_files_of_today() {
    let mut world = stack();
    let plan = world.plan();
    let at = plan
        .operations
        .iter()
        .position(|o| o.address == address("role.r"))
        .unwrap();
    cut(&mut world, &plan, at, true);
    set(&mut world, "role.r", "Policy", json!({"Statement": []}));
    look_up(&mut world);
    let plan = world.plan();
    let role = plan
        .changes
        .iter()
        .find(|change| change.address == address("role.r"))
        .unwrap();
    assert_eq!(role.action, Action::Update);
    assert!(matches!(&role.reasons[0], Reason::Interrupted(said) if said.contains("adopted")));
    let verbs: Vec<Verb> = plan
        .operations
        .iter()
        .filter(|operation| operation.address == address("role.r"))
        .map(|operation| operation.step.verb())
        .collect();
    assert_eq!(verbs, [Verb::Recover, Verb::Update]);
}

#[test]
fn a_create_without_effect_is_repeated_under_the_same_name_and_token() {
    let mut world = stack();
    let first = world.plan();
    let at = first
        .operations
        .iter()
        .position(|o| o.address == address("bucket.b"))
        .unwrap();
    cut(&mut world, &first, at, false);
    look_up(&mut world);
    let second = world.plan();
    let create = |plan: &Plan| {
        let found = plan
            .operations
            .iter()
            .find_map(|operation| match &operation.step {
                Step::Create(goal) if operation.address == address("bucket.b") => {
                    Some((operation.generation, goal.name.clone(), goal.token.clone()))
                }
                _ => None,
            });
        found.unwrap()
    };
    assert_eq!(create(&first), create(&second));
}

#[test]
fn of_several_objects_the_oldest_is_kept() {
    let mut world = stack();
    let plan = world.plan();
    let at = plan
        .operations
        .iter()
        .position(|o| o.address == address("network.n"))
        .unwrap();
    cut(&mut world, &plan, at, true);
    // The same call delivered again: a second network with our very tags.
    let intent = world.state.open.values().next().unwrap().clone();
    world
        .cloud
        .act(&intent, &world.catalog, &plan.operations[at].step);
    let networks = |world: &World| {
        let keys = world.cloud.things.keys();
        keys.filter(|(ty, _)| &**ty == "Test::Network")
            .map(|(_, id)| id.to_string())
            .collect::<Vec<_>>()
    };
    let before = networks(&world);
    assert_eq!(before.len(), 2);
    recover(&mut world);
    assert_eq!(networks(&world), before[..1]);
}

#[test]
fn a_surplus_whose_deletion_is_cut_is_deleted_again() {
    for took_effect in [false, true] {
        let mut world = stack();
        let plan = world.plan();
        let at = plan
            .operations
            .iter()
            .position(|o| o.address == address("network.n"))
            .unwrap();
        cut(&mut world, &plan, at, true);
        let intent = world.state.open.values().next().unwrap().clone();
        world
            .cloud
            .act(&intent, &world.catalog, &plan.operations[at].step);
        look_up(&mut world);
        let plan = world.plan();
        let surplus = plan
            .operations
            .iter()
            .position(|o| o.step.verb() == Verb::Delete)
            .unwrap();
        cut(&mut world, &plan, surplus, took_effect);
        recover(&mut world);
        assert_eq!(world.state.at(&address("network.n")).count(), 1);
    }
}

#[test]
fn somebody_elses_object_under_our_name_stops_the_plan() {
    let mut world = stack();
    let plan = world.plan();
    let at = plan
        .operations
        .iter()
        .position(|o| o.address == address("role.r"))
        .unwrap();
    cut(&mut world, &plan, at, true);
    let thing = world.cloud.things.values_mut().last().unwrap();
    thing.tags.insert("formwork:stack".into(), "theirs".into());
    look_up(&mut world);
    assert_eq!(world.codes(), ["plan::foreign_name"]);
}

#[test]
fn an_intent_that_was_not_looked_up_stops_the_plan() {
    let mut world = stack();
    let plan = world.plan();
    cut(&mut world, &plan, 0, true);
    assert_eq!(world.codes(), ["plan::unresolved"]);
}

#[test]
fn an_object_still_in_the_making_is_waited_for() {
    let mut world = stack();
    let plan = world.plan();
    let at = plan
        .operations
        .iter()
        .position(|o| o.address == address("network.n"))
        .unwrap();
    cut(&mut world, &plan, at, true);
    let (operation, _) = world.state.open.iter().next().unwrap();
    let operation = *operation;
    let id: Arc<str> = "net-00000003".into();
    let id = world
        .cloud
        .things
        .keys()
        .find(|(ty, _)| &**ty == "Test::Network")
        .map_or(id, |k| k.1.clone());
    world.state.apply(&Record::Outcome {
        operation,
        outcome: Outcome::Pending { id: id.clone() },
    });
    look_up(&mut world);
    if let Some(Finding::Found(found)) = world.findings.get_mut(&operation) {
        found[0].pending = true;
    }
    let plan = world.plan();
    let settle = plan
        .operations
        .iter()
        .position(|o| o.step.verb() == Verb::Settle)
        .unwrap();
    let subnet = plan
        .operations
        .iter()
        .find(|o| o.address == address("subnet.s"))
        .unwrap();
    assert!(subnet.needs.contains(&settle));
    world.apply();
    // Gone instead: its creation had failed, and the next object has the next generation.
    let mut world = stack();
    let plan = world.plan();
    cut(&mut world, &plan, at, false);
    world.state.apply(&Record::Outcome {
        operation,
        outcome: Outcome::Pending { id },
    });
    look_up(&mut world);
    let plan = world.apply();
    let network = plan
        .changes
        .iter()
        .find(|c| c.address == address("network.n"))
        .unwrap();
    assert!(
        network.reasons.contains(&Reason::CreationFailed),
        "{network:#?}"
    );
    assert_eq!(world.state.newest(&address("network.n")).unwrap().0, 1);
}

#[test]
fn an_update_cut_short_sends_secrets_again() {
    let mut world = stack();
    world.apply();
    set(&mut world, "function.f", "Memory", json!(1024));
    set(&mut world, "function.f", "Secret", json!("two"));
    let plan = world.plan();
    cut(&mut world, &plan, 0, true);
    look_up(&mut world);
    let plan = world.plan();
    let sent = plan
        .operations
        .iter()
        .find_map(|operation| match &operation.step {
            Step::Update { changed, .. } => Some(changed.clone()),
            _ => None,
        });
    assert_eq!(sent.unwrap(), vec![Arc::from("Secret")]);
    recover(&mut world);
}

#[test]
fn a_secret_that_may_have_been_set_is_set_again_although_the_files_say_what_they_said() {
    let mut world = stack();
    world.apply();
    set(&mut world, "function.f", "Secret", json!("two"));
    let plan = world.plan();
    cut(&mut world, &plan, 0, true);
    set(&mut world, "function.f", "Secret", json!("one"));
    let plan = recover(&mut world);
    assert!(
        plan.operations
            .iter()
            .any(|operation| operation.step.verb() == Verb::Update)
    );
    let (_, object) = world.state.newest(&address("function.f")).unwrap();
    let thing = &world.cloud.things[&(object.type_name.clone(), object.id.clone())];
    assert_eq!(thing.properties["Secret"], json!("one"));
}

#[test]
fn a_name_once_asked_for_is_asked_for_again_although_another_wants_it() {
    let mut world = World::new(vec![resource("function.a/role", "Test::Role", json!({}))]);
    let plan = world.plan();
    cut(&mut world, &plan, 0, false);
    world
        .resources
        .push(resource("http_api.a/role", "Test::Role", json!({})));
    let plan = recover(&mut world);
    let names: Vec<String> = plan
        .operations
        .iter()
        .filter_map(|operation| match &operation.step {
            Step::Create(goal) => goal.name.as_ref().map(|name| name.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(names[0], "shop-dev-a-role");
    assert!(names[1].starts_with("shop-dev-a-role-"), "{}", names[1]);
}

/// What is to be deleted may be disabled already, and wanted again.
#[test]
fn what_was_made_ready_to_go_can_stay() {
    let prepare = || {
        let mut world = stack();
        world.apply();
        world.mode = formwork_plan::Mode::Destroy;
        world
    };
    let operations = prepare().plan().operations.len();
    for at in 0..operations {
        let mut world = prepare();
        let plan = world.plan();
        cut(&mut world, &plan, at, true);
        world.mode = formwork_plan::Mode::Apply;
        recover(&mut world);
        for ((type_name, id), thing) in &world.cloud.things {
            let state = thing
                .properties
                .get("State")
                .and_then(serde_json::Value::as_str);
            assert_ne!(state, Some("DISABLED"), "{type_name} {id}");
        }
    }
}
