//! Evaluates expressions; a part that is in error or not known makes the whole so.

use super::budget::FIELD;
use super::{Evaluator, Local, Scope};
use crate::items::{Global, Items, allowed};
use formwork_diag::Span;
use formwork_schema::{Deferred, Fields, Piece, Quantity, Val, Value};
use formwork_syntax::ast::{Binder, Block, BlockItem, Expr, ExprKind, StringPart};
use rust_decimal::Decimal;
use std::sync::Arc;

impl<'w> Evaluator<'w> {
    /// The value of an expression; its span is the expression's.
    pub(super) fn eval(&mut self, expr: &'w Expr) -> Val {
        if self.expecting.is_none() {
            return self.evaluated(expr);
        }
        let val = self.evaluated(expr);
        self.settled(val)
    }

    fn evaluated(&mut self, expr: &'w Expr) -> Val {
        if !self.budget.step(expr.span) {
            return self.error(expr.span);
        }
        let value = match &expr.kind {
            ExprKind::Bad => Value::Error,
            ExprKind::None => Value::None,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Number { digits, unit } => {
                number(digits, unit.as_ref().map(|unit| &*unit.text))
            }
            ExprKind::String(parts) => self.string(parts, expr.span),
            ExprKind::Name(name) => return self.name(name, expr.span),
            ExprKind::List(items) => {
                Value::List(items.iter().map(|item| self.eval(item)).collect())
            }
            ExprKind::Object(block) => Value::Object(self.block(block)),
            ExprKind::ListFor {
                binder,
                condition,
                value,
            } => {
                let mut out = Vec::new();
                let whole = self.each(binder, condition.as_deref(), |evaluator| {
                    let item = evaluator.eval(value);
                    out.push(item);
                });
                if whole {
                    Value::List(out)
                } else {
                    Value::Error
                }
            }
            ExprKind::ObjectFor {
                binder,
                condition,
                key,
                value,
            } => self.object_for(binder, condition.as_deref(), key, value),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                return match self.truth(condition, "the condition of an `if`") {
                    Some(true) => self.eval(then),
                    Some(false) => self.eval(otherwise),
                    None => self.error(expr.span),
                };
            }
            ExprKind::Paren(inner) => return self.eval(inner),
            ExprKind::Unary { op, operand, .. } => self.unary(*op, operand),
            ExprKind::Binary {
                op, left, right, ..
            } => return self.binary(*op, left, right, expr.span),
            ExprKind::Member { of, name } | ExprKind::OptionalMember { of, name } => {
                return self.member(expr, of, name);
            }
            ExprKind::Index { of, index } => return self.index(of, index, expr.span),
            ExprKind::Call {
                callee, arguments, ..
            } => self.call(callee, arguments, expr.span),
        };
        Val::new(value, expr.span)
    }

    /// A condition; `None` if it is in error or not known, which is reported.
    pub(super) fn truth(&mut self, expr: &'w Expr, what: &str) -> Option<bool> {
        let val = self.eval(expr);
        match &val.value {
            Value::Bool(value) => Some(*value),
            Value::Deferred(deferred) => {
                let deferred = deferred.clone();
                self.not_known(what, &deferred, val.span, val.origin);
                None
            }
            _ => None,
        }
    }

    fn name(&mut self, name: &Arc<str>, span: Span) -> Val {
        let found = find(&self.world.items, &self.scope, name);
        match found {
            Found::Slot(slot) => self.need(slot),
            Found::Decl(at) => return self.declared(at, span),
            Found::Stack(at) => return self.stack_outputs(at, span),
            Found::Local(_) => {}
            Found::Silent => return self.error(span),
            Found::Nothing if &**name == "env" => return Val::new(Value::Env, span),
            Found::Nothing => return Val::new(Value::Word(name.clone()), span),
        }
        match held(&self.scope, found) {
            Some(val) => self.budget.reuse(val, span),
            None => self.error(span),
        }
    }

    fn string(&mut self, parts: &'w [StringPart], span: Span) -> Value {
        if parts.is_empty() {
            return Value::String("".into());
        }
        if let [StringPart::Text(text)] = parts {
            return Value::String(text.text.clone());
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut error = false;
        let mut counted = 0;
        for part in parts {
            match part {
                StringPart::Text(text) => push_text(&mut pieces, &text.text),
                StringPart::Value(expr) => {
                    let val = self.eval(expr);
                    match &val.value {
                        Value::Deferred(deferred) => match &**deferred {
                            Deferred::Concat(inner) => {
                                if !self.budget.grow(inner.len() as u64, span) {
                                    return Value::Error;
                                }
                                for piece in inner {
                                    match piece {
                                        Piece::Text(text) => push_text(&mut pieces, text),
                                        value => pieces.push(value.clone()),
                                    }
                                }
                            }
                            _ => pieces.push(Piece::Value(deferred.clone())),
                        },
                        value => match shown(value) {
                            Some(text) => push_text(&mut pieces, &text),
                            None => error = true,
                        },
                    }
                }
            }
            let length = text_length(&pieces);
            if !self.budget.text(length.saturating_sub(counted), span) {
                return Value::Error;
            }
            counted = length;
        }
        match pieces.as_slice() {
            _ if error => Value::Error,
            [] => Value::String("".into()),
            [Piece::Text(text)] => Value::String(text.clone()),
            _ => self.deferred(Deferred::Concat(pieces), span),
        }
    }

    /// A value that is not known yet, within the bounds.
    pub(super) fn deferred(&mut self, deferred: Deferred, span: Span) -> Value {
        match self.budget.deferred(&deferred, span) {
            true => Value::Deferred(Arc::new(deferred)),
            false => Value::Error,
        }
    }

    /// The fields of a block: explicit ones win over spreads.
    pub(super) fn block(&mut self, block: &'w Block) -> Fields {
        let mut out = Fields::with_capacity(block.items.len());
        for item in &block.items {
            if let BlockItem::Field(field) = item
                && !out.has(&field.name.text)
            {
                let val = self.eval(&field.value);
                out.insert(field.name.text.clone(), field.name.span, val);
            }
        }
        for item in &block.items {
            match item {
                BlockItem::Spread { value, span } => self.spread(value, *span, &mut out),
                BlockItem::Allow(allow) => self.allows.push(allowed(allow)),
                BlockItem::Field(_) => {}
            }
        }
        out
    }

    fn spread(&mut self, value: &'w Expr, span: Span, out: &mut Fields) {
        let inline = matches!(value.kind, ExprKind::Object(_));
        let val = self.eval(value);
        match val.value {
            Value::Object(fields) if inline => {
                for (name, at, val) in fields.into_all() {
                    if !out.has(&name) {
                        out.insert(name, at, val);
                    }
                }
            }
            Value::Object(fields) => {
                for (name, _, val) in fields.into_all() {
                    if !out.has(&name) {
                        let origin = Some(val.written());
                        out.insert(
                            name,
                            span,
                            Val {
                                value: val.value,
                                span: value.span,
                                origin,
                            },
                        );
                    }
                }
            }
            Value::Deferred(deferred) => {
                self.not_known("what is spread", &deferred, span, val.origin)
            }
            _ => {}
        }
    }

    /// Walks a binder; `false` if what it walks, or a condition, is in error or not known.
    pub(super) fn each(
        &mut self,
        binder: &'w Binder,
        condition: Option<&'w Expr>,
        mut inside: impl FnMut(&mut Self),
    ) -> bool {
        let Some(items) = self.walked(binder) else {
            return false;
        };
        let mut whole = true;
        let before = self.scope.locals.len();
        for (first, second) in items {
            self.bind(binder, first, second);
            let wanted = match condition {
                Some(condition) => self.truth(condition, "the condition of a `for`"),
                None => Some(true),
            };
            match wanted {
                Some(true) if self.budget.grow(1, binder.over.span) => inside(self),
                Some(false) => {}
                _ => whole = false,
            }
            self.scope.locals.truncate(before);
            if !whole {
                break;
            }
        }
        whole
    }

    pub(super) fn bind(&mut self, binder: &'w Binder, first: Val, second: Option<Val>) {
        self.scope.locals.push(Local {
            name: binder.first.text.clone(),
            val: first,
        });
        if let (Some(name), Some(val)) = (&binder.second, second) {
            self.scope.locals.push(Local {
                name: name.text.clone(),
                val,
            });
        }
    }

    /// What a binder walks: for each item the values of its names.
    fn walked(&mut self, binder: &'w Binder) -> Option<Vec<(Val, Option<Val>)>> {
        let over = self.eval(&binder.over);
        let two = binder.second.is_some();
        Some(match over.value {
            Value::List(items) if two => {
                let number = |at: usize| Value::Number(Decimal::from(at));
                let items = items.into_iter().enumerate();
                items
                    .map(|(at, item)| (Val::new(number(at), item.span), Some(item)))
                    .collect()
            }
            Value::List(items) => items.into_iter().map(|item| (item, None)).collect(),
            Value::Object(fields) => {
                let items = fields.into_all().map(|(name, span, val)| match two {
                    true => (Val::new(Value::String(name), span), Some(val)),
                    false => (val, None),
                });
                items.collect()
            }
            Value::Deferred(deferred) => {
                self.not_known("what a `for` walks over", &deferred, over.span, over.origin);
                return None;
            }
            _ => return None,
        })
    }

    fn object_for(
        &mut self,
        binder: &'w Binder,
        condition: Option<&'w Expr>,
        key: &'w Expr,
        value: &'w Expr,
    ) -> Value {
        let mut out = Fields::default();
        let mut broken = false;
        let whole = self.each(binder, condition, |evaluator| {
            evaluator.budget.grow(FIELD, binder.over.span);
            let name = evaluator.eval(key);
            let val = evaluator.eval(value);
            match name.value {
                Value::String(text) | Value::Word(text) => {
                    if out.has(&text) {
                        let error =
                            crate::errors::value::duplicate_key(&text, name.span, name.origin);
                        evaluator.push(error);
                        broken = true;
                    }
                    out.insert(text, name.span, val);
                }
                Value::Deferred(deferred) => {
                    evaluator.not_known("a key", &deferred, name.span, name.origin);
                    broken = true;
                }
                _ => broken = true,
            }
        });
        if whole && !broken {
            Value::Object(out)
        } else {
            Value::Error
        }
    }
}

