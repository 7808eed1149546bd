//! Members and items of values; on a value that is not known they wait with it.

use super::expressions::{Found, find, held, shown};
use super::operators::{order_of, same};
use super::references::attribute;
use super::{Evaluator, Objects};
use crate::errors;
use crate::items::Global;
use formwork_diag::Span;
use formwork_schema::{Deferred, Fields, Member, Node, Op, Prop, Val, Value};
use formwork_syntax::ast::{Expr, ExprKind, Name};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

impl<'w> Evaluator<'w> {
    /// `of.name` and `of?.name`.
    pub(super) fn member(&mut self, expr: &'w Expr, of: &'w Expr, name: &'w Name) -> Val {
        // A field of an object that has a name is copied alone, not with its whole object.
        if let Some(val) = self.field_of_name(of, name, expr.span) {
            return val;
        }
        let val = self.eval(of);
        let value = match val.value {
            Value::None => Value::None,
            Value::Object(mut fields) => match fields.take(&name.text) {
                Some(field) => {
                    return Val {
                        span: expr.span,
                        origin: Some(field.written()),
                        value: field.value,
                    };
                }
                None => Value::None,
            },
            Value::Resource(of) => self.of_resource(&of, name, Fields::default()),
            Value::Member(member) => nested(&member, name),
            Value::Env => self.of_env(name),
            Value::Deferred(deferred) => self.of_deferred(&deferred, &name.text, expr.span),
            _ => Value::Error,
        };
        Val::new(value, expr.span)
    }

    fn field_of_name(&mut self, of: &'w Expr, name: &Name, span: Span) -> Option<Val> {
        let ExprKind::Name(object) = &of.kind else {
            return None;
        };
        let found = find(&self.world.items, &self.scope, object);
        match found {
            Found::Slot(slot) => self.need(slot),
            Found::Stack(at) => return Some(self.stack_output(at, &name.text, span)),
            Found::Decl(at) if self.is_component(at) => {
                let known = !matches!(self.objects.get(at), Some(Objects::Keyed(_)));
                return known.then(|| self.output_of(at, &name.text, span));
            }
            Found::Decl(at) => {
                let value = match self.declared(at, of.span).value {
                    Value::None => Value::None,
                    Value::Resource(of) => self.of_resource(&of, name, Fields::default()),
                    _ => Value::Error,
                };
                return Some(Val::new(value, span));
            }
            _ => {}
        }
        match &held(&self.scope, found)?.value {
            Value::Object(fields) => match fields.given(&name.text) {
                Some(val) => Some(self.budget.reuse(val, span)),
                None => Some(Val::new(Value::None, span)),
            },
            _ => None,
        }
    }

    fn of_env(&mut self, name: &Name) -> Value {
        match &*name.text {
            "name" => Value::String(self.env_name.clone()),
            "region" => Value::String(self.env.region.clone()),
            "account" => match &self.account {
                Some(account) => Value::String(account.clone()),
                None => Value::Deferred(Arc::new(Deferred::Account)),
            },
            _ => Value::Error,
        }
    }

    /// A property below an attribute, or a field of another value that is not known.
    fn of_deferred(&mut self, deferred: &Arc<Deferred>, name: &Arc<str>, span: Span) -> Value {
        if let Deferred::Attribute { of, property } = &**deferred {
            let property = format!("{property}.{name}").into();
            return attribute(of.clone(), property);
        }
        let key = Node::new(Prop::String(name.clone()), span);
        self.apply(Op::Get, deferred, vec![key], span)
    }

    fn apply(&mut self, op: Op, on: &Arc<Deferred>, arguments: Vec<Node>, span: Span) -> Value {
        let on = Box::new(Node {
            prop: Prop::Deferred(on.clone()),
            span,
        });
        self.deferred(Deferred::Apply { op, on, arguments }, span)
    }

    /// `of[index]`.
    pub(super) fn index(&mut self, of: &'w Expr, index: &'w Expr, span: Span) -> Val {
        if let ExprKind::Name(name) = &of.kind
            && let Some(Global::Decl(at)) = self.world.entry(name).map(|entry| entry.global)
            && matches!(self.objects.get(at), Some(Objects::Keyed(_)))
        {
            let key = self.eval(index);
            return match &key.value {
                Value::String(text) | Value::Word(text) => {
                    let text = text.clone();
                    self.declared_key(at, &text, index.span, span)
                }
                Value::Deferred(deferred) => {
                    let deferred = deferred.clone();
                    self.not_known("a key", &deferred, key.span, key.origin);
                    self.error(span)
                }
                _ => self.error(span),
            };
        }
        let val = self.eval(of);
        let key = self.eval(index);
        if let (Value::List(_) | Value::Object(_), Value::Deferred(deferred)) =
            (&val.value, &key.value)
        {
            let deferred = deferred.clone();
            self.not_known("an index", &deferred, key.span, key.origin);
            return self.error(span);
        }
        let value = match (val.value, &key.value) {
            (Value::List(mut items), Value::Number(at)) => {
                let length = items.len();
                match at
                    .to_usize()
                    .filter(|at| *at < length && at_is_whole(&key.value))
                {
                    Some(at) => {
                        let item = items.swap_remove(at);
                        return Val {
                            span,
                            origin: Some(item.written()),
                            value: item.value,
                        };
                    }
                    None => {
                        self.push(errors::value::index(
                            &format!("item {at}"),
                            length,
                            index.span,
                        ));
                        Value::Error
                    }
                }
            }
            (Value::Object(mut fields), Value::String(name) | Value::Word(name)) => {
                match fields.take(name) {
                    Some(item) => {
                        return Val {
                            span,
                            origin: Some(item.written()),
                            value: item.value,
                        };
                    }
                    None => {
                        let known: Vec<&str> = fields.all().map(|(key, ..)| &**key).collect();
                        self.push(errors::value::key(name, "this map", index.span, &known));
                        Value::Error
                    }
                }
            }
            (Value::Deferred(deferred), _) => match self.node(&key) {
                Some(node) => self.apply(Op::Get, &deferred, vec![node], span),
                None => Value::Error,
            },
            (Value::None, _) => Value::None,
            _ => Value::Error,
        };
        Val::new(value, span)
    }

