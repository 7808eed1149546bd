//! Declarations: their headers, their fields, and the fields that every kind has.

use super::blocks::Table;
use super::{Checker, Want};
use crate::errors;
use crate::graph::Node;
use crate::meta;
use crate::names::Target;
use formwork_schema::{FieldSpec, KindSpec, ResourceType, Type};
use formwork_syntax::ast::{Block, BlockItem, Decl, Expr, ExprKind};
use std::sync::Arc;

impl<'w> Checker<'w> {
    pub(super) fn decl(&mut self, at: usize) {
        let world = self.world;
        let Some(item) = world.decl(at) else {
            return;
        };
        let decl = &item.decl;
        let target = world.target(at);
        match &decl.for_each {
            Some(binder) => self.bound(binder, |checker| {
                checker.key_type(binder);
                checker.decl_inside(at, decl, &target);
            }),
            None => self.decl_inside(at, decl, &target),
        }
    }

    /// Over a list, the elements are the keys, with one name or two: they must be strings.
    fn key_type(&mut self, binder: &'w formwork_syntax::ast::Binder) {
        let Some(local) = self.locals.last() else {
            return;
        };
        let ty = local.ty.clone();
        if self.walks_map(&binder.over) {
            return;
        }
        match ty {
            Type::String | Type::Enum(_) | Type::Error | Type::Any | Type::Raw(_) => {}
            Type::Int | Type::Number => {
                let error = errors::types::operand(
                    "for",
                    "list of numbers",
                    binder.over.span,
                    "keys are strings: `for key in [for n in … : \"${n}\"]`",
                );
                self.push(error);
            }
            _ => {
                let error = errors::types::operand(
                    "for",
                    "list without keys",
                    binder.over.span,
                    "keys are strings: walk over a map, `for key, item in { a = …, b = … }`",
                );
                self.push(error);
            }
        }
    }

    fn walks_map(&mut self, over: &'w Expr) -> bool {
        let before = self.diagnostics.0.len();
        let ty = self.infer(over);
        self.diagnostics.0.truncate(before);
        matches!(ty, Type::Map(_) | Type::Object(_))
    }

    fn decl_inside(&mut self, at: usize, decl: &'w Decl, target: &Target<'w>) {
        let circular = self.world.order.circular.contains(&Node::Header(at));
        if let Some(when) = decl.when.as_ref().filter(|_| !circular) {
            self.check(when, Want::of(&Type::Bool));
        }
        if let Some(adopt) = &decl.adopt {
            self.check(adopt, Want::of(&Type::String));
        }
        if let (Some(word), true) = (decl.existing, !matches!(target, Target::Component(_))) {
            self.existing_clauses(decl, word);
        }
        if let Target::Component(component) = target {
            let adopt = decl.adopt.iter().map(|adopt| ("adopt", adopt.span));
            let existing = decl.existing.iter().map(|span| ("existing", *span));
            for (word, span) in adopt.chain(existing) {
                self.push(errors::component::clause(word, &component.name, span));
            }
        }
        let Some(body) = &decl.body else { return };
        let before = self.facts.len();
        if let Some(when) = &decl.when {
            self.learn(when, true);
        }
        match target {
            Target::Kind(kind) => self.kind_body(decl, body, kind),
            Target::Raw { ty, .. } => self.raw_body(decl, body, ty.as_ref()),
            Target::Component(_) => self.component_body(at, decl, body),
            Target::Unknown => self.unknown_body(body),
        }
        self.facts.truncate(before);
    }

    /// What is only looked up has no past and is not taken over.
    fn existing_clauses(&mut self, decl: &'w Decl, word: formwork_diag::Span) {
        let was = decl.was.iter().map(|was| ("was", was.span));
        let adopt = decl.adopt.iter().map(|adopt| ("adopt", adopt.span));
        for (clause, span) in was.chain(adopt) {
            self.push(errors::existing::clause(clause, span, word));
        }
    }

    fn kind_body(&mut self, decl: &'w Decl, body: &'w Block, kind: &'w KindSpec) {
        let existing = decl.existing.is_some();
        let common = match existing {
            true => self.looked_up_fields(),
            false => self.common_fields(kind),
        };
        let owner = match existing {
            true => format!("existing {}", kind.name),
            false => kind.name.to_owned(),
        };
        let table = Table {
            owner: &owner,
            own: &kind.fields,
            common: &common,
        };
        self.check_fields(body, &table, decl.name.span);
        let keys = kind.fields.iter().map(|field| &*field.name);
        let keys: Vec<&str> = keys.chain(["tags"]).collect();
        let says = |item: &BlockItem| match item {
            BlockItem::Field(field) => &*field.name.text != "region",
            BlockItem::Spread { .. } => true,
            BlockItem::Allow(_) => false,
        };
        if existing && !body.items.iter().any(says) {
            self.push(errors::existing::which(kind.name, decl.name.span, &keys));
        }
    }

    /// The fields every declaration has that help to find an object.
    fn looked_up_fields(&self) -> Arc<[FieldSpec]> {
        let fields = self.world.common.iter();
        let fields = fields.filter(|field| meta::is_looked_up(&field.name));
        fields.cloned().collect()
    }

    /// The params of a component, and of the fields every declaration has those that can go to all that is in it.
    fn component_body(&mut self, at: usize, decl: &'w Decl, body: &'w Block) {
        let Some(Target::Component(component)) = self.world.targets.get(at) else {
            return;
        };
        let fields = self.world.common.iter();
        let common: Vec<FieldSpec> = fields
            .filter(|field| meta::is_inherited(&field.name))
            .cloned()
            .collect();
        let table = Table {
            owner: &component.name,
            own: &component.params,
            common: &common,
        };
        self.check_fields(body, &table, decl.name.span);
    }

