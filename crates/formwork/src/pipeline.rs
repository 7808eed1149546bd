//! From a lowered stack to a plan: opens the state and the cloud, looks at what is live, plans.

mod failures;
mod looking;
mod secrets;

pub(crate) use failures::{cloud_failure, locked, store_failure};

use crate::cli::{CarryingArgs, PlanningArgs, ProviderArgs, ProviderName, Refresh, StackArgs};
use crate::cloud::{Cloud, Clouds};
use crate::costs::{self, CostChange};
use crate::failure::{Exit, Failure};
use crate::neighbours::{self, Dependent};
use crate::saved;
use crate::stack::{self, Opened, catalog};
use crate::terminal::Terminal;
use failures::observe_failure;
use formwork_diag::{Code, Diagnostics, Sources};
use formwork_engine::observe_also;
use formwork_kinds::{Lowered, Mode as Lowering};
use formwork_plan::{
    Digested, Extras, Filters, Header, Inputs, Mode, Observed, Plan, PlannedOutput, Resume,
    ResumeError, advice, plan, resume, unread, verify,
};
use formwork_provider::{OwnerTags, Provider};
use formwork_schema::{Address, AddressError, Dimension, Node, Prop, Quantity, Resource};
use formwork_state::{Binding, Loaded, State, Store, Use};
use formwork_store::{Access, LocalStore, Run, bound_to, state_dir};
use looking::look_up;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

/// The version of the tool.
const TOOL: &str = env!("CARGO_PKG_VERSION");

/// The account of the simulated cloud when the environment names none.
pub(crate) const MOCK_ACCOUNT: &str = "000000000000";

/// How long a saved plan may be applied, in seconds.
const PLAN_LIFETIME: u64 = 24 * 60 * 60;

/// What `plan`, `apply` and `destroy` work on.
pub(crate) struct Session {
    /// The texts.
    pub(crate) sources: Sources,
    /// Warnings of the text.
    pub(crate) warnings: Diagnostics,
    /// The cloud.
    pub(crate) provider: Arc<dyn Provider>,
    /// The state's store, held by this process if it may write.
    pub(crate) store: LocalStore,
    /// The state as loaded.
    pub(crate) loaded: Loaded,
    /// The plan.
    pub(crate) plan: Plan,
    /// The resources of the stack; none of them where a saved plan is carried out.
    pub(crate) resources: Vec<Resource>,
    /// What the plan changes of the cost; a saved plan does not say how things are used.
    pub(crate) cost: Option<CostChange>,
    /// The stacks that were made with outputs of this one, where they would lose them.
    pub(crate) dependents: Vec<Dependent>,
    /// The digest of the whole plan, if this is what is left of one that was cut short.
    pub(crate) rest_of: Option<Arc<str>>,
}

/// What a session is opened for.
#[derive(Debug, Clone)]
pub(crate) struct Purpose {
    /// What is wanted.
    pub(crate) mode: Mode,
    /// How the state is opened.
    pub(crate) access: Access,
}

