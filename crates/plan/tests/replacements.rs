//! Replacements and deletions: which way, in which order, and what goes along.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{Action, After, Mode, Plan, Reason, Step, Verb, summary};
use formwork_schema::Resource;
use formwork_state::ObjectKey;
use serde_json::{Value as Json, json};
use support::stacks::{change, find, name, networks, position, set, thumbnails, unset, vanish};
use support::{World, address, resource, slice};

/// A disk can be attached to one server: the old one lets go when the new one is there, and is deleted last.
#[test]
fn what_one_object_has_for_itself_moves_to_the_next() {
    let mut world = World::new(vec![
        resource("disk.d", "Test::Disk", json!({})),
        resource("server.s", "Test::Server", json!({"Image": "one"})),
        slice(
            "server.s/disks",
            "Test::Server",
            "disks",
            "server.s",
            json!({"Disks": ["@disk.d:Arn"]}),
        ),
    ]);
    world.apply();
    set(&mut world, "server.s", "Image", json!("two"));
    let plan = world.apply();
    assert_eq!(change(&plan, "server.s").action, Action::ReplaceCreateFirst);
    assert_eq!(
        change(&plan, "server.s/disks").action,
        Action::ReplaceDeleteFirst
    );
    assert!(plan.changes.iter().all(|c| c.address != address("disk.d")));
    let order = [
        position(&plan, "server.s", Verb::Create),
        position(&plan, "server.s/disks", Verb::Delete),
        position(&plan, "server.s/disks", Verb::Create),
        position(&plan, "server.s", Verb::Delete),
    ];
    assert!(order.is_sorted(), "{order:?}");
    assert!(world.plan().operations.is_empty());
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
            destroy: 1,
            adopt: 0,
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
fn deletes_run_backwards_and_need_no_files() {
    let mut world = networks();
    world.apply();
    world.resources.clear();
    let plan = world.apply();
    assert!(
        plan.changes
            .iter()
            .all(|change| change.reasons == [Reason::NotInFiles])
    );
    let network = position(&plan, "network.n", Verb::Delete);
    assert!(position(&plan, "subnet.a", Verb::Delete) < network);
    assert!(world.cloud.things.is_empty() && world.state.objects.is_empty());
}

#[test]
fn a_slice_goes_with_its_parent_without_a_call() {
    let mut world = thumbnails();
    world.apply();
    world.mode = Mode::Destroy;
    let plan = world.plan();
    let gone = position(&plan, "bucket.uploads/notifications", Verb::Forget);
    assert!(position(&plan, "bucket.uploads", Verb::Delete) < gone);
    assert_eq!(
        change(&plan, "bucket.uploads/notifications").action,
        Action::Delete
    );
    assert_eq!(summary(&plan).destroy, 4);
    world.run(&plan, usize::MAX);
    assert!(world.cloud.things.is_empty() && world.state.objects.is_empty());
    assert!(world.plan().operations.is_empty());
}

#[test]
fn a_slice_alone_is_deleted_by_a_call_and_made_again_with_its_parent() {
    let mut world = thumbnails();
    world.apply();
    set(&mut world, "bucket.uploads", "Lock", json!("yes"));
    let plan = world.apply();
    let bucket = change(&plan, "bucket.uploads");
    assert_eq!(bucket.action, Action::ReplaceCreateFirst);
    let part = change(&plan, "bucket.uploads/notifications");
    assert_eq!(part.action, Action::ReplaceCreateFirst);
    assert_eq!(
        part.reasons,
        vec![Reason::Follows(address("bucket.uploads"))]
    );
    assert_eq!(change(&plan, "function.resize").action, Action::Update);
    world.resources.retain(|resource| resource.slice.is_none());
    let plan = world.apply();
    position(&plan, "bucket.uploads/notifications", Verb::Delete);
}

#[test]
fn generations_are_never_used_twice() {
    let mut world = World::new(vec![resource(
        "queue.q",
        "Test::Queue",
        json!({"Delay": 1}),
    )]);
    let first = world.apply();
    world.mode = Mode::Destroy;
    world.apply();
    world.mode = Mode::Apply;
    let second = world.apply();
    let token = |plan: &Plan| match &plan.operations[0].step {
        Step::Create(goal) => (goal.token.clone(), plan.operations[0].generation),
        _ => unreachable!(),
    };
    assert_ne!(token(&first).0, token(&second).0);
    assert_eq!(token(&second).1, 1);
    assert!(token(&first).0.len() <= 36);
}

#[test]
fn what_was_deleted_outside_is_made_again_under_its_name() {
    let mut world = thumbnails();
    world.apply();
    let old = world
        .state
        .newest(&address("function.resize/role"))
        .unwrap()
        .1
        .name
        .clone();
    vanish(&mut world, "function.resize/role");
    let plan = world.apply();
    let role = change(&plan, "function.resize/role");
    assert_eq!(
        (role.action, &role.reasons[0]),
        (Action::Create, &Reason::DeletedOutside)
    );
    let function = change(&plan, "function.resize");
    assert_eq!(
        function.reasons,
        vec![Reason::Follows(address("function.resize/role"))]
    );
    let (generation, object) = world
        .state
        .newest(&address("function.resize/role"))
        .unwrap();
    assert_eq!((generation, &object.name), (1, &old));
    vanish(&mut world, "function.resize");
    world
        .resources
        .retain(|resource| resource.address != address("function.resize"));
    world.resources.retain(|resource| resource.slice.is_none());
    let plan = world.apply();
    assert_eq!(change(&plan, "function.resize").action, Action::Forget);
    assert_eq!(summary(&plan).destroy, 1);
}

#[test]
fn retained_objects_stay_in_the_account() {
    let mut world = thumbnails();
    find(&mut world, "function.resize/role").retain = true;
    world.apply();
    world.resources.clear();
    let plan = world.apply();
    assert_eq!(change(&plan, "function.resize/role").action, Action::Forget);
    assert_eq!(world.cloud.things.len(), 1);
}

#[test]
fn a_retained_object_stays_when_a_new_one_takes_its_place() {
    let mut world = thumbnails();
    find(&mut world, "function.resize/role").retain = true;
    world.apply();
    let before = world.cloud.things.len();
    set(&mut world, "function.resize/role", "Path", json!("/svc/"));
    let plan = world.apply();
    let role = change(&plan, "function.resize/role");
    assert_eq!(role.action, Action::ReplaceCreateFirst);
    let moved = position(&plan, "function.resize", Verb::Update);
    let left = position(&plan, "function.resize/role", Verb::Forget);
    assert!(moved < left);
    assert_eq!((summary(&plan).add, summary(&plan).destroy), (1, 0));
    assert_eq!(world.cloud.things.len(), before + 1);
    assert!(world.plan().operations.is_empty());
}

#[test]
fn what_moves_to_another_region_or_type_is_replaced() {
    let mut world = World::new(vec![resource("queue.q", "Test::Queue", json!({}))]);
    world.apply();
    find(&mut world, "queue.q").region = "eu-central-1".into();
    let plan = world.apply();
    assert_eq!(
        change(&plan, "queue.q").reasons,
        vec![Reason::CannotChange("region".into())]
    );
    let q = find(&mut world, "queue.q");
    *q = Resource {
        region: q.region.clone(),
        ..resource("queue.q", "Test::Role", json!({}))
    };
    let plan = world.apply();
    assert_eq!(
        change(&plan, "queue.q").reasons,
        vec![Reason::CannotChange("type".into())]
    );
}

#[test]
fn leftovers_of_a_replacement_cut_short_are_deleted_after_their_users_moved() {
    let mut world = thumbnails();
    world.apply();
    set(&mut world, "function.resize/role", "Path", json!("/svc/"));
    let plan = world.plan();
    let created = position(&plan, "function.resize/role", Verb::Create);
    world.run(&plan, created + 1);
    assert_eq!(world.state.at(&address("function.resize/role")).count(), 2);
    let plan = world.apply();
    let moved = position(&plan, "function.resize", Verb::Update);
    assert!(moved < position(&plan, "function.resize/role", Verb::Delete));
    let key = ObjectKey {
        address: address("function.resize/role"),
        generation: 1,
    };
    assert!(world.state.objects.contains_key(&key));
    assert_eq!(world.cloud.things.len(), 3);
}

#[test]
fn what_goes_waits_for_its_users_to_move() {
    let mut world = networks();
    world.apply();
    unset(&mut world, "link.l", "Source");
    world
        .resources
        .retain(|r| r.address != address("network.n") && r.address != address("subnet.a"));
    let plan = world.apply();
    let moved = position(&plan, "link.l", Verb::Update);
    assert!(moved < position(&plan, "network.n", Verb::Delete));
    // The bucket's name stands in the function's environment: no need of the state, and still a use.
    let mut world = thumbnails();
    world.resources.retain(|resource| resource.slice.is_none());
    world.apply();
    set(&mut world, "bucket.uploads", "Lock", json!("yes"));
    let plan = world.apply();
    let gone = &plan.operations[position(&plan, "bucket.uploads", Verb::Delete)];
    assert!(
        gone.needs
            .contains(&position(&plan, "function.resize", Verb::Update))
    );
}

#[test]
fn what_is_named_by_a_known_value_goes_after_its_last_user_forgot_it() {
    let mut world = thumbnails();
    world.resources.retain(|resource| resource.slice.is_none());
    world.apply();
    world
        .resources
        .retain(|resource| resource.address != address("bucket.uploads"));
    set(&mut world, "function.resize", "Environment", json!({}));
    set(
        &mut world,
        "function.resize/role",
        "Policy",
        json!({"Version": "1", "Statement": []}),
    );
    let plan = world.apply();
    let gone = &plan.operations[position(&plan, "bucket.uploads", Verb::Delete)];
    for user in ["function.resize", "function.resize/role"] {
        let moved = position(&plan, user, Verb::Update);
        assert!(gone.needs.contains(&moved), "{user}");
    }
}

#[test]
fn old_first_spreads_to_what_is_replaced_with_it() {
    let mut world = thumbnails();
    set(
        &mut world,
        "function.resize/role",
        "RoleName",
        json!("mine"),
    );
    world.apply();
    set(&mut world, "function.resize/role", "Path", json!("/svc/"));
    set(&mut world, "function.resize", "Package", json!("image"));
    let plan = world.apply();
    assert_eq!(
        change(&plan, "function.resize").action,
        Action::ReplaceDeleteFirst
    );
    let users = position(&plan, "function.resize", Verb::Delete);
    assert!(users < position(&plan, "function.resize/role", Verb::Delete));
}

#[test]
fn what_is_fixed_deep_in_a_list_replaces() {
    let mut world = World::new(vec![resource(
        "queue.q",
        "Test::Queue",
        json!({"Steps": [{"Kind": "a", "Note": "1"}]}),
    )]);
    world.apply();
    set(
        &mut world,
        "queue.q",
        "Steps",
        json!([{"Kind": "a", "Note": "2"}]),
    );
    assert_eq!(change(&world.plan(), "queue.q").action, Action::Update);
    set(
        &mut world,
        "queue.q",
        "Steps",
        json!([{"Kind": "a"}, {"Kind": "b"}]),
    );
    let plan = world.apply();
    let queue = change(&plan, "queue.q");
    assert_eq!(queue.action, Action::ReplaceCreateFirst);
    assert!(
        queue
            .reasons
            .contains(&Reason::CannotChange("Steps".into()))
    );
}

#[test]
fn a_name_is_free_before_another_takes_it() {
    let mut world = World::new(vec![resource(
        "queue.old",
        "Test::Queue",
        json!({"QueueName": "jobs"}),
    )]);
    world.apply();
    world.resources = vec![resource(
        "queue.new",
        "Test::Queue",
        json!({"QueueName": "jobs"}),
    )];
    let plan = world.apply();
    let free = position(&plan, "queue.old", Verb::Delete);
    assert!(free < position(&plan, "queue.new", Verb::Create));
}

/// In a list without order an item that is not known yet cannot be told from the others: nothing is said of them.
#[test]
fn what_is_not_known_in_a_list_without_order_is_no_drift() {
    let mut world = World::new(vec![
        resource("revision.r", "Test::Revision", json!({"Image": "one"})),
        resource(
            "function.f",
            "Test::Function",
            json!({"Layers": ["@revision.r:Arn", "a", "z"]}),
        ),
    ]);
    world.apply();
    set(&mut world, "revision.r", "Image", json!("two"));
    let (_, object) = world.state.newest(&address("function.f")).expect("there");
    let key = (object.type_name.clone(), object.id.clone());
    let thing = world.cloud.things.get_mut(&key).expect("there");
    if let Some(Json::Array(layers)) = thing.properties.get_mut("Layers") {
        layers.reverse();
    }
    let plan = world.apply();
    let function = change(&plan, "function.f");
    assert_eq!(function.action, Action::Update);
    assert_eq!(
        function.reasons,
        vec![Reason::Follows(address("revision.r"))]
    );
    let paths: Vec<&str> = function.fields.iter().map(|f| &*f.path).collect();
    assert_eq!(paths, ["Layers"]);
    assert!(world.plan().operations.is_empty());
}
