//! Blocks: fields against the fields that are known, spreads, what is missing.

use super::{Checker, Want, teach};
use crate::errors;
use crate::meant::Meant;
use crate::names::object_type;
use formwork_diag::Span;
use formwork_schema::{FieldSpec, ObjectType, Type};
use formwork_syntax::ast::{Block, BlockItem, Expr, ExprKind, Field, Name};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The fields a block may have.
pub(super) struct Table<'t> {
    /// What has these fields, for messages: `function`.
    pub owner: &'t str,
    pub own: &'t [FieldSpec],
    /// The fields every declaration has, if this is one.
    pub common: &'t [FieldSpec],
}

impl<'t> Table<'t> {
    fn find(&self, name: &str) -> Option<&'t FieldSpec> {
        let own = self.own.iter().find(|field| &*field.name == name);
        own.or_else(|| self.common.iter().find(|field| &*field.name == name))
    }

    fn names(&self) -> Vec<&'t str> {
        self.own
            .iter()
            .chain(self.common)
            .map(|field| &*field.name)
            .collect()
    }
}

/// How a field came into a block.
#[derive(Clone, Copy)]
struct Given {
    span: Span,
    spread: bool,
}

impl<'w> Checker<'w> {
    /// A block against a nested object's fields.
    pub(super) fn check_object(&mut self, block: &'w Block, object: &ObjectType, span: Span) {
        let at = self
            .owner
            .take()
            .unwrap_or(Span::new(span.source, span.start, span.start + 1));
        let table = Table {
            owner: &object.name,
            own: &object.fields,
            common: &[],
        };
        self.check_fields(block, &table, at);
    }

    /// A block against known fields; what is missing is reported at `at`.
    pub(super) fn check_fields(&mut self, block: &'w Block, table: &Table<'_>, at: Span) {
        let mut given: FxHashMap<Arc<str>, Given> = FxHashMap::default();
        let mut strange = Vec::new();
        for field in fields(block) {
            if !self.first(&mut given, field) {
                continue;
            }
            match table.find(&field.name.text) {
                Some(spec) => self.check_field(field, spec),
                None => {
                    let error = self.unknown_field(&field.name.text, field.name.span, table, None);
                    self.push(error);
                    self.check(&field.value, Want::of(&Type::Error));
                    strange.push(&field.name);
                }
            }
        }
        for name in strange {
            self.count_as_meant(name, table, &mut given);
        }
        let mut open = false;
        for (value, span) in spreads(block) {
            match self.infer(value) {
                Type::Object(object) => self.spread(&object, value, span, table, &mut given),
                Type::Error | Type::Any | Type::Map(_) | Type::Raw(_) => open = true,
                other => {
                    let found = teach::words(self.world, &other);
                    self.push(errors::types::spread(&found, value.span));
                    open = true;
                }
            }
        }
        if !open {
            self.missing(table, &given, block, at);
        }
    }

    fn check_field(&mut self, field: &'w Field, spec: &FieldSpec) {
        let nested = matches!(field.value.kind, ExprKind::Object(_));
        self.owner = nested.then_some(field.name.span);
        match &*field.name.text {
            "depends_on" => self.depends_on(&field.value),
            "ignore_changes" => self.paths(&field.value),
            _ => {
                let want = Want::of(&spec.ty);
                self.check(
                    &field.value,
                    Want {
                        none: want.none || !spec.required,
                        ..want
                    },
                );
            }
        }
        if &*field.name.text == "tags" {
            self.reserved_tags(&field.value);
        }
        self.owner = None;
    }

