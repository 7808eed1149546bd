//! Other stacks beneath the same root: what their states give to this one, and which of them take something from it.

use crate::cli::ProviderName;
use crate::failure::{Exit, Failure};
use crate::pipeline::{MOCK_ACCOUNT, known_outputs, store_failure};
use crate::stack::Opened;
use formwork_diag::{Code, Diagnostic, Diagnostics, Severity, Sources};
use formwork_model::{GivenStack, UsedStack};
use formwork_plan::{Inputs, Mode, Plan};
use formwork_schema::Stack;
use formwork_state::{Binding, State, Store, StoreError, Use};
use formwork_store::{Access, LocalStore, state_dir};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A stack that this one uses, with its state.
pub(crate) struct Neighbour {
    used: UsedStack,
    binding: Binding,
    /// `None` if it is not applied.
    state: Option<State>,
    /// The command that applies it.
    apply: String,
}

/// Reads the states of the stacks that one uses, in the same environment.
pub(crate) fn look(
    opened: &Opened,
    path: &Path,
    (provider, own): (ProviderName, &Arc<str>),
    env: &str,
) -> Result<Vec<Neighbour>, Failure> {
    let used = opened.program.used_stacks().into_iter();
    let looked = used.map(|used| {
        let account = used.environment(env).and_then(|env| env.account);
        let binding = Binding {
            provider: provider.name().into(),
            account: account.unwrap_or_else(|| own.clone()),
            stack: used.stack.clone(),
            env: env.into(),
        };
        let state = state_of(&opened.project.root, &used.place, &binding)?;
        let apply = command("apply", &beside(path, &used.path), env, provider);
        Ok(Neighbour {
            state: state.filter(is_applied),
            used,
            binding,
            apply,
        })
    });
    looked.collect()
}

/// The same for what is shown without a cloud: of whichever provider has a state.
pub(crate) fn look_anywhere(
    opened: &Opened,
    path: &Path,
    env: &str,
) -> BTreeMap<Arc<str>, GivenStack> {
    let mut found = BTreeMap::new();
    for provider in [ProviderName::Mock, ProviderName::Aws] {
        // A state that cannot be read says nothing: a plan says why.
        let all = look(opened, path, (provider, &MOCK_ACCOUNT.into()), env).unwrap_or_default();
        let applied = all.into_iter().filter(|one| one.state.is_some());
        found.extend(given(&applied.collect::<Vec<_>>()));
    }
    found
}

fn is_applied(state: &State) -> bool {
    !state.objects.is_empty() || !state.outputs.is_empty()
}

fn state_of(root: &Path, place: &str, binding: &Binding) -> Result<Option<State>, Failure> {
    let own = formwork_artifact::find_root(&root.join(place));
    let dir = state_dir(&own.unwrap_or_else(|_| root.to_owned()), binding);
    let loaded = load(&dir, binding).map_err(|error| store_failure(&error))?;
    Ok(Some(loaded))
}

fn load(dir: &Path, binding: &Binding) -> Result<State, StoreError> {
    let mut store = LocalStore::open(dir, binding, Access::Read)?;
    Ok(store.load()?.state)
}

/// What the evaluation is given.
fn given(neighbours: &[Neighbour]) -> BTreeMap<Arc<str>, GivenStack> {
    let given = neighbours.iter().map(|neighbour| {
        let state = neighbour.state.as_ref();
        let given = GivenStack {
            outputs: state.map(|state| state.outputs.clone()),
            apply: neighbour.apply.clone(),
        };
        (neighbour.used.name.clone(), given)
    });
    given.collect()
}

/// What the evaluation is given, to apply a stack or to destroy it.
pub(crate) fn given_for(
    mode: Mode,
    neighbours: &[Neighbour],
    opened: &Opened,
    own: &Binding,
) -> Result<BTreeMap<Arc<str>, GivenStack>, Failure> {
    if mode == Mode::Apply || neighbours.is_empty() {
        return Ok(given(neighbours));
    }
    let dir = state_dir(&opened.project.root, own);
    let own = load(&dir, own).map_err(|error| store_failure(&error))?;
    Ok(given_before(neighbours, &own))
}

