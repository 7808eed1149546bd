//! Crashes everywhere: a run is cut off before each thing that happens in it, then planned and applied again, and
//! nothing may be lost, made twice or left to do.

use crate::catalog::catalog;
use crate::cloud::Cloud;
use crate::late::Late;
use crate::plans::{Bench, SPAN, address, text};
use formwork_engine::{Ending, Refresh, Simulator, observe};
use formwork_plan::{Action, Extras, Filters, Inputs, Mode, Plan, plan};
use formwork_provider::{OwnerTags, TAG_ADDRESS, TAG_GENERATION};
use formwork_schema::{Node, Properties, Resource};
use formwork_state::{State, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// What a stack looks like at one time.
pub(crate) type Stack = Vec<Resource>;

fn resource(label: &str, type_name: &str, properties: &[(&str, Node)]) -> Resource {
    let properties = properties
        .iter()
        .map(|(name, node)| (Arc::from(*name), node.clone()));
    Resource {
        address: address(label),
        type_name: type_name.into(),
        slice: None,
        parent: None,
        was: Vec::new(),
        name_end: None,
        region: "eu-central-1".into(),
        properties: properties.collect::<Properties>(),
        after: Vec::new(),
        tags: Vec::new(),
        protect: false,
        retain: false,
        ignore_changes: Vec::new(),
        force: false,
        claim: Default::default(),
        span: SPAN,
    }
}

fn of(label: &str, property: &str) -> Node {
    Node::attribute(address(label), property, SPAN)
}

/// One object of each identity class, slow ones and dependent ones among them.
pub(crate) fn made() -> Stack {
    vec![
        resource("a", "T::Slow", &[]),
        resource(
            "b",
            "T::Marker",
            &[("Uses", of("a", "id")), ("Size", text("1"))],
        ),
        resource(
            "c",
            "T::Token",
            &[("Of", of("b", "Arn")), ("Fixed", text("x"))],
        ),
        resource(
            "d",
            "T::Overwrites",
            &[("Uses", of("c", "id")), ("Size", text("1"))],
        ),
        resource(
            "e",
            "T::Child",
            &[("Key", text("k")), ("Parent", of("a", "id"))],
        ),
    ]
}

/// The same after a change: one updated, one replaced, one moved to the new, one gone, one new.
pub(crate) fn changed() -> Stack {
    vec![
        resource("a", "T::Slow", &[]),
        resource(
            "b",
            "T::Marker",
            &[("Uses", of("a", "id")), ("Size", text("2"))],
        ),
        resource(
            "c",
            "T::Token",
            &[("Of", of("b", "Arn")), ("Fixed", text("y"))],
        ),
        resource(
            "d",
            "T::Overwrites",
            &[("Uses", of("c", "id")), ("Size", text("1"))],
        ),
        resource("f", "T::Marker", &[("Of", of("c", "Arn"))]),
    ]
}

/// The same under other names: one changed besides, one that was named before and is again.
pub(crate) fn renamed() -> Stack {
    let from = |label: &str, mut resource: Resource| {
        resource.was = vec![address("never"), address(label)];
        resource
    };
    vec![
        from("a", resource("slow", "T::Slow", &[])),
        from(
            "b",
            resource(
                "marker",
                "T::Marker",
                &[("Uses", of("slow", "id")), ("Size", text("2"))],
            ),
        ),
        from(
            "c",
            resource(
                "token",
                "T::Token",
                &[("Of", of("marker", "Arn")), ("Fixed", text("x"))],
            ),
        ),
        from(
            "d",
            resource(
                "overwrites",
                "T::Overwrites",
                &[("Uses", of("token", "id")), ("Size", text("1"))],
            ),
        ),
        from(
            "e",
            resource(
                "child",
                "T::Child",
                &[("Key", text("k")), ("Parent", of("slow", "id"))],
            ),
        ),
    ]
}

/// The cloud double answers at once.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut cx) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the double waits"),
    }
}

pub(crate) fn plan_of(state: &State, cloud: &Cloud, stack: &Stack) -> Plan {
    let catalog = catalog();
    let owner = OwnerTags {
        stack: "shop".into(),
        env: "dev".into(),
    };
    let observed = now(observe(state, &owner, &*catalog, cloud, Refresh::Full)).unwrap();
    let inputs = Inputs {
        stack: "shop".into(),
        env: "dev".into(),
        provider: "double".into(),
        account: "000000000000".into(),
        region: "eu-central-1".into(),
        resources: stack,
        forgets: &[],
        outputs: &[],
        state,
        observed: &observed,
        catalog: &*catalog,
        mode: if stack.is_empty() {
            Mode::Destroy
        } else {
            Mode::Apply
        },
        extras: Extras::default(),
        filters: Filters::default(),
    };
    plan(&inputs).unwrap()
}