/// What a name stands for where the evaluator is.
#[derive(Clone, Copy)]
pub(super) enum Found {
    Local(usize),
    Slot(usize),
    Decl(usize),
    /// Another stack.
    Stack(usize),
    /// Something that has no value; an error was reported.
    Silent,
    Nothing,
}

/// Looks a name up: the innermost binder first.
pub(super) fn find(items: &Items, scope: &Scope, name: &Arc<str>) -> Found {
    if let Some(at) = scope.locals.iter().rposition(|local| local.name == *name) {
        return Found::Local(at);
    }
    match items.names.get(name).map(|entry| entry.global) {
        Some(Global::Let(at)) => Found::Slot(at),
        Some(Global::Param(at)) => Found::Slot(items.lets.len() + at),
        Some(Global::Decl(at)) => Found::Decl(at),
        Some(Global::Stack(at)) => Found::Stack(at),
        Some(Global::Enum(_) | Global::Later) => Found::Silent,
        None => Found::Nothing,
    }
}

/// The value that a name holds, if it holds one.
pub(super) fn held(scope: &Scope, found: Found) -> Option<&Val> {
    match found {
        Found::Local(at) => scope.locals.get(at).map(|local| &local.val),
        Found::Slot(at) => scope.slots.get(at).map(|slot| &slot.val),
        Found::Decl(_) | Found::Stack(_) | Found::Silent | Found::Nothing => None,
    }
}

fn number(digits: &str, unit: Option<&str>) -> Value {
    let Ok(number) = digits.parse::<Decimal>() else {
        return Value::Error;
    };
    match unit {
        None => Value::Number(number),
        Some(unit) => Quantity::new(number, unit).map_or(Value::Error, Value::Quantity),
    }
}

/// The bytes of known text in the pieces of a string.
fn text_length(pieces: &[Piece]) -> usize {
    let length = |piece: &Piece| match piece {
        Piece::Text(text) => text.len(),
        Piece::Value(_) => 0,
    };
    pieces.iter().map(length).sum()
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Text(last)) => *last = format!("{last}{text}").into(),
        _ => pieces.push(Piece::Text(text.into())),
    }
}

/// The text of a scalar as it stands in a string.
pub(super) fn shown(value: &Value) -> Option<Arc<str>> {
    Some(match value {
        Value::String(text) | Value::Word(text) | Value::Path(text) => text.clone(),
        Value::Number(number) => number.normalize().to_string().into(),
        Value::Quantity(quantity) => quantity.to_string().into(),
        Value::Bool(value) => if *value { "true" } else { "false" }.into(),
        _ => return None,
    })
}
