//! Examples of several stacks, of which one uses the other: made in order, changed, and destroyed the other way round.

use crate::place::{self, Place};
use serde_json::Value;

/// The examples with their stacks, in the order in which they are applied.
pub(crate) const EXAMPLES: &[(&str, &[&str])] = &[("two-stacks", &["network", "app"])];

/// The plan is empty, and says so in one line.
fn nothing_to_do(place: &Place, stack: &str) {
    let plan = ["plan", stack, "--detailed-exitcode", "--refresh", "full"];
    let out = place.expect(&plan, 0);
    assert!(out.contains("Nothing to do"), "{stack}: {out}");
}

/// Applies the stacks of an example in order.
fn made(example: &str, stacks: &[&str]) -> Place {
    let place = Place::of(example);
    for stack in stacks {
        place.expect(&["apply", stack, "--yes"], 0);
    }
    place
}

#[test]
fn stacks_that_use_each_other_live_and_end_in_order() {
    for (example, stacks) in EXAMPLES {
        let place = Place::of(example);
        let last = stacks.last().unwrap();
        place.expect(&["plan", last], 3);
        for stack in *stacks {
            let out = place.expect(&["check", stack], 0);
            assert!(out.contains("is valid"), "{stack}: {out}");
            place.expect(&["fmt", "--check", stack], 0);
            place.expect(&["test", stack], 0);
            let planned = place.expect(&["plan", stack], 0);
            place::compare(&format!("{example}/{stack}"), &planned);
            place.expect(&["apply", stack, "--yes"], 0);
            nothing_to_do(&place, stack);
        }
        for stack in stacks.iter().rev() {
            if stack != last {
                place.expect(&["destroy", stack, "--yes", "--allow-data-loss"], 0);
            } else {
                let first = stacks.first().unwrap();
                place.expect(&["destroy", first, "--yes"], 5);
                place.expect(&["destroy", stack, "--yes", "--allow-data-loss"], 0);
            }
            assert_eq!(place.expect(&["state", "list", stack], 0), "", "{stack}");
        }
    }
}

#[test]
fn init_gives_each_stack() {
    for (example, stacks) in EXAMPLES {
        let place = Place::empty();
        let out = place.run(&["init", "new", "--blueprint", example], 0);
        let named: Vec<String> = stacks
            .iter()
            .map(|stack| format!("plan new/{stack}"))
            .collect();
        assert!(out.contains(&named[0]) && !out.contains(&named[1]), "{out}");
        for stack in *stacks {
            place.run(&["check", &format!("new/{stack}")], 0);
        }
        let list = place.run(&["init"], 0);
        let words: Vec<&str> = list.split_whitespace().collect();
        assert!(
            words
                .join(" ")
                .contains("two-stacks The network that several"),
            "{list}"
        );
    }
}

#[test]
fn a_changed_output_is_shown_where_it_arrives() {
    let place = made("two-stacks", &["network", "app"]);
    place.replace("network/main.stack", "then 14d else 4d", "then 14d else 5d");
    place.expect(&["apply", "network", "--yes"], 0);
    let plan = place.expect(&["plan", "app", "--detailed-exitcode"], 2);
    assert!(
        plan.contains("input: network.keep   345600000 -> 432000000"),
        "{plan}"
    );
    assert!(plan.contains("keep_messages  4d -> 5d"), "{plan}");
    place.expect(&["apply", "app", "--yes"], 0);
    nothing_to_do(&place, "app");
}

#[test]
fn what_the_app_becomes_is_what_it_promises() {
    let place = made("two-stacks", &["network", "app"]);
    let outputs = place.expect(&["output", "network", "--format", "json"], 0);
    let outputs: Value = serde_json::from_str(&outputs).unwrap();
    let expanded = place.expect(&["expand", "app", "--format", "json"], 0);
    let expanded: Value = serde_json::from_str(&expanded).unwrap();
    let all = expanded["resources"].as_array().unwrap();
    let at = |address: &str| {
        let found = all.iter().find(|resource| resource["address"] == address);
        &found.unwrap_or_else(|| panic!("no {address}"))["properties"]
    };
    let function = at("function.worker");
    let vpc = &function["VpcConfig"];
    assert_eq!(vpc["SubnetIds"], outputs["subnets"]);
    assert_eq!(vpc["SubnetIds"].as_array().unwrap().len(), 2);
    assert_eq!(vpc["SecurityGroupIds"][0], outputs["callers"]);
    assert_eq!(
        function["Environment"]["Variables"]["NEWS"],
        outputs["news"]
    );
    assert_eq!(at("queue.orders")["MessageRetentionPeriod"], 4 * 24 * 3600);
    let policy = at("function.worker/policy").to_string();
    assert!(
        policy.contains(outputs["news"].as_str().unwrap()),
        "{policy}"
    );
}
