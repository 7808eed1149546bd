//! What a plan says of data that is lost: by what was seen in the object, and by what was allowed before.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{Action, Data, Finding, Mode, Plan, Step, Verb, decode, encode, to_json};
use formwork_state::{ObjectKey, Record};
use serde_json::{Value as Json, json};
use support::stacks::{change, position, set, thumbnails};
use support::{World, address, cut, look_up, recover};

const BUCKET: &str = "bucket.uploads";

fn fill(world: &mut World, items: u64) {
    let (_, object) = world.state.newest(&address(BUCKET)).unwrap();
    let key = (object.type_name.clone(), object.id.clone());
    world.cloud.things.get_mut(&key).unwrap().contents = items;
}

fn destroyed(items: u64) -> World {
    let mut world = thumbnails();
    world.apply();
    fill(&mut world, items);
    world.mode = Mode::Destroy;
    world
}

fn data(plan: &Plan) -> Data {
    match plan.operations[position(plan, BUCKET, Verb::Delete)].step {
        Step::Delete { data, .. } => data,
        _ => unreachable!(),
    }
}

fn said(plan: &Plan) -> (bool, Option<u64>) {
    let change = change(plan, BUCKET);
    (change.loses_data, change.contents)
}

/// A run begins that was allowed to lose what its plan loses, as the engine records it.
fn allow(world: &mut World) {
    world.state.apply(&Record::Began {
        run: world.state.serial,
        plan: "p".into(),
        tool: "t".into(),
        losses: vec![ObjectKey {
            address: address(BUCKET),
            generation: 0,
        }],
        uses: Vec::new(),
    });
}

#[test]
fn an_empty_object_is_no_loss_and_a_full_one_says_how_much() {
    let plan = destroyed(0).plan();
    assert_eq!((said(&plan), data(&plan)), ((false, Some(0)), Data::Empty));
    let plan = destroyed(18_204).plan();
    assert_eq!(
        (said(&plan), data(&plan)),
        ((true, Some(18_204)), Data::Lost)
    );
    let json = to_json(&plan);
    let bucket = json["changes"].as_array().unwrap().iter();
    let shown: Vec<&Json> = bucket.filter_map(|change| change.get("contents")).collect();
    assert_eq!(shown, [&json!(18_204)]);
    let mut world = destroyed(3);
    world.mode = Mode::Apply;
    set(&mut world, BUCKET, "Lock", json!("yes"));
    let plan = world.plan();
    assert_eq!((said(&plan), data(&plan)), ((true, Some(3)), Data::Lost));
}

#[test]
fn what_was_not_looked_at_may_be_full() {
    let mut world = destroyed(0);
    world.blind = true;
    let plan = world.plan();
    assert_eq!((said(&plan), data(&plan)), ((true, None), Data::Lost));
}

#[test]
fn a_saved_plan_keeps_what_its_guard_needs() {
    let plan = destroyed(7).plan();
    let again = decode(&encode(&plan).unwrap()).unwrap();
    assert_eq!(again, plan);
    assert_eq!(said(&again), (true, Some(7)));
    assert_eq!(
        data(&decode(&encode(&destroyed(0).plan()).unwrap()).unwrap()),
        Data::Empty
    );
}

#[test]
fn what_the_last_run_was_allowed_is_not_asked_for_again() {
    let mut world = destroyed(2);
    allow(&mut world);
    let plan = world.plan();
    assert_eq!((said(&plan), data(&plan)), ((false, Some(2)), Data::Lost));
    // Another plan was applied since: it is another wish.
    world.state.apply(&Record::Began {
        run: world.state.serial,
        plan: "q".into(),
        tool: "t".into(),
        losses: Vec::new(),
        uses: Vec::new(),
    });
    assert!(said(&world.plan()).0);
}

#[test]
fn a_deletion_that_still_runs_has_lost_its_data_already() {
    let mut world = destroyed(2);
    let plan = world.plan();
    let gone = position(&plan, BUCKET, Verb::Delete);
    cut(&mut world, &plan, gone, false);
    look_up(&mut world);
    for finding in world.findings.values_mut() {
        if let Finding::Found(lives) = finding {
            lives.iter_mut().for_each(|live| live.pending = true);
        }
    }
    world.mode = Mode::Apply;
    let plan = world.plan();
    assert_eq!(change(&plan, BUCKET).action, Action::ReplaceDeleteFirst);
    assert_eq!((said(&plan).0, data(&plan)), (false, Data::None));
    // Not begun, it has lost nothing yet, and nothing that is wanted is deleted.
    let plan = recover(&mut world);
    assert_eq!(said(&plan), (false, None));
}

#[test]
fn what_is_left_of_a_replacement_is_lost_as_it_was_allowed() {
    let mut world = destroyed(2);
    world.mode = Mode::Apply;
    set(&mut world, BUCKET, "Lock", json!("yes"));
    let plan = world.plan();
    allow(&mut world);
    world.run(&plan, position(&plan, BUCKET, Verb::Create) + 1);
    assert_eq!(world.state.at(&address(BUCKET)).count(), 2);
    let plan = world.plan();
    assert!(plan.changes.iter().all(|change| !change.loses_data));
    assert_eq!(data(&plan), Data::Lost);
}
