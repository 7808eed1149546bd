//! Components while they are evaluated: each object of one is a space of names with its own values.

use super::references::keyed;
use super::{Evaluator, Objects, Scope, objects, references};
use crate::components::Component;
use crate::items::{DeclItem, ParamItem};
use crate::names::{Target, World};
use formwork_diag::{Label, Span};
use formwork_schema::{Address, Allow, Decl, Fields, Meta, ResourceRef, Type, Val, Value};
use formwork_syntax::ast::{Expr, ExprKind};
use std::collections::BTreeMap;
use std::mem::swap;
use std::sync::Arc;

/// What each object of a declared component costs at least, in items: a stack cannot be made of endless empty ones.
const OBJECT: u64 = 20;

/// Objects of components, by declaration and key.
pub(super) type Instances<'w> = BTreeMap<(usize, Option<Arc<str>>), Instance<'w>>;

/// An object of a component.
pub(super) struct Instance<'w> {
    frame: Frame<'w>,
    /// Its outputs.
    val: Val,
    /// What its declaration says for everything in it.
    meta: Meta,
    allows: Vec<Allow>,
}

/// A space of names that is not the one being evaluated.
struct Frame<'w> {
    world: &'w World<'w>,
    scope: Scope,
    current: Option<usize>,
    objects: Vec<Objects>,
    references: Vec<ResourceRef>,
    instances: Instances<'w>,
    given: Option<Fields>,
    within: Vec<Address>,
}

impl<'w> Evaluator<'w> {
    /// Goes into a space of names, or out of it again.
    fn exchange(&mut self, frame: &mut Frame<'w>) {
        swap(&mut self.world, &mut frame.world);
        swap(&mut self.scope, &mut frame.scope);
        swap(&mut self.current, &mut frame.current);
        swap(&mut self.objects, &mut frame.objects);
        swap(&mut self.references, &mut frame.references);
        swap(&mut self.instances, &mut frame.instances);
        swap(&mut self.given, &mut frame.given);
        swap(&mut self.within, &mut frame.within);
    }

    fn component(&self, at: usize) -> Option<&'w Component<'w>> {
        match self.world.targets.get(at) {
            Some(Target::Component(component)) => Some(component),
            _ => None,
        }
    }

    /// Evaluates the values and outputs of a declared component, of each of its objects.
    pub(super) fn instances_of(&mut self, at: usize) {
        let (Some(component), Some(item)) = (self.component(at), self.world.decl(at)) else {
            return;
        };
        let keys = match self.objects.get(at) {
            Some(Objects::One(true)) => return self.instance(at, item, component, None),
            Some(Objects::Keyed(keys)) => keys.clone(),
            _ => return,
        };
        let before = self.scope.locals.len();
        for (key, (first, second)) in keys.iter() {
            if let Some(binder) = &item.decl.for_each {
                self.bind(binder, first.clone(), second.clone());
            }
            self.instance(at, item, component, Some(key));
            self.scope.locals.truncate(before);
        }
    }

    fn instance(
        &mut self,
        at: usize,
        item: &'w DeclItem,
        component: &'w Component<'w>,
        key: Option<&Arc<str>>,
    ) {
        let span = item.decl.name.span;
        let Some(reference) = self.references.get(at) else {
            return;
        };
        let address = match key {
            Some(key) => keyed(reference, key).address,
            None => reference.address.clone(),
        };
        let cost = OBJECT * (1 + component.world.items.decls.len() as u64);
        if !self.budget.grow(cost, span) {
            return;
        }
        self.components.push(address.clone());
        let decl = self.object(at, item, address, &[]);
        let mut within = vec![decl.address.clone()];
        within.extend(decl.was);
        let mut frame = Frame {
            world: &component.world,
            scope: Scope::new(&component.world, span),
            current: None,
            objects: objects(&component.world),
            references: references(&component.world, Some(&decl.address)),
            instances: Instances::default(),
            given: Some(decl.fields),
            within,
        };
        self.exchange(&mut frame);
        for node in &component.world.order.nodes {
            self.prepare(*node, &[]);
        }
        let mut outputs = Fields::default();
        for item in &component.world.items.outputs {
            let val = self.eval(&item.value);
            outputs.insert(item.name.text.clone(), item.name.span, val);
        }
        self.exchange(&mut frame);
        let mut allows = decl.allows;
        allows.extend(component.world.items.allows.iter().cloned());
        let instance = Instance {
            frame,
            val: Val::new(Value::Object(outputs), span),
            meta: decl.meta,
            allows,
        };
        self.instances.insert((at, key.cloned()), instance);
    }

    /// A param of a component: what its declaration gives, else its default.
    pub(super) fn given_param(&mut self, slot: usize, item: &'w ParamItem, ty: &Type) {
        let given = self.given.as_ref().and_then(|given| {
            let val = given.given(&item.name.text)?;
            let taken = val.value != Value::None || matches!(ty, Type::Optional(_));
            taken.then(|| val.clone())
        });
        match (given, &item.default) {
            (Some(val), _) => self.slot(slot, |_| val),
            (None, Some(default)) => self.slot(slot, |evaluator| {
                let val = evaluator.eval(default);
                evaluator.conform(val, ty, &item.name.text)
            }),
            (None, None) if matches!(ty, Type::Optional(_)) => {
                self.slot(slot, |_| Val::new(Value::None, item.name.span));
            }
            // The checker has reported what is missing.
            (None, None) => {}
        }
    }

    /// Whether a declaration is of a component.
    pub(super) fn is_component(&self, at: usize) -> bool {
        self.component(at).is_some()
    }

