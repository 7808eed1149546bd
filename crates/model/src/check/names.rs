//! What a bare name is: a value in scope, `env`, or a word of the type that is expected.

use super::{Checker, Want};
use crate::errors;
use crate::items::Global;
use crate::meant::Meant;
use crate::render;
use formwork_diag::{Diagnostic, Span, nearest};
use formwork_schema::Type;
use formwork_syntax::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use std::sync::Arc;

/// What other tools write before names.
const ELSEWHERE: &[&str] = &[
    "data", "each", "local", "module", "param", "params", "self", "var",
];

impl<'w> Checker<'w> {
    /// The type of a name in scope; `None` if nothing has this name.
    pub(super) fn scope(&mut self, name: &Arc<str>, span: Span) -> Option<Type> {
        if let Some(local) = self.locals.iter().rev().find(|local| local.name == *name) {
            return Some(local.ty.clone());
        }
        let Some(entry) = self.world.entry(name) else {
            return (&**name == "env").then_some(Type::Env);
        };
        Some(match entry.global {
            Global::Let(at) => self.lets.get(at).cloned().unwrap_or(Type::Error),
            Global::Param(at) => self.world.params.get(at).cloned().unwrap_or(Type::Error),
            Global::Decl(at) => self.world.decl_type(at),
            Global::Stack(at) => {
                let used = self.world.items.stack_uses.get(at);
                let outline = used.and_then(|used| used.outline.as_ref());
                outline.map_or(Type::Error, |outline| outline.ty.clone())
            }
            Global::Later => Type::Error,
            Global::Enum(at) => {
                let members = self
                    .world
                    .items
                    .enums
                    .get(at)
                    .map(|item| item.members.as_slice());
                let words: Vec<&str> = members
                    .unwrap_or_default()
                    .iter()
                    .map(|word| &*word.text)
                    .collect();
                self.push(errors::name::not_a_value(name, span, &words));
                Type::Error
            }
        })
    }

    /// Where a name in scope was named.
    fn named_at(&self, name: &str) -> Option<Span> {
        let local = self
            .locals
            .iter()
            .rev()
            .find(|local| &*local.name == name)
            .map(|local| local.span);
        local.or_else(|| self.world.entry(name).map(|entry| entry.span))
    }

    pub(super) fn in_scope(&self, name: &str) -> bool {
        name == "env" || self.named_at(name).is_some()
    }

    /// The name in scope nearest to one that is not.
    pub(super) fn nearest_name(&self, name: &str) -> Option<String> {
        self.suggested.set(self.suggested.get() + 1);
        if self.suggested.get() > super::MAX_SUGGESTIONS {
            return None;
        }
        let mut known: Vec<&str> = self.world.items.names.keys().map(|name| &**name).collect();
        known.extend(self.locals.iter().map(|local| &*local.name));
        known.sort_unstable();
        nearest(name, known).map(str::to_owned)
    }

    pub(super) fn unknown_name(&mut self, name: &str, span: Span) {
        let near = self.nearest_name(name);
        self.push(errors::name::unknown(name, span, near.as_deref()));
    }

    /// An unknown name where a declaration is expected: those that there are are offered.
    fn unknown_name_of(&mut self, name: &str, span: Span, want: &Type) {
        let near = self.nearest_name(name);
        let error = errors::name::unknown(name, span, near.as_deref());
        let declared = super::teach::declared(self.world, want);
        self.push(match declared.is_empty() || near.is_some() {
            true => error,
            false => error.help(super::teach::one_of(&declared)),
        });
    }

    /// A name with a dot that other tools have: `var.memory`, or `nodejs22.x` where words stand.
    pub(super) fn dotted(&self, expr: &Expr, want: Want<'_>) -> Option<Diagnostic> {
        let ExprKind::Member { of, name } = &expr.kind else {
            return None;
        };
        let ExprKind::Name(base) = &of.kind else {
            return None;
        };
        if name.text.is_empty() || self.in_scope(base) {
            return None;
        }
        if ELSEWHERE.contains(&&**base) && self.in_scope(&name.text) {
            let error = errors::name::unknown(base, of.span, None);
            return Some(errors::name::stands_alone(error, &name.text, expr.span));
        }
        let mut words = Vec::new();
        word_types(want.ty, &mut words);
        let members = words.iter().flat_map(|words| words.members.iter());
        let members: Vec<&str> = members.map(|member| &**member).collect();
        let written = format!("{base}.{}", name.text);
        let meant = Meant::word(self.world.vocabulary, &written, &members);
        let of = &words.first()?.name;
        let span = expr.span;
        Some(errors::types::word(
            &written, of, span, &members, None, meant,
        ))
    }

    /// A word, or a word called, where none can stand.
    pub(super) fn unknown_word(&mut self, open: &super::words::Open) {
        match open.called {
            true => self.push(errors::types::call(
                &open.text,
                open.span,
                &[],
                Meant::Nothing,
            )),
            false => self.unknown_name(&open.text, open.span),
        }
    }

