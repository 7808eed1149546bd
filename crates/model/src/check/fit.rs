//! Whether a type fits where another is expected, and the errors where it does not.

use super::words::Words;
use super::{Checker, Want, teach};
use crate::errors;
use crate::meant::Meant;
use crate::render;
use formwork_diag::Span;
use formwork_schema::{CallType, ObjectType, Type};
use formwork_syntax::ast::{BlockItem, Expr, ExprKind};

impl<'w> Checker<'w> {
    /// Whether a value of type `from` may stand where `to` is expected; words that reach an enum are placed.
    pub(super) fn fits(&mut self, from: &Type, to: &Type) -> bool {
        match (from, to) {
            (Type::Error, _) => true,
            (_, Type::Error | Type::Any | Type::Raw(_)) => {
                self.words.place_all(from);
                true
            }
            (Type::Any | Type::Raw(_), _) => true,
            (Type::Optional(from), Type::Optional(to)) => self.fits(from, to),
            (Type::Optional(_), _) => false,
            (from, Type::Optional(to)) => self.fits(from, to),
            (Type::OneOf(types), to) => types.iter().all(|ty| self.fits(ty, to)),
            (from, Type::OneOf(types)) => types.iter().any(|ty| self.fits(from, ty)),
            (Type::Int, Type::Number) | (Type::String, Type::Path) => true,
            (Type::Enum(words), Type::Enum(of)) => {
                let fits = words.members.iter().all(|word| of.members.contains(word));
                if fits {
                    self.words.place(from);
                }
                fits
            }
            (Type::Call(call), Type::Event) if matches!(&*call.name, "every" | "cron") => {
                self.words.place_all(from);
                true
            }
            (Type::Call(call), Type::Call(of)) => {
                let (call, of) = (call.clone(), of.clone());
                let fits = self.call_fits(&call, &of);
                if fits {
                    self.words.place(from);
                }
                fits
            }
            (Type::List(from), Type::List(to)) | (Type::Map(from), Type::Map(to)) => {
                self.fits(from, to)
            }
            (Type::Object(object), Type::Map(to)) => {
                object.fields.iter().all(|field| self.fits(&field.ty, to))
            }
            (Type::Object(from), Type::Object(to)) => self.object_fits(from, to),
            (Type::Kind(from), Type::Kind(to)) => {
                from == to || (&**to == "resource" && from.contains("::"))
            }
            (from, to) => from == to,
        }
    }

    fn object_fits(&mut self, from: &ObjectType, to: &ObjectType) -> bool {
        let known = from.fields.iter().all(|field| {
            let spec = to.fields.iter().find(|spec| spec.name == field.name);
            spec.is_some_and(|spec| {
                let none_ok = !spec.required;
                match &field.ty {
                    Type::Optional(inner) if none_ok => self.fits(inner, &spec.ty),
                    ty => self.fits(ty, &spec.ty),
                }
            })
        });
        let complete = |spec: &formwork_schema::FieldSpec| {
            from.fields.iter().any(|field| field.name == spec.name)
        };
        known && to.fields.iter().filter(|spec| spec.required).all(complete)
    }

    fn call_fits(&mut self, from: &CallType, to: &CallType) -> bool {
        if from.name != to.name || from.positional > to.positional {
            return false;
        }
        let named = from.parameters.iter().enumerate().all(|(at, given)| {
            let spec = if at < from.positional {
                to.parameters.get(at)
            } else {
                to.parameters.iter().find(|spec| spec.name == given.name)
            };
            spec.is_some_and(|spec| self.fits(&given.ty, &spec.ty))
        });
        let given = |at: usize, name: &str| {
            at < from.positional || from.parameters.iter().any(|p| &*p.name == name)
        };
        let complete = to
            .parameters
            .iter()
            .enumerate()
            .all(|(at, spec)| !spec.required || given(at, &spec.name));
        named && complete
    }

    /// Reports an error unless the type that was found fits.
    pub(super) fn expect(&mut self, found: &Type, want: Want<'_>, expr: &'w Expr) {
        self.expect_at(found, want, Some(expr), expr.span, None);
    }

    /// The same for a value that is not an expression here, such as a field that comes by a spread.
    pub(super) fn expect_at(
        &mut self,
        found: &Type,
        want: Want<'_>,
        expr: Option<&'w Expr>,
        span: Span,
        origin: Option<Span>,
    ) {
        let (inner, none) = match found {
            Type::Optional(inner) => (&**inner, true),
            found => (found, false),
        };
        let want_none = want.none || matches!(want.ty, Type::Any | Type::Error | Type::Raw(_));
        if self.fits(inner, want.ty) {
            if none && !want_none && *inner != Type::Error {
                match expr {
                    Some(expr) => self.optional_error(expr, want.ty, None),
                    None => self.push(errors::types::optional(
                        "this field",
                        &want.ty.to_string(),
                        span,
                        None,
                    )),
                }
            } else if none && !want_none {
                self.mismatch("none", want.ty, expr, span, origin);
            }
            return;
        }
        if Words::is_word(inner) {
            return self.misplaced_word(inner, want.ty, span);
        }
        if let Type::Call(_) = inner {
            let open = self.words.open(inner);
            if !open.is_empty() {
                self.words.place(inner);
            }
        }
        let origin = origin.or_else(|| expr.and_then(|expr| self.origin(expr)));
        if holds_secret(inner) && !matches!(want.ty, Type::Kind(_)) {
            let name = expr.and_then(|expr| match &expr.kind {
                ExprKind::Name(name) => Some(&**name),
                _ => None,
            });
            let wanted = teach::words(self.world, want.ty);
            self.push(errors::secret::text(name, &wanted, span, origin));
            return;
        }
        let teach = teach::teach(self.world, inner, want.ty, expr);
        let (found, wanted) = (
            teach::words(self.world, inner),
            teach::words(self.world, want.ty),
        );
        self.words.place_all(inner);
        self.push(errors::types::mismatch(
            &found, &wanted, span, origin, teach,
        ));
    }