    /// A declared component as a value: its outputs, of each object if it has keys.
    pub(super) fn outputs_of(&mut self, at: usize, span: Span) -> Val {
        let value = match self.objects.get(at) {
            Some(Objects::One(true)) => match self.instances.get(&(at, None)) {
                Some(instance) => return self.budget.reuse(&instance.val, span),
                None => Value::Error,
            },
            Some(Objects::One(false)) => Value::None,
            Some(Objects::Keyed(keys)) => {
                let mut fields = Fields::default();
                for key in keys.keys() {
                    if let Some(instance) = self.instances.get(&(at, Some(key.clone()))) {
                        let val = self.budget.reuse(&instance.val, span);
                        fields.insert(key.clone(), span, val);
                    }
                }
                Value::Object(fields)
            }
            Some(Objects::Unknown) | None => Value::Error,
        };
        Val::new(value, span)
    }

    /// One output of a declared component.
    pub(super) fn output_of(&mut self, at: usize, name: &str, span: Span) -> Val {
        let value = match (self.objects.get(at), self.instances.get(&(at, None))) {
            (Some(Objects::One(true)), Some(instance)) => match &instance.val.value {
                Value::Object(fields) => match fields.given(name) {
                    Some(val) => return self.budget.reuse(val, span),
                    None => Value::Error,
                },
                _ => Value::Error,
            },
            (Some(Objects::One(false)), _) => Value::None,
            _ => Value::Error,
        };
        Val::new(value, span)
    }

    /// The outputs of one object of a component declared with `for`.
    pub(super) fn outputs_of_key(&mut self, at: usize, key: &Arc<str>, span: Span) -> Val {
        match self.instances.get(&(at, Some(key.clone()))) {
            Some(instance) => self.budget.reuse(&instance.val, span),
            None => self.error(span),
        }
    }

    /// The declarations within the objects of a component.
    pub(super) fn within(&mut self, at: usize, tags: &[(Arc<str>, Val)], out: &mut Vec<Decl>) {
        let mut keys: Vec<(usize, Option<Arc<str>>)> = self.instances.keys().cloned().collect();
        keys.retain(|(of, _)| *of == at);
        for key in keys {
            let Some(instance) = self.instances.remove(&key) else {
                continue;
            };
            let Instance {
                mut frame,
                val,
                meta,
                allows,
            } = instance;
            let mut all = tags.to_vec();
            for (name, val) in &meta.tags {
                super::decls::put_tag(&mut all, name, val);
            }
            let outer = self.base.clone();
            self.base.protect |= meta.protect;
            self.base.retain |= meta.retain;
            self.base.region = meta.region.clone().or(outer.region.clone());
            self.base.depends_on.extend(meta.depends_on.iter().cloned());
            let allowed = self.base_allows.len();
            self.base_allows.extend(allows.iter().cloned());
            self.exchange(&mut frame);
            let mut decls = self.decls(&all);
            let reported = self.diagnostics.len();
            self.assertions();
            for found in self.diagnostics.iter_mut().skip(reported) {
                found.labels.push(Label {
                    span: val.span,
                    message: "made here".to_owned(),
                });
            }
            let scope = std::mem::replace(&mut self.scope, Scope::new(self.world, val.span));
            self.diagnostics.extend(scope.needed());
            self.exchange(&mut frame);
            self.base = outer;
            self.base_allows.truncate(allowed);
            out.append(&mut decls);
            let instance = Instance {
                frame,
                val,
                meta,
                allows,
            };
            self.instances.insert(key, instance);
        }
    }

    /// The components that an item of `depends_on` names.
    pub(super) fn depended(&mut self, item: &'w Expr) -> Option<Vec<Address>> {
        let (of, index) = match &item.kind {
            ExprKind::Index { of, index } => (&**of, Some(&**index)),
            _ => (item, None),
        };
        let ExprKind::Name(name) = &of.kind else {
            return None;
        };
        let at = match self.world.entry(name)?.global {
            crate::items::Global::Decl(at) if self.is_component(at) => at,
            _ => return None,
        };
        let reference = self.references.get(at)?.clone();
        let only = match index.map(|index| self.eval(index).value) {
            Some(Value::String(key) | Value::Word(key)) => Some(key),
            Some(_) => return Some(Vec::new()),
            None => None,
        };
        Some(match self.objects.get(at) {
            Some(Objects::One(true)) => vec![reference.address],
            Some(Objects::Keyed(keys)) => keys
                .keys()
                .filter(|key| only.as_ref().is_none_or(|only| only == *key))
                .map(|key| keyed(&reference, key).address)
                .collect(),
            _ => Vec::new(),
        })
    }

    /// Sorts declarations of all components among the others; what depends on a component depends on all in it.
    pub(super) fn settle_components(&mut self, decls: &mut [Decl]) {
        if self.components.is_empty() {
            return;
        }
        decls.sort_by(|a, b| a.address.cmp(&b.address));
        let addresses: Vec<Address> = decls.iter().map(|decl| decl.address.clone()).collect();
        let inside = |component: &Address| {
            let prefix = component.label_of("");
            let below = addresses
                .iter()
                .filter(move |address| address.label.starts_with(&prefix));
            below.cloned().collect::<Vec<Address>>()
        };
        for decl in decls {
            let needs = std::mem::take(&mut decl.meta.depends_on);
            for need in needs {
                let all = match self.components.contains(&need) {
                    true => inside(&need),
                    false => vec![need],
                };
                for need in all {
                    if need != decl.address && !decl.meta.depends_on.contains(&need) {
                        decl.meta.depends_on.push(need);
                    }
                }
            }
        }
    }
}
