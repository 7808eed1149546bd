//! Declarations in one environment: which objects they make, and the fields of each.

use super::expressions::shown;
use super::references::keyed;
use super::{Evaluator, Objects};
use crate::check::bare_path;
use crate::errors;
use crate::items::{DeclItem, allowed};
use crate::meant::Meant;
use crate::meta;
use crate::names::Target;
use crate::settings::region_name;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Fields, Meta, Type, Val, Value};
use formwork_syntax::ast::{self, BlockItem, Expr, ExprKind};
use indexmap::IndexMap;
use std::sync::Arc;

impl<'w> Evaluator<'w> {
    /// Evaluates the `for` and `when` of a declaration.
    pub(super) fn header(&mut self, at: usize) {
        let world = self.world;
        let Some(decl) = world.decl(at).map(|item| &item.decl) else {
            return;
        };
        let objects = match (&decl.for_each, &decl.when) {
            (Some(binder), when) => self.keys(decl, binder, when.as_deref()),
            (None, Some(when)) => match self.truth(when, "a `when`") {
                Some(exists) => Objects::One(exists),
                None => Objects::Unknown,
            },
            (None, None) => Objects::One(true),
        };
        if let Some(slot) = self.objects.get_mut(at) {
            *slot = objects;
        }
    }

    fn keys(
        &mut self,
        decl: &'w ast::Decl,
        binder: &'w ast::Binder,
        when: Option<&'w Expr>,
    ) -> Objects {
        let over = self.eval(&binder.over);
        let two = binder.second.is_some();
        let items: Vec<(Val, Val, Option<Val>)> = match over.value {
            Value::List(items) => items
                .into_iter()
                .enumerate()
                .map(|(at, item)| match two {
                    true => {
                        let index =
                            Val::new(Value::Number(rust_decimal::Decimal::from(at)), item.span);
                        (item.clone(), index, Some(item))
                    }
                    false => (item.clone(), item, None),
                })
                .collect(),
            Value::Object(fields) => {
                let items = fields.into_all().map(|(name, span, val)| {
                    let key = Val::new(Value::String(name), span);
                    match two {
                        true => (key.clone(), key, Some(val)),
                        false => (key, val, None),
                    }
                });
                items.collect()
            }
            Value::Deferred(deferred) => {
                let what = format!("what `for` of `{}` walks over", decl.name.text);
                self.not_known(&what, &deferred, over.span, over.origin);
                return Objects::Unknown;
            }
            _ => return Objects::Unknown,
        };
        let mut out = IndexMap::new();
        let mut unknown = false;
        let before = self.scope.locals.len();
        for (key, first, second) in items {
            if !self.budget.grow(1, binder.over.span) {
                return Objects::Unknown;
            }
            self.bind(binder, first.clone(), second.clone());
            let exists = when.map_or(Some(true), |when| self.truth(when, "a `when`"));
            self.scope.locals.truncate(before);
            match (exists, self.key(&key)) {
                (Some(true), Some(text)) => {
                    if out.contains_key(&text) {
                        self.push(errors::value::duplicate_key(&text, key.span, key.origin));
                    }
                    out.insert(text, (first, second));
                }
                (Some(false), Some(_)) => {}
                _ => unknown = true,
            }
        }
        if unknown {
            Objects::Unknown
        } else {
            Objects::Keyed(Arc::new(out))
        }
    }

    fn key(&mut self, key: &Val) -> Option<Arc<str>> {
        match &key.value {
            Value::String(text) | Value::Word(text) => Some(text.clone()),
            Value::Deferred(deferred) => {
                let deferred = deferred.clone();
                self.not_known("a key", &deferred, key.span, key.origin);
                None
            }
            other => shown(other).filter(|_| false),
        }
    }

    /// All declarations, sorted by address.
    pub(super) fn decls(&mut self, tags: &[(Arc<str>, Val)]) -> Vec<Decl> {
        let world = self.world;
        let mut out = Vec::with_capacity(world.items.decls.len());
        let mut order: Vec<usize> = (0..world.items.decls.len()).collect();
        order.sort_by_key(|at| self.references.get(*at).map(|reference| &reference.address));
        for at in order {
            if let Some(item) = world.decl(at) {
                self.objects_of(at, item, tags, &mut out);
            }
            if !self.keep {
                out.clear();
            }
        }
        out
    }

