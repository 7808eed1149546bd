//! Tests of the fold: what each record and outcome does, and that a replay from any point gives the same state.

use super::*;
use crate::samples::{begin, created, end, intent, object, operation, records};
use crate::{decode_record, decode_snapshot, encode_record, encode_snapshot};
use proptest::prelude::*;
use serde_json::json;

const ADDRESS: &str = "queue.orders";

fn fold(records: &[Record]) -> State {
    let mut state = State::default();
    for record in records {
        state.apply(record);
    }
    state
}

fn key(generation: u32) -> ObjectKey {
    ObjectKey {
        address: ADDRESS.parse().unwrap(),
        generation,
    }
}

fn create(number: u32) -> Record {
    begin(intent(number, IntentAction::Create, ADDRESS))
}

/// A state with one settled queue.
fn settled() -> Vec<Record> {
    vec![
        create(0),
        end(
            0,
            created("id-1", json!({"Arn": "arn", "VisibilityTimeout": 30})),
        ),
    ]
}

fn update(number: u32, changed: &[&str], removed: &[&str]) -> Record {
    let mut update = intent(number, IntentAction::Update, ADDRESS);
    update.properties = object(json!({"VisibilityTimeout": 60}));
    update.changed = changed.iter().map(|name| Arc::from(*name)).collect();
    update.removed = removed.iter().map(|name| Arc::from(*name)).collect();
    update.metadata.protect = true;
    begin(update)
}

fn uncertain(state: &State) -> Vec<&str> {
    let names = state.objects[&key(0)].uncertain.iter();
    names.map(AsRef::as_ref).collect()
}

#[test]
fn began_remembers_the_plan() {
    let state = fold(&[Record::Began {
        run: 0,
        plan: "digest".into(),
        tool: "0.1.0".into(),
        losses: Vec::new(),
        uses: Vec::new(),
    }]);
    assert!(state.plans.contains("digest"));
    assert_eq!(state.serial, 1);
}

#[test]
fn an_intent_is_open_and_makes_no_object() {
    let state = fold(&[create(0)]);
    assert!(state.objects.is_empty());
    assert_eq!(state.open[&operation(0)].token.as_ref(), "token-1");
}

#[test]
fn created_settles_an_object_with_all_that_is_known() {
    let state = fold(&settled());
    assert!(state.open.is_empty());
    let object = &state.objects[&key(0)];
    assert_eq!(object.status, ObjectStatus::Ready);
    assert_eq!(object.id.as_ref(), "id-1");
    assert_eq!(object.name.as_deref(), Some("shop-dev-orders"));
    assert_eq!(object.type_name.as_ref(), "AWS::SQS::Queue");
    assert_eq!(object.region.as_ref(), "eu-west-1");
    assert_eq!(
        object.authored,
        self::object(json!({"VisibilityTimeout": 30}))
    );
    assert_eq!(object.attributes["Arn"], json!("arn"));
}

#[test]
fn a_pending_create_has_an_object_and_stays_open() {
    let pending = end(0, Outcome::Pending { id: "id-2".into() });
    let mut records = vec![create(0), pending];
    let state = fold(&records);
    assert_eq!(state.objects[&key(0)].status, ObjectStatus::Pending);
    assert_eq!(state.objects[&key(0)].id.as_ref(), "id-2");
    assert_eq!(state.open[&operation(0)].id.as_deref(), Some("id-2"));

    records.push(end(0, created("id-2", json!({"Arn": "arn"}))));
    let state = fold(&records);
    assert_eq!(state.objects[&key(0)].status, ObjectStatus::Ready);
    assert!(state.open.is_empty());
}

#[test]
fn a_creation_that_failed_leaves_an_object_to_replace() {
    let failed = || Outcome::Failed {
        id: "id-2".into(),
        reason: "no capacity".into(),
    };
    let pending = end(0, Outcome::Pending { id: "id-2".into() });
    for records in [
        vec![create(0), pending, end(0, failed())],
        vec![create(0), end(0, failed())],
    ] {
        let state = fold(&records);
        assert_eq!(state.objects[&key(0)].status, ObjectStatus::Failed);
        assert_eq!(state.objects[&key(0)].id.as_ref(), "id-2");
        assert!(state.open.is_empty());
    }
    let mut records = settled();
    let before = fold(&records).objects;
    records.push(begin(intent(1, IntentAction::Update, ADDRESS)));
    records.push(end(1, failed()));
    let state = fold(&records);
    assert_eq!((state.objects, state.open.len()), (before, 1));
}

#[test]
fn a_pending_create_that_came_to_nothing_leaves_nothing() {
    let state = fold(&[
        create(0),
        end(0, Outcome::Pending { id: "id-2".into() }),
        end(
            0,
            Outcome::NoEffect {
                reason: "failed".into(),
            },
        ),
    ]);
    assert!(state.objects.is_empty() && state.open.is_empty());
}