    /// The fields every declaration has, with `usage` as this kind has it.
    fn common_fields(&mut self, kind: &'w KindSpec) -> Arc<[FieldSpec]> {
        let world = self.world;
        let build = || {
            let fields = world
                .common
                .iter()
                .filter(|field| &*field.name != "usage" || kind.usage.is_some());
            let fields = fields.cloned().map(|field| match &kind.usage {
                Some(usage) if &*field.name == "usage" => FieldSpec {
                    ty: usage.clone(),
                    ..field
                },
                _ => field,
            });
            fields.collect()
        };
        self.common.entry(kind.name).or_insert_with(build).clone()
    }

    fn raw_body(&mut self, decl: &'w Decl, body: &'w Block, resource: Option<&Arc<ResourceType>>) {
        self.raw = resource.cloned();
        let mut seen = rustc_hash::FxHashMap::default();
        seen.reserve(body.items.len());
        for item in &body.items {
            match item {
                BlockItem::Field(field) => {
                    if field.name.text.is_empty() {
                        continue;
                    }
                    if let Some(first) = seen.insert(&*field.name.text, field.name.span) {
                        let error = errors::types::duplicate_field(
                            &field.name.text,
                            field.name.span,
                            first,
                        );
                        self.push(error);
                        continue;
                    }
                    if let Some(spec) = self.world.common_field(&field.name.text) {
                        if decl.existing.is_some() && !meta::is_looked_up(&field.name.text) {
                            let (name, span) = (&field.name.text, field.name.span);
                            self.push(errors::existing::field("resource", name, span));
                            continue;
                        }
                        self.common_value(&field.name.text, &field.value, &spec.ty);
                        continue;
                    }
                    let shape =
                        resource.and_then(|resource| resource.properties.get(&field.name.text));
                    let shape = shape.unwrap_or(&self.any).clone();
                    self.property = field.name.text.clone();
                    self.check_raw(&field.value, &shape);
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
        self.raw = None;
    }

    fn common_value(&mut self, name: &str, value: &'w Expr, ty: &Type) {
        match name {
            "depends_on" => self.depends_on(value),
            "ignore_changes" => self.paths(value),
            _ => {
                let want = Want::of(ty);
                self.check(value, Want { none: true, ..want });
            }
        }
        if name == "tags" {
            self.reserved_tags(value);
        }
    }

    /// The body of a declaration whose kind is not known: only what is wrong by itself.
    fn unknown_body(&mut self, body: &'w Block) {
        for item in &body.items {
            match item {
                BlockItem::Field(field) => self.check(&field.value, Want::of(&Type::Error)),
                BlockItem::Spread { value, .. } => self.check(value, Want::of(&Type::Error)),
                BlockItem::Allow(_) => {}
            }
        }
    }

    /// `depends_on = [a, b["key"]]`: declarations, of any kind.
    pub(super) fn depends_on(&mut self, value: &'w Expr) {
        let ExprKind::List(items) = &value.kind else {
            let found = self.operand(value);
            let fits = matches!(&found, Type::Error)
                || matches!(&found, Type::List(item) if matches!(**item, Type::Kind(_) | Type::Error | Type::OneOf(_)));
            if !fits {
                self.not_a_declaration(value.span);
            }
            return;
        };
        for item in items {
            let found = self.operand(item);
            if self.is_component(item) {
                continue;
            }
            let whole = match &found {
                Type::Optional(inner) | Type::Map(inner) => inner,
                found => found,
            };
            if !matches!(whole, Type::Kind(_) | Type::Error) {
                self.not_a_declaration(item.span);
            }
        }
    }

    /// Whether an expression names a declared component, or one of a `for`.
    fn is_component(&self, expr: &Expr) -> bool {
        let of = match &expr.kind {
            ExprKind::Index { of, .. } => of,
            _ => expr,
        };
        let target = self.declared(of).and_then(|at| self.world.targets.get(at));
        matches!(target, Some(Target::Component(_)))
    }

    fn not_a_declaration(&mut self, span: formwork_diag::Span) {
        let world = self.world;
        let known: Vec<&str> = world
            .items
            .decls
            .iter()
            .map(|item| &*item.decl.name.text)
            .take(24)
            .collect();
        self.push(errors::value::depends(span, &known));
    }

    /// `ignore_changes = [memory, Code.ZipFile, "Tags"]`: bare paths or strings.
    pub(super) fn paths(&mut self, value: &'w Expr) {
        match &value.kind {
            ExprKind::List(items) => {
                for item in items.iter().filter(|item| bare_path(item).is_none()) {
                    self.check(item, Want::of(&Type::String));
                }
            }
            _ => self.check(value, Want::of(&Type::String.list())),
        }
    }

    /// Tag names that the tool keeps for itself.
    pub(super) fn reserved_tags(&mut self, value: &'w Expr) {
        let ExprKind::Object(block) = &value.kind else {
            return;
        };
        for field in super::blocks::fields(block) {
            if field.name.text.starts_with("formwork:") {
                self.push(errors::value::tag(&field.name.text, field.name.span));
            }
        }
    }
}

/// The text of a path written without quotes: `Code.ZipFile`.
pub(crate) fn bare_path(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.to_string()),
        ExprKind::Member { of, name } if !name.text.is_empty() => {
            Some(format!("{}.{}", bare_path(of)?, name.text))
        }
        _ => None,
    }
}