    fn objects_of(
        &mut self,
        at: usize,
        item: &'w DeclItem,
        tags: &[(Arc<str>, Val)],
        out: &mut Vec<Decl>,
    ) {
        let Some(reference) = self.references.get(at).cloned() else {
            return;
        };
        let known = !matches!(self.objects.get(at), Some(Objects::Unknown));
        if known && self.is_component(at) {
            return self.within(at, tags, out);
        }
        match self.objects.get(at) {
            None | Some(Objects::One(false)) => {}
            Some(Objects::One(true)) => out.push(self.object(at, item, reference.address, tags)),
            Some(Objects::Keyed(keys)) => {
                let keys = keys.clone();
                let mut sorted: Vec<_> = keys.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(b.0));
                let before = self.scope.locals.len();
                for (key, (first, second)) in sorted {
                    if let Some(binder) = &item.decl.for_each {
                        self.bind(binder, first.clone(), second.clone());
                    }
                    let address = keyed(&reference, key).address;
                    out.push(self.object(at, item, address, tags));
                    self.scope.locals.truncate(before);
                }
            }
            Some(Objects::Unknown) => {
                // Its objects are not known: its fields are checked once, with names that swallow errors.
                let before = self.scope.locals.len();
                if let Some(binder) = &item.decl.for_each {
                    let error = self.error(binder.over.span);
                    self.bind(binder, error.clone(), Some(error));
                }
                self.object(at, item, reference.address, tags);
                self.scope.locals.truncate(before);
            }
        }
    }

    pub(super) fn object(
        &mut self,
        at: usize,
        item: &'w DeclItem,
        address: Address,
        tags: &[(Arc<str>, Val)],
    ) -> Decl {
        let decl = &item.decl;
        let target = self.world.target(at);
        self.allows.clear();
        let mut out = Decl {
            was: self.was(decl, &address),
            existing: decl.existing,
            adopt: self.adopted(decl),
            address,
            resource_type: match &target {
                Target::Raw { name, .. } => Some(name.clone()),
                _ => None,
            },
            doc: item.doc.as_ref().map(|doc| doc.text.clone()),
            kind_span: decl.kind.span,
            name_span: decl.name.span,
            fields: Fields::default(),
            meta: match decl.existing {
                Some(_) => Meta {
                    region: self.base.region.clone(),
                    ..Meta::default()
                },
                None => Meta {
                    tags: tags.to_vec(),
                    ..self.base.clone()
                },
            },
            allows: self.base_allows.clone(),
        };
        let own: Option<Own<'_>> = match &target {
            Target::Kind(kind) => Some(Own {
                fields: &kind.fields,
                usage: kind.usage.as_ref(),
            }),
            Target::Component(component) => Some(Own {
                fields: &component.params,
                usage: None,
            }),
            Target::Raw { .. } => None,
            Target::Unknown => return out,
        };
        let Some(body) = &decl.body else {
            out.meta.tags.sort_by(|a, b| a.0.cmp(&b.0));
            return out;
        };
        out.fields = Fields::with_capacity(body.items.len());
        for item in &body.items {
            match item {
                BlockItem::Field(field) => {
                    let name = &field.name.text;
                    if out.fields.has(name) || name.is_empty() {
                        continue;
                    }
                    match &**name {
                        "depends_on" => self.depends_on(&field.value, &mut out.meta),
                        "ignore_changes" => self.ignore_changes(&field.value, &mut out.meta),
                        _ => {
                            let val = self.eval(&field.value);
                            self.field(name, field.name.span, val, own, &mut out);
                        }
                    }
                }
                BlockItem::Allow(allow) => out.allows.push(allowed(allow)),
                BlockItem::Spread { .. } => {}
            }
        }
        for item in &body.items {
            if let BlockItem::Spread { value, span } = item {
                self.spread_into(value, *span, body, own, &mut out);
            }
        }
        out.allows.append(&mut self.allows);
        out.meta.tags.sort_by(|a, b| a.0.cmp(&b.0));
        out
    }

    /// What a declaration takes over: a string that is known before anything is planned.
    fn adopted(&mut self, decl: &'w ast::Decl) -> Option<Val> {
        let val = self.eval(decl.adopt.as_deref()?);
        let val = self.conform(val, &Type::String, "adopt");
        let mut of_others = false;
        if let Value::Deferred(deferred) = &val.value {
            deferred.attributes(&mut |_, _| of_others = true);
        }
        // The account is known when a plan is made.
        match of_others && !self.known(&val, "what `adopt` names") {
            true => None,
            false => Some(val),
        }
    }

    fn spread_into(
        &mut self,
        value: &'w Expr,
        span: Span,
        body: &ast::Block,
        own: Option<Own<'_>>,
        out: &mut Decl,
    ) {
        let val = self.eval(value);
        let Value::Object(fields) = val.value else {
            if let Value::Deferred(deferred) = &val.value {
                self.not_known("what is spread", deferred, span, val.origin);
            }
            return;
        };
        let inline = matches!(value.kind, ExprKind::Object(_));
        for (name, _, val) in fields.into_all() {
            let explicit = body
                .items
                .iter()
                .any(|item| matches!(item, BlockItem::Field(f) if f.name.text == name));
            if !explicit && !out.fields.has(&name) {
                let val = match inline {
                    true => val,
                    false => Val {
                        origin: Some(val.written()),
                        span: value.span,
                        value: val.value,
                    },
                };
                self.field(&name, span, val, own, out);
            }
        }
    }

    fn field(
        &mut self,
        name: &Arc<str>,
        name_span: Span,
        val: Val,
        own: Option<Own<'_>>,
        out: &mut Decl,
    ) {
        if meta::is_common(name) {
            let val = match own.and_then(|own| own.usage).filter(|_| &**name == "usage") {
                Some(usage) => self.conform(val, usage, name),
                None => val,
            };
            return self.common(name, val, &mut out.meta);
        }
        match own {
            None => out.fields.insert(name.clone(), name_span, val),
            Some(own) => match own.fields.iter().find(|spec| spec.name == *name) {
                Some(spec) => {
                    let val = self.conform_field(val, spec);
                    out.fields.insert(name.clone(), name_span, val);
                }
                None => {
                    let known: Vec<&str> = own.fields.iter().map(|spec| &*spec.name).collect();
                    // The field that was meant is given, although nobody can say what it is.
                    let kind = &out.address.kind;
                    let meant = Meant::field(self.world.vocabulary, kind, name, &known);
                    self.unless_checked(|| {
                        errors::types::field(kind, name, name_span, &known, None, meant)
                    });
                    if let Some(meant) = meant.name()
                        && !out.fields.has(meant)
                    {
                        let given = self.error(name_span);
                        out.fields.insert(meant.into(), name_span, given);
                    }
                }
            },
        }
    }

    fn common(&mut self, name: &str, val: Val, meta: &mut Meta) {
        let world = self.world;
        let val = match world.common_field(name) {
            Some(spec) => self.conform_field(val, spec),
            None => val,
        };
        match (name, &val.value) {
            ("protect", Value::Bool(value)) => meta.protect = *value,
            ("retain", Value::Bool(value)) => meta.retain = *value,
            ("tags", Value::Object(_)) => self.merge_tags(&mut meta.tags, val),
            ("region", Value::Word(word)) => meta.region = Some(region_name(word)),
            ("region", Value::String(text)) => meta.region = Some(text.clone()),
            ("override", Value::Object(_)) => meta.overrides = Some(val),
            ("usage", Value::Object(_)) => meta.usage = Some(val),
            _ => {}
        }
    }

    /// Adds tags; a later one of the same name wins.
    pub(super) fn merge_tags(&mut self, tags: &mut Vec<(Arc<str>, Val)>, val: Val) {
        let Value::Object(fields) = val.value else {
            return;
        };
        for (name, span, val) in fields.into_all() {
            if name.starts_with("formwork:") {
                self.unless_checked(|| errors::value::tag(&name, span));
                continue;
            }
            if matches!(val.value, Value::None) {
                continue;
            }
            put_tag(tags, &name, &val);
        }
    }

    fn depends_on(&mut self, value: &'w Expr, meta: &mut Meta) {
        if let ExprKind::List(items) = &value.kind {
            for item in items {
                match self.depended(item) {
                    Some(components) => meta.depends_on.extend(components),
                    None => {
                        let val = self.eval(item);
                        collect(&val, &mut meta.depends_on);
                    }
                }
            }
            return;
        }
        let val = self.eval(value);
        collect(&val, &mut meta.depends_on);
    }

    fn ignore_changes(&mut self, value: &'w Expr, meta: &mut Meta) {
        if let ExprKind::List(items) = &value.kind {
            for item in items {
                match bare_path(item) {
                    Some(path) => meta.ignore_changes.push((path.into(), item.span)),
                    None => {
                        let val = self.eval(item);
                        self.ignored(val, meta);
                    }
                }
            }
            return;
        }
        let val = self.eval(value);
        let val = self.conform(val, &Type::String.list(), "ignore_changes");
        if let Value::List(items) = val.value {
            items.into_iter().for_each(|item| self.ignored(item, meta));
        }
    }

    fn ignored(&mut self, val: Val, meta: &mut Meta) {
        if self.known(&val, "`ignore_changes`")
            && let Value::String(text) = val.value
        {
            meta.ignore_changes.push((text, val.span));
        }
    }
}

/// The fields that a declaration has besides those that all have.
#[derive(Clone, Copy)]
struct Own<'s> {
    fields: &'s [FieldSpec],
    usage: Option<&'s Type>,
}

/// Adds a tag; a later one of the same name wins.
pub(super) fn put_tag(tags: &mut Vec<(Arc<str>, Val)>, name: &Arc<str>, val: &Val) {
    match tags.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = val.clone(),
        None => tags.push((name.clone(), val.clone())),
    }
}

/// Every declaration a value names.
fn collect(val: &Val, out: &mut Vec<Address>) {
    match &val.value {
        Value::Resource(of) if !out.contains(&of.address) => out.push(of.address.clone()),
        Value::List(items) => items.iter().for_each(|item| collect(item, out)),
        Value::Object(fields) => fields.iter().for_each(|(_, item)| collect(item, out)),
        _ => {}
    }
}
