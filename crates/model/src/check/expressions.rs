//! The type of an expression, and an expression against the type that is expected.

use super::words::Words;
use super::{Checker, MAX_DEPTH, Want};
use crate::errors;
use crate::names::object_type;
use formwork_diag::Span;
use formwork_schema::{ObjectType, Quantity, Type};
use formwork_syntax::ast::{BinaryOp, Binder, Expr, ExprKind, StringPart, UnaryOp};
use rust_decimal::Decimal;
use std::sync::Arc;

impl<'w> Checker<'w> {
    /// The type of an expression where nothing is expected; a bare word stays a word.
    pub(super) fn infer(&mut self, expr: &'w Expr) -> Type {
        self.depth += 1;
        let ty = if self.depth > MAX_DEPTH {
            self.too_deep(expr.span);
            Type::Error
        } else {
            self.infer_form(expr)
        };
        self.depth -= 1;
        ty
    }

    /// The type of an expression that must be a value by itself, not a word.
    pub(super) fn operand(&mut self, expr: &'w Expr) -> Type {
        let ty = self.infer(expr);
        if Words::is_word(&ty) || matches!(ty, Type::Call(_)) {
            let open = self.words.open(&ty);
            if !open.is_empty() || Words::is_word(&ty) {
                self.words.place(&ty);
                open.iter().for_each(|open| self.unknown_word(open));
                return Type::Error;
            }
        }
        ty
    }

    fn too_deep(&mut self, span: Span) {
        let known = self.diagnostics.iter().any(|d| d.code.0 == "limits::depth");
        if !known {
            self.push(errors::limits::depth(span, MAX_DEPTH));
        }
    }

    fn infer_form(&mut self, expr: &'w Expr) -> Type {
        match &expr.kind {
            ExprKind::Bad => Type::Error,
            ExprKind::None => Type::Error.optional(),
            ExprKind::Bool(_) => Type::Bool,
            ExprKind::Number { digits, unit } => {
                self.number(digits, unit.as_ref().map(|unit| &*unit.text), expr.span)
            }
            ExprKind::String(parts) => {
                self.string(parts);
                Type::String
            }
            ExprKind::Name(name) => match self.scope(name, expr.span) {
                Some(ty) => self.narrow(expr, ty),
                None => self.words.word(name, expr.span),
            },
            ExprKind::List(items) => {
                let types: Vec<Type> = items.iter().map(|item| self.infer(item)).collect();
                types
                    .into_iter()
                    .fold(Type::Error, |all, ty| self.join(all, ty))
                    .list()
            }
            ExprKind::Object(block) => self.infer_block(block),
            ExprKind::ListFor {
                binder,
                condition,
                value,
            } => {
                let mut item = Type::Error;
                self.comprehension(binder, condition.as_deref(), |checker| {
                    item = checker.infer(value)
                });
                item.list()
            }
            ExprKind::ObjectFor {
                binder,
                condition,
                key,
                value,
            } => {
                let mut item = Type::Error;
                self.comprehension(binder, condition.as_deref(), |checker| {
                    checker.check(key, Want::of(&Type::String));
                    item = checker.infer(value);
                });
                item.map()
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.check(condition, Want::of(&Type::Bool));
                let then = self.knowing(condition, true, |checker| checker.infer(then));
                let otherwise = self.knowing(condition, false, |checker| checker.infer(otherwise));
                self.join(then, otherwise)
            }
            ExprKind::Paren(inner) => self.infer(inner),
            ExprKind::Unary { op, operand, .. } => self.unary(*op, operand),
            ExprKind::Binary {
                op,
                op_span,
                left,
                right,
            } => self.binary(*op, *op_span, left, right),
            ExprKind::Member { of, name } => {
                let ty = self.member(of, name);
                self.narrow(expr, ty)
            }
            ExprKind::OptionalMember { of, name } => self.optional_member(of, name),
            ExprKind::Index { of, index } => self.index(of, index),
            ExprKind::Call {
                callee,
                arguments,
                close,
            } => self.call(callee, arguments, *close, None),
        }
    }

