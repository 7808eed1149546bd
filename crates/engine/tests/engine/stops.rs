//! How a run is stopped: by the user, once and twice; by a full disk; by another writer.

use crate::cloud::{Cloud, Fault, failure};
use crate::plans::{Bench, create, plan};
use formwork_engine::{Ending, Event, Machine, Report, Stop};
use formwork_provider::{FailureClass, Request};
use formwork_state::{Record, StoreError};
use formwork_store::memory::Fault as DiskFault;

fn finished(ending: Ending) -> Report {
    match ending {
        Ending::Finished(report) => *report,
        Ending::Crashed => panic!("it crashed"),
    }
}

fn two() -> Vec<formwork_plan::Operation> {
    vec![
        create("a", "T::Slow", &[], &[]),
        create("b", "T::Name", &[], &[0]),
    ]
}

#[test]
fn the_first_interrupt_lets_what_runs_end_and_begins_nothing() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    // Before the answer of the first create.
    bench.interrupts.insert(3, 1);
    let report = finished(bench.simulate(&cloud, plan(two())).ending);
    assert_eq!(report.stopped, Some(Stop::Interrupted(1)));
    assert_eq!((report.done.clone(), report.not_begun), (vec![0], 1));
    assert!(!report.complete());
    let state = bench.state();
    assert_eq!((state.objects.len(), state.open.len()), (1, 0));
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
fn an_interrupt_at_any_moment_leaves_nothing_open() {
    let mut moments = 0;
    loop {
        let (cloud, mut bench) = (Cloud::new(), Bench::new());
        bench.interrupts.insert(moments, 1);
        let done = bench.simulate(&cloud, plan(two()));
        let report = finished(done.ending);
        let state = bench.state();
        assert!(state.open.is_empty(), "at {moments}");
        assert_eq!(cloud.objects().len(), state.objects.len(), "at {moments}");
        let all = report.done.len() + report.interrupted.len() + report.not_begun;
        assert_eq!(all, 2, "at {moments}: {report:?}");
        if done.happened <= moments {
            break;
        }
        moments += 1;
    }
    assert!(moments > 10);
}

#[test]
fn an_interrupt_ends_a_wait_for_a_repeated_call() {
    let cloud = Cloud::failing(|request| match request {
        Request::Create { .. } => Fault::Before(failure(FailureClass::InUse)),
        _ => Fault::None,
    });
    let mut bench = Bench::new();
    bench.interrupts.insert(12, 1);
    let report = finished(bench.simulate(&cloud, plan(two())).ending);
    assert_eq!(report.interrupted.len(), 1);
    assert!(
        !report.interrupted[0].called,
        "it is certain that the call had no effect"
    );
    assert!(report.elapsed < 60_000);
    assert!(bench.state().open.is_empty());
}

#[test]
fn the_second_interrupt_stops_at_once_and_says_what_is_half_done() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    bench.interrupts.insert(3, 1);
    bench.interrupts.insert(5, 2);
    let done = bench.simulate(&cloud, plan(two()));
    assert_eq!(done.happened, 5);
    let report = finished(done.ending);
    assert_eq!(report.stopped, Some(Stop::Interrupted(2)));
    assert_eq!(report.interrupted.len(), 1);
    assert!(report.interrupted[0].called);
    assert_eq!(bench.state().open.len(), 1, "the next plan finds out");
}

#[test]
fn a_full_disk_stops_the_run_before_the_next_call() {
    for write in 0..4 {
        let (cloud, mut bench) = (Cloud::new(), Bench::new());
        bench.disk.fail_write(write, DiskFault::DiskFull);
        let report = finished(bench.simulate(&cloud, plan(two())).ending);
        assert!(matches!(report.stopped, Some(Stop::Store(_))), "{report:?}");
        assert_eq!(bench.disk.fired(), 1);
        // Whatever is there is in the journal, by its object or by its intent.
        let state = bench.state();
        assert!(cloud.objects().len() <= state.objects.len() + state.open.len());
        if write == 0 {
            assert_eq!(cloud.calls().len(), 0);
        }
    }
}

#[test]
fn a_lost_lease_stops_the_run_without_another_write() {
    let mut bench = Bench::new();
    let job = bench.job(plan(two()));
    let mut machine = Machine::new(job).unwrap();
    machine.step(0, Event::Started);
    let effects = machine.step(0, Event::LeaseLost);
    let texts: Vec<String> = effects.iter().map(|effect| format!("{effect:?}")).collect();
    assert!(
        !texts
            .iter()
            .any(|text| text.starts_with("Append") || text.starts_with("Call"))
    );
    assert!(texts.last().unwrap().contains("LeaseLost"));
    assert!(
        machine.step(0, Event::Durable(2)).is_empty(),
        "nothing follows the end"
    );
}

#[test]
fn a_plan_is_applied_once() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let job = bench.job(plan(two()));
    let again = job.clone();
    let mut store = bench.disk.open();
    let simulator = |store| formwork_engine::Simulator {
        provider: &cloud,
        store,
        seed: 0,
        crash: None,
        interrupts: std::collections::BTreeMap::new(),
    };
    simulator(&mut store).run(job).unwrap();
    let mut again = again;
    again.state = bench.state();
    let mut store = bench.disk.open();
    let refused = simulator(&mut store).run(again).err();
    assert_eq!(refused, Some(formwork_engine::JobError::Used));
}

#[test]
fn another_writer_is_noticed_at_the_next_write() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let job = bench.job(plan(two()));
    let mut store = bench.disk.open();
    let _other = bench.disk.open();
    let simulator = formwork_engine::Simulator {
        provider: &cloud,
        store: &mut store,
        seed: 0,
        crash: None,
        interrupts: std::collections::BTreeMap::new(),
    };
    let report = finished(simulator.run(job).unwrap().ending);
    let locked = StoreError::Locked(None).to_string();
    assert_eq!(report.stopped, Some(Stop::Store(locked)));
    assert!(cloud.calls().is_empty());
}
