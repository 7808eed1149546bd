//! Operators on values.

use super::Evaluator;
use crate::errors;
use formwork_diag::Span;
use formwork_schema::{Deferred, Op, Quantity, Val, Value};
use formwork_syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use rust_decimal::Decimal;
use std::cmp::Ordering;

impl<'w> Evaluator<'w> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &'w Expr) -> Value {
        match op {
            UnaryOp::Not => match self.truth(operand, "what `!` turns round") {
                Some(value) => Value::Bool(!value),
                None => Value::Error,
            },
            UnaryOp::Negate => match self.eval(operand).value {
                Value::Number(number) => Value::Number(-number),
                Value::Quantity(quantity) => Value::Quantity(Quantity {
                    amount: -quantity.amount,
                    ..quantity
                }),
                _ => Value::Error,
            },
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &'w Expr,
        right: &'w Expr,
        span: Span,
    ) -> Val {
        let value = match op {
            BinaryOp::And | BinaryOp::Or => {
                let ends = op == BinaryOp::Or;
                match self.truth(left, "what a condition is made of") {
                    Some(value) if value == ends => Value::Bool(value),
                    Some(_) => match self.truth(right, "what a condition is made of") {
                        Some(value) => Value::Bool(value),
                        None => Value::Error,
                    },
                    None => Value::Error,
                }
            }
            BinaryOp::Coalesce => {
                let val = self.eval(left);
                return match &val.value {
                    Value::None => self.eval(right),
                    Value::Deferred(deferred) if self.may_lack(deferred) => {
                        let other = self.eval(right);
                        Val::new(self.otherwise(&val, &other, span), span)
                    }
                    _ => Val { span, ..val },
                };
            }
            BinaryOp::Equal | BinaryOp::NotEqual => match self.equal(left, right) {
                Some(equal) => Value::Bool(equal == (op == BinaryOp::Equal)),
                None => Value::Error,
            },
            _ => self.calculated(op, left, right, span),
        };
        Val::new(value, span)
    }

    /// `a ?? b` where the lowering decides whether there is `a`.
    fn otherwise(&mut self, on: &Val, other: &Val, span: Span) -> Value {
        let plain = matches!(
            other.value,
            Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Word(_)
                | Value::Deferred(_)
        );
        match (plain, self.node(on), self.node(other)) {
            (true, Some(on), Some(other)) => {
                let arguments = vec![other];
                self.deferred(
                    Deferred::Apply {
                        op: Op::Otherwise,
                        on: Box::new(on),
                        arguments,
                    },
                    span,
                )
            }
            _ => on.value.clone(),
        }
    }

    /// Whether two values are equal; `None` if one is in error or not known.
    fn equal(&mut self, left: &'w Expr, right: &'w Expr) -> Option<bool> {
        let (a, b) = (self.eval(left), self.eval(right));
        if let (Value::Env, Value::Word(name)) | (Value::Word(name), Value::Env) =
            (&a.value, &b.value)
        {
            return Some(*name == self.env.name);
        }
        for val in [&a, &b] {
            if let Value::Deferred(deferred) = &val.value
                && self.may_lack(deferred)
            {
                let deferred = deferred.clone();
                self.not_known("whether there is one", &deferred, val.span, val.origin);
                return None;
            }
        }
        // Any other value that exists is never `none`, known or not.
        let none = |val: &Val| matches!(val.value, Value::None);
        let written_none = |expr: &Expr| matches!(expr.kind, ExprKind::None);
        if (written_none(left) || written_none(right))
            && !matches!((&a.value, &b.value), (Value::Error, _) | (_, Value::Error))
        {
            return Some(none(&a) == none(&b));
        }
        if !self.known(&a, "what is compared") || !self.known(&b, "what is compared") {
            return None;
        }
        same(&a.value, &b.value)
    }

    fn calculated(&mut self, op: BinaryOp, left: &'w Expr, right: &'w Expr, span: Span) -> Value {
        let (a, b) = (self.eval(left), self.eval(right));
        for val in [&a, &b] {
            if let Value::Deferred(deferred) = &val.value {
                let deferred = deferred.clone();
                self.not_known("what is calculated with", &deferred, val.span, val.origin);
                return Value::Error;
            }
        }
        if let Some(order) = order_of(&a.value, &b.value) {
            match op {
                BinaryOp::Less => return Value::Bool(order == Ordering::Less),
                BinaryOp::LessEqual => return Value::Bool(order != Ordering::Greater),
                BinaryOp::Greater => return Value::Bool(order == Ordering::Greater),
                BinaryOp::GreaterEqual => return Value::Bool(order != Ordering::Less),
                _ => {}
            }
        }
        let divisor = match &b.value {
            Value::Number(number) => Some(*number),
            Value::Quantity(quantity) => Some(quantity.amount),
            _ => None,
        };
        if op == BinaryOp::Divide && divisor.is_some_and(|divisor| divisor.is_zero()) {
            self.push(errors::value::divide(right.span));
            return Value::Error;
        }
        match arithmetic(op, &a.value, &b.value) {
            Some(Some(value)) => value,
            Some(None) => {
                self.push(errors::value::number(span));
                Value::Error
            }
            None => Value::Error,
        }
    }
}

