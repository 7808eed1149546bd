//! Small stacks of kinds that no example holds whole: applied, read back by boto3, planned again, changed, and destroyed
//! until nothing is left.

use crate::place::Place;
use crate::servers::Server;
use std::fs;
use std::path::Path;

/// A change of a stack's file: text, what it becomes, and what the plan then says.
struct Edit {
    from: &'static str,
    to: &'static str,
    planned: &'static str,
}

/// The life of a stack on a server: everything that must hold, in order.
fn lives(stack: &str, server: &Server, edits: &[Edit]) {
    let file = format!("../../tests/aws/stacks/{stack}/main.stack");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let place = Place::empty().on("aws", server.environment());
    fs::write(place.path().join("main.stack"), text).unwrap();
    place.expect(&["apply", "--yes"], 0);
    server.compare(stack, &server.inventory());
    place.nothing_to_do();
    for edit in edits {
        place.replace("main.stack", edit.from, edit.to);
        let plan = place.expect(&["plan"], 0);
        assert!(plan.contains(edit.planned), "{stack}: {plan}");
        place.expect(&["apply", "--yes", "--allow-data-loss"], 0);
        place.nothing_to_do();
    }
    place.expect(&["destroy", "--yes", "--allow-data-loss"], 0);
    assert_eq!(server.inventory(), "{}\n", "{stack}: something is left");
    let again = place.expect(&["destroy", "--yes"], 0);
    assert!(again.contains("Nothing to do"), "{stack}: {again}");
}

/// Rules come, change and go; an endpoint and what it stands behind go without the rest.
#[test]
fn networks_on_moto() {
    let edits = [
        Edit {
            from: "description = \"the web\"",
            to: "description = \"everybody\"",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
        Edit {
            from: "{ protocol = icmp, from = office },",
            to: "",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
        Edit {
            from: "endpoints = [s3, sqs]",
            to: "endpoints = [s3]",
            planned: "0 to add, 0 to change, 2 to destroy",
        },
    ];
    lives("network", &Server::moto(), &edits);
}

#[test]
fn registries_on_moto() {
    let edits = [Edit {
        from: "keep_last       = 50",
        to: "keep_last       = 20",
        planned: "0 to add, 1 to change, 0 to destroy",
    }];
    lives("registry", &Server::moto(), &edits);
}

/// Records are put, changed and taken away; the certificate's own proof does not hold the zone back.
#[test]
fn zones_on_moto() {
    let edits = [
        Edit {
            from: "ttl = 1h",
            to: "ttl = 2h",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
        Edit {
            from: "comment = \"the shop\"",
            to: "comment = \"our shop\"",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
    ];
    lives("zone", &Server::moto(), &edits);
}

/// What moto drops of services is none of these; ministack has services that are steady.
#[test]
fn services_on_ministack() {
    let edits = [
        Edit {
            from: "count   = 2",
            to: "count   = 3",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
        Edit {
            from: "shop:1.2",
            to: "shop:1.3",
            planned: "1 to add, 1 to change, 1 to destroy",
        },
    ];
    lives("service", &Server::ministack(), &edits);
}

#[test]
fn machines_and_balancers_on_moto() {
    let edits = [
        Edit {
            from: "max = 3",
            to: "max = 5",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
        Edit {
            from: "balancer front { network = net }",
            to: "balancer front { network = net, idle_timeout = 2min }",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
    ];
    lives("machines", &Server::moto(), &edits);
}

/// moto demands the role that AWS has by itself, and its pools do not change: queues and jobs do.
#[test]
fn batches_on_moto() {
    let edits = [
        Edit {
            from: "priority = 1",
            to: "priority = 7",
            planned: "0 to add, 1 to change, 0 to destroy",
        },
        Edit {
            from: "resize:1",
            to: "resize:2",
            planned: "1 to add, 0 to change, 1 to destroy",
        },
    ];
    lives("batch", &Server::moto(), &edits);
}

/// moto has neither backups nor policies of file systems.
#[test]
fn file_systems_on_ministack() {
    let edits = [Edit {
        from: "infrequent_after = 30d",
        to: "infrequent_after = 60d",
        planned: "0 to add, 1 to change, 0 to destroy",
    }];
    lives("files", &Server::ministack(), &edits);
}
