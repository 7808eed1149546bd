//! Saved plans: what is written is read again, what is broken is refused, what is stale is named.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

mod support;

use formwork_plan::{
    Digested, Header, PlanFormatError, PlannedOutput, Stale, Step, decode, digest, encode, verify,
};
use formwork_schema::{Artifact, ArtifactFile, Deferred, Node, Op, Piece, Prop};
use formwork_state::Use;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{World, address, at, node, resource};

fn world() -> World {
    World::new(vec![
        resource("network.n", "Test::Network", json!({"Cidr": "10.0.0.0/16"})),
        resource(
            "subnet.s",
            "Test::Subnet",
            json!({"NetworkId": "@network.n:NetworkId", "Zone": "a"}),
        ),
        resource(
            "function.f",
            "Test::Function",
            json!({"Environment": {"Variables": {
                "$attribute": "a", "$$x": "b", "$concat": "c", "plain": "n-${@network.n:NetworkId}-x"}}}),
        ),
    ])
}

/// Every kind of value that is not known yet, in one output.
fn deferred() -> Node {
    let attribute = || node(&json!("@network.n:NetworkId"));
    let apply = Node {
        prop: Prop::Deferred(Arc::new(Deferred::Apply {
            op: Op::Get,
            on: Box::new(attribute()),
            arguments: vec![node(&json!(1))],
        })),
        span: at(40),
    };
    let upper = Deferred::Apply {
        op: Op::Upper,
        on: Box::new(Node::list([apply, attribute()], at(41))),
        arguments: Vec::new(),
    };
    let concat = Deferred::Concat(vec![
        Piece::Text("a".into()),
        Piece::Value(Arc::new(upper)),
        Piece::Value(Arc::new(Deferred::Attribute {
            of: address("network.n"),
            property: "id".into(),
        })),
    ]);
    let artifact = Artifact {
        path: "code".into(),
        digest: "d1".into(),
        bytes: 12,
        files: vec![ArtifactFile {
            name: "index.js".into(),
            digest: "f1".into(),
        }],
    };
    let inner = Node::map(
        [
            (
                "$json",
                Node {
                    prop: Prop::Deferred(Arc::new(concat)),
                    span: at(42),
                },
            ),
            (
                "code",
                Node {
                    prop: Prop::Artifact(Arc::new(artifact)),
                    span: at(43),
                },
            ),
        ],
        at(44),
    );
    Node {
        prop: Prop::Deferred(Arc::new(Deferred::Json(Box::new(inner)))),
        span: at(45),
    }
}

#[test]
fn every_value_survives() {
    let mut world = world();
    world.outputs = vec![PlannedOutput {
        name: "all".into(),
        value: deferred(),
    }];
    let plan = world.plan();
    let text = encode(&plan).unwrap();
    let read = decode(&text).unwrap();
    assert_eq!(read, plan);
    assert_eq!(encode(&read).unwrap(), text);
    assert_eq!(digest(&read).unwrap(), digest(&plan).unwrap());
    assert_eq!(digest(&plan).unwrap().len(), 64);
    let goal = |plan: &formwork_plan::Plan| {
        let found = plan
            .operations
            .iter()
            .find_map(|operation| match &operation.step {
                Step::Create(goal) if operation.address == address("function.f") => {
                    Some(goal.clone())
                }
                _ => None,
            });
        found.unwrap()
    };
    let variables = &goal(&read).properties["Environment"];
    let Prop::Map(environment) = &variables.prop else {
        panic!("a map")
    };
    let Prop::Map(variables) = &environment["Variables"].prop else {
        panic!("a map")
    };
    assert_eq!(variables["$attribute"].prop, Prop::String("a".into()));
    assert_eq!(variables["$$x"].prop, Prop::String("b".into()));
    assert!(matches!(variables["plain"].prop, Prop::Deferred(_)));
}

#[test]
fn updates_and_deletes_survive() {
    let mut world = world();
    world.apply();
    let properties = &mut world.resources[0].properties;
    properties.insert("Cidr".into(), node(&json!("10.1.0.0/16")));
    // Encoded, decoded and compared on the way.
    let plan = world.plan();
    assert!(plan.operations.len() >= 4);
}

#[test]
fn broken_plans_are_refused() {
    let good = encode(&world().plan()).unwrap();
    let broken = |change: &dyn Fn(&mut Json)| {
        let mut json: Json = serde_json::from_str(&good).unwrap();
        change(&mut json);
        decode(&json.to_string()).unwrap_err()
    };
    assert!(matches!(decode("{"), Err(PlanFormatError::Syntax(_))));
    assert!(matches!(
        broken(&|json| json["v"] = json!(1)),
        PlanFormatError::Version { found: 1 }
    ));
    let order = broken(&|json| json["operations"][0]["needs"] = json!([1]));
    assert!(matches!(
        order,
        PlanFormatError::Broken("an operation out of order")
    ));
    let change = broken(&|json| json["operations"][0]["change"] = json!(99));
    assert!(matches!(
        change,
        PlanFormatError::Broken("an operation out of order")
    ));
    let place = broken(&|json| json["spans"] = json!([]));
    assert!(matches!(place, PlanFormatError::Broken(_)));
    let mark = broken(&|json| {
        json["operations"][0]["step"]["create"]["properties"] = json!({"$what": 1});
    });
    assert!(
        matches!(
            mark,
            PlanFormatError::Broken("an unknown mark in a property")
        ),
        "{mark}"
    );
    let deep = format!("{}1{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert!(matches!(decode(&deep), Err(PlanFormatError::Syntax(_))));
}

fn header() -> Header {
    Header {
        role: None,
        expires: 1_000,
        made: 10,
        sources: vec![Digested {
            name: "main.stack".into(),
            digest: "1".into(),
        }],
        uses: vec![Use {
            stack: "network".into(),
            account: "000000000000".into(),
            path: "network".into(),
            serial: 7,
            outputs: BTreeMap::new(),
        }],
        ..world().plan().header
    }
}

#[test]
fn what_is_stale_is_named() {
    let saved = header();
    assert_eq!(verify(&saved, &header()), vec![]);
    let stale = |change: &dyn Fn(&mut Header)| {
        let mut now = header();
        change(&mut now);
        verify(&saved, &now)
    };
    assert_eq!(stale(&|now| now.made = 1_000), vec![Stale::Expired(1_000)]);
    let used = stale(&|now| now.uses[0].serial = 8);
    assert_eq!(used, vec![Stale::Used("network".into(), 7, 8)]);
    let gone = stale(&|now| now.uses.clear());
    assert_eq!(gone, vec![Stale::Used("network".into(), 7, 0)]);
    assert_eq!(stale(&|now| now.serial = 7), vec![Stale::State(0, 7)]);
    assert_eq!(stale(&|now| now.head = "x".into()), vec![Stale::History]);
    assert_eq!(
        stale(&|now| now.account = "9".into()),
        vec![Stale::Place("account", "123456789012".into(), "9".into())]
    );
    let source = || vec![Stale::Source("main.stack".into())];
    assert_eq!(stale(&|now| now.sources[0].digest = "2".into()), source());
    assert_eq!(stale(&|now| now.sources.clear()), source());
    let tool = stale(&|now| now.tool = "2.0".into());
    assert_eq!(tool, vec![Stale::Tool("".into(), "2.0".into())]);
    assert_eq!(
        tool[0].to_string(),
        "it was made by formwork , and this is 2.0"
    );
    let added = stale(&|now| {
        now.artifacts.push(Digested {
            name: "code".into(),
            digest: "3".into(),
        });
    });
    assert_eq!(added, vec![Stale::Artifact("code".into())]);
}