#[test]
fn no_effect_leaves_a_settled_object_as_it_was() {
    for action in [
        IntentAction::Create,
        IntentAction::Update,
        IntentAction::Delete,
    ] {
        let mut records = settled();
        let before = fold(&records).objects;
        records.push(begin(intent(1, action, ADDRESS)));
        records.push(end(
            1,
            Outcome::NoEffect {
                reason: "denied".into(),
            },
        ));
        let state = fold(&records);
        assert_eq!(state.objects, before, "{action:?}");
        assert!(state.open.is_empty());
    }
}

#[test]
fn a_pending_update_or_delete_stays_open_and_keeps_the_object() {
    for action in [IntentAction::Update, IntentAction::Delete] {
        let mut records = settled();
        let before = fold(&records).objects;
        records.push(begin(intent(1, action, ADDRESS)));
        records.push(end(1, Outcome::Pending { id: "id-1".into() }));
        let state = fold(&records);
        assert_eq!(state.objects, before, "{action:?}");
        assert!(state.open.contains_key(&operation(1)));
    }
}

#[test]
fn updated_takes_the_intended_properties_and_what_was_read() {
    let mut records = settled();
    records.push(update(1, &["VisibilityTimeout"], &[]));
    assert_eq!(
        fold(&records).objects[&key(0)].authored["VisibilityTimeout"],
        json!(30)
    );
    records.push(end(
        1,
        Outcome::Updated {
            attributes: object(json!({"VisibilityTimeout": 60})),
            stamp: None,
        },
    ));
    let state = fold(&records);
    let object = &state.objects[&key(0)];
    assert_eq!(object.authored["VisibilityTimeout"], json!(60));
    assert_eq!(
        object.attributes,
        self::object(json!({"VisibilityTimeout": 60}))
    );
    assert!(object.metadata.protect);
    assert!(state.open.is_empty());
}

#[test]
fn an_uncertain_update_marks_what_was_sent_until_it_is_sent_again() {
    let reason = || Outcome::Uncertain {
        reason: "cut".into(),
    };
    let done = || Outcome::Updated {
        attributes: Map::new(),
        stamp: None,
    };
    let mut records = settled();
    records.extend([update(1, &["A", "B"], &["C"]), end(1, reason())]);
    let state = fold(&records);
    assert_eq!(uncertain(&state), ["A", "B", "C"]);
    assert_eq!(
        state.objects[&key(0)].authored["VisibilityTimeout"],
        json!(30)
    );
    assert!(state.open.is_empty());

    records.extend([update(2, &["A"], &["C"]), end(2, done())]);
    assert_eq!(uncertain(&fold(&records)), ["B"]);
    records.extend([update(3, &["B"], &[]), end(3, done())]);
    assert!(uncertain(&fold(&records)).is_empty());
}

#[test]
fn an_uncertain_create_or_delete_stays_open() {
    for action in [IntentAction::Create, IntentAction::Delete] {
        let state = fold(&[
            begin(intent(0, action, ADDRESS)),
            end(
                0,
                Outcome::Uncertain {
                    reason: "cut".into(),
                },
            ),
        ]);
        assert!(state.open.contains_key(&operation(0)), "{action:?}");
    }
}

#[test]
fn deleted_takes_the_object_out() {
    let mut records = settled();
    records.push(begin(intent(1, IntentAction::Delete, ADDRESS)));
    assert!(fold(&records).objects.contains_key(&key(0)));
    records.push(end(1, Outcome::Deleted));
    let state = fold(&records);
    assert!(state.objects.is_empty() && state.open.is_empty());
}

#[test]
fn a_deleted_surplus_object_leaves_the_one_we_keep() {
    let mut surplus = intent(1, IntentAction::Delete, ADDRESS);
    surplus.id = Some("id-surplus".into());
    let mut records = settled();
    records.extend([begin(surplus), end(1, Outcome::Deleted)]);
    let state = fold(&records);
    assert_eq!(state.objects[&key(0)].id.as_ref(), "id-1");
    assert!(state.open.is_empty());
}

#[test]
fn generations_live_beside_each_other() {
    let mut second = intent(1, IntentAction::Create, ADDRESS);
    second.generation = 1;
    let mut old = intent(2, IntentAction::Delete, ADDRESS);
    old.generation = 0;
    let mut records = settled();
    records.extend([begin(second), end(1, created("id-2", json!({})))]);
    let state = fold(&records);
    let address = ADDRESS.parse().unwrap();
    let ids: Vec<_> = state
        .at(&address)
        .map(|(generation, o)| (generation, o.id.as_ref()))
        .collect();
    assert_eq!(ids, [(0, "id-1"), (1, "id-2")]);
    assert_eq!(
        state.newest(&address).map(|(generation, _)| generation),
        Some(1)
    );
    assert!(state.newest(&address.part("dlq")).is_none());

    records.extend([begin(old), end(2, Outcome::Deleted)]);
    assert_eq!(fold(&records).objects.keys().collect::<Vec<_>>(), [&key(1)]);
}

