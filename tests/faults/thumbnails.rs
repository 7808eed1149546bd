//! The thumbnails example through the whole pipeline, cut off before each thing that happens in its create, change and
//! destroy: nothing may be lost, made twice or left to do. The log of the simulated cloud is the witness.

use crate::late::Late;
use formwork_artifact::{Jail, load_stack};
use formwork_catalog::{Aws, aws, regions};
use formwork_diag::Sources;
use formwork_engine::{Ending, Job, Options, Refresh, Simulator, look_up, observe};
use formwork_kinds::{Kinds, Lowered, Mode as Lowering, lower};
use formwork_mock::{Cloud, MockProvider, Verb};
use formwork_model::{Inputs as Given, SourceFile, load};
use formwork_plan::{Extras, Filters, Inputs, Mode, Plan, PlannedOutput, plan};
use formwork_provider::OwnerTags;
use formwork_state::{Binding, State, Store};
use formwork_store::memory::MemoryDisk;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

const ACCOUNT: &str = "000000000000";

/// What the stack looks like at one time.
pub(crate) struct Stack {
    mode: Mode,
    lowered: Lowered,
}

/// The example, with texts of it replaced.
fn stack(mode: Mode, replaced: &[(&str, &str)]) -> Stack {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/thumbnails");
    stack_at(&example, mode, replaced)
}

/// The stack in a folder, with texts of it replaced.
pub(crate) fn stack_at(folder: &Path, mode: Mode, replaced: &[(&str, &str)]) -> Stack {
    let project = load_stack(folder).unwrap();
    let jail = Jail::new(&project.root).unwrap();
    let words = regions()
        .iter()
        .map(|region| region.word.as_str())
        .collect();
    let kinds = Kinds::new(catalog(), words);
    let mut sources = Sources::new();
    let mut files = Vec::new();
    for file in &project.files {
        let mut text = file.text.to_string();
        for (old, new) in replaced {
            assert!(text.contains(old), "{old} is no longer in the example");
            text = text.replace(old, new);
        }
        let id = sources.add(file.name.clone(), text.clone());
        let parsed = formwork_syntax::parse(id, &text);
        assert!(!parsed.diagnostics.has_errors(), "{:?}", parsed.diagnostics);
        files.push(SourceFile {
            id,
            path: file.path.clone(),
            tree: parsed.file,
        });
    }
    let (program, found) = load(files, &kinds, &jail, &mut sources);
    assert!(!found.has_errors(), "{found:?}");
    let given = Given {
        account: Some(ACCOUNT.into()),
        ..Given::default()
    };
    let (evaluated, found) = program.evaluate("dev", &given);
    assert!(!found.has_errors(), "{found:?}");
    let (lowered, found) = lower(&evaluated.unwrap(), catalog(), &jail, Lowering::Plan);
    assert!(!found.has_errors(), "{found:?}");
    Stack { mode, lowered }
}

fn catalog() -> &'static Aws {
    aws()
}

fn made() -> Stack {
    stack(Mode::Apply, &[])
}

/// One thing changed in place, one replaced together with what names it, one taken away, one new.
fn changed() -> Stack {
    stack(
        Mode::Apply,
        &[
            ("param memory: size = 512MB", "param memory: size = 1GB"),
            (
                "partition_key { id = string }",
                "partition_key { picture = string }",
            ),
            ("queue failed { keep_messages = 14d }", "topic uploaded {}"),
            ("  on_failure = failed\n", ""),
        ],
    )
}

fn gone() -> Stack {
    stack(Mode::Destroy, &[])
}

/// A cloud and a disk, which outlive the processes that use them.
pub(crate) struct World {
    pub(crate) cloud: MockProvider,
    disk: MemoryDisk,
    runs: u64,
}

