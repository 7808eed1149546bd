//! The plan checker: what must hold of every plan, said independently of how plans are made.

use crate::{Action, Inputs, Mode, Operation, Plan, Step, renames};
use formwork_schema::{Address, Resource};
use formwork_state::{Move, ObjectKey};
use std::collections::{BTreeMap, BTreeSet};

/// What a plan breaks; empty when it holds.
pub fn check_plan(plan: &Plan, inputs: &Inputs<'_>) -> Vec<String> {
    if plan.renames.is_empty() {
        return check_moved(plan, inputs);
    }
    let mut found = check_renames(plan, inputs);
    let (state, observed) = renames::moved(inputs, &plan.renames);
    let moved = renames::with(inputs, &state, &observed);
    found.extend(check_moved(plan, &moved));
    found
}

/// Every rename takes an object of the state to an address that is wanted and free; none is named twice.
fn check_renames(plan: &Plan, inputs: &Inputs<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let wanted: BTreeSet<&Address> = inputs.resources.iter().map(|r| &r.address).collect();
    let known = |address: &Address| {
        let mut open = inputs.state.open.values();
        inputs.state.newest(address).is_some() || open.any(|intent| intent.address == *address)
    };
    for Move { from, to } in &plan.renames {
        let twice = !seen.insert(from) | !seen.insert(to);
        if twice || !known(from) || known(to) || wanted.contains(from) || !wanted.contains(to) {
            found.push(format!("{from} cannot be renamed to {to}"));
        }
    }
    found
}

fn check_moved(plan: &Plan, inputs: &Inputs<'_>) -> Vec<String> {
    let resources = inputs.resources.iter();
    let checker = Checker {
        plan,
        inputs,
        resources: resources.map(|r| (&r.address, r)).collect(),
        found: Vec::new(),
    };
    checker.run()
}

struct Checker<'c> {
    plan: &'c Plan,
    inputs: &'c Inputs<'c>,
    resources: BTreeMap<&'c Address, &'c Resource>,
    found: Vec<String>,
}

impl<'c> Checker<'c> {
    fn run(mut self) -> Vec<String> {
        self.order();
        self.actions();
        self.creates();
        self.deletes();
        self.preparations();
        self.movers();
        self.replacements();
        self.unknowns();
        self.repairs();
        self.found
    }

    fn say(&mut self, operation: &Operation, what: &str) {
        let (address, generation) = (&operation.address, operation.generation);
        let verb = operation.step.verb();
        self.found
            .push(format!("{verb:?} {address} #{generation}: {what}"));
    }

    fn order(&mut self) {
        for (at, operation) in self.plan.operations.iter().enumerate() {
            if operation.needs.iter().any(|need| *need >= at) {
                self.say(operation, "needs something that does not come before it");
            }
            let distinct: BTreeSet<_> = operation.needs.iter().collect();
            if distinct.len() != operation.needs.len() {
                self.say(operation, "needs something twice");
            }
            let change = self.plan.changes.get(operation.change);
            if change.is_none_or(|change| change.address != operation.address) {
                self.say(operation, "belongs to the change of another address");
            }
        }
        let sorted = self.plan.changes.is_sorted_by_key(|change| &change.address);
        if !sorted {
            self.found.push("changes are not sorted".into());
        }
    }

    /// Every step is one that the action of its change allows; nothing is done to what is neither wanted nor ours.
    fn actions(&mut self) {
        let plan = self.plan;
        for operation in &plan.operations {
            let Some(change) = plan.changes.get(operation.change) else {
                continue;
            };
            let replaces = matches!(
                change.action,
                Action::ReplaceCreateFirst | Action::ReplaceDeleteFirst
            );
            let fits = match operation.step {
                Step::Create(_) => change.action == Action::Create || replaces,
                Step::Adopt(_) => change.action == Action::Adopt,
                Step::Update { .. } => {
                    let updates = [Action::Update, Action::Rename, Action::Adopt];
                    updates.contains(&change.action) || self.prepares(operation)
                }
                Step::Delete { .. } => {
                    change.action == Action::Delete || replaces || self.is_found(operation)
                }
                Step::Forget => !matches!(change.action, Action::Update | Action::Nothing),
                Step::Record(_) => matches!(
                    change.action,
                    Action::Record | Action::Recover | Action::Rename
                ),
                Step::Settle { .. } | Step::Recover(_) => true,
            };
            if !fits {
                self.say(operation, "is not what its change says");
            }
            let state = self.inputs.state;
            let ours = state.at(&operation.address).next().is_some();
            let open = || state.open.values().any(|i| i.address == operation.address);
            if !ours && !self.resources.contains_key(&operation.address) && !open() {
                self.say(operation, "is about an object that is not ours");
            }
        }
    }

