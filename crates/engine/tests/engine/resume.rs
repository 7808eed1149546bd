//! A saved plan that was cut short is applied again: it goes on, does each thing once, and is then used up.

use crate::catalog::catalog;
use crate::cloud::{Cloud, Fault};
use crate::crash::{Stack, audit, changed, lives, made, now, plan_of, prepared};
use crate::plans::Bench;
use formwork_engine::{Ending, Job, Refresh, Report, Simulator, observe};
use formwork_plan::{Plan, Resume, ResumeError, Step, resume};
use formwork_provider::{OwnerTags, Request};
use std::collections::BTreeMap;
use std::sync::Arc;

const DIGEST: &str = "saved";

/// What is left of a plan, or all of it if it was never begun.
fn rest(bench: &Bench, cloud: &Cloud, plan: &Plan) -> Result<Plan, ResumeError> {
    let state = bench.state();
    if !state.plans.contains(DIGEST) {
        return Ok(plan.clone());
    }
    let catalog = catalog();
    let owner = OwnerTags {
        stack: "shop".into(),
        env: "dev".into(),
    };
    let observed = now(observe(&state, &owner, &*catalog, cloud, Refresh::Full)).unwrap();
    resume(
        plan,
        &Resume {
            state: &state,
            observed: &observed,
            catalog: &*catalog,
        },
    )
}

/// Applies a saved plan, or goes on with it. `None`: cut off.
fn apply(
    bench: &Bench,
    cloud: &Cloud,
    plan: &Plan,
    crash: Option<u64>,
    seed: u64,
) -> Result<Option<Report>, String> {
    let rest = rest(bench, cloud, plan).map_err(|error| error.to_string())?;
    only_what_was_planned(&rest, plan);
    let job = Job {
        plan: Arc::new(rest),
        digest: DIGEST.into(),
        state: bench.state(),
        catalog: catalog(),
        options: bench.options.clone(),
    };
    let mut store = bench.disk.open();
    let simulator = Simulator {
        provider: cloud,
        store: &mut store,
        seed,
        crash,
        interrupts: BTreeMap::new(),
    };
    let done = simulator.run(job).map_err(|error| error.to_string())?;
    Ok(match done.ending {
        Ending::Crashed => None,
        Ending::Finished(report) => Some(*report),
    })
}

/// What is left of a plan is the plan's own, and the end of what was open.
fn only_what_was_planned(rest: &Plan, plan: &Plan) {
    for operation in &rest.operations {
        let mut step = operation.step.clone();
        let planned = plan.operations.iter().any(|other| {
            // An update in doubt is sent over whatever of it took effect.
            if let (Step::Update { expected, .. }, Step::Update { expected: seen, .. }) =
                (&mut step, &other.step)
            {
                expected.clone_from(seen);
            }
            other.address == operation.address
                && other.generation == operation.generation
                && other.step == step
        });
        let ends = matches!(step, Step::Recover(_) | Step::Settle { .. });
        assert!(planned || ends, "{operation:?} is not in the plan");
    }
}

/// After any crash, the same plan again does the rest; `second` also cuts the going on.
fn crash_everywhere(before: &[Stack], stack: &Stack, seed: u64, second: Option<u64>) -> u64 {
    let whole = {
        let (bench, cloud) = prepared(before, seed);
        let plan = plan_of(&bench.state(), &cloud, stack);
        let report = apply(&bench, &cloud, &plan, None, seed).unwrap().unwrap();
        assert!(report.complete());
        cloud
    };
    for crash in 0.. {
        let (bench, cloud) = prepared(before, seed);
        let plan = plan_of(&bench.state(), &cloud, stack);
        let first = apply(&bench, &cloud, &plan, Some(crash), seed).unwrap();
        let ended = first.is_some();
        let mine = |last: formwork_state::LastRun| &*last.plan == DIGEST && last.complete;
        let complete = |bench: &Bench| bench.state().last.is_some_and(mine);
        if !complete(&bench) {
            if second.is_some() {
                apply(&bench, &cloud, &plan, second, seed + 2).unwrap();
            }
            if !complete(&bench) {
                let report = apply(&bench, &cloud, &plan, None, seed + 1);
                let report = report.unwrap_or_else(|why| panic!("after crash {crash}: {why}"));
                assert!(report.unwrap().complete(), "after crash {crash}");
            }
        }
        audit(&bench, &cloud, stack).unwrap_or_else(|why| panic!("after crash {crash}: {why}"));
        for verb in ["create", "delete"] {
            let (found, expected) = (cloud.effects_of(verb), whole.effects_of(verb));
            assert_eq!(
                found, expected,
                "{verb}s after crash {crash} and {second:?}"
            );
        }
        // Only an update in doubt is made again.
        let (found, expected) = (cloud.effects_of("update"), whole.effects_of("update"));
        let doubts = 1 + usize::from(second.is_some());
        assert!(
            found <= expected + doubts,
            "{found} updates after crash {crash}"
        );
        assert_eq!(rest(&bench, &cloud, &plan), Err(ResumeError::Other));
        if ended {
            return crash;
        }
    }
    unreachable!()
}

#[test]
fn a_plan_cut_off_anywhere_goes_on_and_does_each_thing_once() {
    for seed in 0..3 {
        for (before, stack) in lives() {
            let crashes = crash_everywhere(&before, &stack, seed, None);
            assert!(crashes > 20, "{crashes} crashes");
        }
    }
}

#[test]
fn going_on_can_be_cut_off_too() {
    for (before, stack) in lives() {
        for second in (0..40).step_by(9) {
            crash_everywhere(&before, &stack, 0, Some(second));
        }
    }
}

#[test]
fn a_plan_that_failed_in_part_goes_on_when_the_cause_is_mended() {
    let cloud = Cloud::failing(|request| match request {
        Request::Create { target, .. } if target.address.label == "c".into() => Fault::Before(
            crate::cloud::failure(formwork_provider::FailureClass::Quota),
        ),
        _ => Fault::None,
    });
    let bench = Bench::new();
    let plan = plan_of(&bench.state(), &cloud, &made());
    let report = apply(&bench, &cloud, &plan, None, 0).unwrap().unwrap();
    assert!(!report.complete() && report.failed.len() == 1);
    cloud.set_faults(None);
    let left = rest(&bench, &cloud, &plan).unwrap();
    assert_eq!(left.operations.len(), 2, "{left:?}");
    assert_eq!(left.changes.len(), 2);
    assert_eq!(left.unchanged, 3);
    assert!(
        apply(&bench, &cloud, &plan, None, 0)
            .unwrap()
            .unwrap()
            .complete()
    );
    audit(&bench, &cloud, &made()).unwrap();
}

#[test]
fn what_is_of_no_use_and_what_others_did_since_need_another_plan() {
    let cloud = Cloud::failing(|request| match request {
        Request::Create { target, .. } if target.address.label == "c".into() => Fault::Breaks,
        _ => Fault::None,
    });
    let mut bench = Bench::new();
    let plan = plan_of(&bench.state(), &cloud, &made());
    apply(&bench, &cloud, &plan, None, 0).unwrap().unwrap();
    cloud.set_faults(None);
    let failed = rest(&bench, &cloud, &plan).unwrap_err();
    assert_eq!(failed, ResumeError::Failed(crate::plans::address("c")));
    let how = crate::crash::How {
        crash: None,
        seed: 0,
        engine: crate::crash::Engine::Real,
    };
    crate::crash::run(&mut bench, &cloud, &changed(), how).unwrap();
    assert_eq!(rest(&bench, &cloud, &plan), Err(ResumeError::Other));
}
