//! Operators: arithmetic within one unit, comparison, logic.

use super::words::Words;
use super::{Checker, Want, teach};
use crate::errors;
use crate::render;
use formwork_diag::Span;
use formwork_schema::Type;
use formwork_syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};

impl<'w> Checker<'w> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &'w Expr) -> Type {
        match op {
            UnaryOp::Not => {
                self.check(operand, Want::of(&Type::Bool));
                Type::Bool
            }
            UnaryOp::Negate => {
                let found = self.value(operand);
                match found {
                    Type::Int | Type::Number | Type::Quantity(_) | Type::Error => found,
                    other => {
                        let found = teach::words(self.world, &other);
                        let help = "only numbers and quantities have a sign";
                        self.push(errors::types::operand("-", &found, operand.span, help));
                        Type::Error
                    }
                }
            }
        }
    }

    /// An operand that must be there: an optional one is an error.
    fn value(&mut self, expr: &'w Expr) -> Type {
        match self.operand(expr) {
            Type::Optional(inner) => {
                self.optional_error(expr, &inner, None);
                Type::Error
            }
            Type::Raw(_) | Type::Any => Type::Error,
            other => other,
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &'w Expr,
        right: &'w Expr,
    ) -> Type {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                self.check(left, Want::of(&Type::Bool));
                self.knowing(left, op == BinaryOp::And, |checker| {
                    checker.check(right, Want::of(&Type::Bool));
                });
                Type::Bool
            }
            BinaryOp::Equal | BinaryOp::NotEqual => {
                self.equality(op, op_span, left, right);
                Type::Bool
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                if is_ordered(left) {
                    // `a < b < c`: the parser said that comparisons do not chain.
                    self.value(left);
                    self.value(right);
                    return Type::Bool;
                }
                let (a, b) = (self.value(left), self.value(right));
                self.ordered(op, &a, &b, left.span.to(right.span));
                Type::Bool
            }
            BinaryOp::Coalesce => self.coalesce(left, right),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                let (a, b) = (self.value(left), self.value(right));
                self.arithmetic(op, &a, &b, left, right)
            }
        }
    }

    fn coalesce(&mut self, left: &'w Expr, right: &'w Expr) -> Type {
        let found = self.infer(left);
        let otherwise = self.infer(right);
        match found {
            Type::Optional(inner) if *inner == Type::Error => otherwise,
            Type::Optional(inner) => self.join(*inner, otherwise),
            Type::Error => otherwise,
            other if Words::is_word(&other) => self.join(other, otherwise),
            other => {
                self.push(errors::types::coalesce_known(left.span));
                other
            }
        }
    }

    fn equality(&mut self, op: BinaryOp, _op_span: Span, left: &'w Expr, right: &'w Expr) {
        if let Some(word) = self.bare_word(right) {
            let found = self.operand_or_word(left, word);
            return self.check_name_against(right, &found);
        }
        if let Some(word) = self.bare_word(left) {
            let found = self.operand_or_word(right, word);
            return self.check_name_against(left, &found);
        }
        let (a, b) = (self.operand(left), self.operand(right));
        let whole = |ty: &Type| match ty {
            Type::Optional(inner) => (**inner).clone(),
            ty => ty.clone(),
        };
        let (x, y) = (whole(&a), whole(&b));
        if !self.fits(&x, &y) && !self.fits(&y, &x) {
            let (x, y) = (teach::words(self.world, &x), teach::words(self.world, &y));
            let error = errors::types::operator(
                render::sign(op),
                &x,
                &y,
                left.span.to(right.span),
                "compare values of one type; they could never be equal",
            );
            self.push(error);
        }
    }

    /// A bare name: out of scope, or the name of an environment.
    fn bare_word<'e>(&self, expr: &'e Expr) -> Option<&'e str> {
        match &expr.kind {
            ExprKind::Name(name) if &**name == "env" => None,
            ExprKind::Name(name) if !self.in_scope(name) => Some(name),
            ExprKind::Name(name) if self.world.env_names().contains(&&**name) => Some(name),
            ExprKind::Paren(inner) => self.bare_word(inner),
            _ => None,
        }
    }

    fn operand_or_word(&mut self, other: &'w Expr, _word: &str) -> Type {
        match self.operand(other) {
            Type::Optional(inner) => *inner,
            found => found,
        }
    }

    fn check_name_against(&mut self, expr: &'w Expr, found: &Type) {
        let ExprKind::Name(name) = &expr.kind else {
            return self.check(expr, Want::of(found));
        };
        if *found == Type::Env && self.in_scope(name) {
            let named = self.world.entry(name).map(|entry| entry.span);
            return self.push(errors::name::ambiguous_env(name, expr.span, named));
        }
        self.check(expr, Want::of(found).optional_too());
    }

    fn ordered(&mut self, op: BinaryOp, a: &Type, b: &Type, span: Span) {
        let numbers = |ty: &Type| matches!(ty, Type::Int | Type::Number);
        let fits = match (a, b) {
            (Type::Error, _) | (_, Type::Error) => true,
            (Type::Quantity(x), Type::Quantity(y)) => x == y,
            (a, b) => numbers(a) && numbers(b),
        };
        if !fits {
            let help =
                "numbers are compared with numbers, quantities with quantities of the same unit";
            self.two(op, a, b, span, help);
        }
    }

    fn two(&mut self, op: BinaryOp, a: &Type, b: &Type, span: Span, help: &str) {
        let (a, b) = (teach::words(self.world, a), teach::words(self.world, b));
        self.push(errors::types::operator(
            render::sign(op),
            &a,
            &b,
            span,
            help,
        ));
    }

    fn arithmetic(
        &mut self,
        op: BinaryOp,
        a: &Type,
        b: &Type,
        left: &'w Expr,
        right: &'w Expr,
    ) -> Type {
        use BinaryOp::{Add, Divide, Multiply, Subtract};
        let number = |ty: &Type| matches!(ty, Type::Int | Type::Number);
        match (op, a, b) {
            (_, Type::Error, _) | (_, _, Type::Error) => Type::Error,
            (Add | Subtract | Multiply, Type::Int, Type::Int) => Type::Int,
            (_, a, b) if number(a) && number(b) => Type::Number,
            (Add | Subtract, Type::Quantity(x), Type::Quantity(y)) if x == y => a.clone(),
            (Multiply, Type::Quantity(_), n) if number(n) => a.clone(),
            (Multiply, n, Type::Quantity(_)) if number(n) => b.clone(),
            (Divide, Type::Quantity(_), n) if number(n) => a.clone(),
            (Divide, Type::Quantity(x), Type::Quantity(y)) if x == y => Type::Number,
            // The parser has said that no operator joins strings written out.
            (Add, Type::String, _) | (Add, _, Type::String) if literal(left) || literal(right) => {
                Type::Error
            }
            _ => {
                let help = match (op, a, b) {
                    (Add, Type::String, _) | (Add, _, Type::String) => {
                        let hole = |expr: &Expr| match render::literal(expr) {
                            Some(text) => text,
                            None => format!("${{{}}}", render::expression(expr)),
                        };
                        format!(
                            "strings are put together by writing them: `\"{}{}\"`",
                            hole(left),
                            hole(right)
                        )
                    }
                    (Add, Type::List(_), _) => "lists are put together by `a.concat(b)`".to_owned(),
                    (Add, Type::Object(_) | Type::Map(_), _) => {
                        "maps are put together by `a.merge(b)` or `{ ...a, ...b }`".to_owned()
                    }
                    (_, Type::Quantity(_), _) | (_, _, Type::Quantity(_)) => {
                        "quantities are added within one unit, and multiplied by numbers".to_owned()
                    }
                    _ => "this is done with numbers and quantities".to_owned(),
                };
                self.two(op, a, b, left.span.to(right.span), &help);
                Type::Error
            }
        }
    }
}

impl Want<'_> {
    fn optional_too(self) -> Self {
        Want { none: true, ..self }
    }
}

fn literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::String(_))
}

/// Whether an expression compares by order, without parentheses.
fn is_ordered(expr: &Expr) -> bool {
    let ExprKind::Binary { op, .. } = &expr.kind else {
        return false;
    };
    matches!(
        op,
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual
    )
}
