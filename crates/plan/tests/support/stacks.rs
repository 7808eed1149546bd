//! Two stacks that many tests begin with, and how tests change them and look at plans.

use super::{World, address, node, resource, slice};
use formwork_plan::{Change, Plan, Step, Verb};
use formwork_schema::Resource;
use serde_json::{Value as Json, json};

pub fn change<'p>(plan: &'p Plan, text: &str) -> &'p Change {
    let found = plan
        .changes
        .iter()
        .find(|change| change.address == address(text));
    found.unwrap_or_else(|| panic!("no change of {text} in {plan:#?}"))
}

pub fn position(plan: &Plan, text: &str, verb: Verb) -> usize {
    let found = plan
        .operations
        .iter()
        .position(|o| o.address == address(text) && o.step.verb() == verb);
    found.unwrap_or_else(|| panic!("no {verb:?} of {text} in {plan:#?}"))
}

pub fn name(plan: &Plan, text: &str) -> String {
    let created = &plan.operations[position(plan, text, Verb::Create)];
    match &created.step {
        Step::Create(goal) => goal.name.as_ref().expect("a name").to_string(),
        _ => unreachable!(),
    }
}

pub fn set(world: &mut World, text: &str, property: &str, value: Json) {
    let resource = find(world, text);
    resource.properties.insert(property.into(), node(&value));
}

pub fn unset(world: &mut World, text: &str, property: &str) {
    find(world, text).properties.shift_remove(property);
}

pub fn find<'w>(world: &'w mut World, text: &str) -> &'w mut Resource {
    let found = world
        .resources
        .iter_mut()
        .find(|r| r.address == address(text));
    found.expect("a resource")
}

/// Changes an object behind the planner's back.
pub fn drift(world: &mut World, text: &str, property: &str, value: Json) {
    let (_, object) = world.state.newest(&address(text)).expect("an object");
    let key = (object.type_name.clone(), object.id.clone());
    let thing = world.cloud.things.get_mut(&key).expect("there");
    thing.properties.insert(property.into(), value);
}

pub fn vanish(world: &mut World, text: &str) {
    let (_, object) = world.state.newest(&address(text)).expect("an object");
    let key = (object.type_name.clone(), object.id.clone());
    world.cloud.things.remove(&key).expect("there");
}

/// A function, its role, a bucket that starts it, and a policy that names the bucket: a ring but for the part.
pub fn thumbnails() -> World {
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

pub fn networks() -> World {
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
