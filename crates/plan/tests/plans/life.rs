//! Deletion, generations, policy, owners, filters and wrong situations.

use super::*;

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
    assert!(change(&plan, "bucket.uploads").loses_data);
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
    assert!(bucket.loses_data);
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