/// The same to destroy a stack: it was made with what its own state remembers, which may be there no more.
fn given_before(neighbours: &[Neighbour], own: &State) -> BTreeMap<Arc<str>, GivenStack> {
    let mut all = given(neighbours);
    for neighbour in neighbours {
        let before = own
            .uses
            .iter()
            .find(|used| used.stack == neighbour.used.stack);
        let name = &neighbour.used.name;
        match (before, all.get_mut(name)) {
            (Some(before), Some(given)) => {
                let outputs = given.outputs.get_or_insert_default();
                outputs.extend(before.outputs.clone());
            }
            (None, Some(given)) if given.outputs.is_none() => _ = all.remove(name),
            _ => {}
        }
    }
    all
}

/// What a stack has read of others, each once, by name.
pub(crate) fn uses(stack: &Stack, neighbours: &[Neighbour]) -> Vec<Use> {
    let mut found: BTreeMap<Arc<str>, Use> = BTreeMap::new();
    for neighbour in neighbours {
        let (Some(state), Some(read)) = (&neighbour.state, stack.uses.get(&neighbour.used.name))
        else {
            continue;
        };
        let used = found.entry(neighbour.used.stack.clone());
        let used = used.or_insert_with(|| Use {
            stack: neighbour.used.stack.clone(),
            account: neighbour.binding.account.clone(),
            path: neighbour.used.place.clone(),
            serial: state.serial,
            outputs: BTreeMap::new(),
        });
        for output in read {
            if let Some(value) = state.outputs.get(&**output) {
                used.outputs.insert(output.to_string(), value.clone());
            }
        }
    }
    found.into_values().collect()
}

/// The same stacks as they are now.
pub(crate) fn again(before: &[Use], root: &Path, own: &Binding) -> Result<Vec<Use>, Failure> {
    let now = before.iter().map(|used| {
        let binding = Binding {
            account: used.account.clone(),
            stack: used.stack.clone(),
            ..own.clone()
        };
        let state = state_of(root, &used.path, &binding)?;
        Ok(Use {
            serial: state.map_or(0, |state| state.serial),
            ..used.clone()
        })
    });
    now.collect()
}

/// A stack that was made with outputs of this one.
pub(crate) struct Dependent {
    stack: String,
    env: Arc<str>,
    outputs: BTreeMap<String, Json>,
}

/// The stacks beneath the root that were made with outputs of this one, by name. A state that cannot be read says
/// nothing.
pub(crate) fn dependents(root: &Path, own: &Binding) -> Vec<Dependent> {
    let mut found = Vec::new();
    for name in siblings(root, own) {
        let binding = Binding {
            stack: name.as_str().into(),
            ..own.clone()
        };
        let dir = state_dir(root, &binding);
        if *name == *own.stack || !LocalStore::exists(&dir).unwrap_or(false) {
            continue;
        }
        let Some(state) = any_account(&dir, binding) else {
            continue;
        };
        let mut uses = state.uses.iter();
        let used = uses.find(|used| used.stack == own.stack && used.account == own.account);
        if let Some(used) =
            used.filter(|used| !used.outputs.is_empty() && !state.objects.is_empty())
        {
            found.push(Dependent {
                stack: name,
                env: own.env.clone(),
                outputs: used.outputs.clone(),
            });
        }
    }
    found
}

