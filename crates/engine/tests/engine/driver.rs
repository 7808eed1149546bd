//! The driver of real runs: a store on its own thread, calls as futures, virtual time.

use crate::cloud::Cloud;
use crate::plans::{Bench, create, plan};
use formwork_engine::{Applied, Stop, apply};
use formwork_plan::Operation;
use formwork_store::memory::Fault as DiskFault;
use tokio::sync::mpsc::unbounded_channel;

fn run(bench: &mut Bench, cloud: &Cloud, operations: Vec<Operation>, asked: usize) -> Applied {
    let job = bench.job(plan(operations));
    let store = Box::new(bench.disk.open());
    let (sender, interrupts) = unbounded_channel();
    for _ in 0..asked {
        sender.send(()).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime
        .block_on(apply(job, store, cloud, |_| {}, interrupts))
        .unwrap()
}

fn chain(count: usize, family: &str) -> Vec<Operation> {
    let operation = |n: usize| {
        let needs = if n < 10 { vec![] } else { vec![n / 2, n / 3] };
        let mut operation = create(&format!("o{n}"), "T::Name", &[], &needs);
        operation.family = family.into();
        operation
    };
    (0..count).map(operation).collect()
}

#[test]
fn many_operations_go_in_few_writes() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let applied = run(&mut bench, &cloud, chain(2_000, "fast"), 0);
    assert!(applied.report.complete());
    assert_eq!(cloud.objects().len(), 2_000);
    let state = bench.state();
    assert_eq!(state.objects.len(), 2_000);
    assert_eq!(applied.state.head, state.head);
    assert_eq!(applied.state, state);
    assert!(applied.store.is_some() && applied.store_error.is_none());
    // An intent and an outcome each, in groups of what was ready.
    assert!(
        bench.disk.writes() < 1_000,
        "{} writes",
        bench.disk.writes()
    );
}

#[test]
fn time_passes_as_the_rates_say() {
    let (cloud, mut bench) = (Cloud::new().realtime(), Bench::new());
    let applied = run(&mut bench, &cloud, chain(100, "slow"), 0);
    assert!(applied.report.complete());
    let elapsed = applied.report.elapsed;
    assert!(
        (49_000..52_000).contains(&elapsed),
        "98 calls at two a second: {elapsed}"
    );
    // A provider in virtual time keeps the rates itself.
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let applied = run(&mut bench, &cloud, chain(100, "slow"), 0);
    assert!(applied.report.complete());
    assert_eq!(applied.report.elapsed, 0);
}

#[test]
fn interrupts_are_heard() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let applied = run(&mut bench, &cloud, chain(100, "slow"), 1);
    assert_eq!(applied.report.stopped, Some(Stop::Interrupted(1)));
    assert!(applied.report.not_begun > 0);
    assert!(bench.state().open.is_empty());
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    let applied = run(&mut bench, &cloud, chain(100, "slow"), 2);
    assert_eq!(applied.report.stopped, Some(Stop::Interrupted(2)));
}

#[test]
fn a_full_disk_is_reported_with_its_cause() {
    let (cloud, mut bench) = (Cloud::new(), Bench::new());
    bench.disk.fail_write(1, DiskFault::DiskFull);
    let applied = run(&mut bench, &cloud, chain(100, "fast"), 0);
    assert!(matches!(applied.report.stopped, Some(Stop::Store(_))));
    assert!(matches!(
        applied.store_error,
        Some(formwork_state::StoreError::DiskFull { .. })
    ));
    let state = bench.state();
    assert!(cloud.objects().len() <= state.objects.len() + state.open.len());
}
