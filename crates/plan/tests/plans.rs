//! What plans say and do, situation by situation, over a cloud in memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

#[path = "plans/life.rs"]
mod life;
mod support;

use formwork_plan::{Action, After, Change, Mode, Plan, Reason, Step, Verb, summary};
use formwork_schema::Resource;
use formwork_state::ObjectKey;
use serde_json::{Value as Json, json};
use support::{World, address, at, node, output, resource, slice};

fn change<'p>(plan: &'p Plan, text: &str) -> &'p Change {
    let found = plan
        .changes
        .iter()
        .find(|change| change.address == address(text));
    found.unwrap_or_else(|| panic!("no change of {text} in {plan:#?}"))
}

fn position(plan: &Plan, text: &str, verb: Verb) -> usize {
    let found = plan
        .operations
        .iter()
        .position(|o| o.address == address(text) && o.step.verb() == verb);
    found.unwrap_or_else(|| panic!("no {verb:?} of {text} in {plan:#?}"))
}

fn name(plan: &Plan, text: &str) -> String {
    let created = &plan.operations[position(plan, text, Verb::Create)];
    match &created.step {
        Step::Create(goal) => goal.name.as_ref().expect("a name").to_string(),
        _ => unreachable!(),
    }
}

fn set(world: &mut World, text: &str, property: &str, value: Json) {
    let resource = find(world, text);
    resource.properties.insert(property.into(), node(&value));
}

fn unset(world: &mut World, text: &str, property: &str) {
    find(world, text).properties.shift_remove(property);
}

fn find<'w>(world: &'w mut World, text: &str) -> &'w mut Resource {
    let found = world
        .resources
        .iter_mut()
        .find(|r| r.address == address(text));
    found.expect("a resource")
}

/// Changes an object behind the planner's back.
fn drift(world: &mut World, text: &str, property: &str, value: Json) {
    let (_, object) = world.state.newest(&address(text)).expect("an object");
    let key = (object.type_name.clone(), object.id.clone());
    let thing = world.cloud.things.get_mut(&key).expect("there");
    thing.properties.insert(property.into(), value);
}

fn vanish(world: &mut World, text: &str) {
    let (_, object) = world.state.newest(&address(text)).expect("an object");
    let key = (object.type_name.clone(), object.id.clone());
    world.cloud.things.remove(&key).expect("there");
}

/// A function, its role, a bucket that starts it, and a policy that names the bucket: a ring but for the part.
fn thumbnails() -> World {
    World::new(vec![
        resource(
            "bucket.uploads",
            "Test::Bucket",
            json!({"Versioning": "on"}),
        ),
        slice(
            "bucket.uploads/notifications",
            "Test::Bucket",
            "notifications",
            "bucket.uploads",
            json!({"Notifications": [{"Event": "created", "Function": "@function.resize:Arn"}]}),
        ),
        resource(
            "function.resize",
            "Test::Function",
            json!({"Role": "@function.resize/role:Arn", "Memory": 512, "Code": {"Zip": "abc"},
                   "Environment": {"Variables": {"FROM": "@bucket.uploads:BucketName"}}}),
        ),
        resource(
            "function.resize/role",
            "Test::Role",
            json!({"Policy": {"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["s3:Get"],
                   "Resource": "${@bucket.uploads:Arn}/*"}]}}),
        ),
    ])
}

#[test]
fn names_break_rings_and_order_follows_what_aws_checks() {
    let mut world = thumbnails();
    let plan = world.apply();
    assert!(
        plan.changes
            .iter()
            .all(|change| change.action == Action::Create)
    );
    let function = position(&plan, "function.resize", Verb::Create);
    assert!(position(&plan, "function.resize/role", Verb::Create) < function);
    assert!(function < position(&plan, "bucket.uploads/notifications", Verb::Create));
    // The bucket's name is known: nothing waits for the bucket but its own slice.
    let role = &plan.operations[position(&plan, "function.resize/role", Verb::Create)];
    assert_eq!(role.needs, Vec::<usize>::new());
    assert_eq!(name(&plan, "function.resize"), "shop-dev-resize");
    assert_eq!(name(&plan, "function.resize/role"), "shop-dev-resize-role");
    let bucket = name(&plan, "bucket.uploads");
    assert!(
        bucket.starts_with("shop-dev-uploads-") && bucket.len() == 23,
        "{bucket}"
    );
    let policy = &world
        .state
        .newest(&address("function.resize/role"))
        .unwrap()
        .1
        .authored["Policy"];
    let allowed = &policy["Statement"][0]["Resource"];
    assert_eq!(allowed, &json!(format!("arn:aws:s3:::{bucket}/*")));
    let metadata = &world
        .state
        .newest(&address("function.resize"))
        .unwrap()
        .1
        .metadata;
    assert_eq!(metadata.needs, vec![address("function.resize/role")]);
}

