//! Situations in which no plan is made, or only a part of one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{Action, Mode, Reason};
use formwork_schema::Resource;
use serde_json::{Value as Json, json};
use support::stacks::{change, find, networks, set, thumbnails, unset};
use support::{World, address, at, resource};

#[test]
fn a_ring_of_needs_is_shown_with_the_way_round() {
    let world = World::new(vec![
        resource("link.a", "Test::Link", json!({"Target": "@link.b:LinkId"})),
        resource("link.b", "Test::Link", json!({"Note": "@link.c:LinkId"})),
        resource("link.c", "Test::Link", json!({"Note": "@link.a:LinkId"})),
        resource("link.d", "Test::Link", json!({"Note": "@link.a:LinkId"})),
    ]);
    let found = world.try_plan().unwrap_err();
    assert_eq!(found.0.len(), 1);
    assert_eq!(found.0[0].code.0, "plan::cycle");
    assert!(
        found.0[0]
            .message
            .ends_with("`link.a` → `link.b` → `link.c` → `link.a`"),
        "{}",
        found.0[0].message
    );
    assert_eq!(found.0[0].labels.len(), 3);
}

#[test]
fn protected_objects_stop_the_plan() {
    let mut world = thumbnails();
    find(&mut world, "function.resize/role").protect = true;
    world.apply();
    set(&mut world, "function.resize/role", "Path", json!("/x/"));
    let found = world.try_plan().unwrap_err();
    assert_eq!(found.0[0].code.0, "plan::protected");
    assert!(
        found.0[0].message.contains("`Path` cannot be changed"),
        "{}",
        found.0[0].message
    );
    assert_eq!(found.0[0].span(), Some(at(0)));
    unset(&mut world, "function.resize/role", "Path");
    world.mode = Mode::Destroy;
    assert_eq!(world.codes(), ["plan::protected"]);
    find(&mut world, "function.resize/role").protect = false;
    world.plan();
    // Out of the files, what the state says counts.
    world.mode = Mode::Apply;
    world.resources.clear();
    let found = world.try_plan().unwrap_err();
    assert_eq!(
        (found.0[0].code.0, found.0[0].span()),
        ("plan::protected", None)
    );
}

#[test]
fn tags_say_whose_an_object_is() {
    let mut world = World::new(vec![resource("queue.q", "Test::Queue", json!({}))]);
    world.apply();
    let retag = |world: &mut World, name: &str, value: &str| {
        let thing = world.cloud.things.values_mut().next().unwrap();
        thing.tags.insert(name.into(), value.into());
    };
    retag(&mut world, "formwork:generation", "3");
    assert_eq!(world.codes(), ["plan::older_state"]);
    retag(&mut world, "formwork:generation", "0");
    retag(&mut world, "formwork:stack", "theirs");
    assert_eq!(world.codes(), ["plan::foreign_name"]);
}

#[test]
fn wrong_situations_are_located() {
    let wrong = |resources: Vec<Resource>| World::new(resources).codes();
    let link = |properties: Json| resource("link.l", "Test::Link", properties);
    assert_eq!(
        wrong(vec![link(json!({"Note": "@link.x:Note"}))]),
        ["plan::unknown_reference"]
    );
    assert_eq!(
        wrong(vec![
            link(json!({})),
            resource("link.m", "Test::Link", json!({"Note": "@link.l:Nothing"}))
        ]),
        ["plan::unknown_attribute"]
    );
    assert_eq!(
        wrong(vec![link(json!({})), link(json!({}))]),
        ["plan::duplicate_address"]
    );
    assert_eq!(
        wrong(vec![resource("x.y", "Test::Nothing", json!({}))]),
        ["plan::unknown_type"]
    );
    assert_eq!(
        wrong(vec![
            resource("network.n", "Test::Network", json!({"Cidr": "1"})),
            resource(
                "queue.q",
                "Test::Queue",
                json!({"QueueName": "@network.n:NetworkId"})
            ),
        ]),
        ["plan::unknown_name"]
    );
    assert_eq!(
        wrong(vec![
            resource("queue.a", "Test::Queue", json!({"QueueName": "same"})),
            resource("queue.b", "Test::Queue", json!({"QueueName": "same"})),
        ]),
        ["plan::same_name"]
    );
}

#[test]
fn filters_plan_a_part_and_refuse_half_of_a_need() {
    let mut world = networks();
    world.filters.only = vec![address("subnet.a")];
    let plan = world.plan();
    let made: Vec<String> = plan
        .changes
        .iter()
        .map(|change| change.address.to_string())
        .collect();
    assert_eq!(made, ["network.n", "subnet.a"]);
    world.filters.only.clear();
    world.filters.except = vec![address("network.n")];
    assert_eq!(world.codes(), ["plan::excluded", "plan::excluded"]);
    world.filters.except = vec![address("subnet.zzz")];
    assert_eq!(world.codes(), ["plan::unknown_target"]);
    world.filters.except.clear();
    world.apply();
    world.filters.replace = vec![address("revision.r")];
    let plan = world.plan();
    assert_eq!(change(&plan, "revision.r").reasons, vec![Reason::Requested]);
    assert_eq!(change(&plan, "link.r").action, Action::Update);
    world.filters.replace.clear();
    world.filters.except = vec![address("subnet.a")];
    set(&mut world, "network.n", "Cidr", json!("10.9.0.0/16"));
    assert_eq!(world.codes(), ["plan::excluded"]);
}

#[test]
fn a_state_of_something_else_is_refused() {
    let mut world = networks();
    world.apply();
    world.state.binding = Some(formwork_state::Binding {
        provider: "mock".into(),
        account: "999999999999".into(),
        stack: "shop".into(),
        env: "dev".into(),
    });
    assert_eq!(world.codes(), ["plan::wrong_state"]);
}