    /// `of.name(arguments)` on a value that is no declaration.
    pub(super) fn of_value(
        &mut self,
        of: Val,
        name: &Name,
        arguments: Vec<Val>,
        span: Span,
    ) -> Value {
        let op = Op::named(&name.text);
        match (&of.value, op) {
            (Value::None, _) => Value::None,
            (Value::Error, _) => Value::Error,
            (_, None) => self.least_or_most(&of, &name.text, &arguments),
            (Value::Deferred(deferred), Some(op)) => {
                self.wait(op, &of, Some(deferred.clone()), &arguments, span)
            }
            (_, Some(op)) if looks_inside(op) && !whole(&of, &arguments) => {
                self.wait(op, &of, None, &arguments, span)
            }
            (Value::String(text), Some(op)) => {
                let text = text.clone();
                self.of_string(op, &text, &arguments, span)
            }
            (Value::Word(text), Some(op)) => {
                let text = text.clone();
                self.of_string(op, &text, &arguments, span)
            }
            (Value::List(_), Some(op)) => self.of_list(op, of, arguments, span),
            (Value::Object(_), Some(op)) => self.of_map(op, of, arguments),
            _ => Value::Error,
        }
    }

    /// A member on values that are not all known.
    fn wait(
        &mut self,
        op: Op,
        of: &Val,
        on: Option<Arc<Deferred>>,
        arguments: &[Val],
        span: Span,
    ) -> Value {
        let nodes: Option<Vec<Node>> = arguments
            .iter()
            .map(|argument| self.node(argument))
            .collect();
        let (Some(on), Some(nodes)) = (
            match on {
                Some(on) => Some(Node {
                    prop: Prop::Deferred(on),
                    span,
                }),
                None => self.node(of),
            },
            nodes,
        ) else {
            return Value::Error;
        };
        self.deferred(
            Deferred::Apply {
                op,
                on: Box::new(on),
                arguments: nodes,
            },
            span,
        )
    }

    fn of_string(&mut self, op: Op, text: &str, arguments: &[Val], span: Span) -> Value {
        let argument = |at: usize| match arguments.get(at).map(|val| &val.value) {
            Some(Value::String(text) | Value::Word(text)) => Some(text.clone()),
            _ => None,
        };
        let made: String = match (op, argument(0), argument(1)) {
            (Op::Upper, ..) => text.to_uppercase(),
            (Op::Lower, ..) => text.to_lowercase(),
            (Op::Trim, ..) => text.trim().to_owned(),
            (Op::Length, ..) => return Value::Number(Decimal::from(text.chars().count())),
            (Op::Contains, Some(part), _) => return Value::Bool(text.contains(&*part)),
            (Op::StartsWith, Some(part), _) => return Value::Bool(text.starts_with(&*part)),
            (Op::EndsWith, Some(part), _) => return Value::Bool(text.ends_with(&*part)),
            (Op::Split, Some(by), _) => {
                if !self.budget.grow(text.len() as u64, span) {
                    return Value::Error;
                }
                let parts = text
                    .split(&*by)
                    .map(|part| Val::new(Value::String(part.into()), span));
                return Value::List(parts.collect());
            }
            (Op::Replace, Some(old), Some(new)) => {
                let count = text.matches(&*old).count();
                if !self
                    .budget
                    .text(text.len() + count.saturating_mul(new.len()), span)
                {
                    return Value::Error;
                }
                text.replace(&*old, &new)
            }
            _ => return Value::Error,
        };
        match self.budget.text(made.len(), span) {
            true => Value::String(made.into()),
            false => Value::Error,
        }
    }