    fn mismatch(
        &mut self,
        found: &str,
        want: &Type,
        expr: Option<&'w Expr>,
        span: Span,
        origin: Option<Span>,
    ) {
        let teach = teach::teach(self.world, &Type::Error, want, expr);
        let wanted = teach::words(self.world, want);
        self.push(errors::types::mismatch(found, &wanted, span, origin, teach));
    }

    /// A word that reached a place which does not take it.
    fn misplaced_word(&mut self, found: &Type, want: &Type, span: Span) {
        let mut enums = Vec::new();
        super::names::word_types(want, &mut enums);
        let open = self.words.open(found);
        let spans = self.words.spans(found);
        self.words.place(found);
        let Type::Enum(words) = found else { return };
        if enums.is_empty() {
            open.iter().for_each(|open| self.unknown_word(open));
            return;
        }
        let members: Vec<&str> = enums
            .iter()
            .flat_map(|of| of.members.iter().map(|member| &**member))
            .collect();
        let of = enums.first().map_or("", |of| &of.name);
        for (word, at) in words.members.iter().zip(spans) {
            if !members.contains(&&**word) {
                let origin = (at != span).then_some(at);
                let meant = Meant::word(self.world.vocabulary, word, &members);
                self.push(errors::types::word(word, of, span, &members, origin, meant));
            }
        }
    }

    /// An optional value that is used as if it were there.
    pub(super) fn optional_error(&mut self, expr: &'w Expr, of: &Type, member: Option<&str>) {
        let declared = self.declared(expr).and_then(|at| self.world.decl(at));
        if let Some((item, when)) = declared.and_then(|item| Some((item, item.decl.when.as_ref()?)))
        {
            let condition = render::expression(when);
            let error = errors::env::only_then(
                &item.decl.name.text,
                &condition,
                expr.span,
                when.span,
                member,
            );
            return self.push(error);
        }
        let of = teach::words(self.world, of);
        let error = errors::types::optional(&render::expression(expr), &of, expr.span, member);
        self.push(error);
    }

    /// Where the value of an expression was written, if elsewhere.
    pub(super) fn origin(&self, expr: &Expr) -> Option<Span> {
        let written = self.written(expr)?;
        (written.span != expr.span).then_some(written.span)
    }

    /// Where a field that comes by a spread was written.
    pub(super) fn field_origin(&self, spread: &Expr, field: &str) -> Option<Span> {
        let ExprKind::Object(block) = &self.written(spread)?.kind else {
            return None;
        };
        block.items.iter().find_map(|item| match item {
            BlockItem::Field(found) if &*found.name.text == field => Some(found.value.span),
            _ => None,
        })
    }

    /// The expression a name or member stands for, through lets.
    fn written<'e>(&self, expr: &'e Expr) -> Option<&'e Expr>
    where
        'w: 'e,
    {
        let mut expr = expr;
        for _ in 0..16 {
            expr = match &expr.kind {
                ExprKind::Paren(inner) => inner,
                ExprKind::Name(name) => match self.world.entry(name).map(|entry| entry.global) {
                    Some(crate::items::Global::Let(at)) => &self.world.items.lets.get(at)?.value,
                    Some(crate::items::Global::Param(at)) => {
                        self.world.items.params.get(at)?.default.as_ref()?
                    }
                    _ => return Some(expr),
                },
                ExprKind::Member { of, name } => {
                    let ExprKind::Object(block) = &self.written(of)?.kind else {
                        return Some(expr);
                    };
                    block.items.iter().find_map(|item| match item {
                        BlockItem::Field(found) if found.name.text == name.text => {
                            Some(&found.value)
                        }
                        _ => None,
                    })?
                }
                _ => return Some(expr),
            };
        }
        Some(expr)
    }
}

/// Whether a value is a secret, or holds one.
pub(super) fn holds_secret(ty: &Type) -> bool {
    match ty {
        Type::Kind(kind) => &**kind == "secret",
        Type::List(item) | Type::Map(item) | Type::Optional(item) => holds_secret(item),
        Type::Object(object) => object.fields.iter().any(|field| holds_secret(&field.ty)),
        _ => false,
    }
}
