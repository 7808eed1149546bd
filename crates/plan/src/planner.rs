//! The way from inputs to a plan.

use crate::claims;
use crate::decide::{Context, decide_all};
use crate::deps::{Deps, Index};
use crate::item::{Item, gather};
use crate::known::{Decided, Standing};
use crate::names::{self, Taken};
use crate::naming::{Names, name_property};
use crate::operations::{Builder, Shown};
use crate::tags::Words;
use crate::wanted::freeze;
use crate::{
    Action, Header, Inputs, Mode, Observed, Plan, PlannedOutput, Sight, Step, errors, filter,
    order, renames,
};
use formwork_diag::{Diagnostics, Span};
use formwork_schema::Address;
use formwork_state::{Move, ObjectKey};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Plans.
///
/// # Errors
/// Situations in which no plan can be made, each with its place: rings of needs, protected objects that would go,
/// names that belong to somebody else, references to nothing, interrupted work that could not be looked up.
pub fn plan(inputs: &Inputs<'_>) -> Result<Plan, Diagnostics> {
    let moves = renames::moves(inputs);
    if moves.is_empty() {
        return plan_moved(inputs, moves);
    }
    let (state, observed) = renames::moved(inputs, &moves);
    plan_moved(&renames::with(inputs, &state, &observed), moves)
}

/// Plans from a state in which the renamed objects have their new addresses.
fn plan_moved(inputs: &Inputs<'_>, moves: Vec<Move>) -> Result<Plan, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    check_binding(inputs, &mut diagnostics);
    settle(&mut diagnostics)?;
    let mut items = gather(inputs, &mut diagnostics);
    settle(&mut diagnostics)?;
    let index: Index<'_> = items
        .iter()
        .enumerate()
        .map(|(at, item)| (item.address, at))
        .collect();
    let deps = match inputs.mode {
        Mode::Apply => Deps::collect(&items, &index, &mut diagnostics),
        Mode::Destroy => Deps {
            of: vec![Vec::new(); items.len()],
        },
    };
    settle(&mut diagnostics)?;
    deps.check(&items, &mut diagnostics);
    claims::check_outputs(inputs, &items, &index, &mut diagnostics);
    filter::select(&inputs.filters, &mut items, &deps, &mut diagnostics);
    settle(&mut diagnostics)?;
    let context = Context {
        inputs,
        items: &items,
        index: &index,
        deps: &deps,
        moves: moves
            .iter()
            .map(|m| (m.to.clone(), m.from.clone()))
            .collect(),
        names: Names::survey(inputs, &items),
        words: Words::new(&inputs.stack, &inputs.env),
    };
    let mut decided = match inputs.mode {
        Mode::Apply => decide_all(&context, &mut diagnostics),
        Mode::Destroy => vec![None; items.len()],
    };
    check_names(&items, &decided, &mut diagnostics);
    settle(&mut diagnostics)?;
    // What is only shown moves into the changes; the rest stays to look values up in.
    let shown = decided.iter_mut().map(Shown::take).collect();
    let mut builder = Builder::new(&context, &decided, shown, &mut diagnostics);
    builder.build();
    let (mut changes, drafts, unchanged) = (builder.changes, builder.drafts, builder.unchanged);
    settle(&mut diagnostics)?;
    let mut operations = order::sort(drafts).map_err(|ring| stuck(&items, &ring))?;
    sort_changes(&mut changes, &mut operations);
    let lookup = context.lookup(&decided);
    let output = |output: &PlannedOutput| PlannedOutput {
        name: output.name.clone(),
        value: freeze(&output.value, &lookup),
    };
    let outputs = match inputs.mode {
        Mode::Apply => inputs.outputs.iter().map(output).collect(),
        Mode::Destroy => Vec::new(),
    };
    Ok(Plan {
        header: header(inputs),
        changes,
        renames: moves,
        operations,
        outputs,
        unchanged,
    })
}

fn settle(diagnostics: &mut Diagnostics) -> Result<(), Diagnostics> {
    match diagnostics.has_errors() {
        true => {
            diagnostics.sort();
            Err(std::mem::take(diagnostics))
        }
        false => Ok(()),
    }
}

fn check_binding(inputs: &Inputs<'_>, diagnostics: &mut Diagnostics) {
    let Some(binding) = &inputs.state.binding else {
        return;
    };
    let facts = [
        ("provider", &inputs.provider, &binding.provider),
        ("account", &inputs.account, &binding.account),
        ("stack", &inputs.stack, &binding.stack),
        ("environment", &inputs.env, &binding.env),
    ];
    for (what, here, state) in facts {
        if here != state {
            diagnostics.push(errors::wrong_state(what, here, state));
        }
    }
}

