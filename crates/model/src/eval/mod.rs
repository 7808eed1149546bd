//! Values of one environment: lets and params in the order of their needs, then declarations, outputs, assertions.
//!
//! In: the checked [`World`] and an environment. Out: a [`Stack`] and what is wrong with its values. What the
//! checker reported is silent here: it evaluates to [`Value::Error`], which swallows what follows from it.

mod budget;
mod calls;
mod conform;
mod constraints;
mod decls;
mod expectations;
mod expressions;
mod instances;
mod members;
mod nodes;
mod operators;
mod references;
mod renames;
mod stacks;
mod unknown;

pub(crate) use expectations::tried;

use crate::errors;
use crate::graph::Node;
use crate::names::World;
use crate::program::GivenStack;
use crate::set::SetValue;
use crate::settings::Environment;
use budget::Budget;
use formwork_diag::{Diagnostic, Diagnostics, Span};
use formwork_schema::{Address, Allow, Fields, Meta, Output, ResourceRef, Stack, Type, Val, Value};
use formwork_syntax::ast::Expr;
use indexmap::IndexMap;
use instances::Instances;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether the values are wanted for a check of everything, or for a plan.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nothing outside the files is given: what a caller would give is silent.
    Check,
    /// The caller has given what the files leave open.
    Plan,
}

/// What is evaluated.
pub(crate) struct Request<'r> {
    pub env: usize,
    /// Its name; of a pattern, one that it takes.
    pub name: Arc<str>,
    pub mode: Mode,
    pub account: Option<Arc<str>>,
    pub set: &'r [SetValue],
    /// What is known of the stacks that this one uses.
    pub stacks: &'r BTreeMap<Arc<str>, GivenStack>,
    /// Whether the checker found errors: then a value of a wrong type is silent.
    pub checked: bool,
    /// Whether the checker met a bound: then meeting one again is silent.
    pub limited: bool,
    /// Whether the declarations are wanted, not only what is wrong with them.
    pub keep: bool,
}

/// A let or param, evaluated.
struct Slot {
    val: Val,
    /// What its evaluation reported; shown if anything needs it.
    diagnostics: Vec<Diagnostic>,
    needs: Vec<usize>,
    needed: bool,
}

/// The values of a binder's names by key.
type Keys = IndexMap<Arc<str>, (Val, Option<Val>)>;

/// The objects of a declaration.
enum Objects {
    /// Without `for`: whether it exists here.
    One(bool),
    /// With `for`: the binder's values by key.
    Keyed(Arc<Keys>),
    /// Its header could not be evaluated.
    Unknown,
}

struct Local {
    name: Arc<str>,
    val: Val,
}

/// Names and what they hold.
struct Scope {
    slots: Vec<Slot>,
    locals: Vec<Local>,
}

impl Scope {
    /// A scope with a slot for each let and param, none evaluated.
    fn new(world: &World<'_>, span: Span) -> Self {
        let count = world.items.lets.len() + world.items.params.len();
        let empty = || Slot {
            val: Val::new(Value::Error, span),
            diagnostics: Vec::new(),
            needs: Vec::new(),
            needed: false,
        };
        Scope {
            slots: (0..count).map(|_| empty()).collect(),
            locals: Vec::new(),
        }
    }

    /// What the evaluation of needed slots reported: a warning of an unneeded value is no use; an error of a needed
    /// one is why others are silent.
    fn needed(self) -> impl Iterator<Item = Diagnostic> {
        let needed = self.slots.into_iter().filter(|slot| slot.needed);
        needed.flat_map(|slot| slot.diagnostics)
    }
}

/// The declarations of a space of names as references; those within a component are named below it.
fn references(world: &World<'_>, within: Option<&Address>) -> Vec<ResourceRef> {
    let decls = world.items.decls.iter().enumerate();
    let references = decls.map(|(at, item)| {
        let (kind, name) = (&item.decl.kind.text, &item.decl.name.text);
        ResourceRef {
            address: match within {
                Some(component) => Address::new(kind.clone(), component.label_of(name)),
                None => Address::new(kind.clone(), name.clone()),
            },
            resource_type: match world.targets.get(at) {
                Some(crate::names::Target::Raw { name, .. }) => Some(name.clone()),
                _ => None,
            },
        }
    });
    references.collect()
}

/// What exists whatever the values are.
fn objects(world: &World<'_>) -> Vec<Objects> {
    let decls = world.items.decls.iter().map(|item| &item.decl);
    let objects = decls.map(
        |decl| match decl.for_each.is_none() && decl.when.is_none() {
            true => Objects::One(true),
            false => Objects::Unknown,
        },
    );
    objects.collect()
}

