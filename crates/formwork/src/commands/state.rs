//! `state list`, `state show`, `state history`, `state unlock`: what was made and when, and who writes.

use crate::cli::{Format, StateAction, StateArgs, StateListArgs, StateShowArgs};
use crate::failure::{Exit, Failure};
use crate::pipeline::{self, KnownState};
use crate::terminal::Terminal;
use crate::views::history;
use formwork_diag::{Code, nearest, safe};
use formwork_schema::Address;
use formwork_state::{Object, ObjectStatus, State};
use formwork_store::{Unlocked, unlock};
use serde_json::json;

/// Runs one of the actions.
pub(crate) fn run(arguments: &StateArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    match &arguments.action {
        StateAction::List(list) => print_list(list, terminal),
        StateAction::Show(show) => print_one(show, terminal),
        StateAction::History(list) => print_history(list, terminal),
        StateAction::Unlock(list) => free(list, terminal),
    }
}

fn known(list: &StateListArgs) -> Result<KnownState, Failure> {
    pipeline::known_state(&list.stack, list.provider.provider)
}

fn print_list(list: &StateListArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let state = known(list)?.state;
    match list.format {
        Format::Json => {
            let objects = state.objects.iter().map(|(key, object)| {
                json!({ "address": key.address, "generation": key.generation, "type": object.type_name, "id": object.id })
            });
            let all = json!({ "serial": state.serial, "objects": objects.collect::<Vec<_>>(), "open": state.open.len() });
            terminal.line(&serde_json::to_string_pretty(&all).unwrap_or_default());
        }
        Format::Text => {
            for line in lines(&state) {
                terminal.line(&line);
            }
        }
    }
    Ok(Exit::Done)
}

fn print_history(list: &StateListArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let runs = pipeline::known_history(&list.stack, list.provider.provider)?;
    terminal.print(&match list.format {
        Format::Text => history::text(&runs, terminal.paint()),
        Format::Json => history::json(&runs),
    });
    Ok(Exit::Done)
}

fn lines(state: &State) -> Vec<String> {
    let address = |key: &formwork_state::ObjectKey| key.address.to_string();
    let width = state
        .objects
        .keys()
        .map(|key| address(key).chars().count())
        .max()
        .unwrap_or(0);
    let types = state
        .objects
        .values()
        .map(|object| object.type_name.len())
        .max()
        .unwrap_or(0);
    let mut lines: Vec<String> = state
        .objects
        .iter()
        .map(|(key, object)| {
            let pending = if object.status == ObjectStatus::Pending {
                "  (not settled)"
            } else {
                ""
            };
            let line = format!(
                "{:width$}  {:types$}  {}{pending}",
                address(key),
                object.type_name,
                object.id
            );
            safe(&line).into_owned()
        })
        .collect();
    for intent in state.open.values() {
        lines.push(
            safe(&format!(
                "{}  interrupted {:?}; the next apply goes on",
                intent.address, intent.action
            ))
            .into_owned(),
        );
    }
    lines
}

fn print_one(show: &StateShowArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let state = known(&show.list)?.state;
    let address: Address = show
        .address
        .parse()
        .map_err(|error: formwork_schema::AddressError| Failure::address(&error))?;
    let Some((generation, object)) = state.newest(&address) else {
        return Err(not_there(&state, &show.address));
    };
    let text =
        serde_json::to_string_pretty(&described(&address, generation, object)).unwrap_or_default();
    terminal.line(&safe(&text));
    Ok(Exit::Done)
}

fn described(address: &Address, generation: u32, object: &Object) -> serde_json::Value {
    json!({
        "address": address,
        "generation": generation,
        "type": object.type_name,
        "region": object.region,
        "id": object.id,
        "name": object.name,
        "authored": object.authored,
        "attributes": object.attributes,
        "needs": object.metadata.needs,
        "protect": object.metadata.protect,
        "retain": object.metadata.retain,
    })
}

fn not_there(state: &State, wanted: &str) -> Failure {
    let names: Vec<String> = state
        .objects
        .keys()
        .map(|key| key.address.to_string())
        .collect();
    let failure = Failure::new(
        Exit::Failed,
        Code("state::address"),
        format!("the state has no `{wanted}`"),
    );
    match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`formwork state list` lists all addresses"),
    }
}

fn free(list: &StateListArgs, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let dir = pipeline::state_folder(&list.stack, list.provider.provider)?;
    match unlock(&dir).map_err(|error| pipeline::store_failure(&error))? {
        Unlocked::Held(holder) => Err(pipeline::locked(holder.as_deref())),
        Unlocked::Free => {
            terminal.line("Nobody writes this state; there was nothing to free.");
            Ok(Exit::Done)
        }
        Unlocked::Cleared(holder) => {
            let who = format!(
                "`{}` by process {} on {}",
                holder.command, holder.pid, holder.host
            );
            terminal.line(&safe(&format!("Freed the lock that {who} left behind.")));
            Ok(Exit::Done)
        }
    }
}