#[test]
fn changes_happen_in_place_with_reasons() {
    let mut world = thumbnails();
    world.apply();
    set(&mut world, "function.resize", "Memory", json!(1024));
    set(&mut world, "function.resize", "Code", json!({"Zip": "def"}));
    let plan = world.apply();
    assert_eq!(plan.changes.len(), 1);
    let change = change(&plan, "function.resize");
    assert_eq!(change.action, Action::Update);
    let expected = [
        Reason::Changed("Memory".into()),
        Reason::Changed("Code/Zip".into()),
    ];
    assert!(
        expected
            .iter()
            .all(|reason| change.reasons.contains(reason)),
        "{change:#?}"
    );
    let memory = change
        .fields
        .iter()
        .find(|field| field.path == "Memory")
        .unwrap();
    assert_eq!(memory.before, Some(json!("512")));
    assert_eq!(memory.after, After::Known(json!(1024)));
    assert_eq!(memory.span, Some(at(7)));
}

#[test]
fn drift_is_told_from_change_and_put_right() {
    let mut world = thumbnails();
    world.apply();
    drift(&mut world, "function.resize", "Memory", json!(3000));
    let mut environment = json!({"Variables": {"FROM": "x", "EXTRA": "1"}});
    environment["Variables"]["FROM"] = world
        .state
        .newest(&address("bucket.uploads"))
        .unwrap()
        .1
        .authored["BucketName"]
        .clone();
    drift(&mut world, "function.resize", "Environment", environment);
    let plan = world.apply();
    let reasons = &change(&plan, "function.resize").reasons;
    assert!(
        reasons.contains(&Reason::Drifted("Memory".into())),
        "{reasons:?}"
    );
    assert!(
        reasons.contains(&Reason::Drifted("Environment/Variables/EXTRA".into())),
        "{reasons:?}"
    );
}

#[test]
fn what_is_taken_out_is_reset_or_removed() {
    let mut world = thumbnails();
    set(
        &mut world,
        "function.resize",
        "Layers",
        json!(["one", "two"]),
    );
    world.apply();
    unset(&mut world, "function.resize", "Memory");
    unset(&mut world, "function.resize", "Layers");
    unset(&mut world, "function.resize", "Environment");
    let plan = world.apply();
    let update = &plan.operations[position(&plan, "function.resize", Verb::Update)];
    let Step::Update {
        changed,
        removed,
        goal,
        ..
    } = &update.step
    else {
        unreachable!()
    };
    assert_eq!(changed.iter().map(|c| &**c).collect::<Vec<_>>(), ["Memory"]);
    assert_eq!(
        removed.iter().map(|c| &**c).collect::<Vec<_>>(),
        ["Environment", "Layers"]
    );
    assert_eq!(
        goal.resets.iter().map(|c| &**c).collect::<Vec<_>>(),
        ["Memory"]
    );
    let reasons = &change(&plan, "function.resize").reasons;
    assert!(reasons.contains(&Reason::TakenOut("Memory".into())));
    let (_, object) = world.state.newest(&address("function.resize")).unwrap();
    assert!(!object.authored.contains_key("Memory"));
    assert_eq!(object.attributes["Memory"], json!(128));
}

#[test]
fn what_is_taken_out_of_a_map_is_reset_within_it() {
    let mut world = thumbnails();
    world.apply();
    set(&mut world, "function.resize", "Environment", json!({}));
    let plan = world.apply();
    let reasons = &change(&plan, "function.resize").reasons;
    assert!(
        reasons.contains(&Reason::TakenOut("Environment/Variables".into())),
        "{reasons:?}"
    );
}

