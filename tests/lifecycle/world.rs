//! A simulated cloud, a state, and what becomes of a stack's text there: the whole pipeline in this process.

use crate::picture::{Picture, Sight};
use crate::shown::full;
use formwork_artifact::Jail;
use formwork_catalog::aws;
use formwork_diag::{Diagnostics, Severity, Sources};
use formwork_engine::{Ending, Job, Options, Progress, Refresh, Simulator, observe, observe_also};
use formwork_kinds::{Kinds, Lowered, Mode as Lowering, lower};
use formwork_mock::{Cloud, MockProvider, Settings};
use formwork_model::{Inputs as Given, SourceFile, load};
use formwork_plan::{
    Action, Change, Extras, Filters, Inputs, Mode, Observed, Plan, Verb, check_plan, plan,
    same_value, unread,
};
use formwork_provider::OwnerTags;
use formwork_state::{Binding, Object, ObjectKey, State, Store};
use formwork_store::memory::MemoryDisk;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

const ACCOUNT: &str = "000000000000";

static KINDS: LazyLock<Kinds> = LazyLock::new(Kinds::aws);

pub(crate) fn kinds() -> &'static Kinds {
    &KINDS
}

/// A stack's text, lowered; or what is wrong with it.
pub(crate) fn lowered(text: &str) -> Result<Lowered, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lifecycle/kinds");
    let jail = Jail::new(&folder).unwrap();
    let mut sources = Sources::new();
    let id = sources.add("main.stack", text);
    let parsed = formwork_syntax::parse(id, text);
    sound(&parsed.diagnostics, text)?;
    let file = SourceFile {
        id,
        path: "main.stack".into(),
        tree: parsed.file,
    };
    let (program, found) = load(vec![file], kinds(), &jail, &mut sources);
    sound(&found, text)?;
    let given = Given {
        account: Some(ACCOUNT.into()),
        ..Given::default()
    };
    let env = program.choose_env(None).unwrap();
    let (stack, found) = program.evaluate(&env, &given);
    sound(&found, text)?;
    let (lowered, found) = lower(&stack.unwrap(), aws(), &jail, Lowering::Plan);
    sound(&found, text)?;
    Ok(lowered)
}

fn sound(found: &Diagnostics, text: &str) -> Result<(), String> {
    let errors = found.0.iter().filter(|d| d.severity == Severity::Error);
    let errors: Vec<String> = errors
        .map(|error| {
            let words = error
                .labels
                .first()
                .map(|label| crate::tree::slice(text, label.span));
            format!(
                "{}: {} at `{}`",
                error.code.0,
                error.message,
                words.unwrap_or_default()
            )
        })
        .collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(format!("{}\nin {text}", errors.join("\n"))),
    }
}

/// A cloud and a disk.
pub(crate) struct World {
    cloud: MockProvider,
    disk: MemoryDisk,
    state: State,
    runtime: tokio::runtime::Runtime,
    runs: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        let binding = Binding {
            provider: "mock".into(),
            account: ACCOUNT.into(),
            stack: "s".into(),
            env: "default".into(),
        };
        World {
            cloud: MockProvider::inline(Cloud::in_memory(Arc::new(aws()), ACCOUNT).unwrap()),
            disk: MemoryDisk::new(binding),
            state: State::default(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap(),
            runs: 0,
        }
    }

