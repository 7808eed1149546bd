//! In which order things are done, and how fast.

use crate::catalog::catalog;
use crate::cloud::{Cloud, Fault, failure};
use crate::plans::{Bench, address, create, delete, output, plan, text};
use formwork_engine::{Effect, Event, Job, JobError, Machine, Options, Phase};
use formwork_plan::{Operation, Step};
use formwork_provider::{FailureClass, Reply, Request};
use formwork_schema::Node;
use formwork_state::{Metadata, Record, State};
use serde_json::json;
use std::sync::Arc;

fn machine(operations: Vec<Operation>, options: Options) -> Machine {
    let job = Job {
        plan: Arc::new(plan(operations)),
        digest: "d".into(),
        state: State::default(),
        catalog: catalog(),
        options,
    };
    Machine::new(job).unwrap()
}

fn appended(effects: &[Effect]) -> Vec<(u64, usize)> {
    let append = |effect: &Effect| match effect {
        Effect::Append {
            serial, records, ..
        } => Some((*serial, records.len())),
        _ => None,
    };
    effects.iter().filter_map(append).collect()
}

fn called(effects: &[Effect]) -> Vec<usize> {
    let call = |effect: &Effect| match effect {
        Effect::Call(call) => Some(call.operation()),
        _ => None,
    };
    effects.iter().filter_map(call).collect()
}

#[test]
fn intents_of_all_that_is_ready_go_in_one_append_and_calls_wait_for_it() {
    let operations = (0..10)
        .map(|n| create(&format!("o{n}"), "T::Name", &[], &[]))
        .collect();
    let mut machine = machine(operations, Options::default());
    let first = machine.step(0, Event::Started);
    // The begin of the run and ten intents.
    assert_eq!(appended(&first), [(11, 11)]);
    assert_eq!(called(&first), [] as [usize; 0]);
    // What is durable by half may be called by half.
    assert_eq!(called(&machine.step(0, Event::Durable(4))).len(), 3);
    assert_eq!(called(&machine.step(0, Event::Durable(11))).len(), 7);
}

#[test]
fn what_needs_something_waits_for_it_and_is_recorded_with_its_outcome() {
    let operations = vec![
        create("a", "T::Name", &[], &[]),
        create("b", "T::Name", &[], &[0]),
    ];
    let mut machine = machine(operations, Options::default());
    machine.step(0, Event::Started);
    machine.step(0, Event::Durable(2));
    let live = formwork_provider::Live {
        id: "a-1".into(),
        ..formwork_provider::Live::default()
    };
    let effects = machine.step(5, Event::Done(0, Ok(Reply::Done(live))));
    // The outcome of the one and the intent of the other.
    assert_eq!(appended(&effects), [(4, 2)]);
    // An answer nobody waits for, and a timer nobody set, change nothing.
    assert!(
        machine
            .step(6, Event::Done(0, Ok(Reply::Deleted)))
            .is_empty()
    );
    assert!(
        machine
            .step(6, Event::Done(77, Ok(Reply::Deleted)))
            .is_empty()
    );
    assert!(machine.step(6, Event::Timer(99)).is_empty());
}

#[test]
fn the_longest_way_goes_first_and_places_are_limited() {
    let mut operations = vec![
        create("short", "T::Name", &[], &[]),
        create("long", "T::Name", &[], &[]),
        create("after", "T::Name", &[], &[1]),
    ];
    operations[2].expected = 60_000;
    let options = Options {
        parallel: 1,
        ..Options::default()
    };
    let mut machine = machine(operations, options);
    let effects = machine.step(0, Event::Started);
    assert_eq!(appended(&effects), [(2, 2)]);
    assert_eq!(called(&machine.step(0, Event::Durable(2))), [1]);
}

#[test]
fn a_plan_out_of_order_used_or_stale_is_refused() {
    let job = |operations| Job {
        plan: Arc::new(plan(operations)),
        digest: "d".into(),
        state: State::default(),
        catalog: catalog(),
        options: Options::default(),
    };
    let early = Machine::new(job(vec![create("a", "T::Name", &[], &[0])])).err();
    assert!(matches!(early, Some(JobError::Order(_))), "{early:?}");
    let beyond = Machine::new(job(vec![create("a", "T::Name", &[], &[usize::MAX - 1])])).err();
    assert!(matches!(beyond, Some(JobError::Order(_))), "{beyond:?}");
    let mut used = job(Vec::new());
    used.state.plans.insert("d".into());
    assert_eq!(Machine::new(used).err(), Some(JobError::Used));
    let mut stale = job(Vec::new());
    stale.state.serial = 3;
    assert_eq!(
        Machine::new(stale).err(),
        Some(JobError::Stale {
            planned: 0,
            found: 3
        })
    );
}

#[test]
fn values_of_what_was_made_are_filled_in() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let arn = Node::attribute(address("a"), "Arn", crate::plans::SPAN);
    let id = Node::attribute(address("a"), "id", crate::plans::SPAN);
    let mut made = plan(vec![
        create("a", "T::Name", &[], &[]),
        create("b", "T::Name", &[("Of", arn.clone()), ("Id", id)], &[0]),
    ]);
    made.outputs = vec![output("arn", arn), output("word", text("x"))];
    let done = bench.simulate(&cloud, made);
    assert!(matches!(done.ending, formwork_engine::Ending::Finished(report) if report.complete()));
    let state = bench.state();
    let (_, object) = state.newest(&address("b")).unwrap();
    assert_eq!(object.authored["Of"], json!("arn:a-1"));
    assert_eq!(object.authored["Id"], json!("a-1"));
    assert_eq!(state.outputs["arn"], json!("arn:a-1"));
    assert_eq!(state.outputs["word"], json!("x"));
    assert!(state.open.is_empty());
    let last = bench.records().pop();
    assert!(
        matches!(last, Some(Record::Ended { complete: true, .. })),
        "{last:?}"
    );
}

