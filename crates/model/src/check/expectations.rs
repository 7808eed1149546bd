//! `test` statements: the values they give, and what they expect, where declarations have their fields as members.

use super::{Checker, Want};
use crate::errors;
use crate::expectations::{default_value, setup};
use crate::items::Global;
use crate::walk::Names;
use formwork_diag::{Diagnostics, Span};
use formwork_schema::{FieldSpec, KindSpec, ObjectType, Type};
use formwork_syntax::ast::{BlockItem, Expr, Field};
use std::sync::Arc;

impl<'w> Checker<'w> {
    pub(super) fn tests(&mut self) {
        let world = self.world;
        for test in &world.items.tests {
            let (setup, found) = setup(test, world);
            self.diagnostics.extend(found);
            setup.set.iter().for_each(|field| self.set(field));
            for (at, block, span) in &setup.given {
                let used = world.items.stack_uses.get(*at);
                let Some(outline) = used.and_then(|used| used.outline.as_ref()) else {
                    continue;
                };
                // A test gives what it needs.
                let fields = outline.outputs.iter();
                let fields = fields.map(|(name, ty)| FieldSpec::new(name, ty.clone(), ""));
                let object = ObjectType {
                    name: format!("{} stack", outline.name).into(),
                    fields: fields.collect(),
                };
                for item in &block.items {
                    if let BlockItem::Field(field) = item {
                        self.plain(&field.value);
                    }
                }
                self.check_object(block, &object, *span);
            }
            self.expecting = true;
            for expect in &setup.expects {
                self.check(expect.condition, Want::of(&Type::Bool));
                self.check(expect.message, Want::of(&Type::String));
            }
            self.expecting = false;
        }
    }

    /// A value that a test gives a param.
    fn set(&mut self, field: &'w Field) {
        let world = self.world;
        let (name, span) = (&field.name.text, field.name.span);
        match world.entry(name).map(|entry| entry.global) {
            Some(Global::Param(at)) => {
                self.plain(&field.value);
                if let Some(ty) = world.params.get(at) {
                    self.check(&field.value, Want::of(ty));
                }
            }
            _ if name.is_empty() => {}
            _ => {
                let params = world.items.params.iter();
                let known: Vec<&str> = params.map(|param| &*param.name.text).collect();
                self.push(errors::env::set(name, span, &known));
            }
        }
    }

    /// What a test gives is known before anything of the stack is.
    fn plain(&mut self, value: &Expr) {
        let world = self.world;
        let mut found = Diagnostics::new();
        let mut visit = |name: &Arc<str>, span: Span| {
            if world.entry(name).is_some() || &**name == "env" {
                found.push(errors::tests::plain(name, span));
            }
        };
        Names::new(&mut visit).expr(value);
        self.diagnostics.extend(found);
    }

    /// The type of a field of a declaration, where a test expects something of it.
    pub(super) fn expected_field(&self, kind: &KindSpec, name: &str) -> Option<Type> {
        match name {
            _ if !self.expecting => None,
            "protect" | "retain" => Some(Type::Bool),
            "tags" => Some(Type::String.map()),
            "region" => Some(Type::String),
            name => {
                let field = kind.fields.iter().find(|field| &*field.name == name)?;
                let default = field.default.as_deref();
                let stands = default.and_then(|text| default_value(text, &field.ty));
                Some(match field.required || stands.is_some() {
                    true => field.ty.clone(),
                    false => field.ty.clone().optional(),
                })
            }
        }
    }
}