    fn spread(
        &mut self,
        object: &ObjectType,
        value: &'w Expr,
        span: Span,
        table: &Table<'_>,
        given: &mut FxHashMap<Arc<str>, Given>,
    ) {
        for field in &object.fields {
            match given.get(&field.name) {
                Some(Given { spread: false, .. }) => {
                    // The explicit field wins; a word in the spread value was still meant for this field.
                    self.words.place_all(&field.ty);
                    continue;
                }
                Some(Given { span: first, .. }) => {
                    let first = *first;
                    self.push(errors::types::spread_twice(&field.name, span, first));
                    continue;
                }
                None => {}
            }
            given.insert(field.name.clone(), Given { span, spread: true });
            let origin = self.field_origin(value, &field.name);
            match table.find(&field.name) {
                Some(spec) => {
                    let want = Want::of(&spec.ty);
                    let want = Want {
                        none: want.none || !spec.required,
                        ..want
                    };
                    self.expect_at(&field.ty, want, None, value.span, origin);
                }
                None => {
                    let error = self.unknown_field(
                        &field.name,
                        value.span,
                        table,
                        Some(origin.unwrap_or(value.span)),
                    );
                    self.push(error);
                    self.words.place_all(&field.ty);
                }
            }
        }
    }

    /// The field that was meant by an unknown name is given, although nobody can say what it is.
    fn count_as_meant(
        &self,
        name: &Name,
        table: &Table<'_>,
        given: &mut FxHashMap<Arc<str>, Given>,
    ) {
        let meant = Meant::field(
            self.world.vocabulary,
            table.owner,
            &name.text,
            &table.names(),
        );
        if let Some(meant) = meant.name() {
            let span = name.span;
            given.entry(meant.into()).or_insert(Given {
                span,
                spread: false,
            });
        }
    }

    fn unknown_field(
        &self,
        name: &str,
        span: Span,
        table: &Table<'_>,
        origin: Option<Span>,
    ) -> formwork_diag::Diagnostic {
        if let Some(kind) = table.owner.strip_prefix("existing ") {
            let known = self.world.vocabulary.kind(kind);
            let own = known.is_some_and(|kind| kind.fields.iter().any(|f| &*f.name == name));
            if own || self.world.common_field(name).is_some() {
                return errors::existing::field(kind, name, span);
            }
        }
        let names = table.names();
        let meant = Meant::field(self.world.vocabulary, table.owner, name, &names);
        let error = errors::types::field(table.owner, name, span, &names, origin, meant);
        let spec = match meant {
            Meant::Elsewhere(meant) => table.find(meant),
            Meant::Advice(_) => return error,
            _ => None,
        };
        if let Some(spec) = spec {
            return errors::types::with_example(error, &spec.name, &teach::example(&spec.ty));
        }
        let elsewhere = self.kinds_with(name);
        // A field of one or two kinds is meant; one of many kinds says nothing.
        match error.fix.is_none() && !table.common.is_empty() && (1..=3).contains(&elsewhere.len())
        {
            true => errors::types::field_of_others(error, name, &elsewhere),
            false => error,
        }
    }

    /// The kinds that have a field.
    fn kinds_with(&self, name: &str) -> Vec<&str> {
        let vocabulary = self.world.vocabulary;
        let names = vocabulary.kind_names().into_iter();
        let has = |kind: &&str| {
            let spec = vocabulary.kind(kind);
            spec.is_some_and(|spec| spec.fields.iter().any(|field| &*field.name == name))
        };
        names.filter(has).collect()
    }

    fn missing(
        &mut self,
        table: &Table<'_>,
        given: &FxHashMap<Arc<str>, Given>,
        block: &Block,
        at: Span,
    ) {
        let missing: Vec<(String, String)> = table
            .own
            .iter()
            .filter(|spec| spec.required && !given.contains_key(&spec.name))
            .map(|spec| (spec.name.to_string(), teach::example(&spec.ty)))
            .collect();
        if missing.is_empty() {
            return;
        }
        let close = block.span.end.saturating_sub(1).max(block.span.start);
        let insert = Span::new(block.span.source, close, close);
        let text: Vec<String> = missing
            .iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        let insert = (insert, format!(" {} ", text.join(", ")));
        self.push(errors::types::missing(
            table.owner,
            &missing,
            at,
            Some(insert),
        ));
    }