    pub(super) fn number(&mut self, digits: &str, unit: Option<&str>, span: Span) -> Type {
        let Ok(number) = digits.parse::<Decimal>() else {
            if digits.matches('.').count() > 1 {
                // The parser said that this is no number.
                return Type::Error;
            }
            self.push(errors::value::number(span));
            return Type::Error;
        };
        match unit {
            None if number.fract().is_zero() => Type::Int,
            None => Type::Number,
            Some(unit) => match Quantity::new(number, unit) {
                Ok(quantity) => Type::Quantity(quantity.dimension),
                Err(formwork_schema::QuantityError::TooLarge) => {
                    self.push(errors::value::number(span));
                    Type::Error
                }
                // The parser said that the unit is unknown.
                Err(formwork_schema::QuantityError::UnknownUnit) => Type::Error,
            },
        }
    }

    /// What stands in `${…}` must have one obvious text.
    fn string(&mut self, parts: &'w [StringPart]) {
        for part in parts {
            let StringPart::Value(value) = part else {
                continue;
            };
            let found = self.operand(value);
            let shown = matches!(
                &found,
                Type::String
                    | Type::Int
                    | Type::Number
                    | Type::Bool
                    | Type::Quantity(_)
                    | Type::Enum(_)
                    | Type::Raw(_)
                    | Type::Error
            );
            match &found {
                _ if shown => {}
                Type::OneOf(types)
                    if types
                        .iter()
                        .all(|ty| self.fits(ty, &Type::String) || is_scalar(ty)) => {}
                found => {
                    let found = found.clone();
                    self.expect(&found, Want::of(&Type::String), value);
                }
            }
        }
    }

    fn comprehension(
        &mut self,
        binder: &'w Binder,
        condition: Option<&'w Expr>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.bound(binder, |checker| {
            let Some(condition) = condition else {
                return inside(checker);
            };
            checker.check(condition, Want::of(&Type::Bool));
            checker.knowing(condition, true, inside);
        });
    }

    /// Checks an expression against what is expected; every mistake is reported at the words that make it.
    pub(super) fn check(&mut self, expr: &'w Expr, want: Want<'_>) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep(expr.span);
        } else if let Some(error) = self.dotted(expr, want) {
            self.push(error);
        } else {
            self.check_form(expr, want);
        }
        self.depth -= 1;
    }

    fn check_form(&mut self, expr: &'w Expr, want: Want<'_>) {
        if let Type::Raw(shape) = want.ty {
            let shape = shape.clone();
            return self.check_raw(expr, &shape);
        }
        match &expr.kind {
            ExprKind::Bad => {}
            ExprKind::None if want.none => {}
            ExprKind::Paren(inner) => self.check(inner, want),
            ExprKind::Name(name) => self.check_name(name, expr, want),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.check(condition, Want::of(&Type::Bool));
                self.knowing(condition, true, |checker| checker.check(then, want));
                self.knowing(condition, false, |checker| checker.check(otherwise, want));
            }
            ExprKind::Binary {
                op: BinaryOp::Coalesce,
                left,
                right,
                ..
            } => {
                self.check(left, want.optional());
                self.check(right, want);
            }
            ExprKind::List(items) => match list_item(want.ty) {
                Some(item) => items
                    .iter()
                    .for_each(|value| self.check(value, Want::of(item))),
                None => self.inferred(expr, want),
            },
            ExprKind::ListFor {
                binder,
                condition,
                value,
            } => match list_item(want.ty) {
                Some(item) => self.comprehension(binder, condition.as_deref(), |checker| {
                    checker.check(value, Want::of(item));
                }),
                None => self.inferred(expr, want),
            },
            ExprKind::ObjectFor {
                binder,
                condition,
                key,
                value,
            } => match map_item(want.ty) {
                Some(item) => self.comprehension(binder, condition.as_deref(), |checker| {
                    checker.check(key, Want::of(&Type::String));
                    checker.check(value, Want::of(item));
                }),
                None => self.inferred(expr, want),
            },
            ExprKind::Object(block) => match object_for(want.ty, block) {
                Some(ObjectWant::Object(object)) => self.check_object(block, object, expr.span),
                Some(ObjectWant::Map(item)) => self.check_map(block, item),
                None => self.inferred(expr, want),
            },
            ExprKind::Call {
                callee,
                arguments,
                close,
            } => {
                let found = self.call(callee, arguments, *close, Some(want));
                self.expect(&found, want, expr);
            }
            ExprKind::Unary {
                op: UnaryOp::Negate,
                operand,
                ..
            } => {
                let found = self.unary(UnaryOp::Negate, operand);
                self.expect(&found, want, expr);
            }
            _ => self.inferred(expr, want),
        }
    }

    fn inferred(&mut self, expr: &'w Expr, want: Want<'_>) {
        let found = self.infer(expr);
        self.expect(&found, want, expr);
    }

    /// The type that holds both, for branches and items.
    pub(super) fn join(&mut self, a: Type, b: Type) -> Type {
        match (&a, &b) {
            (Type::Error, _) => return b,
            (_, Type::Error) => return a,
            (Type::Optional(inner), other) | (other, Type::Optional(inner)) => {
                let other = match other {
                    Type::Optional(other) => (**other).clone(),
                    other => (*other).clone(),
                };
                return self.join((**inner).clone(), other).optional();
            }
            (Type::Enum(x), Type::Enum(y)) if Words::is_word(&a) && Words::is_word(&b) => {
                let (x, y) = (x.clone(), y.clone());
                return self.words.join(&x, &y);
            }
            (Type::Object(x), Type::Object(y)) => {
                let (x, y) = (x.clone(), y.clone());
                return self.join_objects(&x, &y);
            }
            (Type::List(x), Type::List(y)) => {
                return self.join((**x).clone(), (**y).clone()).list();
            }
            _ => {}
        }
        if self.fits(&a, &b) {
            b
        } else if self.fits(&b, &a) {
            a
        } else {
            Type::one_of([a, b])
        }
    }

    fn join_objects(&mut self, x: &Arc<ObjectType>, y: &Arc<ObjectType>) -> Type {
        if Arc::ptr_eq(x, y) {
            return Type::Object(x.clone());
        }
        let mut fields = Vec::new();
        for field in &x.fields {
            let mut field = field.clone();
            match y.fields.iter().find(|other| other.name == field.name) {
                Some(other) => field.ty = self.join(field.ty, other.ty.clone()),
                None => {
                    field.ty = field.ty.optional();
                    field.required = false;
                }
            }
            fields.push(field);
        }
        for other in &y.fields {
            if !x.fields.iter().any(|field| field.name == other.name) {
                let mut field = other.clone();
                field.ty = field.ty.optional();
                field.required = false;
                fields.push(field);
            }
        }
        object_type(fields)
    }
}

