//! Times planning of large stacks: `cargo run --release -p formwork-plan --example large -- 10000`.

#![allow(clippy::expect_used, reason = "a measurement that fails may panic")]

#[path = "../tests/support/mod.rs"]
mod support;

use formwork_plan::{encode, plan};
use serde_json::json;
use support::{World, resource};

/// Processor time of this thread in milliseconds, which other processes do not change much.
fn now() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text
        .split(' ')
        .next()
        .and_then(|text| text.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e6
}

fn main() {
    let count: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    let mut resources = Vec::with_capacity(count);
    for at in 0..count {
        // A tenth are roots; the others refer to two earlier ones.
        let properties = match at {
            _ if at < count / 10 => json!({"Delay": 5}),
            _ => json!({
                "Delay": 5,
                "Redrive": format!("@queue.q{}:Arn", (at * 7919) % at),
                "Allow": format!("x${{@queue.q{}:QueueName}}y", (at * 104_729) % at),
            }),
        };
        resources.push(resource(&format!("queue.q{at}"), "Test::Queue", properties));
    }
    let mut world = World::new(resources);
    let observed = world.observed();
    let start = now();
    let made = world.with_inputs(&observed, plan).expect("a plan");
    println!(
        "plan of {count} new: {:.1} ms, {} operations",
        now() - start,
        made.operations.len()
    );
    let start = now();
    let text = encode(&made).expect("text");
    println!("encode: {:.1} ms, {} bytes", now() - start, text.len());
    world.run(&made, usize::MAX);
    let observed = world.observed();
    let start = now();
    let again = world.with_inputs(&observed, plan).expect("a plan");
    println!(
        "plan of {count} unchanged: {:.1} ms, {} operations",
        now() - start,
        again.operations.len()
    );
    for resource in &mut world.resources {
        resource
            .properties
            .insert("Delay".into(), support::node(&json!(6)));
    }
    let start = now();
    let changed = world.with_inputs(&observed, plan).expect("a plan");
    println!(
        "plan of {count} changed: {:.1} ms, {} operations",
        now() - start,
        changed.operations.len()
    );
    world.resources.clear();
    let start = now();
    let gone = world.with_inputs(&observed, plan).expect("a plan");
    println!(
        "plan of {count} deleted: {:.1} ms, {} operations",
        now() - start,
        gone.operations.len()
    );
}
