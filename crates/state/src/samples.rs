//! Records for the tests: fixed ones to read, and generated ones for the laws.

use crate::{
    Intent, IntentAction, Metadata, Move, Object, ObjectKey, ObjectStatus, Operation, Outcome,
    Record, Use,
};
use formwork_schema::Address;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) const RUN: u64 = 7;

pub(crate) fn operation(number: u32) -> Operation {
    Operation { run: RUN, number }
}

pub(crate) fn object(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

pub(crate) fn intent(number: u32, action: IntentAction, address: &str) -> Intent {
    Intent {
        operation: operation(number),
        action,
        address: address.parse().unwrap(),
        generation: 0,
        type_name: "AWS::SQS::Queue".into(),
        slice: None,
        region: "eu-west-1".into(),
        id: (action != IntentAction::Create).then(|| "id-1".into()),
        name: Some("shop-dev-orders".into()),
        token: "token-1".into(),
        properties: object(json!({"VisibilityTimeout": 30})),
        changed: Vec::new(),
        removed: Vec::new(),
        metadata: Metadata::default(),
        former: None,
    }
}

pub(crate) fn begin(intent: Intent) -> Record {
    Record::Intent(Box::new(intent))
}

pub(crate) fn end(number: u32, outcome: Outcome) -> Record {
    Record::Outcome {
        operation: operation(number),
        outcome,
    }
}

pub(crate) fn created(id: &str, attributes: Json) -> Outcome {
    Outcome::Created {
        id: id.into(),
        attributes: object(attributes),
        stamp: None,
    }
}

fn text() -> impl Strategy<Value = Arc<str>> {
    any::<String>().prop_map(Into::into)
}

/// Addresses from a small set, so that generated records meet each other.
fn address() -> impl Strategy<Value = Address> {
    (0..4_u8, prop::option::of("[a\"\\]/é]{0,3}"), 0..2_u8).prop_map(|(label, key, part)| {
        let mut address = Address::new("queue", format!("q{label}"));
        if let Some(key) = key {
            address = address.keyed(key);
        }
        if part == 1 {
            address.part("dlq")
        } else {
            address
        }
    })
}

fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>()
            .prop_filter("JSON has no such number", |number| number.is_finite())
            .prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn properties() -> impl Strategy<Value = Map<String, Json>> {
    prop::collection::btree_map("[A-Z]{1,3}|.{0,4}", value(), 0..4)
        .prop_map(|map| map.into_iter().collect())
}

fn metadata() -> impl Strategy<Value = Metadata> {
    (
        prop::collection::vec(address(), 0..3),
        any::<bool>(),
        any::<bool>(),
        prop::option::of(address()),
    )
        .prop_map(|(needs, protect, retain, parent)| Metadata {
            needs,
            protect,
            retain,
            parent,
        })
}

fn operations() -> impl Strategy<Value = Operation> {
    (0..2_u64, 0..8_u32).prop_map(|(run, number)| Operation { run, number })
}

fn intents() -> impl Strategy<Value = Intent> {
    let action = prop_oneof![
        Just(IntentAction::Create),
        Just(IntentAction::Update),
        Just(IntentAction::Delete)
    ];
    let names = || prop::collection::vec(text(), 0..3);
    (
        (operations(), action, address(), 0..2_u32),
        (prop::option::of(text()), prop::option::of(text())),
        (prop::option::of(text()), text()),
        (properties(), names(), names(), metadata()),
    )
        .prop_map(|(what, (slice, id), (name, token), how)| Intent {
            operation: what.0,
            action: what.1,
            address: what.2,
            generation: what.3,
            type_name: "AWS::SQS::Queue".into(),
            slice,
            region: "eu-west-1".into(),
            id,
            name,
            token,
            properties: how.0,
            changed: how.1,
            removed: how.2,
            metadata: how.3,
            former: None,
        })
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        (text(), properties(), prop::option::of(text())).prop_map(|(id, attributes, stamp)| {
            Outcome::Created {
                id,
                attributes,
                stamp,
            }
        }),
        text().prop_map(|id| Outcome::Pending { id }),
        (text(), any::<String>()).prop_map(|(id, reason)| Outcome::Failed { id, reason }),
        (properties(), prop::option::of(text()))
            .prop_map(|(attributes, stamp)| Outcome::Updated { attributes, stamp }),
        Just(Outcome::Deleted),
        any::<String>().prop_map(|reason| Outcome::NoEffect { reason }),
        any::<String>().prop_map(|reason| Outcome::Uncertain { reason }),
    ]
}

fn keys() -> impl Strategy<Value = ObjectKey> {
    (address(), 0..2_u32).prop_map(|(address, generation)| ObjectKey {
        address,
        generation,
    })
}

fn uses() -> impl Strategy<Value = Use> {
    let outputs = prop::collection::btree_map(any::<String>(), value(), 0..3);
    let all = (text(), text(), text(), any::<u64>(), outputs);
    all.prop_map(|(stack, account, path, serial, outputs)| Use {
        stack,
        account,
        path,
        serial,
        outputs,
    })
}

/// An object as an adoption records it.
fn adopted(intent: Intent, id: Arc<str>) -> Object {
    Object {
        type_name: intent.type_name,
        slice: None,
        region: intent.region,
        id,
        name: intent.name,
        status: ObjectStatus::Ready,
        authored: Map::new(),
        attributes: intent.properties,
        stamp: None,
        uncertain: BTreeSet::new(),
        metadata: intent.metadata,
        former: None,
    }
}

/// Any record.
pub(crate) fn records() -> impl Strategy<Value = Record> {
    prop_oneof![
        1 => (any::<u64>(), text(), text(), prop::collection::vec(keys(), 0..2),
            prop::collection::vec(uses(), 0..2))
            .prop_map(|(run, plan, tool, losses, uses)| {
                Record::Began { run, plan, tool, losses, uses }
            }),
        6 => intents().prop_map(|intent| Record::Intent(Box::new(intent))),
        6 => (operations(), outcomes())
            .prop_map(|(operation, outcome)| Record::Outcome { operation, outcome }),
        1 => (address(), 0..2_u32, metadata()).prop_map(|(address, generation, metadata)| {
            Record::Metadata { address, generation, metadata }
        }),
        1 => (address(), 0..2_u32)
            .prop_map(|(address, generation)| Record::Forgotten { address, generation }),
        1 => (keys(), intents(), text()).prop_map(|(key, intent, id)| Record::Adopted {
            address: key.address,
            generation: key.generation,
            object: Box::new(adopted(intent, id)),
        }),
        1 => prop::collection::vec((address(), address()), 1..3).prop_map(|moves| {
            let moves = moves.into_iter().map(|(from, to)| Move { from, to });
            Record::Renamed { moves: moves.collect() }
        }),
        1 => prop::collection::btree_map(any::<String>(), value(), 0..3)
            .prop_map(|values| Record::Outputs { values }),
        1 => (any::<u64>(), any::<bool>())
            .prop_map(|(run, complete)| Record::Ended { run, complete }),
    ]
}
