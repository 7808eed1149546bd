//! Renames: which objects of the state get other addresses, and the inputs as they are once those have them.

use crate::{Inputs, Mode, Observed};
use formwork_schema::{Address, Resource};
use formwork_state::{Move, State};
use std::collections::{BTreeMap, BTreeSet};

/// The addresses that change: of every wanted resource that the state does not know, and knows by a former address
/// which nothing else is wanted at.
pub(crate) fn moves(inputs: &Inputs<'_>) -> Vec<Move> {
    let renamed = inputs.resources.iter().filter(|r| !r.was.is_empty());
    let renamed: BTreeMap<&Address, &Resource> = renamed.map(|r| (&r.address, r)).collect();
    if inputs.mode == Mode::Destroy || renamed.is_empty() {
        return Vec::new();
    }
    let wanted: BTreeSet<&Address> = inputs.resources.iter().map(|r| &r.address).collect();
    let open: BTreeSet<&Address> = inputs.state.open.values().map(|i| &i.address).collect();
    let known =
        |address: &Address| open.contains(address) || inputs.state.newest(address).is_some();
    let mut taken = BTreeSet::new();
    let mut moves = Vec::new();
    for (to, resource) in renamed {
        if known(to) {
            continue;
        }
        let free =
            |from: &&Address| known(from) && !wanted.contains(from) && !taken.contains(*from);
        if let Some(from) = resource.was.iter().find(free) {
            taken.insert(from.clone());
            moves.push(Move {
                from: from.clone(),
                to: to.clone(),
            });
        }
    }
    moves
}

/// The state, and what was observed, once the addresses have changed. Serial and head are those of the state as it is.
pub(crate) fn moved(inputs: &Inputs<'_>, moves: &[Move]) -> (State, Observed) {
    let places = inputs.state.moved(moves);
    let mut state = inputs.state.clone();
    state.rename(moves);
    let objects = inputs.observed.objects.iter().map(|(key, sight)| {
        let place = places.get(key).unwrap_or(key);
        (place.clone(), sight.clone())
    });
    let observed = Observed {
        objects: objects.collect(),
        found: inputs.observed.found.clone(),
        intents: inputs.observed.intents.clone(),
    };
    (state, observed)
}

/// The inputs with another state and what was observed of it.
pub(crate) fn with<'b>(
    inputs: &Inputs<'b>,
    state: &'b State,
    observed: &'b Observed,
) -> Inputs<'b> {
    Inputs {
        stack: inputs.stack.clone(),
        env: inputs.env.clone(),
        provider: inputs.provider.clone(),
        account: inputs.account.clone(),
        region: inputs.region.clone(),
        resources: inputs.resources,
        forgets: inputs.forgets,
        outputs: inputs.outputs,
        state,
        observed,
        catalog: inputs.catalog,
        mode: inputs.mode,
        extras: inputs.extras.clone(),
        filters: inputs.filters.clone(),
    }
}