pub(crate) struct Evaluator<'w> {
    world: &'w World<'w>,
    stacks: BTreeMap<Arc<str>, GivenStack>,
    /// The outputs of other stacks that were read.
    uses: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// What a test gives, if one is tried.
    by_test: Option<expectations::Given>,
    /// What a test expects something of, while it does.
    expecting: Option<expectations::Expecting<'w>>,
    env: &'w Environment,
    env_name: Arc<str>,
    mode: Mode,
    checked: bool,
    limited: bool,
    keep: bool,
    account: Option<Arc<str>>,
    scope: Scope,
    /// The slot that is being evaluated.
    current: Option<usize>,
    objects: Vec<Objects>,
    references: Vec<ResourceRef>,
    /// The components that this space of names declares.
    instances: Instances<'w>,
    /// The params of the component that is being evaluated.
    given: Option<Fields>,
    /// What the components around say for everything in them.
    base: Meta,
    base_allows: Vec<Allow>,
    /// Every component that was declared.
    components: Vec<Address>,
    /// The component that is being evaluated, and what it was called before.
    within: Vec<Address>,
    renames: renames::Renames,
    budget: Budget,
    /// Permits found in nested blocks of the declaration that is being evaluated.
    allows: Vec<Allow>,
    patterns: FxHashMap<Arc<str>, Option<fancy_regex::Regex>>,
    diagnostics: Vec<Diagnostic>,
}

/// Evaluates one environment.
pub(crate) fn evaluate(world: &World<'_>, request: &Request<'_>) -> (Option<Stack>, Diagnostics) {
    let Some(env) = world.settings.envs.get(request.env) else {
        return (None, Diagnostics::new());
    };
    let mut evaluator = Evaluator::new(world, env, request);
    let stack = evaluator.stack(request);
    (Some(stack), evaluator.finish())
}

/// A value from outside the files, of a type.
pub(crate) fn alone(world: &World<'_>, expr: &Expr, ty: &Type) -> (Val, Diagnostics) {
    let name = world.settings.envs.first().map(Environment::sample);
    let request = Request {
        env: 0,
        name: name.unwrap_or_default(),
        mode: Mode::Plan,
        account: None,
        set: &[],
        stacks: &BTreeMap::new(),
        checked: false,
        limited: false,
        keep: true,
    };
    let Some(env) = world.settings.envs.first() else {
        return (Val::new(Value::Error, expr.span), Diagnostics::new());
    };
    let mut evaluator = Evaluator::new(world, env, &request);
    let val = evaluator.eval(expr);
    let val = evaluator.conform(val, ty, "this value");
    (val, evaluator.finish())
}

/// An expression with every name of the stack in scope.
pub(crate) fn expression(
    world: &World<'_>,
    request: &Request<'_>,
    expr: &Expr,
) -> (Option<Val>, Diagnostics) {
    let Some(env) = world.settings.envs.get(request.env) else {
        return (None, Diagnostics::new());
    };
    let mut evaluator = Evaluator::new(world, env, request);
    for node in &world.order.nodes {
        evaluator.prepare(*node, request.set);
    }
    let val = evaluator.eval(expr);
    (Some(val), evaluator.finish())
}

impl<'w> Evaluator<'w> {
    fn new(world: &'w World<'w>, env: &'w Environment, request: &Request<'_>) -> Self {
        Evaluator {
            world,
            stacks: request.stacks.clone(),
            uses: BTreeMap::new(),
            by_test: None,
            expecting: None,
            env,
            env_name: request.name.clone(),
            mode: request.mode,
            checked: request.checked,
            limited: request.limited,
            keep: request.keep,
            account: env.account.clone().or_else(|| request.account.clone()),
            scope: Scope::new(world, env.span),
            current: None,
            objects: objects(world),
            references: references(world, None),
            instances: Instances::default(),
            given: None,
            base: Meta::default(),
            base_allows: Vec::new(),
            components: Vec::new(),
            within: Vec::new(),
            renames: renames::Renames::default(),
            budget: Budget::new(world.items.decls.len()),
            allows: Vec::new(),
            patterns: FxHashMap::default(),
            diagnostics: Vec::new(),
        }
    }

    /// Everything that the files say in this environment.
    fn stack(&mut self, request: &Request<'_>) -> Stack {
        let world = self.world;
        self.set_unknown(request.set);
        for node in &world.order.nodes {
            self.prepare(*node, request.set);
        }
        let tags = self.stack_tags();
        let mut decls = self.decls(&tags);
        self.settle_components(&mut decls);
        let forgets = self.forgets();
        self.check_renames();
        let outputs = self.outputs();
        self.assertions();
        Stack {
            name: world.settings.name.clone(),
            name_span: world.settings.name_span,
            env: self.env_name.clone(),
            account: self.account.clone(),
            region: self.env.region.clone(),
            tags,
            decls,
            outputs,
            forgets,
            allows: world.items.allows.clone(),
            uses: std::mem::take(&mut self.uses),
        }
    }

    fn set_unknown(&mut self, set: &[SetValue]) {
        let known: Vec<&str> = self
            .world
            .items
            .params
            .iter()
            .map(|param| &*param.name.text)
            .collect();
        for value in set.iter().filter(|value| !known.contains(&&*value.name)) {
            self.push(errors::env::set(&value.name, value.name_span, &known));
        }
    }