/// `None`: the types do not fit (reported by the checker); `Some(None)`: too large.
fn arithmetic(op: BinaryOp, a: &Value, b: &Value) -> Option<Option<Value>> {
    let on = |x: Decimal, y: Decimal| match op {
        BinaryOp::Add => x.checked_add(y),
        BinaryOp::Subtract => x.checked_sub(y),
        BinaryOp::Multiply => x.checked_mul(y),
        BinaryOp::Divide => x.checked_div(y),
        _ => None,
    };
    let quantity = |of: &Quantity, amount: Option<Decimal>| {
        amount.map(|amount| {
            Value::Quantity(Quantity {
                dimension: of.dimension,
                amount: amount.normalize(),
            })
        })
    };
    let sums = matches!(op, BinaryOp::Add | BinaryOp::Subtract);
    Some(match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            on(*x, *y).map(|number| Value::Number(number.normalize()))
        }
        (Value::Quantity(x), Value::Quantity(y)) if x.dimension == y.dimension && sums => {
            quantity(x, on(x.amount, y.amount))
        }
        (Value::Quantity(x), Value::Quantity(y))
            if x.dimension == y.dimension && op == BinaryOp::Divide =>
        {
            on(x.amount, y.amount).map(|number| Value::Number(number.normalize()))
        }
        (Value::Quantity(x), Value::Number(y)) if !sums => quantity(x, on(x.amount, *y)),
        (Value::Number(x), Value::Quantity(y)) if op == BinaryOp::Multiply => {
            quantity(y, on(*x, y.amount))
        }
        _ => return None,
    })
}

/// The order of two numbers or quantities of one dimension.
pub(super) fn order_of(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Quantity(a), Value::Quantity(b)) if a.dimension == b.dimension => {
            Some(a.amount.cmp(&b.amount))
        }
        (Value::String(a) | Value::Word(a), Value::String(b) | Value::Word(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether two known values are equal, wherever they were written; `None` if one is in error.
pub(super) fn same(a: &Value, b: &Value) -> Option<bool> {
    Some(match (a, b) {
        (Value::Error, _) | (_, Value::Error) => return None,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Quantity(a), Value::Quantity(b)) => {
            a.dimension == b.dimension && a.amount == b.amount
        }
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            for (a, b) in a.iter().zip(b) {
                if !same(&a.value, &b.value)? {
                    return Some(false);
                }
            }
            true
        }
        (Value::Object(a), Value::Object(b)) => {
            let (a, b) = (a.iter().collect::<Vec<_>>(), b);
            if a.len() != b.iter().count() {
                return Some(false);
            }
            for (name, val) in a {
                match b.get(name) {
                    Some(other) if same(&val.value, &other.value)? => {}
                    _ => return Some(false),
                }
            }
            true
        }
        (Value::Resource(a), Value::Resource(b)) => a == b,
        (Value::String(a) | Value::Path(a), Value::String(b) | Value::Path(b)) => a == b,
        (a, b) => a == b,
    })
}
