//! Laws of planning over generated stacks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{Action, Mode, encode};
use formwork_schema::Resource;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use support::{World, cut, recover, reference, resource};

/// One generated resource: its type, the earlier ones it refers to, and two values.
type Seed = (u8, usize, usize, u8, u8);

const TYPES: [&str; 8] = [
    "Test::Network",
    "Test::Subnet",
    "Test::Role",
    "Test::Function",
    "Test::Link",
    "Test::Queue",
    "Test::Revision",
    "Test::Bucket",
];

/// Makes a stack in which each resource refers only to earlier ones, so that nothing is a ring.
fn stack(seeds: &[Seed]) -> Vec<Resource> {
    let kind = |at: usize| usize::from(seeds[at].0) % TYPES.len();
    let address = |at: usize| format!("thing.t{at}");
    let earlier = |at: usize, pick: usize, wanted: &str| {
        let fits: Vec<usize> = (0..at)
            .filter(|other| TYPES[kind(*other)] == wanted)
            .collect();
        (!fits.is_empty()).then(|| address(fits[pick % fits.len()]))
    };
    let mut out = Vec::new();
    for (at, (_, one, two, value, extra)) in seeds.iter().enumerate() {
        let mut properties = json!({});
        let mut set = |name: &str, value: Json| properties[name] = value;
        let text = |value: &u8| json!(format!("v{}", value % 3));
        match TYPES[kind(at)] {
            "Test::Network" => {
                set("Cidr", text(value));
                set("Note", text(extra));
            }
            "Test::Subnet" => {
                let network = earlier(at, *one, "Test::Network");
                set(
                    "NetworkId",
                    network.map_or(json!("net-x"), |n| json!(format!("@{n}:NetworkId"))),
                );
                set("Zone", text(value));
                set("Open", json!(extra % 2 == 0));
            }
            "Test::Role" => {
                set("Path", text(value));
                if let Some(bucket) = earlier(at, *two, "Test::Bucket") {
                    set(
                        "Policy",
                        json!({"Statement": [{"Resource": format!("${{@{bucket}:Arn}}/*")}]}),
                    );
                }
            }
            "Test::Function" => {
                if let Some(role) = earlier(at, *one, "Test::Role") {
                    set("Role", json!(format!("@{role}:Arn")));
                }
                set("Package", text(value));
                if extra % 3 > 0 {
                    set("Memory", json!(128 * u32::from(extra % 3)));
                }
            }
            "Test::Link" => {
                if let Some(network) = earlier(at, *one, "Test::Network") {
                    set("Source", json!(format!("@{network}:NetworkId")));
                }
                if let Some(revision) = earlier(at, *two, "Test::Revision") {
                    set("Target", json!(format!("@{revision}:Arn")));
                }
                set("Note", text(value));
            }
            "Test::Queue" => {
                if let Some(other) = earlier(at, *one, "Test::Queue") {
                    set("Redrive", json!(format!("@{other}:Arn")));
                }
                set("Delay", json!(value % 3));
            }
            "Test::Revision" => set("Image", text(value)),
            _ => {
                set("Versioning", text(value));
                set("Lock", text(extra));
            }
        }
        out.push(resource(&address(at), TYPES[kind(at)], properties));
    }
    out
}

fn seeds(most: usize) -> impl Strategy<Value = Vec<Seed>> {
    prop::collection::vec(
        (
            any::<u8>(),
            0..9_usize,
            0..9_usize,
            any::<u8>(),
            any::<u8>(),
        ),
        1..most,
    )
}

/// The same kinds and references with some values changed and some resources taken away at the end.
fn changed(seeds: &[Seed], changes: &[(usize, u8, u8)], cut: usize) -> Vec<Seed> {
    let mut out = seeds.to_vec();
    for (at, value, extra) in changes {
        let at = at % out.len();
        out[at].3 = *value;
        out[at].4 = *extra;
    }
    out.truncate(out.len().saturating_sub(cut).max(1));
    out
}

