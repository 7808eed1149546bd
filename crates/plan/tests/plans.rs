//! What plans say and do to living objects, over a cloud in memory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{Action, After, Reason, Step, Verb, summary};
use serde_json::json;
use support::stacks::{change, drift, find, name, networks, position, set, thumbnails, unset};
use support::{World, address, at, node, output, resource};

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
fn policy_is_recorded_without_a_call() {
    let mut world = thumbnails();
    world.apply();
    find(&mut world, "function.resize").protect = true;
    let plan = world.apply();
    assert_eq!(change(&plan, "function.resize").action, Action::Record);
    assert!(summary(&plan).is_empty());
    let view = formwork_plan::to_json(&plan);
    assert_eq!(view["changes"], json!([]));
}

#[test]
fn foreign_tags_and_entries_stay() {
    let mut world = World::new(vec![
        resource("queue.q", "Test::Queue", json!({"Delay": 1})),
        resource(
            "link.l",
            "Test::Link",
            json!({"Rules": [{"a": 1}, {"b": 2}]}),
        ),
    ]);
    find(&mut world, "queue.q").tags = vec![("team".into(), node(&json!("one")))];
    world.apply();
    let (_, object) = world.state.newest(&address("queue.q")).unwrap();
    let key = (object.type_name.clone(), object.id.clone());
    let thing = world.cloud.things.get_mut(&key).unwrap();
    let tags = thing.properties["Tags"].as_array_mut().unwrap();
    tags.push(json!({"Key": "cost", "Value": "7"}));
    thing.tags.insert("cost".into(), "7".into());
    drift(
        &mut world,
        "link.l",
        "Rules",
        json!([{"b": 2}, {"theirs": 3}, {"a": 1}]),
    );
    assert!(world.plan().operations.is_empty());
    find(&mut world, "queue.q").tags = vec![("owner".into(), node(&json!("two")))];
    set(&mut world, "link.l", "Rules", json!([{"a": 1}]));
    let plan = world.apply();
    let reasons = &change(&plan, "queue.q").reasons;
    assert!(
        reasons.contains(&Reason::TakenOut("Tags/team".into())),
        "{reasons:?}"
    );
    assert!(
        reasons.contains(&Reason::Changed("Tags/owner".into())),
        "{reasons:?}"
    );
    let thing = &world.cloud.things[&key];
    assert_eq!(thing.tags.get("cost").map(String::as_str), Some("7"));
    assert!(!thing.tags.contains_key("team"));
    assert_eq!(thing.tags["formwork:address"], "queue.q");
    let (_, link) = world.state.newest(&address("link.l")).unwrap();
    let link = &world.cloud.things[&(link.type_name.clone(), link.id.clone())];
    assert_eq!(link.properties["Rules"], json!([{"a": 1}, {"theirs": 3}]));
}

#[test]
fn names_that_would_meet_are_told_apart() {
    let mut world = World::new(vec![
        resource("function.a/role", "Test::Role", json!({})),
        resource("http_api.a/role", "Test::Role", json!({})),
        resource("queue.a[\"k\"]", "Test::Queue", json!({})),
        resource("bucket.Long_Name", "Test::Bucket", json!({})),
    ]);
    let plan = world.apply();
    let names: Vec<String> = [
        "function.a/role",
        "http_api.a/role",
        "queue.a[\"k\"]",
        "bucket.Long_Name",
    ]
    .iter()
    .map(|text| name(&plan, text))
    .collect();
    assert!(names[0].starts_with("shop-dev-a-role-") && names[1].starts_with("shop-dev-a-role-"));
    assert_ne!(names[0], names[1]);
    assert!(names[2].starts_with("shop-dev-a-k-"), "{}", names[2]);
    assert!(names[3].starts_with("shop-dev-long-name-"), "{}", names[3]);
}

#[test]
fn without_a_refresh_the_state_is_trusted() {
    let mut world = thumbnails();
    world.apply();
    drift(&mut world, "function.resize", "Memory", json!(9));
    world.blind = true;
    assert!(world.plan().operations.is_empty());
    set(&mut world, "function.resize", "Memory", json!(640));
    let plan = world.plan();
    assert_eq!(
        change(&plan, "function.resize").fields[0].before,
        Some(json!(512))
    );
}

#[test]
fn the_estimate_names_what_bounds_it() {
    let world = networks();
    let plan = world.plan();
    let estimate = formwork_plan::estimate(&plan, &world.catalog);
    // Two links in a family of one call at once and one in ten seconds.
    assert_eq!(estimate.milliseconds, 10_000);
    assert_eq!(estimate.bound_by, formwork_plan::Bound::Rate("slow".into()));
    let world = thumbnails();
    let estimate = formwork_plan::estimate(&world.plan(), &world.catalog);
    assert_eq!(estimate.milliseconds, 3_000);
    let chain = [
        "function.resize/role",
        "function.resize",
        "bucket.uploads/notifications",
    ];
    assert_eq!(
        estimate.bound_by,
        formwork_plan::Bound::Chain(chain.map(address).to_vec())
    );
}

/// A new one is made, what uses the old one moves, the old one is disabled, then deleted.
#[test]
fn what_must_be_disabled_before_its_delete_is() {
    let mut world = World::new(vec![
        resource("pool.p", "Test::Pool", json!({"Kind": "spot"})),
        resource("line.l", "Test::Line", json!({"Pools": ["@pool.p:Arn"]})),
    ]);
    world.apply();
    set(&mut world, "pool.p", "Kind", json!("fixed"));
    let plan = world.apply();
    let steps: Vec<(String, u32, Verb)> = plan
        .operations
        .iter()
        .map(|o| (o.address.to_string(), o.generation, o.step.verb()))
        .collect();
    let expected = [
        ("pool.p", 1, Verb::Create),
        ("line.l", 0, Verb::Update),
        ("pool.p", 0, Verb::Update),
        ("pool.p", 0, Verb::Delete),
    ];
    let expected =
        expected.map(|(address, generation, verb)| (address.to_owned(), generation, verb));
    assert_eq!(steps, expected);
    for (at, operation) in plan.operations.iter().enumerate().skip(1) {
        assert!(operation.needs.contains(&(at - 1)), "{operation:#?}");
    }
    let counts = summary(&plan);
    assert_eq!((counts.add, counts.change, counts.destroy), (1, 1, 1));
}