#[test]
fn ignored_paths_keep_their_live_value() {
    let mut world = thumbnails();
    world.apply();
    drift(&mut world, "function.resize", "Memory", json!(3000));
    find(&mut world, "function.resize").ignore_changes = vec!["Memory".into()];
    assert!(world.plan().operations.is_empty());
    set(&mut world, "function.resize", "Level", json!("DEBUG"));
    let plan = world.plan();
    let update = &plan.operations[position(&plan, "function.resize", Verb::Update)];
    let Step::Update { goal, changed, .. } = &update.step else {
        unreachable!()
    };
    assert_eq!(changed.len(), 1);
    assert_eq!(goal.properties["Memory"].prop, node(&json!("3000")).prop);
}

#[test]
fn what_cannot_change_is_replaced_new_first_and_users_follow() {
    let mut world = thumbnails();
    world.apply();
    set(&mut world, "function.resize/role", "Path", json!("/svc/"));
    let plan = world.plan();
    let role = change(&plan, "function.resize/role");
    assert_eq!(role.action, Action::ReplaceCreateFirst);
    assert_eq!(role.reasons[0], Reason::CannotChange("Path".into()));
    let function = change(&plan, "function.resize");
    assert_eq!(function.action, Action::Update);
    assert_eq!(
        function.reasons,
        vec![Reason::Follows(address("function.resize/role"))]
    );
    let created = position(&plan, "function.resize/role", Verb::Create);
    let moved = position(&plan, "function.resize", Verb::Update);
    let deleted = position(&plan, "function.resize/role", Verb::Delete);
    assert!(created < moved && moved < deleted);
    let name = name(&plan, "function.resize/role");
    assert!(name.starts_with("shop-dev-resize-role-"), "{name}");
    assert_eq!(
        summary(&plan),
        formwork_plan::Summary {
            add: 1,
            change: 1,
            destroy: 1
        }
    );
    world.apply();
    assert_eq!(
        world
            .state
            .newest(&address("function.resize/role"))
            .unwrap()
            .0,
        1
    );
}

#[test]
fn a_named_object_is_replaced_old_first_and_its_users_still_follow() {
    let mut world = thumbnails();
    set(
        &mut world,
        "function.resize/role",
        "RoleName",
        json!("mine"),
    );
    world.apply();
    set(&mut world, "function.resize/role", "Path", json!("/svc/"));
    let plan = world.apply();
    assert_eq!(
        change(&plan, "function.resize/role").action,
        Action::ReplaceDeleteFirst
    );
    let function = change(&plan, "function.resize");
    assert_eq!(
        function.reasons,
        vec![Reason::Follows(address("function.resize/role"))]
    );
    assert_eq!(
        function.fields[0].before,
        Some(json!("arn:aws:iam::123456789012:role/mine"))
    );
    let created = position(&plan, "function.resize/role", Verb::Create);
    assert!(position(&plan, "function.resize/role", Verb::Delete) < created);
    assert!(created < position(&plan, "function.resize", Verb::Update));
}

#[test]
fn a_new_name_makes_room_for_both() {
    let mut world = thumbnails();
    set(
        &mut world,
        "function.resize/role",
        "RoleName",
        json!("mine"),
    );
    world.apply();
    set(
        &mut world,
        "function.resize/role",
        "RoleName",
        json!("yours"),
    );
    let plan = world.apply();
    let role = change(&plan, "function.resize/role");
    assert_eq!(role.action, Action::ReplaceCreateFirst);
    assert_eq!(role.reasons[0], Reason::CannotChange("RoleName".into()));
    // Taken out again, the name stays: it is kept in the state.
    unset(&mut world, "function.resize/role", "RoleName");
    assert!(world.plan().operations.is_empty());
}

fn networks() -> World {
    World::new(vec![
        resource("network.n", "Test::Network", json!({"Cidr": "10.0.0.0/16"})),
        resource(
            "subnet.a",
            "Test::Subnet",
            json!({"NetworkId": "@network.n:NetworkId", "Zone": "a"}),
        ),
        resource(
            "link.l",
            "Test::Link",
            json!({"Source": "@network.n:NetworkId", "Note": "x"}),
        ),
        resource("revision.r", "Test::Revision", json!({"Image": "one"})),
        resource("link.r", "Test::Link", json!({"Target": "@revision.r:Arn"})),
    ])
}