/// Reads, checks, lowers, looks and plans.
pub(crate) fn session(
    arguments: &StackArgs,
    provider: &ProviderArgs,
    planning: &PlanningArgs,
    purpose: &Purpose,
    terminal: &mut Terminal,
) -> Result<Session, Failure> {
    let mut opened = stack::open(&arguments.path)?;
    terminal.phase("read the stack");
    let env = valid_environment(&opened, arguments)?;
    let reached = Cloud::reach(provider, &opened, &env)?;
    let provider = provider.provider;
    let binding = opened.binding(provider.name(), &env, &reached.account);
    let mut inputs = opened.inputs(arguments)?;
    inputs.account = Some(binding.account.clone());
    let project = opened.project.clone();
    let digests = digests(&opened);
    let others = neighbours::look(&opened, &arguments.path, (provider, &reached.account), &env)?;
    inputs.stacks = neighbours::given_for(purpose.mode, &others, &opened, &binding)?;
    let mut wanted = opened.lowered(&env, &inputs, Lowering::Plan)?;
    let uses = neighbours::uses(&wanted.stack, &others);
    // The resources say all of them that a plan needs, but for the use that costs depend on.
    let usage = costs::usage(&wanted.stack.decls);
    wanted.stack.decls = Vec::new();
    terminal.phase("checked and lowered it");
    let dir = state_dir(&project.root, &binding);
    let mut store = open_store(&dir, &binding, purpose.access.clone())?;
    let loaded = store.load().map_err(|error| store_failure(&error))?;
    terminal.phase("loaded the state");
    let clouds = match purpose.access {
        Access::Read => Clouds::Found,
        Access::Write { .. } => Clouds::Made,
    };
    let cloud = reached.open(&project.root, &binding, clouds)?;
    terminal.phase("opened the cloud");
    let mut observed = observe(&loaded.state, &binding, cloud.as_ref(), planning.refresh)?;
    observed.found = look_up(&wanted.lowered, purpose.mode, &binding, cloud.as_ref())?;
    terminal.phase("looked at what is there");
    let lowered = &wanted.lowered;
    let planning = Inputs {
        stack: wanted.stack.name,
        env: binding.env.clone(),
        provider: binding.provider.clone(),
        account: binding.account.clone(),
        region: wanted.stack.region,
        resources: &lowered.resources,
        forgets: &wanted.stack.forgets,
        outputs: &outputs(lowered),
        state: &loaded.state,
        observed: &observed,
        catalog: catalog(),
        mode: purpose.mode,
        extras: extras(digests, lowered, uses, reached.role.clone()),
        filters: filters(planning)?,
    };
    wanted.diagnostics.extend(advised(&planning));
    let dependents = dependents(&project.root, &binding, &planning);
    let removed = neighbours::removed(&dependents, &planning);
    wanted.diagnostics.extend(removed);
    let planned = planned(&planning, &binding, cloud.as_ref())?;
    terminal.phase("planned");
    let costs = |plan: &Plan| costs::changed(&loaded.state, plan, &usage);
    let cost = planned.as_ref().ok().map(costs);
    if let Ok(plan) = &planned {
        let changed = neighbours::changed(&project.root, &binding, &loaded.state, plan);
        wanted.diagnostics.extend(changed);
    }
    terminal.phase("estimated the cost");
    leave(observed);
    match planned {
        Ok(plan) => Ok(Session {
            sources: wanted.sources,
            warnings: wanted.diagnostics,
            provider: cloud,
            store,
            cost,
            loaded,
            plan,
            resources: wanted.lowered.resources,
            dependents,
            rest_of: None,
        }),
        Err(diagnostics) => Err(Failure {
            exit: Exit::Refused,
            sources: wanted.sources,
            diagnostics,
        }),
    }
}

/// The stacks that were made with outputs of this one, looked for where they would lose them: where it is destroyed as a
/// whole, or its files no longer write all of its outputs.
fn dependents(root: &Path, own: &Binding, planning: &Inputs<'_>) -> Vec<Dependent> {
    let written = |name: &String| planning.outputs.iter().any(|output| *output.name == **name);
    let loses = match planning.mode {
        Mode::Destroy => planning.filters == Filters::default(),
        Mode::Apply => !planning.state.outputs.keys().all(written),
    };
    match loses {
        true => neighbours::dependents(root, own),
        false => Vec::new(),
    }
}

/// Leaves a value to the end of the process, which gives all memory back at once: to take a plan apart node by node
/// takes a tenth of the time it took to make.
pub(crate) fn leave<T>(value: T) {
    std::mem::forget(value);
}

/// Plans; what the plan touches and was not read is read, until nothing is left.
fn planned(
    planning: &Inputs<'_>,
    binding: &Binding,
    cloud: &dyn Provider,
) -> Result<Result<Plan, Diagnostics>, Failure> {
    let mut planned = plan(planning);
    let mut observed = None;
    loop {
        let seen = observed.as_ref().unwrap_or(planning.observed);
        let keys = planned.as_ref().map(|plan| unread(plan, seen));
        let keys = keys.unwrap_or_default();
        if keys.is_empty() {
            return Ok(planned);
        }
        let mut more = seen.clone();
        let owner = owner(binding);
        let state = planning.state;
        let looking = observe_also(&mut more, keys, state, &owner, catalog(), cloud);
        let looked = runtime()?.block_on(looking);
        looked.map_err(|error| observe_failure(&error))?;
        planned = plan(&Inputs {
            observed: &more,
            ..planning.clone()
        });
        observed = Some(more);
    }
}