/// How a run is made: cut off or not, and by which engine.
#[derive(Clone, Copy)]
pub(crate) struct How {
    pub(crate) crash: Option<u64>,
    pub(crate) seed: u64,
    pub(crate) engine: Engine,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Engine {
    Real,
    /// Records an intent only when its call has been answered.
    IntentAfterCall,
}

/// Plans and applies; whether it came to its end, and how many things happened.
pub(crate) fn run(
    bench: &mut Bench,
    cloud: &Cloud,
    stack: &Stack,
    how: How,
) -> Result<(bool, u64), String> {
    let plan = plan_of(&bench.state(), cloud, stack);
    let job = bench.job(plan);
    let real = bench.disk.open();
    let mut store: Box<dyn Store> = match how.engine {
        Engine::Real => Box::new(real),
        Engine::IntentAfterCall => Box::new(Late::new(real, job.state.serial)),
    };
    let simulator = Simulator {
        provider: cloud,
        store: &mut *store,
        seed: how.seed,
        crash: how.crash,
        interrupts: BTreeMap::new(),
    };
    let done = simulator.run(job).map_err(|error| error.to_string())?;
    match done.ending {
        Ending::Crashed => Ok((false, done.happened)),
        Ending::Finished(report) if report.complete() => Ok((true, done.happened)),
        Ending::Finished(report) => Err(format!("the run was not completed: {report:?}")),
    }
}

/// Nothing is lost, nothing is there twice, nothing is open, and the plan is empty.
pub(crate) fn audit(bench: &Bench, cloud: &Cloud, stack: &Stack) -> Result<(), String> {
    let state = bench.state();
    if !state.open.is_empty() {
        return Err("an intent is open".to_owned());
    }
    let known: BTreeSet<&str> = state.objects.values().map(|object| &*object.id).collect();
    let mut owners = BTreeSet::new();
    let objects = cloud.objects();
    for object in &objects {
        if !known.contains(object.id.as_str()) {
            return Err(format!("{} is lost", object.id));
        }
        let owner = (
            object.tags.get(TAG_ADDRESS),
            object.tags.get(TAG_GENERATION),
        );
        if !object.tags.is_empty() && !owners.insert(owner) {
            return Err(format!("{} is there twice", object.id));
        }
    }
    if objects.len() != state.objects.len() || objects.len() != stack.len() {
        let (live, known) = (objects.len(), state.objects.len());
        return Err(format!(
            "{live} objects are there, {known} known, {} wanted",
            stack.len()
        ));
    }
    let plan = plan_of(&state, cloud, stack);
    match plan.operations.is_empty() {
        true => Ok(()),
        false => Err(format!("the second plan is not empty: {:?}", plan.changes)),
    }
}

/// Applies the stacks before, undisturbed.
pub(crate) fn prepared(before: &[Stack], seed: u64) -> (Bench, Cloud) {
    let (mut bench, cloud) = (Bench::new(), Cloud::new());
    for stack in before {
        let how = How {
            crash: None,
            seed,
            engine: Engine::Real,
        };
        assert_eq!(
            run(&mut bench, &cloud, stack, how).map(|done| done.0),
            Ok(true)
        );
        audit(&bench, &cloud, stack).unwrap();
    }
    (bench, cloud)
}

/// Cuts a run off before each thing that happens and recovers; gives the number of crashes, or the first that lost
/// something.
fn crash_everywhere(
    before: &[Stack],
    stack: &Stack,
    seed: u64,
    engine: Engine,
) -> Result<u64, String> {
    let whole = {
        let (mut bench, cloud) = prepared(before, seed);
        let how = How {
            crash: None,
            seed,
            engine,
        };
        run(&mut bench, &cloud, stack, how)?;
        audit(&bench, &cloud, stack)?;
        cloud
    };
    let mut crash = 0;
    loop {
        let (mut bench, cloud) = prepared(before, seed);
        let how = How {
            crash: Some(crash),
            seed,
            engine,
        };
        let (ended, _) = run(&mut bench, &cloud, stack, how)?;
        if !ended {
            let again = How {
                crash: None,
                seed: seed + 1,
                engine: Engine::Real,
            };
            run(&mut bench, &cloud, stack, again)
                .map_err(|why| format!("after crash {crash}: {why}"))?;
        }
        audit(&bench, &cloud, stack).map_err(|why| format!("after crash {crash}: {why}"))?;
        for verb in ["create", "delete"] {
            let (found, expected) = (cloud.effects_of(verb), whole.effects_of(verb));
            if found != expected {
                return Err(format!(
                    "after crash {crash}: {found} {verb}s instead of {expected}"
                ));
            }
        }
        if ended {
            return Ok(crash);
        }
        crash += 1;
    }
}

pub(crate) fn lives() -> [(Vec<Stack>, Stack); 4] {
    [
        (vec![], made()),
        (vec![made()], changed()),
        (vec![made()], renamed()),
        (vec![made(), changed()], vec![]),
    ]
}

#[test]
fn a_crash_anywhere_loses_nothing_and_makes_nothing_twice() {
    for seed in 0..3 {
        for (before, stack) in lives() {
            let crashes = crash_everywhere(&before, &stack, seed, Engine::Real).unwrap();
            let least = if stack == renamed() { 10 } else { 20 };
            assert!(crashes > least, "{crashes} crashes");
        }
    }
}

#[test]
fn what_was_cut_off_under_one_name_is_found_under_the_next() {
    for seed in 0..2 {
        for (before, first) in [(vec![], made()), (vec![changed()], made())] {
            let mut crash = 0;
            loop {
                let (mut bench, cloud) = prepared(&before, seed);
                let how = |crash| How {
                    crash,
                    seed,
                    engine: Engine::Real,
                };
                let (ended, _) = run(&mut bench, &cloud, &first, how(Some(crash))).unwrap();
                let again = run(&mut bench, &cloud, &renamed(), how(None));
                assert_eq!(again.map(|done| done.0), Ok(true), "crash {crash}");
                if let Err(why) = audit(&bench, &cloud, &renamed()) {
                    panic!("after crash {crash}: {why}");
                }
                if ended {
                    break;
                }
                crash += 1;
            }
        }
    }
}

#[test]
fn a_rename_makes_and_deletes_nothing() {
    let (mut bench, cloud) = prepared(&[made()], 0);
    let mut stack = renamed();
    stack[1] = Resource {
        properties: made()[1].properties.clone(),
        ..stack[1].clone()
    };
    stack[1].properties.insert("Uses".into(), of("slow", "id"));
    let ids = |cloud: &Cloud| -> BTreeSet<String> {
        cloud
            .objects()
            .into_iter()
            .map(|object| object.id)
            .collect()
    };
    let (before, effects) = (ids(&cloud), cloud.effects_of("create"));
    let plan = plan_of(&bench.state(), &cloud, &stack);
    let actions: BTreeSet<Action> = plan.changes.iter().map(|change| change.action).collect();
    assert_eq!(actions, BTreeSet::from([Action::Rename]));
    assert_eq!(plan.renames.len(), 5);
    let how = How {
        crash: None,
        seed: 0,
        engine: Engine::Real,
    };
    run(&mut bench, &cloud, &stack, how).unwrap();
    audit(&bench, &cloud, &stack).unwrap();
    assert_eq!((ids(&cloud), cloud.effects_of("create")), (before, effects));
}

#[test]
fn an_engine_that_records_the_intent_after_the_call_is_caught() {
    let caught = lives()
        .into_iter()
        .filter_map(|(before, stack)| {
            crash_everywhere(&before, &stack, 0, Engine::IntentAfterCall).err()
        })
        .count();
    assert!(
        caught >= 2,
        "creates and changes are lost; {caught} were noticed"
    );
}

#[test]
fn a_crash_during_the_recovery_of_a_crash_loses_nothing() {
    for (before, stack) in lives() {
        let mut crash = 0;
        loop {
            let mut second = 0;
            let mut first_ended = false;
            loop {
                let (mut bench, cloud) = prepared(&before, 0);
                let how = |crash| How {
                    crash,
                    seed: 0,
                    engine: Engine::Real,
                };
                let (ended, _) = run(&mut bench, &cloud, &stack, how(Some(crash))).unwrap();
                first_ended |= ended;
                let (recovered, _) = run(&mut bench, &cloud, &stack, how(Some(second))).unwrap();
                if !recovered {
                    run(&mut bench, &cloud, &stack, how(None)).unwrap();
                }
                if let Err(why) = audit(&bench, &cloud, &stack) {
                    panic!("after crashes {crash} and {second}: {why}");
                }
                if recovered {
                    break;
                }
                second += 1;
            }
            if first_ended {
                break;
            }
            // Every fifth crash of the first run, each with every crash of its recovery.
            crash += 5;
        }
    }
}