    fn of_list(&mut self, op: Op, of: Val, mut arguments: Vec<Val>, span: Span) -> Value {
        let Value::List(mut items) = of.value else {
            return Value::Error;
        };
        let argument = if arguments.is_empty() {
            None
        } else {
            Some(arguments.swap_remove(0).value)
        };
        match (op, argument) {
            (Op::Length, _) => Value::Number(Decimal::from(items.len())),
            (Op::Join, Some(Value::String(by))) => {
                let texts: Option<Vec<Arc<str>>> =
                    items.iter().map(|item| shown(&item.value)).collect();
                let Some(texts) = texts else {
                    return Value::Error;
                };
                let length: usize = texts.iter().map(|text| text.len() + by.len()).sum();
                match self.budget.text(length, span) {
                    true => Value::String(texts.join(&by).into()),
                    false => Value::Error,
                }
            }
            (Op::Contains, Some(item)) => Value::Bool(
                items
                    .iter()
                    .any(|known| same(&known.value, &item) == Some(true)),
            ),
            (Op::Concat, Some(Value::List(more))) => {
                items.extend(more);
                Value::List(items)
            }
            (Op::Sort, _) => {
                items.sort_by(|a, b| {
                    order_of(&a.value, &b.value).unwrap_or(std::cmp::Ordering::Equal)
                });
                Value::List(items)
            }
            (Op::Unique, _) => Value::List(unique(items)),
            (Op::First | Op::Last, _) => {
                let item = if op == Op::First {
                    items.into_iter().next()
                } else {
                    items.pop()
                };
                match item {
                    Some(item) => item.value,
                    None => {
                        self.push(errors::value::index(
                            &format!("{} item", op.name()),
                            0,
                            span,
                        ));
                        Value::Error
                    }
                }
            }
            (Op::Zip, Some(Value::List(more))) => {
                let pairs = items.into_iter().zip(more).map(|(a, b)| {
                    let mut fields = Fields::default();
                    fields.insert("a".into(), a.span, a);
                    fields.insert("b".into(), b.span, b);
                    Val::new(Value::Object(fields), span)
                });
                Value::List(pairs.collect())
            }
            _ => Value::Error,
        }
    }

    fn of_map(&mut self, op: Op, of: Val, mut arguments: Vec<Val>) -> Value {
        let Value::Object(mut fields) = of.value else {
            return Value::Error;
        };
        match (op, arguments.pop().map(|argument| argument.value)) {
            (Op::Length, _) => Value::Number(Decimal::from(fields.len())),
            (Op::Keys, _) => {
                let keys = fields
                    .all()
                    .map(|(key, ..)| Val::new(Value::String(key.clone()), of.span));
                Value::List(keys.collect())
            }
            (Op::Values, _) => Value::List(fields.into_all().map(|(_, _, val)| val).collect()),
            (Op::Merge, Some(Value::Object(more))) => {
                for (name, span, val) in more.into_all() {
                    fields.insert(name, span, val);
                }
                Value::Object(fields)
            }
            _ => Value::Error,
        }
    }

    /// `a.min(b)`, `a.max(b)`.
    fn least_or_most(&mut self, of: &Val, name: &str, arguments: &[Val]) -> Value {
        let [other] = arguments else {
            return Value::Error;
        };
        for val in [of, other] {
            if let Value::Deferred(deferred) = &val.value {
                let deferred = deferred.clone();
                self.not_known("what is calculated with", &deferred, val.span, val.origin);
                return Value::Error;
            }
        }
        let Some(order) = order_of(&of.value, &other.value) else {
            return Value::Error;
        };
        let of_wins = match name {
            "min" => order.is_le(),
            "max" => order.is_ge(),
            _ => return Value::Error,
        };
        if of_wins {
            of.value.clone()
        } else {
            other.value.clone()
        }
    }
}

/// A verb reached through another: `index("…").read` is the member `index.read`.
fn nested(member: &Arc<Member>, name: &Name) -> Value {
    Value::Member(Arc::new(Member {
        name: format!("{}.{}", member.name, name.text).into(),
        name_span: member.name_span.to(name.span),
        ..Member::clone(member)
    }))
}

fn at_is_whole(value: &Value) -> bool {
    matches!(value, Value::Number(number) if number.fract().is_zero() && !number.is_sign_negative())
}

/// Whether a member looks at what is inside its value, so that all of it must be known.
fn looks_inside(op: Op) -> bool {
    !matches!(
        op,
        Op::Length
            | Op::Concat
            | Op::First
            | Op::Last
            | Op::Zip
            | Op::Keys
            | Op::Values
            | Op::Merge
    )
}

/// Whether a value and the arguments are known.
fn whole(of: &Val, arguments: &[Val]) -> bool {
    let known = |val: &Val| match &val.value {
        Value::Deferred(_) => false,
        Value::List(items) => !items
            .iter()
            .any(|item| matches!(item.value, Value::Deferred(_))),
        _ => true,
    };
    known(of) && arguments.iter().all(known)
}

fn unique(items: Vec<Val>) -> Vec<Val> {
    let mut texts = rustc_hash::FxHashSet::default();
    let mut out: Vec<Val> = Vec::new();
    for item in items {
        let new = match shown(&item.value) {
            Some(text) => texts.insert(text),
            None => !out
                .iter()
                .any(|known| same(&known.value, &item.value) == Some(true)),
        };
        if new {
            out.push(item);
        }
    }
    out
}