    fn first(&mut self, given: &mut FxHashMap<Arc<str>, Given>, field: &Field) -> bool {
        if field.name.text.is_empty() {
            return false;
        }
        if let Some(first) = given.get(&field.name.text) {
            let error =
                errors::types::duplicate_field(&field.name.text, field.name.span, first.span);
            self.push(error);
            return false;
        }
        let span = field.name.span;
        given.insert(
            field.name.text.clone(),
            Given {
                span,
                spread: false,
            },
        );
        true
    }

    /// A block where a map is expected: any names, one type of values.
    pub(super) fn check_map(&mut self, block: &'w Block, item: &Type) {
        let mut given = FxHashMap::default();
        for field in fields(block) {
            if self.first(&mut given, field) {
                let nested = matches!(field.value.kind, ExprKind::Object(_));
                self.owner = nested.then_some(field.name.span);
                self.check(&field.value, Want::of(item));
                self.owner = None;
            }
        }
        for (value, span) in spreads(block) {
            match self.infer(value) {
                Type::Object(object) => {
                    for field in &object.fields {
                        match given.get(&field.name) {
                            Some(Given { spread: false, .. }) => continue,
                            Some(Given { span: first, .. }) => {
                                let first = *first;
                                self.push(errors::types::spread_twice(&field.name, span, first));
                            }
                            None => {
                                given.insert(field.name.clone(), Given { span, spread: true });
                                let origin = self.field_origin(value, &field.name);
                                self.expect_at(&field.ty, Want::of(item), None, value.span, origin);
                            }
                        }
                    }
                }
                Type::Error | Type::Any | Type::Raw(_) => {}
                Type::Map(found) => self.expect_at(&found, Want::of(item), None, value.span, None),
                other => {
                    let found = teach::words(self.world, &other);
                    self.push(errors::types::spread(&found, value.span));
                }
            }
        }
    }

    /// The type of a block where nothing is expected.
    pub(super) fn infer_block(&mut self, block: &'w Block) -> Type {
        let mut given = FxHashMap::default();
        let mut out: Vec<FieldSpec> = Vec::new();
        for field in fields(block) {
            if self.first(&mut given, field) {
                let ty = self.infer(&field.value);
                out.push(FieldSpec::new(&field.name.text, ty, "").required());
            }
        }
        let mut map: Option<Type> = None;
        for (value, span) in spreads(block) {
            match self.infer(value) {
                Type::Object(object) => {
                    for field in &object.fields {
                        match given.get(&field.name) {
                            Some(Given { spread: false, .. }) => self.words.place_all(&field.ty),
                            Some(Given { span: first, .. }) => {
                                let first = *first;
                                self.push(errors::types::spread_twice(&field.name, span, first));
                            }
                            None => {
                                given.insert(field.name.clone(), Given { span, spread: true });
                                out.push(field.clone());
                            }
                        }
                    }
                }
                Type::Map(item) => map = Some(*item),
                Type::Error | Type::Any | Type::Raw(_) => return Type::Error,
                other => {
                    let found = teach::words(self.world, &other);
                    self.push(errors::types::spread(&found, value.span));
                    return Type::Error;
                }
            }
        }
        match map {
            Some(item) => out
                .into_iter()
                .fold(item, |all, field| self.join(all, field.ty))
                .map(),
            None => object_type(out),
        }
    }
}

/// The fields of a block.
pub(super) fn fields(block: &Block) -> impl Iterator<Item = &Field> {
    block.items.iter().filter_map(|item| match item {
        BlockItem::Field(field) => Some(field),
        _ => None,
    })
}

/// The spreads of a block.
pub(super) fn spreads(block: &Block) -> impl Iterator<Item = (&Expr, Span)> {
    block.items.iter().filter_map(|item| match item {
        BlockItem::Spread { value, span } => Some((value, *span)),
        _ => None,
    })
}