#[test]
fn metadata_changes_edges_and_policy_without_a_call() {
    let metadata = Metadata {
        needs: vec!["role.worker".parse().unwrap()],
        retain: true,
        ..Metadata::default()
    };
    let record = |generation| Record::Metadata {
        address: ADDRESS.parse().unwrap(),
        generation,
        metadata: metadata.clone(),
    };
    let mut records = settled();
    let before = fold(&records).objects;
    records.push(record(1));
    assert_eq!(fold(&records).objects, before);
    records.push(record(0));
    assert_eq!(fold(&records).objects[&key(0)].metadata, metadata);
}

#[test]
fn forgotten_takes_one_generation_out() {
    let forget = |generation| Record::Forgotten {
        address: ADDRESS.parse().unwrap(),
        generation,
    };
    let mut records = settled();
    records.push(forget(1));
    assert_eq!(fold(&records).objects.len(), 1);
    records.push(forget(0));
    assert!(fold(&records).objects.is_empty());
}

#[test]
fn outputs_are_those_of_the_last_apply() {
    let outputs = |name: &str| Record::Outputs {
        values: BTreeMap::from([(name.to_owned(), json!(1))]),
    };
    let state = fold(&[
        outputs("old"),
        outputs("new"),
        Record::Ended {
            run: 0,
            complete: true,
        },
    ]);
    assert_eq!(
        state.outputs,
        BTreeMap::from([("new".to_owned(), json!(1))])
    );
    assert_eq!(state.serial, 3);
}

#[test]
fn an_outcome_without_an_intent_does_no_harm() {
    let before = fold(&settled());
    for outcome in [
        created("id-9", json!({})),
        Outcome::Pending { id: "id-9".into() },
        Outcome::Updated {
            attributes: Map::new(),
            stamp: None,
        },
        Outcome::Deleted,
        Outcome::NoEffect {
            reason: String::new(),
        },
        Outcome::Uncertain {
            reason: String::new(),
        },
    ] {
        let mut after = before.clone();
        after.apply(&end(99, outcome));
        assert_eq!(after.serial, before.serial + 1);
        after.serial = before.serial;
        assert_eq!(after, before);
    }
}

#[test]
fn open_intents_are_in_the_order_they_were_planned() {
    let state = fold(&[create(2), create(0), create(1)]);
    let numbers: Vec<_> = state
        .open
        .keys()
        .map(|operation| operation.number)
        .collect();
    assert_eq!(numbers, [0, 1, 2]);
}

proptest! {
    /// What is in memory after any prefix is what a reader gets: from the records, or from a snapshot and the rest.
    #[test]
    fn replay_of_any_prefix_equals_memory(
        records in prop::collection::vec(records(), 1..40),
        snapshot_at in any::<prop::sample::Index>(),
    ) {
        let snapshot_at = snapshot_at.index(records.len());
        let texts: Vec<_> = records.iter().map(|record| encode_record(record).unwrap()).collect();
        let mut memory = State::default();
        let mut replayed = State::default();
        for (at, (record, text)) in records.iter().zip(&texts).enumerate() {
            if at == snapshot_at {
                replayed = decode_snapshot(&encode_snapshot(&memory).unwrap()).unwrap();
            }
            memory.apply(record);
            replayed.apply(&decode_record(text).unwrap());
            prop_assert_eq!(&memory, &replayed);
            prop_assert_eq!(memory.serial, at as u64 + 1);
        }
    }

    /// A create is never lost: after any records it is an object, open, or was ended by an outcome that says so.
    #[test]
    fn an_object_is_left_only_by_an_outcome_that_says_so(
        records in prop::collection::vec(records(), 1..60),
    ) {
        let mut state = State::default();
        for record in &records {
            let before = state.clone();
            state.apply(record);
            let gone = before.objects.keys().filter(|key| !state.objects.contains_key(key));
            let moved = match record {
                Record::Renamed { moves } => before.moved(moves),
                _ => BTreeMap::new(),
            };
            for key in gone {
                if let Some(place) = moved.get(key) {
                    let id = |state: &State, key| state.objects.get(key).map(|object| object.id.clone());
                    prop_assert_eq!(id(&before, key), id(&state, place), "{:?} lost on its way", key);
                    continue;
                }
                let ended = matches!(
                    record,
                    Record::Forgotten { .. }
                        | Record::Outcome { outcome: Outcome::Deleted | Outcome::NoEffect { .. }, .. }
                );
                prop_assert!(ended, "{:?} lost by {:?}", key, record);
            }
            let closed = before.open.keys().filter(|operation| !state.open.contains_key(operation));
            for operation in closed {
                let final_outcome = matches!(
                    record,
                    Record::Outcome { operation: of, outcome } if of == operation
                        && !matches!(outcome, Outcome::Pending { .. })
                );
                prop_assert!(final_outcome, "{:?} closed by {:?}", operation, record);
            }
        }
    }
}
