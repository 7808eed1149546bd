//! The operators with two operands, and how deep a chain of them may get.

use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::errors;
use crate::parser::expr::starts_value;
use crate::parser::input::{In, NESTING_LIMIT};
use crate::token::Kind;

/// The level of `||`, the loosest.
pub(super) const OR: u8 = 1;
/// The level of `==` and `!=`.
pub(super) const EQUAL: u8 = 3;
/// The level of `<` and its like.
pub(super) const ORDER: u8 = 4;

/// An operator with two operands: how strongly it binds, and which it is.
pub(super) struct Operator {
    pub(super) level: u8,
    /// `None` for `%`, which is none.
    pub(super) op: Option<BinaryOp>,
    /// `and` and `or`: what to write.
    pub(super) instead: Option<&'static str>,
}

/// The operator that stands next. The levels are those of the grammar, from the loosest: production(or),
/// production(and), production(equal), production(order), production(coalesce), production(sum),
/// production(product).
pub(super) fn operator(input: In<'_>) -> Option<Operator> {
    let (level, op) = match input.kind() {
        Kind::Or => (OR, BinaryOp::Or),
        Kind::And => (2, BinaryOp::And),
        Kind::Equal => (EQUAL, BinaryOp::Equal),
        Kind::NotEqual => (EQUAL, BinaryOp::NotEqual),
        Kind::Less => (ORDER, BinaryOp::Less),
        Kind::LessEqual => (ORDER, BinaryOp::LessEqual),
        Kind::Greater => (ORDER, BinaryOp::Greater),
        Kind::GreaterEqual => (ORDER, BinaryOp::GreaterEqual),
        Kind::Coalesce => (5, BinaryOp::Coalesce),
        Kind::Plus => (6, BinaryOp::Add),
        Kind::Minus => (6, BinaryOp::Subtract),
        Kind::Star => (7, BinaryOp::Multiply),
        Kind::Slash => (7, BinaryOp::Divide),
        Kind::Percent => {
            return Some(Operator {
                level: 7,
                op: None,
                instead: None,
            });
        }
        Kind::Name => return word_operator(input),
        _ => return None,
    };
    Some(Operator {
        level,
        op: Some(op),
        instead: None,
    })
}

/// `and` and `or` between two values on a line.
fn word_operator(input: In<'_>) -> Option<Operator> {
    let (level, op, instead) = match input.text() {
        "or" => (OR, BinaryOp::Or, "||"),
        "and" => (2, BinaryOp::And, "&&"),
        _ => return None,
    };
    let goes_on = starts_value(input.kind_at(1)) && input.kind_at(1) != Kind::BraceOpen;
    let meant = goes_on && !input.token().opens_line();
    meant.then_some(Operator {
        level,
        op: Some(op),
        instead: Some(instead),
    })
}

/// A chain of operators or members makes its first operand deeper at each step; this keeps it within the bound.
pub(super) struct Chain {
    /// How deep the tree before the chain was.
    outer: u32,
    /// How deep the chain is without the operand that is being read.
    left: u32,
    broken: bool,
}

impl Chain {
    pub(super) fn begin(input: In<'_>) -> Self {
        let outer = input.cx.reach();
        input.cx.set_reach(input.cx.depth());
        Chain {
            outer,
            left: 0,
            broken: false,
        }
    }

    /// A further operand is read.
    pub(super) fn operand(&mut self, input: In<'_>) {
        self.left = input.cx.reach();
        input.cx.set_reach(input.cx.depth());
    }

    /// No operand followed.
    pub(super) fn skip(&self, input: In<'_>) {
        input.cx.set_reach(self.left.max(input.cx.reach()));
    }

    /// The operand was read one level deeper, where its node will lie.
    pub(super) fn inside(&self, input: In<'_>) {
        input
            .cx
            .set_reach(input.cx.reach().saturating_sub(1).max(input.cx.depth()));
    }

    /// One step: the node over the chain and its new operand, or a bad one once the chain is too deep.
    pub(super) fn step<'a>(
        &mut self,
        at: In<'a>,
        start: In<'a>,
        node: impl FnOnce() -> Expr,
    ) -> Expr {
        let node = node();
        let reach = at.cx.reach().max(self.left) + 1;
        if !self.broken && reach <= NESTING_LIMIT {
            at.cx.set_reach(reach);
            return node;
        }
        if !self.broken {
            at.cx
                .report_break(errors::nesting(at.span(), NESTING_LIMIT));
            self.broken = true;
        }
        Expr {
            kind: ExprKind::Bad,
            span: start.span_to(at),
        }
    }

    pub(super) fn end(self, input: In<'_>) {
        input.cx.set_reach(self.outer.max(input.cx.reach()));
    }
}