    /// A bare name where a type is expected: first a word of it, then a name in scope.
    pub(super) fn check_name(&mut self, name: &Arc<str>, expr: &'w Expr, want: Want<'_>) {
        let mut words = Vec::new();
        word_types(want.ty, &mut words);
        let word = words.iter().find(|words| words.members.contains(name));
        if self.in_scope(name) {
            if let Some(word) = word {
                let named = self.named_at(name);
                self.push(errors::name::word(name, expr.span, &word.name, named));
                return;
            }
            let found = self.infer(expr);
            self.expect(&found, want, expr);
            return;
        }
        if word.is_some() || matches!(want.ty, Type::Error) {
            return;
        }
        if let Type::Env = want.ty {
            let known = self.world.env_names();
            if !known.contains(&&**name) {
                self.push(errors::env::unknown(name, expr.span, &known));
            }
            return;
        }
        match words.as_slice() {
            [] if *want.ty == Type::Bool && self.yes_or_no(name, expr, want) => {}
            [] => {
                let calls = super::calls::call_types(want.ty);
                match calls.iter().find(|call| call.name == *name) {
                    Some(call) => {
                        let missing: Vec<&str> = call
                            .parameters
                            .iter()
                            .filter(|p| p.required)
                            .map(|p| &*p.name)
                            .collect();
                        self.push(errors::types::arguments_missing(name, &missing, expr.span));
                    }
                    None => self.unknown_name_of(name, expr.span, want.ty),
                }
            }
            types => {
                let mut members: Vec<&str> = types
                    .iter()
                    .flat_map(|words| words.members.iter().map(|member| &**member))
                    .collect();
                let calls = super::calls::call_types(want.ty);
                if let Some(call) = calls.iter().find(|call| call.name == *name) {
                    let missing: Vec<&str> = call
                        .parameters
                        .iter()
                        .filter(|p| p.required)
                        .map(|p| &*p.name)
                        .collect();
                    self.push(errors::types::arguments_missing(name, &missing, expr.span));
                    return;
                }
                members.dedup();
                let of = types.first().map_or("", |words| &words.name);
                let meant = Meant::word(self.world.vocabulary, name, &members);
                match self.nearest_name(name).filter(|_| meant == Meant::Nothing) {
                    Some(near) => self.push(errors::name::unknown(name, expr.span, Some(&near))),
                    None => self.push(errors::types::word(
                        name, of, expr.span, &members, None, meant,
                    )),
                }
            }
        }
    }

    /// Another tool's word for yes or no, where `true` or `false` stands; whether it is one.
    fn yes_or_no(&mut self, name: &str, expr: &'w Expr, want: Want<'_>) -> bool {
        let Some(truth) = self.world.vocabulary.foreign_truth(name) else {
            return false;
        };
        let teach = errors::types::Teach {
            help: format!("write `{truth}`"),
            fix: Some(truth.to_string()),
        };
        let wanted = super::teach::words(self.world, want.ty);
        let error = errors::types::mismatch("word", &wanted, expr.span, None, teach);
        self.push(error);
        true
    }

    /// Takes the `?` off a type where a condition already says that the value is there.
    pub(super) fn narrow(&self, expr: &Expr, ty: Type) -> Type {
        let Type::Optional(inner) = &ty else {
            return ty;
        };
        let when = self
            .declared(expr)
            .and_then(|at| self.world.decl(at)?.decl.when.as_ref());
        let there = self.facts.iter().any(|(fact, holds)| {
            if *holds && when.is_some_and(|when| render::same(when, fact)) {
                return true;
            }
            let ExprKind::Binary {
                op, left, right, ..
            } = &fact.kind
            else {
                return false;
            };
            let not_none = match (op, holds) {
                (BinaryOp::NotEqual, true) | (BinaryOp::Equal, false) => true,
                _ => return false,
            };
            let is_none = |side: &Expr| matches!(side.kind, ExprKind::None);
            not_none
                && ((is_none(right) && render::same(left, expr))
                    || (is_none(left) && render::same(right, expr)))
        });
        if there { (**inner).clone() } else { ty }
    }

    /// Adds what follows from a condition to the facts.
    pub(super) fn learn(&mut self, condition: &'w Expr, holds: bool) {
        match &condition.kind {
            ExprKind::Paren(inner) => self.learn(inner, holds),
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
                ..
            } => self.learn(operand, !holds),
            ExprKind::Binary {
                op: BinaryOp::And,
                left,
                right,
                ..
            } if holds => {
                self.learn(left, true);
                self.learn(right, true);
                self.facts.push((condition, true));
            }
            ExprKind::Binary {
                op: BinaryOp::Or,
                left,
                right,
                ..
            } if !holds => {
                self.learn(left, false);
                self.learn(right, false);
            }
            _ => self.facts.push((condition, holds)),
        }
    }
}

/// The enums a type takes.
pub(crate) fn word_types<'t>(ty: &'t Type, out: &mut Vec<&'t formwork_schema::EnumType>) {
    match ty {
        Type::Enum(words) => out.push(words),
        Type::Optional(inner) => word_types(inner, out),
        Type::OneOf(types) => types.iter().for_each(|ty| word_types(ty, out)),
        _ => {}
    }
}