    fn prepare(&mut self, node: Node, set: &[SetValue]) {
        if self.world.order.circular.contains(&node) {
            return;
        }
        let world = self.world;
        match node {
            Node::Let(at) => {
                let Some(item) = world.items.lets.get(at) else {
                    return;
                };
                self.slot(at, |evaluator| evaluator.eval(&item.value));
            }
            Node::Param(at) => self.param(at, set),
            Node::Header(at) => {
                self.header(at);
                self.instances_of(at);
            }
        }
    }

    fn param(&mut self, at: usize, set: &[SetValue]) {
        let world = self.world;
        let (Some(item), Some(ty)) = (world.items.params.get(at), world.params.get(at)) else {
            return;
        };
        let name = &item.name.text;
        let env = self.env;
        let slot = world.items.lets.len() + at;
        if self.given.is_some() {
            return self.given_param(slot, item, ty);
        }
        if let Some(given) = set.iter().find(|value| value.name == *name) {
            let val = given.value(world, ty);
            match val {
                Ok(val) => self.slot(slot, |_| val),
                Err(diagnostics) => {
                    diagnostics
                        .into_iter()
                        .for_each(|diagnostic| self.push(diagnostic));
                }
            }
            return;
        }
        let written: Option<&Expr> = env.values.get(name).or(item.default.as_ref());
        match written {
            Some(expr) => self.slot(slot, |evaluator| {
                let val = evaluator.eval(expr);
                evaluator.conform(val, ty, name)
            }),
            None if matches!(ty, Type::Optional(_)) => {
                self.slot(slot, |_| Val::new(Value::None, item.name.span));
            }
            None if self.mode == Mode::Check => {}
            None => self.push(errors::env::param(name, &env.name, item.name.span)),
        }
    }

    /// Evaluates a slot, keeping what is reported until something needs the slot.
    fn slot(&mut self, at: usize, evaluate: impl FnOnce(&mut Self) -> Val) {
        let outside = std::mem::take(&mut self.diagnostics);
        self.current = Some(at);
        let val = evaluate(self);
        self.current = None;
        let diagnostics = std::mem::replace(&mut self.diagnostics, outside);
        if let Some(slot) = self.scope.slots.get_mut(at) {
            slot.val = val;
            slot.diagnostics = diagnostics;
        }
    }

    /// Notes that a slot is needed where the evaluator is.
    fn need(&mut self, at: usize) {
        if let Some(current) = self.current {
            if let Some(slot) = self.scope.slots.get_mut(current) {
                slot.needs.push(at);
            }
            return;
        }
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            if let Some(slot) = self.scope.slots.get_mut(at)
                && !slot.needed
            {
                slot.needed = true;
                open.append(&mut slot.needs);
            }
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn stack_tags(&mut self) -> Vec<(Arc<str>, Val)> {
        let world = self.world;
        let env = self.env;
        let mut out: Vec<(Arc<str>, Val)> = Vec::new();
        for expr in world.settings.tags.iter().chain(env.tags.as_ref()) {
            let val = self.eval(expr);
            let val = self.conform(val, &Type::String.map(), "tags");
            self.merge_tags(&mut out, val);
        }
        out
    }

    fn outputs(&mut self) -> Vec<Output> {
        let world = self.world;
        let mut out = Vec::new();
        for item in &world.items.outputs {
            let val = self.eval(&item.value);
            out.push(Output {
                name: item.name.text.clone(),
                name_span: item.name.span,
                doc: item.doc.as_ref().map(|doc| doc.text.clone()),
                value: val,
            });
        }
        out
    }

    fn assertions(&mut self) {
        let world = self.world;
        for item in &world.items.asserts {
            let before = self.diagnostics.len();
            let val = self.eval(&item.condition);
            let condition = item.condition.span;
            let reported = self.diagnostics.split_off(before);
            let later = reported.iter().find(|d| d.code.0 == "value::not_known");
            match (&val.value, later) {
                (Value::Deferred(deferred), _) => {
                    let why = self.why(deferred);
                    self.push(errors::value::assert_later(condition, &why));
                }
                (_, Some(unknown)) => {
                    let why = unknown.labels.first().map_or("", |label| &label.message);
                    let error = errors::value::assert_later(condition, why);
                    self.push(error);
                }
                (Value::Bool(false), None) => {
                    self.diagnostics.extend(reported);
                    let message = self.eval(&item.message);
                    let text = match &message.value {
                        Value::String(text) => text.to_string(),
                        _ => format!(
                            "`{}` does not hold",
                            crate::render::expression(&item.condition)
                        ),
                    };
                    self.push(errors::value::assert(&text, condition));
                }
                _ => self.diagnostics.extend(reported),
            }
        }
    }

    fn finish(self) -> Diagnostics {
        let mut out = self.diagnostics;
        out.extend(self.scope.needed());
        out.extend(self.budget.exhausted().filter(|_| !self.limited));
        stacks::once(&mut out);
        Diagnostics(out)
    }

    /// An error, unless the checker has reported why already.
    fn unless_checked(&mut self, diagnostic: impl FnOnce() -> Diagnostic) {
        if !self.checked {
            let diagnostic = diagnostic();
            self.push(diagnostic);
        }
    }

    fn error(&self, span: Span) -> Val {
        Val::new(Value::Error, span)
    }
}
