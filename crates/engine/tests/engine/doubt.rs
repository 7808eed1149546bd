//! Creates that got no answer, by identity class: each ends with one object, without a human.

use crate::catalog::WINDOW;
use crate::cloud::{Cloud, Fault, Object, failure, timeout};
use crate::plans::{Bench, address, create, text};
use formwork_engine::{Cause, Report};
use formwork_provider::{FailureClass, Request};

const TYPES: [&str; 7] = [
    "T::Name",
    "T::Slow",
    "T::Overwrites",
    "T::Marker",
    "T::Token",
    "T::Child",
    "T::Upsert",
];

fn creates(request: &Request) -> bool {
    matches!(request, Request::Create { .. })
}

/// The first creates fail in these ways, in turn.
fn failing(faults: Vec<Fault>) -> Cloud {
    let mut faults = faults.into_iter();
    Cloud::failing(move |request| match creates(request) {
        true => faults.next().unwrap_or(Fault::None),
        false => Fault::None,
    })
}

fn apply(cloud: &Cloud, type_name: &str) -> (Report, Bench) {
    let mut bench = Bench::new();
    let report = bench.apply(
        cloud,
        vec![create("a", type_name, &[("Key", text("k"))], &[])],
    );
    (report, bench)
}

/// One object is there, and the state holds it.
fn one_object(cloud: &Cloud, bench: &Bench, what: &str) -> Object {
    let objects = cloud.objects();
    assert_eq!(objects.len(), 1, "{what}: {:?}", cloud.effects());
    let state = bench.state();
    assert_eq!(
        *state.newest(&address("a")).unwrap().1.id,
        *objects[0].id,
        "{what}"
    );
    assert!(state.open.is_empty(), "{what}");
    objects[0].clone()
}

#[test]
fn with_effect_without_effect_and_with_server_faults() {
    let server = || failure(FailureClass::Transient);
    for type_name in TYPES {
        let cases: [(&str, Vec<Fault>); 6] = [
            ("lost answer", vec![Fault::After(timeout())]),
            ("lost call", vec![Fault::Before(timeout())]),
            ("fault after", vec![Fault::After(server())]),
            ("fault before", vec![Fault::Before(server())]),
            (
                "lost twice",
                vec![Fault::Before(timeout()), Fault::After(timeout())],
            ),
            (
                "then throttled",
                vec![
                    Fault::Before(timeout()),
                    Fault::Before(failure(FailureClass::Throttle)),
                    Fault::After(timeout()),
                ],
            ),
        ];
        for (case, faults) in cases {
            let cloud = failing(faults);
            let (report, bench) = apply(&cloud, type_name);
            let what = format!("{type_name}: {case}");
            assert!(report.complete(), "{what}: {report:?}");
            assert_eq!(cloud.effects_of("create"), 1, "{what}");
            one_object(&cloud, &bench, &what);
        }
    }
}

#[test]
fn reads_that_lag_make_no_second_object() {
    for type_name in TYPES {
        let cloud = failing(vec![Fault::After(timeout())]).lagging(u64::from(WINDOW));
        let (report, bench) = apply(&cloud, type_name);
        assert!(report.complete(), "{type_name}: {report:?}");
        assert_eq!(cloud.effects_of("create"), 1, "{type_name}");
        one_object(&cloud, &bench, type_name);
    }
}

#[test]
fn what_takes_effect_late_leaves_one_object_too() {
    for type_name in TYPES {
        for after in [100, 1_000, 4_000, 6_000, 9_000] {
            let cloud = failing(vec![Fault::Late(timeout(), after)]);
            let (report, bench) = apply(&cloud, type_name);
            let what = format!("{type_name} after {after}");
            assert!(report.complete(), "{what}: {report:?}");
            one_object(&cloud, &bench, &what);
        }
    }
}

#[test]
fn the_surplus_of_a_late_effect_is_deleted_with_an_intent_of_its_own() {
    let cloud = failing(vec![Fault::Late(timeout(), 6_000)]);
    let (report, bench) = apply(&cloud, "T::Marker");
    assert!(report.complete());
    assert_eq!(
        (cloud.effects_of("create"), cloud.effects_of("delete")),
        (2, 1)
    );
    let intents = bench
        .records()
        .into_iter()
        .filter_map(|record| match record {
            formwork_state::Record::Intent(intent) => Some(intent),
            _ => None,
        });
    let numbers: Vec<u32> = intents.map(|intent| intent.operation.number).collect();
    assert_eq!(numbers, [0, 1]);
    one_object(&cloud, &bench, "surplus");
}

#[test]
fn while_lookups_are_denied_the_intent_stays_open() {
    let mut lost = false;
    let cloud = Cloud::failing(move |request| match request {
        Request::Create { .. } if !std::mem::replace(&mut lost, true) => Fault::After(timeout()),
        Request::Read(_) | Request::Find { .. } => {
            Fault::Before(failure(FailureClass::AccessDenied(None)))
        }
        _ => Fault::None,
    });
    let (report, bench) = apply(&cloud, "T::Name");
    assert!(
        matches!(report.failed[0].cause, Cause::Unknown(_)),
        "{report:?}"
    );
    assert_eq!(bench.state().open.len(), 1);
    assert_eq!(cloud.objects().len(), 1);
}

#[test]
fn a_cloud_that_never_answers_is_given_up_with_the_intent_open() {
    for type_name in TYPES {
        let cloud = Cloud::failing(|_| Fault::Before(timeout()));
        let (report, bench) = apply(&cloud, type_name);
        assert_eq!(report.failed.len(), 1, "{type_name}");
        let read_first = usize::from(type_name != "T::Overwrites");
        assert_eq!(bench.state().open.len(), read_first, "{type_name}");
    }
}