/// The names of the stacks that have a state, sorted.
fn siblings(root: &Path, own: &Binding) -> Vec<String> {
    let own_folder = state_dir(root, own);
    let folder = own_folder.ancestors().nth(2).map(Path::to_owned);
    let entries = folder.and_then(|folder| folder.read_dir().ok());
    let entries = entries.into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// A state whose account may be another one.
fn any_account(dir: &Path, binding: Binding) -> Option<State> {
    match load(dir, &binding) {
        Err(StoreError::Binding { found, .. }) => {
            let account = found.split('/').nth(1)?.into();
            load(dir, &Binding { account, ..binding }).ok()
        }
        loaded => loaded.ok(),
    }
}

/// Warns of outputs that are no longer written, and of those who were made with them.
pub(crate) fn removed(dependents: &[Dependent], planning: &Inputs<'_>) -> Diagnostics {
    let mut found = Diagnostics::new();
    if planning.mode == Mode::Destroy {
        return found;
    }
    let written = |name: &str| planning.outputs.iter().any(|output| *output.name == *name);
    for dependent in dependents {
        let gone = dependent.outputs.keys();
        let known = |name: &&String| planning.state.outputs.contains_key(*name);
        let gone = gone.filter(|name| known(name) && !written(name));
        for output in gone {
            let message = format!(
                "`{}` ({}) was made with the output `{output}`, which is no longer written",
                dependent.stack, dependent.env
            );
            let warning = Diagnostic::new(Code("use::removed"), Severity::Warning, message);
            found.push(warning.help(format!(
                "take it out of `{0}` and apply `{0}` first; it keeps what it was made with until then",
                dependent.stack
            )));
        }
    }
    found
}

/// Names the stacks that were made with outputs which a plan changes: they are to be applied afterwards.
pub(crate) fn changed(root: &Path, own: &Binding, state: &State, plan: &Plan) -> Diagnostics {
    let mut found = Diagnostics::new();
    let known = known_outputs(plan);
    if plan.header.destroy || state.outputs == known {
        return found;
    }
    let written = |name: &String| plan.outputs.iter().any(|output| *output.name == **name);
    for dependent in dependents(root, own) {
        let outputs = dependent.outputs.iter();
        let outputs = outputs.filter(|(name, value)| known.get(*name) != Some(*value));
        let outputs: Vec<&str> = outputs
            .filter(|(name, _)| written(name))
            .map(|(name, _)| name.as_str())
            .collect();
        if outputs.is_empty() {
            continue;
        }
        let message = format!(
            "`{}` ({}) was made with {}, which this plan changes",
            dependent.stack,
            dependent.env,
            formwork_diag::list_words(&outputs, "and"),
        );
        let warning = Diagnostic::new(Code("use::changed"), Severity::Warning, message);
        found.push(warning.help(format!("plan and apply `{}` afterwards", dependent.stack)));
    }
    found
}

/// What is to be said before a stack is destroyed with whose outputs others were made.
pub(crate) fn in_use(dependents: &[Dependent], own: &str, severity: Severity) -> Diagnostics {
    let found = dependents.iter().map(|dependent| {
        let outputs: Vec<&str> = dependent.outputs.keys().map(String::as_str).collect();
        let message = format!(
            "`{}` ({}) was made with {} of `{own}`",
            dependent.stack,
            dependent.env,
            formwork_diag::list_words(&outputs, "and"),
        );
        let help = format!(
            "destroy `{0}` first, or take `{own}` out of it and apply `{0}`",
            dependent.stack
        );
        Diagnostic::new(Code("guard::in_use"), severity, message).help(help)
    });
    Diagnostics(found.collect())
}

/// Refuses to destroy what other stacks were made with.
pub(crate) fn guard(dependents: &[Dependent], own: &str) -> Result<(), Failure> {
    let diagnostics = in_use(dependents, own, Severity::Error);
    match diagnostics.is_empty() {
        true => Ok(()),
        false => Err(Failure {
            exit: Exit::Refused,
            sources: Sources::new(),
            diagnostics,
        }),
    }
}

/// A command for another stack, as it is typed from here.
fn command(verb: &str, path: &Path, env: &str, provider: ProviderName) -> String {
    let mut words = format!("formwork {verb} {}", path.display());
    if env != "default" {
        words.push_str(&format!(" --env {env}"));
    }
    if provider == ProviderName::Mock {
        words.push_str(" --provider mock");
    }
    words
}

/// A path written in a stack's file, seen from where the command is run.
fn beside(stack: &Path, written: &str) -> PathBuf {
    let folder = match stack.is_dir() {
        true => stack,
        false => stack.parent().unwrap_or(Path::new("")),
    };
    let mut out = PathBuf::new();
    for part in folder.join(written).components() {
        let inside = matches!(out.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if inside => _ = out.pop(),
            part => out.push(part),
        }
    }
    match out.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_where_the_command_is_run() {
        let seen = |stack: &str, written: &str| beside(Path::new(stack), written);
        assert_eq!(seen(".", "../network"), Path::new("../network"));
        assert_eq!(seen("main.stack", "../network"), Path::new("../network"));
        assert_eq!(seen("app/main.stack", "../network"), Path::new("network"));
        assert_eq!(
            seen("app/main.stack", "./a.stack"),
            Path::new("app/a.stack")
        );
        assert_eq!(seen("../app/x.stack", "../net"), Path::new("../net"));
        assert_eq!(seen("app/x.stack", ".."), Path::new("."));
    }
}