fn stuck(items: &[Item<'_>], ring: &[usize]) -> Diagnostics {
    let mut members: Vec<&Item<'_>> = ring.iter().filter_map(|at| items.get(*at)).collect();
    members.dedup_by_key(|item| item.address);
    let addresses: Vec<&Address> = members.iter().map(|item| item.address).collect();
    let span = members.iter().find_map(|item| item.span());
    Diagnostics(vec![errors::order(&addresses, span)])
}

/// Changes are built item by item, older objects after the newest; they stay in the order of addresses.
fn sort_changes(changes: &mut Vec<crate::Change>, operations: &mut [crate::Operation]) {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    order.sort_by(|one, other| {
        let address = |at: &usize| changes.get(*at).map(|change| &change.address);
        address(one).cmp(&address(other)).then(one.cmp(other))
    });
    let mut place = vec![0; changes.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*from) {
            *slot = to;
        }
    }
    let mut slots: Vec<Option<crate::Change>> =
        std::mem::take(changes).into_iter().map(Some).collect();
    for from in order {
        changes.extend(slots.get_mut(from).and_then(Option::take));
    }
    for operation in operations {
        if let Some(to) = place.get(operation.change) {
            operation.change = *to;
        }
    }
}

fn header(inputs: &Inputs<'_>) -> Header {
    Header {
        stack: inputs.stack.clone(),
        env: inputs.env.clone(),
        provider: inputs.provider.clone(),
        account: inputs.account.clone(),
        region: inputs.region.clone(),
        serial: inputs.state.serial,
        head: inputs.state.head.clone(),
        tool: inputs.extras.tool.clone(),
        made: inputs.extras.made,
        role: inputs.extras.role.clone(),
        expires: inputs.extras.expires,
        sources: inputs.extras.sources.clone(),
        artifacts: inputs.extras.artifacts.clone(),
        destroy: inputs.mode == Mode::Destroy,
        // What is destroyed was made with what was read before.
        uses: match inputs.mode {
            Mode::Apply => inputs.extras.uses.clone(),
            Mode::Destroy => inputs.state.uses.clone(),
        },
        used_before: match inputs.state.objects.is_empty() {
            true => Vec::new(),
            false => inputs.state.uses.clone(),
        },
    }
}

/// Two objects of a type cannot share a name where names are unique.
fn check_names(items: &[Item<'_>], decided: &[Option<Decided>], diagnostics: &mut Diagnostics) {
    let mut seen: FxHashMap<Taken, (&Address, Span)> = FxHashMap::default();
    for (item, decided) in items.iter().zip(decided) {
        let (Some(decided), Some(resource)) = (decided, item.desired) else {
            continue;
        };
        let Some(name) = decided
            .name
            .clone()
            .filter(|_| name_property(item).is_some())
        else {
            continue;
        };
        if decided.standing == Standing::Missing || decided.action == Action::Read {
            continue;
        }
        let span = resource.span;
        // Unique within its parent: compared only where the parent is known.
        let within = |property: &str| decided.wanted.get(property)?.known().cloned();
        let Some(key) = names::taken(&item.ty, &resource.region, &name, within) else {
            continue;
        };
        if let Some(first) = seen.insert(key, (item.address, span)) {
            diagnostics.push(errors::same_name(&name, first, (item.address, span)));
        }
    }
}

/// The objects that a plan touches and that were not read: they are to be read, and planned again.
pub fn unread(plan: &Plan, observed: &Observed) -> BTreeSet<ObjectKey> {
    let touched = plan.operations.iter().filter(|operation| {
        !matches!(
            operation.step,
            Step::Create(_) | Step::Record(_) | Step::Recover(_)
        )
    });
    let keys = touched.map(|operation| ObjectKey {
        address: operation.address.clone(),
        generation: operation.generation,
    });
    keys.filter(|key| observed.objects.get(key) == Some(&Sight::NotRead))
        .collect()
}

/// How many operations of a plan change the cloud.
pub fn mutations(plan: &Plan) -> usize {
    let mutates = |step: &Step| {
        matches!(
            step,
            Step::Create(_) | Step::Update { .. } | Step::Delete { .. } | Step::Settle { .. }
        )
    };
    plan.operations
        .iter()
        .filter(|operation| mutates(&operation.step))
        .count()
}