/// Whether a type's values have one obvious text.
pub(super) fn is_scalar(ty: &Type) -> bool {
    matches!(
        ty,
        Type::String
            | Type::Int
            | Type::Number
            | Type::Bool
            | Type::Quantity(_)
            | Type::Enum(_)
            | Type::Error
    )
}

/// The item type of the one list a type takes.
fn list_item(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(item) => Some(item),
        Type::Optional(inner) => list_item(inner),
        Type::OneOf(types) => {
            let mut items = types.iter().filter_map(list_item);
            let first = items.next();
            if items.next().is_some() { None } else { first }
        }
        _ => None,
    }
}

fn map_item(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Map(item) => Some(item),
        Type::Optional(inner) => map_item(inner),
        Type::OneOf(types) => types.iter().find_map(map_item),
        _ => None,
    }
}

enum ObjectWant<'t> {
    Object(&'t ObjectType),
    Map(&'t Type),
}

/// The object or map a type takes; of several the one whose fields are nearest to those written.
fn object_for<'t>(ty: &'t Type, block: &formwork_syntax::ast::Block) -> Option<ObjectWant<'t>> {
    match ty {
        Type::Object(object) => Some(ObjectWant::Object(object)),
        Type::Map(item) => Some(ObjectWant::Map(item)),
        Type::Optional(inner) => object_for(inner, block),
        Type::OneOf(types) => {
            let candidates = types.iter().filter_map(|ty| object_for(ty, block));
            candidates.max_by_key(|candidate| match candidate {
                ObjectWant::Map(_) => 0,
                ObjectWant::Object(object) => {
                    let known = |name: &str| object.fields.iter().any(|field| &*field.name == name);
                    let fields = block.items.iter().filter(|item| {
                        matches!(item, formwork_syntax::ast::BlockItem::Field(field) if known(&field.name.text))
                    });
                    2 * fields.count()
                }
            })
        }
        _ => None,
    }
}