/// How a run is made.
#[derive(Clone, Copy)]
pub(crate) struct How {
    pub(crate) crash: Option<u64>,
    pub(crate) seed: u64,
    pub(crate) engine: Engine,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Engine {
    Real,
    IntentAfterCall,
}

impl World {
    pub(crate) fn new() -> Self {
        let binding = Binding {
            provider: "mock".into(),
            account: ACCOUNT.into(),
            stack: "thumbnails".into(),
            env: "dev".into(),
        };
        World {
            cloud: MockProvider::inline(Cloud::in_memory(Arc::new(catalog()), ACCOUNT).unwrap()),
            disk: MemoryDisk::new(binding),
            runs: 0,
        }
    }

    fn state(&self) -> State {
        self.disk.open().load().unwrap().state
    }

    fn plan(&self, stack: &Stack) -> Plan {
        let state = self.state();
        let owner = OwnerTags {
            stack: "thumbnails".into(),
            env: "dev".into(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let looking = observe(&state, &owner, catalog(), &self.cloud, Refresh::Full);
        let mut observed = runtime.block_on(looking).unwrap();
        if stack.mode == Mode::Apply {
            let resources = &stack.lowered.resources;
            let account = ACCOUNT.into();
            let looking = look_up(resources, &account, catalog(), &self.cloud);
            observed.found = runtime.block_on(looking).unwrap();
        }
        let outputs = stack.lowered.outputs.iter().filter_map(|output| {
            Some(PlannedOutput {
                name: output.name.clone(),
                value: output.value.clone()?,
            })
        });
        let planned = plan(&Inputs {
            stack: "thumbnails".into(),
            env: "dev".into(),
            provider: "mock".into(),
            account: ACCOUNT.into(),
            region: "eu-west-1".into(),
            resources: &stack.lowered.resources,
            forgets: &[],
            outputs: &outputs.collect::<Vec<_>>(),
            state: &state,
            observed: &observed,
            catalog: catalog(),
            mode: stack.mode,
            extras: Extras::default(),
            filters: Filters::default(),
        });
        planned.unwrap_or_else(|found| panic!("{found:?}"))
    }

    /// Plans and applies; whether it came to its end.
    pub(crate) fn run(&mut self, stack: &Stack, how: How) -> Result<bool, String> {
        let plan = self.plan(stack);
        self.runs += 1;
        let state = self.state();
        let real = self.disk.open();
        let mut store: Box<dyn Store> = match how.engine {
            Engine::Real => Box::new(real),
            Engine::IntentAfterCall => Box::new(Late::new(real, state.serial)),
        };
        let job = Job {
            plan: Arc::new(plan),
            digest: format!("plan {}", self.runs).into(),
            state,
            catalog: Arc::new(catalog()),
            options: Options::default(),
        };
        let simulator = Simulator {
            provider: &self.cloud,
            store: &mut *store,
            seed: how.seed,
            crash: how.crash,
            interrupts: BTreeMap::new(),
        };
        match simulator
            .run(job)
            .map_err(|error| error.to_string())?
            .ending
        {
            Ending::Crashed => Ok(false),
            Ending::Finished(report) if report.complete() => Ok(true),
            Ending::Finished(report) => Err(format!("not completed: {:?}", report.failed)),
        }
    }

    /// How often calls made and deleted something.
    fn effects(&self) -> BTreeMap<(Verb, String), usize> {
        let effects = self.cloud.visit(|cloud| cloud.effects()).unwrap().unwrap();
        let mut counts = BTreeMap::new();
        for effect in effects {
            if matches!(effect.verb, Verb::Create | Verb::Delete | Verb::Overwrite)
                && effect.slice.is_none()
            {
                let what = format!("{} {:?}", effect.type_name, effect.address);
                *counts.entry((effect.verb, what)).or_insert(0) += 1;
            }
        }
        counts
    }

    /// Nothing is lost, nothing is there twice, nothing is open, and the plan is empty.
    pub(crate) fn audit(&self, stack: &Stack) -> Result<usize, String> {
        let state = self.state();
        if !state.open.is_empty() {
            return Err("an intent is open".to_owned());
        }
        let ids: BTreeSet<(&str, &str)> = state
            .objects
            .values()
            .map(|object| (&*object.type_name, &*object.id))
            .collect();
        let live = self.cloud.visit(|cloud| cloud.list(None)).unwrap();
        let mut owners = BTreeSet::new();
        for object in &live {
            if !ids.contains(&(&*object.type_name, &*object.id)) {
                return Err(format!("{} {} is lost", object.type_name, object.id));
            }
            let owner = (object.address.clone(), object.generation.clone());
            if owner.0.is_some() && !owners.insert(owner) {
                return Err(format!("{} {} is there twice", object.type_name, object.id));
            }
        }
        if live.len() != ids.len() {
            return Err(format!(
                "{} objects are there, {} known",
                live.len(),
                ids.len()
            ));
        }
        let plan = self.plan(stack);
        match plan.operations.is_empty() {
            true => Ok(live.len()),
            false => Err(format!("the second plan is not empty: {:?}", plan.changes)),
        }
    }
}

/// A world in which the stacks before were applied, undisturbed.
fn prepared(before: &[&Stack]) -> World {
    let mut world = World::new();
    for stack in before {
        let how = How {
            crash: None,
            seed: 0,
            engine: Engine::Real,
        };
        assert_eq!(world.run(stack, how), Ok(true));
        world.audit(stack).unwrap();
    }
    world
}

/// Cuts a run off before each thing that happens and recovers; the number of crashes, or the first that lost something.
fn crash_everywhere(before: &[&Stack], stack: &Stack, engine: Engine) -> Result<u64, String> {
    crash_all(&|| prepared(before), stack, engine)
}

/// The same in worlds that are prepared otherwise.
pub(crate) fn crash_all(
    prepare: &dyn Fn() -> World,
    stack: &Stack,
    engine: Engine,
) -> Result<u64, String> {
    let whole = {
        let mut world = prepare();
        world.run(
            stack,
            How {
                crash: None,
                seed: 0,
                engine,
            },
        )?;
        world.audit(stack)?;
        world.effects()
    };
    let mut crash = 0;
    loop {
        let at = |why: String| format!("after crash {crash}: {why}");
        let mut world = prepare();
        // Another order of events for every crash.
        let ended = world
            .run(
                stack,
                How {
                    crash: Some(crash),
                    seed: crash,
                    engine,
                },
            )
            .map_err(at)?;
        if !ended {
            let again = How {
                crash: None,
                seed: crash,
                engine: Engine::Real,
            };
            world.run(stack, again).map_err(at)?;
        }
        world.audit(stack).map_err(at)?;
        let effects = world.effects();
        if effects != whole {
            return Err(at(format!("{effects:?} instead of {whole:?}")));
        }
        if ended {
            return Ok(crash);
        }
        crash += 1;
    }
}

#[test]
fn thumbnails_survives_a_crash_anywhere() {
    let (made, changed, gone) = (made(), changed(), gone());
    let lives: [(&[&Stack], &Stack); 3] = [
        (&[], &made),
        (&[&made], &changed),
        (&[&made, &changed], &gone),
    ];
    for (before, stack) in lives {
        let crashes = crash_everywhere(before, stack, Engine::Real).unwrap();
        println!("{crashes} crashes");
        assert!(crashes > 40, "only {crashes} crashes");
    }
    let mut world = prepared(&[&made, &changed, &gone]);
    assert_eq!(world.audit(&gone), Ok(0), "destroy leaves nothing");
    let how = How {
        crash: None,
        seed: 0,
        engine: Engine::Real,
    };
    assert_eq!(world.run(&gone, how), Ok(true), "twice");
}

#[test]
fn an_engine_that_records_the_intent_after_the_call_is_caught() {
    let made = made();
    let caught = crash_everywhere(&[], &made, Engine::IntentAfterCall);
    println!("{caught:?}");
    assert!(caught.is_err(), "{caught:?}");
}