    /// Whether an update makes an object ready for its delete, which waits for it.
    fn prepares(&self, operation: &Operation) -> bool {
        let (Step::Update { changed, goal, .. }, plan) = (&operation.step, self.plan) else {
            return false;
        };
        let ty = self.inputs.catalog.resource_type(&goal.type_name);
        let before = ty.map(|ty| ty.overlay.before_delete.clone());
        let before = before.unwrap_or_default();
        let at = plan
            .operations
            .iter()
            .position(|other| std::ptr::eq(other, operation));
        let deleted = plan.operations.iter().any(|other| {
            matches!(other.step, Step::Delete { .. })
                && other.address == operation.address
                && other.generation == operation.generation
                && at.is_some_and(|at| other.needs.contains(&at))
        });
        deleted && changed.iter().all(|name| before.contains_key(name))
    }

    /// Nothing is deleted whose type asks for a preparation that is neither seen nor planned.
    fn preparations(&mut self) {
        for operation in &self.plan.operations {
            let Step::Delete {
                type_name,
                slice: None,
                ..
            } = &operation.step
            else {
                continue;
            };
            let key = ObjectKey {
                address: operation.address.clone(),
                generation: operation.generation,
            };
            let ty = self.inputs.catalog.resource_type(type_name);
            let (Some(ty), Some(sight)) = (ty, self.inputs.observed.objects.get(&key)) else {
                continue;
            };
            let crate::Sight::Live(live) = sight else {
                continue;
            };
            let unready = ty.overlay.before_delete.iter().any(|(name, value)| {
                live.properties
                    .get(&**name)
                    .is_some_and(|shown| shown != value)
            });
            let needs = operation
                .needs
                .iter()
                .filter_map(|at| self.plan.operations.get(*at));
            let mut needs = needs.filter(|need| need.address == operation.address);
            if unready && !needs.any(|need| self.prepares(need)) {
                self.say(operation, "is deleted before it is ready for that");
            }
        }
    }

    /// Whether the id of a delete was found by the lookup of an open intent.
    fn is_found(&self, operation: &Operation) -> bool {
        let Step::Delete { id, .. } = &operation.step else {
            return false;
        };
        self.inputs.observed.intents.values().any(|finding| {
            matches!(finding, crate::Finding::Found(lives) if lives.iter().any(|live| live.id == *id))
        })
    }

    fn creates(&mut self) {
        let mut keys = BTreeSet::new();
        let mut tokens = BTreeSet::new();
        let mut names = BTreeMap::new();
        for operation in &self.plan.operations {
            let Step::Create(goal) = &operation.step else {
                continue;
            };
            if !keys.insert((&operation.address, operation.generation)) {
                self.say(operation, "is made twice");
            }
            let key = ObjectKey {
                address: operation.address.clone(),
                generation: operation.generation,
            };
            if self.inputs.state.objects.contains_key(&key) {
                self.say(operation, "has the generation of an object that was made");
            }
            let next = self.inputs.state.past.get(&operation.address);
            if next.is_some_and(|next| operation.generation < *next) {
                self.say(operation, "has the generation of an object that is gone");
            }
            if !tokens.insert(&goal.token) || goal.token.len() > 36 {
                self.say(operation, "has a token that is used twice or too long");
            }
            let ty = self.inputs.catalog.resource_type(&goal.type_name);
            let scope = ty.map(|ty| ty.overlay.name_scope.clone());
            let whole =
                scope.filter(|scope| matches!(&**scope, "account-region" | "account" | "global"));
            let Some(name) = goal.name.clone().filter(|_| whole.is_some()) else {
                continue;
            };
            let name = (goal.type_name.clone(), goal.region.clone(), name);
            if let Some(other) = names.insert(name, &operation.address) {
                let what = format!("has the name of {other}");
                self.say(operation, &what);
            }
        }
    }

    fn deletes(&mut self) {
        let ends = self.ends();
        for (key, at) in &ends {
            let Some(operation) = self.plan.operations.get(*at) else {
                continue;
            };
            let object = self.inputs.state.objects.get(key);
            let resource = self.resources.get(&operation.address);
            let state = object.is_some_and(|object| object.metadata.protect);
            if resource.map_or(state, |resource| resource.protect) && self.is_last(key) {
                self.say(operation, "is protected");
            }
        }
        for (user, object) in &self.inputs.state.objects {
            let Some(other) = ends.get(user) else {
                continue;
            };
            for need in object
                .metadata
                .needs
                .iter()
                .filter(|need| **need != user.address)
            {
                let both_ways = self
                    .inputs
                    .state
                    .at(need)
                    .any(|(_, target)| target.metadata.needs.contains(&user.address));
                let from = ObjectKey {
                    address: need.clone(),
                    generation: 0,
                };
                let targets = ends
                    .range(from..)
                    .take_while(|(key, _)| key.address == *need);
                for (_, at) in targets.filter(|(_, at)| other > *at && !both_ways) {
                    if let Some(operation) = self.plan.operations.get(*at) {
                        let what = format!("comes before the deletion of {}", user.address);
                        self.found.push(format!("{}: {what}", operation.address));
                    }
                }
            }
        }
    }