    /// Decides which of several things that may happen happens next.
    pub(crate) fn seed(&mut self, seed: u64) {
        self.runs = seed * 1_000;
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// Looks at everything and plans.
    pub(crate) fn plan(&self, lowered: &Lowered, mode: Mode) -> Result<Plan, String> {
        self.look(lowered, mode, Refresh::Full)
    }

    /// Plans, and says how many calls it took to look.
    pub(crate) fn counted(
        &self,
        wanted: &Lowered,
        refresh: Refresh,
    ) -> Result<(Plan, u64), String> {
        let calls = || self.cloud.visit(|cloud| cloud.calls()).unwrap();
        let before = calls();
        let plan = self.look(wanted, Mode::Apply, refresh)?;
        Ok((plan, calls() - before))
    }

    fn look(&self, lowered: &Lowered, mode: Mode, refresh: Refresh) -> Result<Plan, String> {
        let state = &self.state;
        let owner = OwnerTags {
            stack: "s".into(),
            env: "default".into(),
        };
        let looking = observe(state, &owner, aws(), &self.cloud, refresh);
        let observed = self.runtime.block_on(looking).map_err(|e| e.to_string())?;
        let (plan, keys) = self.planned(lowered, mode, &observed)?;
        if keys.is_empty() {
            return Ok(plan);
        }
        let mut observed = observed;
        let looking = observe_also(&mut observed, keys, state, &owner, aws(), &self.cloud);
        self.runtime.block_on(looking).map_err(|e| e.to_string())?;
        let (plan, keys) = self.planned(lowered, mode, &observed)?;
        assert!(
            keys.is_empty(),
            "what was read makes the plan touch more: {keys:?}"
        );
        Ok(plan)
    }

    /// A plan from what was seen, and what it touches that was not read.
    fn planned(
        &self,
        lowered: &Lowered,
        mode: Mode,
        observed: &Observed,
    ) -> Result<(Plan, BTreeSet<ObjectKey>), String> {
        let state = &self.state;
        let inputs = Inputs {
            stack: "s".into(),
            env: "default".into(),
            provider: "mock".into(),
            account: ACCOUNT.into(),
            region: lowered
                .resources
                .first()
                .map_or_else(|| "eu-west-1".into(), |resource| resource.region.clone()),
            resources: &lowered.resources,
            forgets: &[],
            outputs: &[],
            state,
            observed,
            catalog: aws(),
            mode,
            extras: Extras::default(),
            filters: Filters::default(),
        };
        let found = |found: Diagnostics| {
            let each = found
                .0
                .iter()
                .map(|d| format!("{}: {}", d.code.0, d.message));
            each.collect::<Vec<_>>().join("\n")
        };
        let plan = plan(&inputs).map_err(found)?;
        let broken = check_plan(&plan, &inputs);
        match broken.is_empty() {
            true => {
                let keys = unread(&plan, observed);
                Ok((plan, keys))
            }
            false => {
                let changes = full(&plan.changes);
                let broken = broken.join("\n");
                Err(format!("the plan breaks rules: {broken}\nin {changes}"))
            }
        }
    }

    /// Carries a plan out.
    pub(crate) fn apply(&mut self, plan: Plan) -> Result<(), String> {
        self.runs += 1;
        let changes = plan.changes.clone();
        let job = Job {
            plan: Arc::new(plan),
            digest: format!("plan {}", self.runs).into(),
            state: self.state.clone(),
            catalog: Arc::new(aws()),
            options: Options::default(),
        };
        let simulator = Simulator {
            provider: &self.cloud,
            store: &mut self.disk.open(),
            seed: self.runs,
            crash: None,
            interrupts: BTreeMap::new(),
        };
        let ran = simulator.run(job);
        let mut store = self.disk.open();
        self.state = store.load().unwrap().state;
        // Or every load would fold all records again.
        store.snapshot(&self.state).unwrap();
        let ran = ran.map_err(|error| error.to_string())?;
        let kept = |of: &Progress| {
            let mut own = changes.iter().filter(|change| change.address == of.address);
            own.any(|change| {
                change.action == Action::Forget || replaced(change) && change.slice.is_none()
            })
        };
        let mut told = ran.progress.iter();
        if let Some(wrong) = told.find(|told| told.verb == Verb::Forget && !kept(told)) {
            return Err(format!("{} is told to stay, and goes", wrong.address));
        }
        match ran.ending {
            Ending::Crashed => Err("crashed".to_owned()),
            Ending::Finished(report) if report.complete() => Ok(()),
            Ending::Finished(report) => {
                let failed = report.failed.iter();
                let failed =
                    failed.map(|f| format!("{:?} of {}: {:?}", f.verb, f.address, f.cause));
                let failed = failed.collect::<Vec<_>>().join("\n");
                Err(format!(
                    "not applied: {failed}\nplanned: {}",
                    crate::shown::shown(&changes)
                ))
            }
        }
    }

    /// What is live of what the state knows.
    pub(crate) fn picture(&self) -> Picture {
        let objects: Vec<(ObjectKey, Object)> = self.state.objects.clone().into_iter().collect();
        let seen = self.cloud.visit(move |cloud| {
            let each = objects.into_iter().map(|(key, object)| {
                let target = formwork_provider::Target {
                    address: key.address.clone(),
                    generation: key.generation,
                    type_name: object.type_name.clone(),
                    slice: object.slice.clone(),
                    region: object.region.clone(),
                    id: Some(object.id.clone()),
                    name: object.name.clone(),
                };
                let live = cloud.read_all(&[target]).unwrap().remove(0).unwrap();
                let sight = Sight {
                    object,
                    properties: live.unwrap_or_default().properties,
                };
                (key.address, sight)
            });
            each.collect::<Picture>()
        });
        seen.unwrap()
    }

    /// What was asked and is not there, word for word: the cloud is read without any of the forms that reads have.
    pub(crate) fn lacking(&self, wanted: &Lowered) -> Vec<String> {
        self.cloud.visit(|cloud| {
            let mut plain = Settings::default();
            plain.read_forms.clear();
            cloud.set_settings(plain);
        });
        let picture = self.picture();
        self.cloud
            .visit(|cloud| cloud.set_settings(Settings::default()));
        let mut out = Vec::new();
        for (address, sight) in &picture {
            let resource = wanted.resources.iter().find(|r| r.address == *address);
            let ignored = resource.map_or(&[][..], |resource| &resource.ignore_changes);
            let ty = aws().get(&sight.object.type_name).unwrap();
            for (name, asked) in &sight.object.authored {
                let hidden = ty
                    .write_only
                    .iter()
                    .any(|path| path.segments().next() == Some(name));
                let there = sight.properties.get(name).unwrap_or(&Json::Null);
                if !hidden
                    && !ignored.iter().any(|path| **path == **name)
                    && !holds(there, asked)
                    && !same_value(&ty, name, asked, there)
                {
                    out.push(format!("{address} {name}: asked {asked}, there is {there}"));
                }
            }
        }
        out
    }

    /// Changes properties of an object as somebody else would.
    pub(crate) fn change(&self, object: &Object, changes: Map<String, Json>) -> Result<(), String> {
        let object = object.clone();
        let changed = self.cloud.visit(move |cloud| {
            cloud.change(&object.type_name, &object.region, &object.id, &changes)
        });
        changed.unwrap().map_err(|failure| failure.to_string())
    }

    /// Removes an object as somebody else would.
    pub(crate) fn remove(&self, object: &Object) {
        let object = object.clone();
        let removed = self
            .cloud
            .visit(move |cloud| cloud.remove(&object.type_name, &object.region, &object.id));
        removed.unwrap().unwrap();
    }

    /// What is in the account, as type and id.
    pub(crate) fn all(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let all = self.cloud.visit(|cloud| cloud.list(None)).unwrap();
        let each = all.into_iter().map(|object| (object.type_name, object.id));
        each.collect()
    }
}

/// Whether a value has all that was asked of it.
fn holds(there: &Json, asked: &Json) -> bool {
    match (there, asked) {
        (Json::Object(there), Json::Object(asked)) => asked
            .iter()
            .all(|(name, asked)| holds(there.get(name).unwrap_or(&Json::Null), asked)),
        (Json::Array(there), Json::Array(asked)) => {
            there.len() >= asked.len()
                && asked
                    .iter()
                    .all(|asked| there.iter().any(|there| holds(there, asked)))
        }
        (Json::Null, Json::Array(asked)) => asked.is_empty(),
        (Json::Null, Json::Object(asked)) => asked.is_empty(),
        (there, asked) => there == asked,
    }
}

fn replaced(change: &Change) -> bool {
    matches!(
        change.action,
        Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst
    )
}