fn owner(binding: &Binding) -> OwnerTags {
    OwnerTags {
        stack: binding.stack.clone(),
        env: binding.env.clone(),
    }
}

/// Looks at the objects of the state.
fn observe(
    state: &State,
    binding: &Binding,
    cloud: &dyn Provider,
    refresh: Refresh,
) -> Result<Observed, Failure> {
    let refresh = match refresh {
        Refresh::Full => formwork_engine::Refresh::Full,
        Refresh::Changed => formwork_engine::Refresh::Changed,
        Refresh::None => formwork_engine::Refresh::None,
    };
    let owner = owner(binding);
    let looking = formwork_engine::observe(state, &owner, catalog(), cloud, refresh);
    runtime()?
        .block_on(looking)
        .map_err(|error| observe_failure(&error))
}

/// What is to be said before a plan is applied.
fn advised(planning: &Inputs<'_>) -> Diagnostics {
    let mut all = advice(planning);
    all.extend(secrets::without_value(planning));
    all
}

fn outputs(lowered: &Lowered) -> Vec<PlannedOutput> {
    let known = lowered.outputs.iter().filter_map(|output| {
        Some(PlannedOutput {
            name: output.name.clone(),
            value: output.value.clone()?,
        })
    });
    known.collect()
}

/// Carries out a saved plan: its sources, artifacts and state must be those it was made from.
pub(crate) fn saved_session(
    path: &Path,
    cloud: &ProviderArgs,
    access: Access,
) -> Result<Session, Failure> {
    let plan = saved::read(path)?;
    let (sources, digests) = saved::sources(&plan)?;
    let root = find_root(path, &plan)?;
    let artifacts = saved::artifacts(&plan, &root)?;
    let header = &plan.header;
    let binding = Binding {
        provider: header.provider.clone(),
        account: header.account.clone(),
        stack: header.stack.clone(),
        env: header.env.clone(),
    };
    let dir = state_dir(&root, &binding);
    let mut store = open_store(&dir, &binding, access)?;
    let loaded = store.load().map_err(|error| store_failure(&error))?;
    let id = saved::id(&plan)?;
    let header_destroys = header.destroy;
    let goes_on = saved::goes_on(&plan, &id, &loaded.state)?;
    let state = &loaded.state;
    // Its own records are the only ones since: they do not make it stale.
    let (serial, head) = match goes_on {
        true => (header.serial, header.head.clone()),
        false => (state.serial, state.head.clone()),
    };
    let present = Header {
        serial,
        head,
        tool: TOOL.into(),
        made: now(),
        sources: digests,
        artifacts,
        uses: neighbours::again(&header.uses, &root, &binding)?,
        ..header.clone()
    };
    let changed: Vec<String> = verify(header, &present)
        .iter()
        .map(ToString::to_string)
        .collect();
    if !changed.is_empty() {
        return Err(saved::stale(&changed.join("; ")));
    }
    let cloud = Cloud::reach_again(cloud, header, &root)?;
    let provider = cloud.open(&root, &binding, Clouds::Made)?;
    let plan = match goes_on {
        true => rest(&plan, state, &binding, provider.as_ref(), &sources)?,
        false => plan,
    };
    Ok(Session {
        sources,
        warnings: Diagnostics::new(),
        provider,
        store,
        loaded,
        plan,
        resources: Vec::new(),
        cost: None,
        dependents: match header_destroys {
            true => neighbours::dependents(&root, &binding),
            false => Vec::new(),
        },
        rest_of: goes_on.then_some(id),
    })
}