#[test]
fn a_value_that_stays_unknown_fails_its_operation_at_the_property() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let missing = Node::attribute(address("a"), "Nothing", crate::plans::SPAN);
    let report = bench.apply(
        &cloud,
        vec![
            create("a", "T::Name", &[], &[]),
            create("b", "T::Name", &[("Of", missing)], &[0]),
        ],
    );
    assert_eq!(report.done, [0]);
    assert_eq!(report.failed[0].span, Some(crate::plans::SPAN));
    assert_eq!(
        report.failed[0].cause.to_string(),
        "Of cannot be filled in: `Nothing` of thing.a, which it needs, is not known after thing.a was done"
    );
}

#[test]
fn a_failure_skips_what_depends_on_it_and_nothing_else() {
    let cloud = Cloud::failing(|request| match request {
        Request::Create { target, .. } if target.name.as_deref() == Some("bad") => {
            Fault::Before(failure(FailureClass::InvalidInput(Some("Size".to_owned()))))
        }
        _ => Fault::None,
    });
    let mut bench = Bench::new();
    let size = Node::new(
        "big",
        formwork_diag::Span::new(formwork_diag::SourceId(0), 33, 38),
    );
    let report = bench.apply(
        &cloud,
        vec![
            create("bad", "T::Name", &[("Size", size)], &[]),
            create("child", "T::Name", &[], &[0]),
            create("grandchild", "T::Name", &[], &[1]),
            create("other", "T::Name", &[], &[]),
        ],
    );
    assert_eq!(report.done, [3]);
    assert_eq!(report.failed.len(), 1);
    assert_eq!(report.failed[0].span.map(|span| span.start), Some(33));
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|one| (one.operation, one.because))
        .collect();
    assert_eq!(skipped, [(1, 0), (2, 0)]);
    let state = bench.state();
    assert!(
        state.open.is_empty(),
        "a call that had no effect leaves no open intent"
    );
    let last = bench.records().pop();
    assert!(matches!(
        last,
        Some(Record::Ended {
            complete: false,
            ..
        })
    ));
}

#[test]
fn calls_keep_to_the_rate_of_their_family() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let operations = (0..12).map(|n| {
        let mut operation = create(&format!("o{n}"), "T::Name", &[], &[]);
        operation.family = "slow".into();
        operation
    });
    let report = bench.apply(&cloud, operations.collect());
    assert!(report.complete());
    // Two at once, then two a second.
    let calls = cloud.calls();
    assert_eq!(calls.len(), 12);
    for (n, at) in calls.iter().enumerate() {
        let earliest = (n as u64).saturating_sub(1) * 500;
        assert!(*at >= earliest, "call {n} at {at}");
    }
    assert!(report.elapsed <= 5_500, "{}", report.elapsed);
}

#[test]
fn throttling_halves_the_rate_and_honours_the_wait_asked_for() {
    let mut refused = 0;
    let cloud = Cloud::failing(move |request| {
        refused += u32::from(request.mutates());
        match request.mutates() && refused == 1 {
            true => {
                let mut failure = failure(FailureClass::Throttle);
                failure.retry_after = Some(7_000);
                Fault::Before(failure)
            }
            false => Fault::None,
        }
    });
    let mut bench = Bench::new();
    bench.options.parallel = 1;
    let operations = (0..4).map(|n| {
        let mut operation = create(&format!("o{n}"), "T::Name", &[], &[]);
        operation.family = "slow".into();
        operation
    });
    let report = bench.apply(&cloud, operations.collect());
    assert!(report.complete(), "{report:?}");
    let calls = cloud.calls();
    assert_eq!(calls.len(), 5);
    assert!(calls[1] >= 7_000, "{calls:?}");
    let waits =
        |phase: &Phase| matches!(phase, Phase::Waiting(formwork_engine::Waiting::Throttled));
    let cloud = Cloud::new();
    assert!(
        !bench
            .simulate(&cloud, plan(vec![]))
            .progress
            .iter()
            .any(|one| waits(&one.phase))
    );
}

#[test]
fn steps_without_a_call_are_recorded_in_order() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    assert!(
        bench
            .apply(&cloud, vec![create("a", "T::Name", &[], &[])])
            .complete()
    );
    let metadata = Metadata {
        protect: true,
        ..Metadata::default()
    };
    let record = |step, needs: &[usize]| Operation {
        step,
        ..create("a", "T::Name", &[], needs)
    };
    let report = bench.apply(&cloud, vec![record(Step::Record(metadata), &[])]);
    assert!(report.complete());
    assert!(
        bench
            .state()
            .newest(&address("a"))
            .unwrap()
            .1
            .metadata
            .protect
    );
    assert!(
        bench
            .apply(&cloud, vec![record(Step::Forget, &[])])
            .complete()
    );
    assert!(bench.state().objects.is_empty());
    assert_eq!(cloud.objects().len(), 1, "what is forgotten stays");
}

#[test]
fn deletes_wait_for_what_uses_the_object() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let uses = Node::attribute(address("a"), "id", crate::plans::SPAN);
    assert!(
        bench
            .apply(
                &cloud,
                vec![
                    create("a", "T::Name", &[], &[]),
                    create("b", "T::Name", &[("Uses", uses)], &[0]),
                ]
            )
            .complete()
    );
    let report = bench.apply(
        &cloud,
        vec![
            delete("b", "T::Name", "b-2", &[]),
            delete("a", "T::Name", "a-1", &[0]),
        ],
    );
    assert_eq!(report.done, [0, 1]);
    assert!(cloud.objects().is_empty());
    assert!(bench.state().objects.is_empty());
}
