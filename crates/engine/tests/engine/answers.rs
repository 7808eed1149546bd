//! What the machine makes of each answer.

use crate::catalog::WINDOW;
use crate::cloud::{Cloud, Fault, failure, timeout};
use crate::plans::{Bench, address, create, delete, delete_holding, tags, text, update};
use formwork_engine::{Cause, Ending, Report};
use formwork_plan::Data;
use formwork_provider::{FailureClass, Request};
use formwork_state::{ObjectStatus, Outcome, Record};
use serde_json::{Map, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A fault for the first `times` calls that `which` picks.
fn first(
    times: u32,
    which: impl Fn(&Request) -> bool + Send + 'static,
    fault: impl Fn() -> Fault + Send + 'static,
) -> (Cloud, Arc<AtomicU32>) {
    let fired = Arc::new(AtomicU32::new(0));
    let count = fired.clone();
    let cloud = Cloud::failing(move |request| {
        if which(request) && count.load(Ordering::Relaxed) < times {
            count.fetch_add(1, Ordering::Relaxed);
            return fault();
        }
        Fault::None
    });
    (cloud, fired)
}

fn creates(request: &Request) -> bool {
    matches!(request, Request::Create { .. })
}

fn outcomes(bench: &Bench) -> Vec<Outcome> {
    let outcome = |record| match record {
        Record::Outcome { outcome, .. } => Some(outcome),
        _ => None,
    };
    bench.records().into_iter().filter_map(outcome).collect()
}

fn one(type_name: &str, cloud: &Cloud) -> (Report, Bench) {
    let mut bench = Bench::new();
    let report = bench.apply(cloud, vec![create("a", type_name, &[], &[])]);
    (report, bench)
}

#[test]
fn a_slow_creation_is_recorded_with_its_id_at_once_and_polled() {
    let cloud = Cloud::new();
    let (report, bench) = one("T::Slow", &cloud);
    assert!(report.complete());
    assert!(report.elapsed >= 3_000, "{}", report.elapsed);
    let outcomes = outcomes(&bench);
    assert_eq!(outcomes[0], Outcome::Pending { id: "a-1".into() });
    assert!(matches!(outcomes[1], Outcome::Created { .. }));
}

#[test]
fn a_creation_that_fails_after_its_id_was_given_is_left_for_the_next_plan() {
    for type_name in ["T::Slow", "T::Name"] {
        let (cloud, fired) = first(1, creates, || Fault::Breaks);
        let (report, bench) = one(type_name, &cloud);
        assert_eq!(fired.load(Ordering::Relaxed), 1);
        let cause = &report.failed[0].cause;
        assert!(
            matches!(cause, Cause::Call(failure) if failure.class == FailureClass::CreationFailed)
        );
        let state = bench.state();
        let (_, object) = state.newest(&address("a")).unwrap();
        assert_eq!((&*object.id, object.status), ("a-1", ObjectStatus::Failed));
        assert!(state.open.is_empty());
    }
}

#[test]
fn a_role_that_is_not_yet_seen_is_waited_for_but_not_for_ever() {
    let (cloud, _) = first(20, creates, || {
        Fault::Before(failure(FailureClass::IamPropagation))
    });
    let (report, _) = one("T::Name", &cloud);
    assert!(report.complete());
    assert!(report.elapsed < 45_000, "asked densely: {}", report.elapsed);
    let (cloud, _) = first(u32::MAX, creates, || {
        Fault::Before(failure(FailureClass::IamPropagation))
    });
    let (report, bench) = one("T::Name", &cloud);
    assert_eq!(report.failed.len(), 1);
    assert!(
        (900_000..910_000).contains(&report.elapsed),
        "{}",
        report.elapsed
    );
    assert!(bench.state().open.is_empty());
}

#[test]
fn server_faults_and_conflicts_are_tried_again() {
    for class in [
        FailureClass::Transient,
        FailureClass::Conflict,
        FailureClass::NotFound,
        FailureClass::Throttle,
    ] {
        let (cloud, fired) = first(3, creates, move || Fault::Before(failure(class.clone())));
        let (report, bench) = one("T::Name", &cloud);
        assert!(report.complete(), "{report:?}");
        assert_eq!(fired.load(Ordering::Relaxed), 3);
        assert_eq!((cloud.objects().len(), cloud.effects_of("create")), (1, 1));
        assert!(bench.state().open.is_empty());
    }
}

#[test]
fn what_the_cloud_refuses_fails_at_once_and_leaves_no_open_intent() {
    for class in [
        FailureClass::AccessDenied(Some("t:Create".to_owned())),
        FailureClass::Quota,
        FailureClass::InvalidInput(None),
        FailureClass::HoldsData,
    ] {
        let (cloud, _) = first(u32::MAX, creates, move || {
            Fault::Before(failure(class.clone()))
        });
        let (report, bench) = one("T::Name", &cloud);
        assert_eq!(
            (report.failed.len(), report.calls, report.elapsed),
            (1, 1, 0)
        );
        assert!(bench.state().open.is_empty());
        assert_eq!(
            outcomes(&bench),
            [Outcome::NoEffect {
                reason: "Code: the cloud says no".to_owned()
            }]
        );
    }
}

fn with_object(cloud: &Cloud) -> (Bench, Arc<str>) {
    let mut bench = Bench::new();
    assert!(
        bench
            .apply(
                cloud,
                vec![create("a", "T::Name", &[("Size", text("1"))], &[])]
            )
            .complete()
    );
    let state = bench.state();
    let id = state.newest(&address("a")).unwrap().1.id.clone();
    (bench, id)
}

fn size(value: &str) -> Map<String, serde_json::Value> {
    Map::from_iter([("Size".to_owned(), json!(value))])
}

#[test]
fn an_update_is_made_if_nothing_changed_since_the_plan() {
    let cloud = Cloud::new();
    let (mut bench, id) = with_object(&cloud);
    let report = bench.apply(
        &cloud,
        vec![update(
            "a",
            "T::Name",
            &id,
            &[("Size", text("2"))],
            size("1"),
        )],
    );
    assert!(report.complete(), "{report:?}");
    assert_eq!(cloud.objects()[0].properties["Size"], json!("2"));
    assert_eq!(
        bench.state().newest(&address("a")).unwrap().1.authored["Size"],
        json!("2")
    );
}

#[test]
fn a_drift_since_the_plan_stops_the_update_with_a_diff() {
    let cloud = Cloud::new();
    let (mut bench, id) = with_object(&cloud);
    cloud.change(&id, |object| {
        object.properties.insert("Size".to_owned(), json!("9"));
    });
    let report = bench.apply(
        &cloud,
        vec![update(
            "a",
            "T::Name",
            &id,
            &[("Size", text("2"))],
            size("1"),
        )],
    );
    let Cause::Drift(drifted) = &report.failed[0].cause else {
        panic!("{report:?}");
    };
    assert_eq!(
        (
            &*drifted[0].property,
            &drifted[0].planned,
            &drifted[0].found
        ),
        ("Size", &Some(json!("1")), &Some(json!("9")))
    );
    assert_eq!(
        report.failed[0].cause.to_string(),
        r#"it was changed outside since the plan was made: Size was "1", is "9""#
    );
    assert_eq!(cloud.effects_of("update"), 0);
    assert!(bench.state().open.is_empty());
}

#[test]
fn an_object_that_is_gone_stops_its_update_and_ends_its_delete() {
    let cloud = Cloud::new();
    let (mut bench, id) = with_object(&cloud);
    cloud.remove(&id);
    let report = bench.apply(
        &cloud,
        vec![update(
            "a",
            "T::Name",
            &id,
            &[("Size", text("2"))],
            size("1"),
        )],
    );
    assert_eq!(report.failed[0].cause, Cause::Gone(id.clone()));
    let report = bench.apply(&cloud, vec![delete("a", "T::Name", &id, &[])]);
    assert!(report.complete());
    assert!(
        report.elapsed >= u64::from(WINDOW),
        "one read that shows nothing is not enough"
    );
    assert!(bench.state().objects.is_empty());
}

#[test]
fn a_read_that_is_denied_or_unanswered_is_never_taken_as_gone() {
    for class in [FailureClass::AccessDenied(None), FailureClass::Timeout] {
        let cloud = Cloud::new();
        let (mut bench, id) = with_object(&cloud);
        let reads = |request: &Request| matches!(request, Request::Read(_));
        cloud.set_faults(Some(Box::new(move |request| match reads(request) {
            true => Fault::Before(failure(class.clone())),
            false => Fault::None,
        })));
        let report = bench.apply(&cloud, vec![delete("a", "T::Name", &id, &[])]);
        assert!(matches!(report.failed[0].cause, Cause::Call(_)));
        assert_eq!(cloud.objects().len(), 1);
        assert_eq!(bench.state().objects.len(), 1);
    }
}

#[test]
fn an_object_that_others_made_under_our_id_is_not_deleted() {
    let cloud = Cloud::new();
    let (mut bench, id) = with_object(&cloud);
    cloud.change(&id, |object| object.tags.clear());
    let report = bench.apply(&cloud, vec![delete("a", "T::Name", &id, &[])]);
    assert!(
        matches!(&report.failed[0].cause, Cause::Foreign { .. }),
        "{report:?}"
    );
    assert_eq!(cloud.objects().len(), 1);
}

#[test]
fn what_was_empty_and_is_not_any_more_stays() {
    for (data, goes) in [(Data::Empty, false), (Data::Lost, true)] {
        let cloud = Cloud::new();
        let (mut bench, id) = with_object(&cloud);
        cloud.change(&id, |object| object.contents = 3);
        let report = bench.apply(&cloud, vec![delete_holding("a", "T::Name", &id, data, &[])]);
        assert_eq!(report.complete(), goes);
        assert_eq!(cloud.objects().len(), usize::from(!goes));
        let last = bench.state().last.unwrap();
        assert_eq!(last.losses.len(), usize::from(goes));
        if !goes {
            assert_eq!(
                report.failed[0].cause.to_string(),
                "it was empty when the plan was made and holds 3 items now"
            );
            assert!(bench.state().open.is_empty());
        }
    }
}

#[test]
fn a_delete_waits_while_something_uses_the_object() {
    let deletes = |request: &Request| matches!(request, Request::Delete { .. });
    let (cloud, fired) = first(5, deletes, || Fault::Before(failure(FailureClass::InUse)));
    let (mut bench, id) = with_object(&cloud);
    let report = bench.apply(&cloud, vec![delete("a", "T::Name", &id, &[])]);
    assert!(report.complete());
    assert_eq!(fired.load(Ordering::Relaxed), 5);
    assert!(cloud.objects().is_empty());
}

#[test]
fn a_name_of_somebody_else_is_named_and_not_touched() {
    for type_name in ["T::Name", "T::Overwrites"] {
        let cloud = Cloud::new();
        cloud.put(type_name, "a", &tags("blog", "thing.x"));
        let (report, bench) = one(type_name, &cloud);
        assert_eq!(
            report.failed[0].cause.to_string(),
            "a-1 exists already and belongs to stack `blog`, environment `dev` (thing.x)"
        );
        assert_eq!(cloud.objects()[0].tags["formwork:stack"], "blog");
        assert!(bench.state().objects.is_empty() && bench.state().open.is_empty());
        let cloud = Cloud::new();
        cloud.put(type_name, "a", &[]);
        let (report, _) = one(type_name, &cloud);
        assert_eq!(
            report.failed[0].cause.to_string(),
            "a-1 exists already and was not made by formwork"
        );
        assert!(cloud.objects()[0].tags.is_empty());
    }
}

#[test]
fn a_name_of_ours_is_adopted() {
    for type_name in ["T::Name", "T::Overwrites"] {
        let cloud = Cloud::new();
        let id = cloud.put(type_name, "a", &tags("shop", "thing.a"));
        let (report, bench) = one(type_name, &cloud);
        assert!(report.complete(), "{report:?}");
        assert_eq!(*bench.state().newest(&address("a")).unwrap().1.id, *id);
        assert_eq!(cloud.effects_of("create"), 0);
    }
}

#[test]
fn an_object_without_tags_is_ours_if_its_parent_is() {
    let parent = |cloud: &Cloud, bench: &mut Bench| {
        assert!(
            bench
                .apply(cloud, vec![create("p", "T::Name", &[], &[])])
                .complete()
        );
        assert_eq!(cloud.objects()[0].id, "p-1");
    };
    let child = |of: &str| {
        create(
            "c",
            "T::Child",
            &[("Key", text("k")), ("Parent", text(of))],
            &[],
        )
    };
    let there = |cloud: &Cloud| {
        let id = cloud.put("T::Child", "k", &[]);
        cloud.change(&id, |object| {
            object.properties.insert("Key".to_owned(), json!("k"));
        });
    };
    for (of, ours) in [("p-1", true), ("elsewhere", false)] {
        let (cloud, mut bench) = (Cloud::new(), Bench::new());
        parent(&cloud, &mut bench);
        there(&cloud);
        let report = bench.apply(&cloud, vec![child(of)]);
        assert_eq!(report.complete(), ours, "{report:?}");
        assert_eq!(cloud.objects().len(), 2);
    }
}

#[test]
fn an_update_without_answer_is_repeated_and_when_given_up_left_uncertain() {
    let updates = |request: &Request| matches!(request, Request::Update { .. });
    let cloud = Cloud::new();
    let (mut bench, id) = with_object(&cloud);
    let mut times = 0;
    cloud.set_faults(Some(Box::new(move |request| {
        times += u32::from(updates(request));
        match updates(request) && times <= 2 {
            true => Fault::After(timeout()),
            false => Fault::None,
        }
    })));
    let change = |value: &str, from: &str| {
        vec![update(
            "a",
            "T::Name",
            &id,
            &[("Size", text(value))],
            size(from),
        )]
    };
    assert!(bench.apply(&cloud, change("2", "1")).complete());
    cloud.set_faults(Some(Box::new(move |request| match updates(request) {
        true => Fault::Before(timeout()),
        false => Fault::None,
    })));
    let report = bench.apply(&cloud, change("3", "2"));
    assert!(
        matches!(report.failed[0].cause, Cause::Unknown(_)),
        "{report:?}"
    );
    let state = bench.state();
    let object = state.newest(&address("a")).unwrap().1;
    assert!(object.uncertain.contains("Size"));
    assert_eq!(object.authored["Size"], json!("2"));
}

#[test]
fn every_order_of_answers_gives_the_same_end() {
    for seed in 0..50 {
        let (cloud, mut bench) = (Cloud::new(), Bench::new());
        bench.seed = seed;
        let operations = vec![
            create("a", "T::Slow", &[], &[]),
            create("b", "T::Marker", &[], &[]),
            create("c", "T::Token", &[], &[0]),
            create("d", "T::Overwrites", &[], &[0, 1]),
        ];
        let done = bench.simulate(&cloud, crate::plans::plan(operations));
        assert!(matches!(done.ending, Ending::Finished(report) if report.complete()));
        assert_eq!(cloud.effects_of("create"), 4);
        assert_eq!(bench.state().objects.len(), 4);
    }
}