/// What is left of a plan that was cut short.
fn rest(
    plan: &Plan,
    state: &State,
    binding: &Binding,
    provider: &dyn Provider,
    sources: &Sources,
) -> Result<Plan, Failure> {
    let observed = observe(state, binding, provider, Refresh::Full)?;
    let from = Resume {
        state,
        observed: &observed,
        catalog: catalog(),
    };
    resume(plan, &from).map_err(|error| match error {
        ResumeError::Found(diagnostics) => Failure {
            exit: Exit::Refused,
            sources: sources.clone(),
            diagnostics,
        },
        other => saved::stale(&other.to_string()),
    })
}

/// The root under which a saved plan was made: above its first source file.
fn find_root(path: &Path, plan: &Plan) -> Result<PathBuf, Failure> {
    let first = plan
        .header
        .sources
        .first()
        .map_or(path, |file| Path::new(&*file.name));
    let project = formwork_artifact::load_stack(first);
    project
        .map(|project| project.root)
        .map_err(|error| saved::stale(&error.to_string()))
}

/// What is known of a stack without planning.
pub(crate) struct KnownState {
    /// What it belongs to.
    pub(crate) binding: Binding,
    /// The state.
    pub(crate) state: State,
}

/// Reads the state of a stack, without a lock.
pub(crate) fn known_state(
    arguments: &StackArgs,
    provider: ProviderName,
) -> Result<KnownState, Failure> {
    let (dir, binding) = place(arguments, provider)?;
    let mut store = open_store(&dir, &binding, Access::Read)?;
    let loaded = store.load().map_err(|error| store_failure(&error))?;
    Ok(KnownState {
        binding,
        state: loaded.state,
    })
}

/// What is known of a stack without planning, and the cloud it is in.
pub(crate) fn known_cloud(
    arguments: &StackArgs,
    provider: &ProviderArgs,
) -> Result<(KnownState, Arc<dyn Provider>), Failure> {
    let opened = stack::open(&arguments.path)?;
    let env = valid_environment(&opened, arguments)?;
    let reached = Cloud::reach(provider, &opened, &env)?;
    let known = known_state(arguments, provider.provider)?;
    let cloud = reached.open(&opened.project.root, &known.binding, Clouds::Made)?;
    Ok((known, cloud))
}

/// What the last applies of a stack did, without a lock.
pub(crate) fn known_history(
    arguments: &StackArgs,
    provider: ProviderName,
) -> Result<Vec<Run>, Failure> {
    let (dir, binding) = place(arguments, provider)?;
    let mut store = open_store(&dir, &binding, Access::Read)?;
    // A load checks every record; history reads them again only when they are sound.
    store.load().map_err(|error| store_failure(&error))?;
    store.history().map_err(|error| store_failure(&error))
}

/// The folder of a stack's state.
pub(crate) fn state_folder(
    arguments: &StackArgs,
    provider: ProviderName,
) -> Result<PathBuf, Failure> {
    Ok(place(arguments, provider)?.0)
}

fn place(arguments: &StackArgs, provider: ProviderName) -> Result<(PathBuf, Binding), Failure> {
    let opened = stack::open(&arguments.path)?;
    let env = valid_environment(&opened, arguments)?;
    let mut binding = opened.binding(provider.name(), &env, MOCK_ACCOUNT);
    if provider != ProviderName::Mock {
        // Without signing in, the account is the one that the state says it belongs to.
        let dir = state_dir(&opened.project.root, &binding);
        let bound = bound_to(&dir).map_err(|error| store_failure(&error))?;
        binding.account = bound.map_or(binding.account, |bound| bound.account);
    }
    Ok((state_dir(&opened.project.root, &binding), binding))
}

/// The environment, once the files can be read at all.
fn valid_environment(opened: &Opened, arguments: &StackArgs) -> Result<String, Failure> {
    if opened.diagnostics.has_errors() {
        let mut diagnostics = opened.diagnostics.clone();
        diagnostics.sort();
        return Err(Failure::invalid(opened.sources.clone(), diagnostics));
    }
    opened.environment(arguments.env.as_deref())
}

/// How `apply` and `destroy` open the state.
pub(crate) fn writing(command: &str, carrying: &CarryingArgs) -> Result<Access, Failure> {
    let wait = duration(&carrying.lock_timeout).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            Code("usage::duration"),
            format!("`{}` is not a time", carrying.lock_timeout),
        )
        .help("write a number and a unit: `30s`, `5min`")
    })?;
    Ok(Access::Write {
        command: command.to_owned(),
        wait,
    })
}

