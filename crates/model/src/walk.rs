//! Visits the free names of an expression: those that are not bound inside it.

use formwork_diag::Span;
use formwork_syntax::ast::{
    Binder, Block, BlockItem, Decl, Expr, ExprKind, StatementKind, StringPart, TestItem,
};
use std::sync::Arc;

/// A walk over expressions that calls `visit` at every name that no binder within them introduces.
pub(crate) struct Names<'v> {
    bound: Vec<Arc<str>>,
    visit: &'v mut dyn FnMut(&Arc<str>, Span),
}

impl<'v> Names<'v> {
    pub(crate) fn new(visit: &'v mut dyn FnMut(&Arc<str>, Span)) -> Self {
        let bound = Vec::new();
        Names { bound, visit }
    }

    pub(crate) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::None | ExprKind::Bool(_) | ExprKind::Number { .. } | ExprKind::Bad => {}
            ExprKind::Name(name) => {
                if !self.bound.contains(name) {
                    (self.visit)(name, expr.span);
                }
            }
            ExprKind::String(parts) => {
                for part in parts {
                    if let StringPart::Value(value) = part {
                        self.expr(value);
                    }
                }
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object(block) => self.block(block),
            ExprKind::ListFor {
                binder,
                condition,
                value,
            } => {
                self.bound_by(binder, |walk| {
                    condition.iter().for_each(|condition| walk.expr(condition));
                    walk.expr(value);
                });
            }
            ExprKind::ObjectFor {
                binder,
                condition,
                key,
                value,
            } => {
                self.bound_by(binder, |walk| {
                    condition.iter().for_each(|condition| walk.expr(condition));
                    walk.expr(key);
                    walk.expr(value);
                });
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.expr(condition);
                self.expr(then);
                self.expr(otherwise);
            }
            ExprKind::Paren(inner) | ExprKind::Unary { operand: inner, .. } => self.expr(inner),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Member { of, .. } | ExprKind::OptionalMember { of, .. } => self.expr(of),
            ExprKind::Index { of, index } => {
                self.expr(of);
                self.expr(index);
            }
            ExprKind::Call {
                callee, arguments, ..
            } => {
                self.expr(callee);
                arguments
                    .iter()
                    .for_each(|argument| self.expr(&argument.value));
            }
        }
    }

    pub(crate) fn block(&mut self, block: &Block) {
        for item in &block.items {
            match item {
                BlockItem::Field(field) => self.expr(&field.value),
                BlockItem::Spread { value, .. } => self.expr(value),
                BlockItem::Allow(_) => {}
            }
        }
    }

    /// Walks what is walked over, then `inside` with the binder's names bound.
    pub(crate) fn bound_by(&mut self, binder: &Binder, inside: impl FnOnce(&mut Self)) {
        self.expr(&binder.over);
        let before = self.bound.len();
        self.bound.push(binder.first.text.clone());
        self.bound
            .extend(binder.second.iter().map(|name| name.text.clone()));
        inside(self);
        self.bound.truncate(before);
    }

    /// Walks every expression of a declaration; its binder's names are not free.
    pub(crate) fn decl(&mut self, decl: &Decl) {
        let inside = |walk: &mut Self| {
            decl.when.iter().for_each(|when| walk.expr(when));
            decl.adopt.iter().for_each(|adopt| walk.expr(adopt));
            decl.body.iter().for_each(|body| walk.block(body));
        };
        match &decl.for_each {
            Some(binder) => self.bound_by(binder, inside),
            None => inside(self),
        }
    }

    /// Walks what a test says; the fields of a test are names of its own.
    pub(crate) fn test_item(&mut self, item: &TestItem) {
        match item {
            TestItem::Field(field) if &*field.name.text == "env" => {}
            TestItem::Field(field) => self.expr(&field.value),
            TestItem::Expect {
                condition, message, ..
            } => {
                self.expr(condition);
                self.expr(message);
            }
        }
    }

    /// Walks every expression of a statement, without binding its own names.
    pub(crate) fn statement(&mut self, statement: &StatementKind) {
        match statement {
            StatementKind::Test { items, .. } => {
                items.iter().for_each(|item| self.test_item(item));
            }
            StatementKind::Decl(decl) => self.decl(decl),
            StatementKind::Env { body, .. } | StatementKind::Stack { body, .. } => self.block(body),
            StatementKind::Param { default, .. } => {
                default.iter().for_each(|value| self.expr(value))
            }
            StatementKind::Let { value, .. } | StatementKind::Output { value, .. } => {
                self.expr(value)
            }
            StatementKind::Assert { condition, message } => {
                self.expr(condition);
                self.expr(message);
            }
            StatementKind::Use { .. }
            | StatementKind::Component { .. }
            | StatementKind::Enum { .. }
            | StatementKind::Allow(_)
            | StatementKind::Forget { .. }
            | StatementKind::Bad => {}
        }
    }
}
