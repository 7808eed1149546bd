//! Raw values: what stands where a CloudFormation property is written. The catalog checks the properties
//! themselves; here names, words and references are resolved.

use super::{Checker, Want};
use crate::errors;
use crate::meant::Meant;
use crate::shapes;
use formwork_diag::nearest;
use formwork_schema::{Shape, ShapeKind, Type};
use formwork_syntax::ast::{Block, BlockItem, Expr, ExprKind};
use std::sync::Arc;

impl<'w> Checker<'w> {
    /// An expression where a value of a shape is expected.
    pub(super) fn check_raw(&mut self, expr: &'w Expr, shape: &Arc<Shape>) {
        let shape = match &self.raw {
            Some(resource) => resource.resolve(shape).clone(),
            None => shape.clone(),
        };
        match &expr.kind {
            ExprKind::None | ExprKind::Bad => {}
            ExprKind::Paren(inner) => self.check_raw(inner, &shape),
            ExprKind::Name(name) if !self.in_scope(name) => self.raw_word(name, expr, &shape),
            ExprKind::Name(name)
                if shapes::words(&shape).is_some_and(|words| words.contains(&&**name)) =>
            {
                let named = self.world.entry(name).map(|entry| entry.span);
                self.push(errors::name::word(
                    name,
                    expr.span,
                    &self.property.clone(),
                    named,
                ));
            }
            ExprKind::List(items) => {
                let item = match &shape.kind {
                    ShapeKind::List(item) => item.clone(),
                    _ => self.any.clone(),
                };
                let item = Type::Raw(item);
                items
                    .iter()
                    .for_each(|value| self.check(value, Want::of(&item)));
            }
            ExprKind::Object(block) => self.raw_block(block, &shape),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                let want = Type::Raw(shape);
                self.check(condition, Want::of(&Type::Bool));
                self.knowing(condition, true, |checker| {
                    checker.check(then, Want::of(&want))
                });
                self.knowing(condition, false, |checker| {
                    checker.check(otherwise, Want::of(&want))
                });
            }
            _ => {
                let found = match self.infer(expr) {
                    Type::Optional(inner) => *inner,
                    found => found,
                };
                self.words.place_all(&found);
                let no_value = matches!(
                    found,
                    Type::Kind(_) | Type::Permission | Type::Event | Type::Metric | Type::Env
                );
                if no_value {
                    self.expect(&found, Want::of(&Type::String), expr);
                }
            }
        }
    }

    fn raw_word(&mut self, name: &Arc<str>, expr: &'w Expr, shape: &Shape) {
        match shapes::words(shape) {
            None => {}
            Some(words) if words.contains(&&**name) => {}
            Some(words) if words.is_empty() => self.unknown_name(name, expr.span),
            Some(words) => {
                let near_name = self.nearest_name(name);
                match near_name.filter(|_| nearest(name, words.iter().copied()).is_none()) {
                    Some(near) => self.push(errors::name::unknown(name, expr.span, Some(&near))),
                    None => self.push(errors::types::word(
                        name,
                        &self.property.clone(),
                        expr.span,
                        &words,
                        None,
                        Meant::word(self.world.vocabulary, name, &words),
                    )),
                }
            }
        }
    }

    fn raw_block(&mut self, block: &'w Block, shape: &Arc<Shape>) {
        let mut seen = rustc_hash::FxHashMap::default();
        for item in &block.items {
            match item {
                BlockItem::Field(field) => {
                    if let Some(first) = seen.insert(field.name.text.clone(), field.name.span) {
                        let error = errors::types::duplicate_field(
                            &field.name.text,
                            field.name.span,
                            first,
                        );
                        self.push(error);
                        continue;
                    }
                    self.property = field.name.text.clone();
                    let shape = match &shape.kind {
                        ShapeKind::Object { properties, .. } => {
                            properties.get(&field.name.text).cloned()
                        }
                        ShapeKind::Map { values, .. } => Some(values.clone()),
                        _ => None,
                    };
                    let want = Type::Raw(shape.unwrap_or_else(|| self.any.clone()));
                    self.check(&field.value, Want::of(&want));
                }
                BlockItem::Spread { value, .. } => {
                    let found = self.infer(value);
                    self.words.place_all(&found);
                    if !matches!(
                        found,
                        Type::Object(_) | Type::Map(_) | Type::Error | Type::Raw(_)
                    ) {
                        let found = super::teach::words(self.world, &found);
                        self.push(errors::types::spread(&found, value.span));
                    }
                }
                BlockItem::Allow(_) => {}
            }
        }
    }
}