fn actions(world: &World) -> BTreeMap<formwork_schema::Address, Action> {
    let plan = world.plan();
    plan.changes
        .into_iter()
        .filter(|change| change.action != Action::Record)
        .map(|change| (change.address, change.action))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Create, change and destroy: every plan holds, every second plan is empty, nothing is left.
    #[test]
    fn applying_leaves_nothing_to_plan(
        first in seeds(14),
        changes in prop::collection::vec((0..14_usize, any::<u8>(), any::<u8>()), 0..6),
        cut in 0..4_usize,
    ) {
        let mut world = World::new(stack(&first));
        world.apply();
        world.resources = stack(&changed(&first, &changes, cut));
        world.apply();
        let objects = world.state.objects.values().filter(|o| o.slice.is_none()).count();
        prop_assert_eq!(objects, world.cloud.things.len());
        world.mode = Mode::Destroy;
        world.apply();
        prop_assert!(world.cloud.things.is_empty() && world.state.objects.is_empty());
    }

    /// The planner and the plain one agree on what happens to each address.
    #[test]
    fn the_reference_agrees(
        first in seeds(14),
        changes in prop::collection::vec((0..14_usize, any::<u8>(), any::<u8>()), 0..6),
        cut in 0..4_usize,
        drifts in prop::collection::vec((0..14_usize, 0..3_u8), 0..3),
    ) {
        let mut world = World::new(stack(&first));
        prop_assert_eq!(actions(&world), reference(&world));
        world.apply();
        for (at, value) in drifts {
            let address = world.resources[at % world.resources.len()].address.clone();
            let (_, object) = world.state.newest(&address).unwrap();
            let key = (object.type_name.clone(), object.id.clone());
            let thing = world.cloud.things.get_mut(&key).unwrap();
            for name in ["Note", "Delay", "Versioning", "Path"] {
                if let Some(live) = thing.properties.get_mut(name) {
                    *live = match live {
                        Json::Number(_) => json!(value),
                        _ => json!(format!("v{value}")),
                    };
                }
            }
        }
        world.resources = stack(&changed(&first, &changes, cut));
        prop_assert_eq!(actions(&world), reference(&world));
    }

    /// The order in which resources are given does not show.
    #[test]
    fn order_of_input_does_not_show(first in seeds(12), second in seeds(12), turn in 0..12_usize) {
        let mut world = World::new(stack(&first));
        world.apply();
        world.resources = stack(&second);
        let one = encode(&world.plan()).unwrap();
        let middle = turn % world.resources.len();
        world.resources.rotate_left(middle);
        world.resources.reverse();
        prop_assert_eq!(one, encode(&world.plan()).unwrap());
    }

    /// An apply that is cut anywhere, and again while it is recovered, ends where an undisturbed one ends.
    #[test]
    fn cuts_leave_no_trace(
        first in seeds(10),
        changes in prop::collection::vec((0..10_usize, any::<u8>(), any::<u8>()), 0..6),
        shorter in 0..3_usize,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..4),
    ) {
        let start = || {
            let mut world = World::new(stack(&first));
            world.apply();
            world.resources = stack(&changed(&first, &changes, shorter));
            world
        };
        let mut smooth = start();
        smooth.apply();
        let mut world = start();
        for (at, took_effect) in cuts {
            support::look_up(&mut world);
            let plan = world.plan();
            if plan.operations.is_empty() {
                break;
            }
            cut(&mut world, &plan, at.index(plan.operations.len()), took_effect);
        }
        recover(&mut world);
        let end = |world: &World| {
            let objects = world.state.objects.iter();
            let mut all: Vec<_> = objects.map(|(key, o)| (key.clone(), o.name.clone())).collect();
            all.sort();
            all
        };
        prop_assert_eq!(end(&world), end(&smooth));
    }
}