#[test]
fn what_is_unknown_orders_and_is_shown_so() {
    let mut world = networks();
    world.outputs = vec![output("net", "@network.n:NetworkId"), output("zone", "eu")];
    let plan = world.plan();
    let subnet = change(&plan, "subnet.a");
    let field = subnet
        .fields
        .iter()
        .find(|field| field.path == "NetworkId")
        .unwrap();
    assert_eq!(field.after, After::Unknown);
    assert!(position(&plan, "network.n", Verb::Create) < position(&plan, "subnet.a", Verb::Create));
    let view = formwork_plan::to_json(&plan);
    assert_eq!(
        view["outputs"],
        json!({"net": {"unknown": true}, "zone": {"value": "eu"}})
    );
    assert_eq!(
        view["summary"],
        json!({"add": 5, "change": 0, "destroy": 0})
    );
    world.apply();
    let known = formwork_plan::to_json(&world.plan());
    assert_eq!(known["outputs"]["net"], json!({"value": "net-00000001"}));
}

#[test]
fn a_replacement_takes_along_what_blocks_it() {
    let mut world = networks();
    world.apply();
    set(&mut world, "network.n", "Cidr", json!("10.1.0.0/16"));
    let plan = world.apply();
    assert_eq!(
        change(&plan, "network.n").action,
        Action::ReplaceCreateFirst
    );
    assert_eq!(change(&plan, "subnet.a").action, Action::ReplaceDeleteFirst);
    assert!(
        change(&plan, "subnet.a")
            .reasons
            .contains(&Reason::Follows(address("network.n")))
    );
    assert_eq!(change(&plan, "link.l").action, Action::Update);
    let gone = position(&plan, "network.n", Verb::Delete);
    assert!(position(&plan, "subnet.a", Verb::Delete) < gone);
    assert!(position(&plan, "link.l", Verb::Update) < gone);
    assert!(
        plan.changes
            .iter()
            .all(|change| change.address != address("revision.r"))
    );
}

#[test]
fn types_that_never_change_are_replaced() {
    let mut world = networks();
    world.apply();
    set(&mut world, "revision.r", "Image", json!("two"));
    let plan = world.apply();
    assert_eq!(
        change(&plan, "revision.r").action,
        Action::ReplaceCreateFirst
    );
    assert_eq!(change(&plan, "link.r").action, Action::Update);
    assert_eq!(change(&plan, "link.r").fields[0].after, After::Unknown);
}

#[test]
fn attributes_that_move_with_updates_are_unknown() {
    let mut world = World::new(vec![
        resource("function.f", "Test::Function", json!({"Memory": 256})),
        resource(
            "link.l",
            "Test::Link",
            json!({"Note": "v${@function.f:Version}"}),
        ),
    ]);
    world.apply();
    assert!(world.plan().operations.is_empty());
    set(&mut world, "function.f", "Memory", json!(512));
    let plan = world.apply();
    assert_eq!(change(&plan, "link.l").fields[0].after, After::Unknown);
}

#[test]
fn order_alone_never_makes_unknown() {
    let mut world = networks();
    let mut late = resource("queue.q", "Test::Queue", json!({"Delay": 1}));
    late.after = vec![address("network.n")];
    world.resources.push(late);
    let plan = world.apply();
    assert!(position(&plan, "network.n", Verb::Create) < position(&plan, "queue.q", Verb::Create));
    set(&mut world, "network.n", "Cidr", json!("10.2.0.0/16"));
    let plan = world.apply();
    assert!(
        plan.changes
            .iter()
            .all(|change| change.address != address("queue.q"))
    );
}

#[test]
fn a_ring_of_names_is_no_ring() {
    let mut world = World::new(vec![
        resource(
            "queue.main",
            "Test::Queue",
            json!({"Redrive": "@queue.dead:Arn"}),
        ),
        resource(
            "queue.dead",
            "Test::Queue",
            json!({"Allow": "@queue.main:Arn"}),
        ),
    ]);
    let plan = world.apply();
    assert!(
        plan.operations
            .iter()
            .all(|operation| operation.needs.is_empty())
    );
    set(&mut world, "queue.main", "QueueName", json!("other"));
    let plan = world.apply();
    assert_eq!(
        change(&plan, "queue.main").action,
        Action::ReplaceCreateFirst
    );
    assert_eq!(change(&plan, "queue.dead").action, Action::Update);
}

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