    /// An object that is deleted for good, or after its successor was made, is left by its users first.
    fn movers(&mut self) {
        let ends = self.ends();
        for (at, operation) in self.plan.operations.iter().enumerate() {
            let Step::Update { .. } = operation.step else {
                continue;
            };
            let key = ObjectKey {
                address: operation.address.clone(),
                generation: operation.generation,
            };
            let Some(object) = self.inputs.state.objects.get(&key) else {
                continue;
            };
            let needs = object.metadata.needs.iter();
            let left = needs.flat_map(|need| {
                let from = ObjectKey {
                    address: need.clone(),
                    generation: 0,
                };
                ends.range(from..)
                    .take_while(move |(key, _)| key.address == *need)
            });
            for (end, place) in left {
                let early = *place < at;
                let action = self.plan.operations.get(*place).and_then(|operation| {
                    let change = self.plan.changes.get(operation.change)?;
                    Some(change.action)
                });
                if early && action != Some(Action::ReplaceDeleteFirst) {
                    let user = &operation.address;
                    let what = format!("{}: comes before the update of {user}", end.address);
                    self.found.push(what);
                }
            }
        }
    }

    /// The operations that delete objects of the state.
    fn ends(&self) -> BTreeMap<ObjectKey, usize> {
        let mut ends = BTreeMap::new();
        for (at, operation) in self.plan.operations.iter().enumerate() {
            if let Step::Delete { .. } = operation.step {
                let key = ObjectKey {
                    address: operation.address.clone(),
                    generation: operation.generation,
                };
                ends.insert(key, at);
            }
        }
        ends
    }

    /// Whether it is the newest object of its address: older ones are left of replacements that were allowed.
    fn is_last(&self, key: &ObjectKey) -> bool {
        let newest = self.inputs.state.newest(&key.address);
        newest.is_some_and(|(generation, _)| generation == key.generation)
    }

    fn replacements(&mut self) {
        let plan = self.plan;
        for (at, create) in plan.operations.iter().enumerate() {
            let Step::Create(_) = create.step else {
                continue;
            };
            let ended = |operation: &Operation| {
                operation.change == create.change
                    && matches!(operation.step, Step::Delete { .. })
                    && !self.is_found(operation)
            };
            let Some(delete) = plan.operations.iter().position(ended) else {
                continue;
            };
            let action = plan.changes.get(create.change).map(|change| change.action);
            let right = match action {
                Some(Action::ReplaceDeleteFirst) => delete < at,
                Some(Action::ReplaceCreateFirst) => at < delete,
                _ => false,
            };
            if !right {
                self.say(create, "is replaced in the wrong order");
            }
        }
    }

    /// Whatever is not known yet is read from something that comes before, or that stays.
    fn unknowns(&mut self) {
        for (at, operation) in self.plan.operations.iter().enumerate() {
            let (Step::Create(goal) | Step::Update { goal, .. }) = &operation.step else {
                continue;
            };
            let mut wanted = BTreeSet::new();
            for node in goal.properties.values() {
                node.attributes(&mut |of, _| {
                    wanted.insert(of.clone());
                });
            }
            let before = self.before(at, wanted.len());
            for of in wanted {
                let made = before.contains(&of);
                if !made {
                    let what = format!("needs a value of {of}, which nothing before it gives");
                    self.say(operation, &what);
                }
            }
        }
        if self.inputs.mode == Mode::Destroy && !self.plan.outputs.is_empty() {
            self.found.push("a destroyed stack has outputs".into());
        }
    }

    /// The addresses that are made ready by what an operation needs, in any number of steps.
    fn before(&self, at: usize, wanted: usize) -> BTreeSet<Address> {
        let mut out = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut queue = match wanted {
            0 => Vec::new(),
            _ => vec![at],
        };
        while let Some(at) = queue.pop() {
            for need in self.plan.operations.get(at).map_or(&[][..], |o| &o.needs) {
                if !seen.insert(*need) {
                    continue;
                }
                if let Some(operation) = self.plan.operations.get(*need)
                    && crate::order::readies(&operation.step)
                {
                    out.insert(operation.address.clone());
                }
                queue.push(*need);
            }
        }
        out
    }

    /// Every open intent gets an outcome, before anything else is done to its object.
    fn repairs(&mut self) {
        for (intent, open) in &self.inputs.state.open {
            let closes = |operation: &Operation| match &operation.step {
                Step::Recover(recovery) => recovery.intent == *intent,
                Step::Settle { intent: own, .. } => own == intent,
                _ => false,
            };
            let Some(at) = self.plan.operations.iter().position(closes) else {
                let address = &open.address;
                self.found.push(format!(
                    "the open intent {intent:?} of {address} is left open"
                ));
                continue;
            };
            let early = self.plan.operations.iter().take(at).find(|operation| {
                operation.address == open.address
                    && operation.generation == open.generation
                    && !matches!(operation.step, Step::Recover(_) | Step::Settle { .. })
                    && !self.is_found(operation)
            });
            if let Some(operation) = early {
                self.say(operation, "comes before the end of what was interrupted");
            }
        }
    }
}