/// A time as the language writes it.
fn duration(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(at);
    let quantity = Quantity::new(number.parse().ok()?, unit).ok()?;
    let milliseconds =
        (quantity.dimension == Dimension::Duration).then(|| quantity.whole("ms"))??;
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}

/// The outputs of a plan that are known before anything is done.
pub(crate) fn known_outputs(plan: &Plan) -> BTreeMap<String, Value> {
    struct Nothing(Arc<str>);
    impl formwork_schema::Resolver for Nothing {
        fn attribute(&self, _: &Address, _: &str) -> Option<Value> {
            None
        }
        fn account(&self) -> Option<Arc<str>> {
            Some(self.0.clone())
        }
    }
    let resolver = Nothing(plan.header.account.clone());
    let known = plan.outputs.iter().filter_map(|output| {
        Some((
            output.name.to_string(),
            output.value.to_json(&resolver).ok()?,
        ))
    });
    known.collect()
}

/// One thread drives everything that waits, all the time that the process lives: connections that are kept open belong
/// to it.
pub(crate) fn runtime() -> Result<&'static tokio::runtime::Runtime, Failure> {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    if RUNTIME.get().is_none() {
        let built = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let built = built.map_err(|error| {
            Failure::new(Exit::Failed, Code("system::runtime"), error.to_string())
        })?;
        let _another_was_quicker = RUNTIME.set(built);
    }
    RUNTIME.get().ok_or_else(|| {
        let message = "the runtime was not kept";
        Failure::new(Exit::Bug, Code("system::runtime"), message)
    })
}

fn open_store(dir: &Path, binding: &Binding, access: Access) -> Result<LocalStore, Failure> {
    LocalStore::open(dir, binding, access).map_err(|error| store_failure(&error))
}

/// The files of a stack, by the names under which they can be read again, in the order of their sources.
fn digests(opened: &Opened) -> Vec<Digested> {
    let files = opened.files().into_iter();
    let sources = files.filter_map(|(id, _)| opened.sources.get(id));
    let digested = sources.map(|source| Digested {
        name: source.name().into(),
        digest: saved::digest(source.text().as_bytes()).into(),
    });
    digested.collect()
}

fn extras(
    sources: Vec<Digested>,
    lowered: &Lowered,
    uses: Vec<Use>,
    role: Option<Arc<str>>,
) -> Extras {
    let made = now();
    Extras {
        tool: TOOL.into(),
        made,
        role,
        expires: made + PLAN_LIFETIME,
        sources,
        artifacts: artifacts(lowered),
        uses,
    }
}

/// The code folders of a stack, each once, by path.
fn artifacts(lowered: &Lowered) -> Vec<Digested> {
    fn walk(node: &Node, found: &mut BTreeMap<Arc<str>, Arc<str>>) {
        match &node.prop {
            Prop::Artifact(artifact) => {
                _ = found.insert(artifact.path.clone(), artifact.digest.clone())
            }
            Prop::List(items) => items.iter().for_each(|item| walk(item, found)),
            Prop::Map(map) => map.values().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    let nodes = lowered
        .resources
        .iter()
        .flat_map(|resource| resource.properties.values());
    nodes.for_each(|node| walk(node, &mut found));
    found
        .into_iter()
        .map(|(name, digest)| Digested { name, digest })
        .collect()
}

fn filters(planning: &PlanningArgs) -> Result<Filters, Failure> {
    let parsed = |texts: &[String]| -> Result<Vec<Address>, Failure> {
        let one = |text: &String| {
            text.parse()
                .map_err(|error: AddressError| Failure::address(&error))
        };
        texts.iter().map(one).collect()
    };
    Ok(Filters {
        only: parsed(&planning.only)?,
        except: parsed(&planning.except)?,
        replace: parsed(&planning.replace)?,
    })
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_the_language_writes_them() {
        assert_eq!(duration("5min"), Some(Duration::from_secs(300)));
        assert_eq!(duration("5"), None);
        assert_eq!(duration("5MB"), None);
    }
}
