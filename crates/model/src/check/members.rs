//! Members: of values (`upper`, `join`), of declarations (attributes, permissions, events, metrics), of `env`.

use super::calls::Parameters;
use super::{Checker, Want};
use crate::errors;
use crate::meant::Meant;
use crate::names::object_type;
use crate::shapes;
use formwork_diag::Span;
use formwork_schema::{FieldSpec, KindSpec, Type, VerbSpec};
use formwork_syntax::ast::{Argument, Expr, ExprKind, Name};

/// The member of a value: its parameters and its result.
struct Signature {
    parameters: Vec<FieldSpec>,
    result: Type,
}

const OF_STRING: &[&str] = &[
    "upper",
    "lower",
    "trim",
    "replace",
    "split",
    "contains",
    "starts_with",
    "ends_with",
    "length",
];
const OF_LIST: &[&str] = &[
    "join", "length", "contains", "concat", "sort", "unique", "first", "last", "zip",
];
const OF_MAP: &[&str] = &["keys", "values", "merge", "length"];
const OF_NUMBER: &[&str] = &["min", "max"];

impl<'w> Checker<'w> {
    /// `of.name`.
    pub(super) fn member(&mut self, of: &'w Expr, name: &'w Name) -> Type {
        let found = self.operand(of);
        if let Type::Optional(inner) = &found {
            self.optional_error(of, inner, Some(&name.text));
            return Type::Error;
        }
        self.member_of(of, &found, name)
    }

    /// `of?.name`.
    pub(super) fn optional_member(&mut self, of: &'w Expr, name: &'w Name) -> Type {
        let found = match self.operand(of) {
            Type::Optional(inner) => *inner,
            other => other,
        };
        match self.member_of(of, &found, name) {
            Type::Error => Type::Error,
            ty => ty.optional(),
        }
    }

    fn member_of(&mut self, of: &'w Expr, found: &Type, name: &'w Name) -> Type {
        if name.text.is_empty() {
            return Type::Error;
        }
        match found {
            Type::Error | Type::Any | Type::Raw(_) => Type::Error,
            Type::Kind(kind) => self.kind_member(of, kind, name),
            Type::Env => match &*name.text {
                "name" | "account" | "region" => Type::String,
                _ => {
                    let offered = ["name", "account", "region"];
                    self.push(errors::types::member(
                        "environment",
                        &name.text,
                        name.span,
                        &offered,
                    ));
                    Type::Error
                }
            },
            Type::Object(object) => {
                match object.fields.iter().find(|field| field.name == name.text) {
                    Some(field) if field.required => field.ty.clone(),
                    Some(field) => field.ty.clone().optional(),
                    None if OF_MAP.contains(&&*name.text) => self.uncalled(name),
                    None => {
                        let offered: Vec<&str> =
                            object.fields.iter().map(|field| &*field.name).collect();
                        self.push(errors::types::member(
                            &object.name,
                            &name.text,
                            name.span,
                            &offered,
                        ));
                        Type::Error
                    }
                }
            }
            Type::Map(_) if !OF_MAP.contains(&&*name.text) => {
                let (key, text) = (&name.text, crate::render::expression(of));
                let error = errors::types::member("map", key, name.span, OF_MAP)
                    .help(format!("an item of a map is written `{text}[\"{key}\"]`"));
                self.push(error);
                Type::Error
            }
            other => match self.signature(other, &name.text) {
                Some(_) => self.uncalled(name),
                None => self.no_member(other, name),
            },
        }
    }

    fn uncalled(&mut self, name: &Name) -> Type {
        self.push(errors::types::member_needs_call(&name.text, name.span));
        Type::Error
    }

    fn no_member(&mut self, of: &Type, name: &Name) -> Type {
        if let (Type::List(item), "join") = (of, &*name.text) {
            let item = super::teach::words(self.world, item);
            self.push(errors::types::join(&item, name.span));
            return Type::Error;
        }
        let offered = match of {
            Type::String => OF_STRING,
            Type::List(_) => OF_LIST,
            Type::Map(_) | Type::Object(_) => OF_MAP,
            Type::Int | Type::Number | Type::Quantity(_) => OF_NUMBER,
            _ => &[],
        };
        let of = super::teach::words(self.world, of);
        self.push(errors::types::member(&of, &name.text, name.span, offered));
        Type::Error
    }

    /// `of.name(arguments)`.
    pub(super) fn call_member(
        &mut self,
        of: &'w Expr,
        found: &Type,
        name: &'w Name,
        arguments: &'w [Argument],
        _close: Span,
    ) -> Type {
        match found {
            Type::Error | Type::Any | Type::Raw(_) => {
                self.silence(arguments);
                Type::Error
            }
            Type::Kind(kind) => self.call_kind(of, kind, name, arguments),
            other => match self.signature(other, &name.text) {
                Some(signature) => {
                    let positional = signature.parameters.len();
                    let parameters = Parameters {
                        of: &name.text,
                        specs: &signature.parameters,
                        positional,
                    };
                    self.arguments(arguments, &parameters, name.span);
                    signature.result
                }
                None => {
                    self.silence(arguments);
                    if name.text.is_empty() {
                        Type::Error
                    } else {
                        self.no_member(other, name)
                    }
                }
            },
        }
    }

    /// What a member of a value takes and gives.
    fn signature(&mut self, of: &Type, name: &str) -> Option<Signature> {
        let takes = |parameters: &[(&str, Type)], result: Type| {
            let specs = parameters
                .iter()
                .map(|(name, ty)| FieldSpec::new(name, ty.clone(), "").required());
            Some(Signature {
                parameters: specs.collect(),
                result,
            })
        };
        match of {
            Type::String => match name {
                "upper" | "lower" | "trim" => takes(&[], Type::String),
                "replace" => takes(
                    &[("old", Type::String), ("new", Type::String)],
                    Type::String,
                ),
                "split" => takes(&[("by", Type::String)], Type::String.list()),
                "contains" | "starts_with" | "ends_with" => {
                    takes(&[("text", Type::String)], Type::Bool)
                }
                "length" => takes(&[], Type::Int),
                _ => None,
            },
            Type::List(item) => self.list_signature(item, name),
            Type::Map(_) | Type::Object(_) => {
                let item = self.item_type(of);
                match name {
                    "keys" => takes(&[], Type::String.list()),
                    "values" => takes(&[], item.list()),
                    "merge" => takes(&[("with", item.clone().map())], item.map()),
                    "length" => takes(&[], Type::Int),
                    _ => None,
                }
            }
            Type::Int | Type::Number | Type::Quantity(_) if OF_NUMBER.contains(&name) => {
                takes(&[("other", of.clone())], of.clone())
            }
            _ => None,
        }
    }

    fn list_signature(&mut self, item: &Type, name: &str) -> Option<Signature> {
        let takes = |parameters: Vec<(&str, Type)>, result: Type| {
            let specs = parameters
                .into_iter()
                .map(|(name, ty)| FieldSpec::new(name, ty, "").required());
            Some(Signature {
                parameters: specs.collect(),
                result,
            })
        };
        let list = item.clone().list();
        match name {
            "join"
                if matches!(
                    item,
                    Type::String | Type::Enum(_) | Type::Error | Type::Raw(_)
                ) =>
            {
                takes(vec![("by", Type::String)], Type::String)
            }
            "length" => takes(vec![], Type::Int),
            "contains" => takes(vec![("item", item.clone())], Type::Bool),
            "concat" => takes(vec![("more", list.clone())], list),
            "sort" | "unique" => takes(vec![], list),
            "first" | "last" => takes(vec![], item.clone()),
            "zip" => {
                let pair = vec![
                    FieldSpec::new("a", item.clone(), "").required(),
                    FieldSpec::new("b", Type::Error, "").required(),
                ];
                takes(vec![("with", Type::Error.list())], object_type(pair).list())
            }
            _ => None,
        }
    }

    /// A member of a declaration without a call.
    fn kind_member(&mut self, of: &'w Expr, kind: &str, name: &'w Name) -> Type {
        if kind.contains("::") {
            return self.raw_attribute(kind, name);
        }
        let Some(spec) = self.world.vocabulary.kind(kind) else {
            return Type::Error;
        };
        if let Some(attribute) = spec
            .attributes
            .iter()
            .find(|attribute| attribute.name == &*name.text)
        {
            return attribute.ty.clone();
        }
        if let Some(ty) = self.expected_field(spec, &name.text) {
            return ty;
        }
        if let Some(verb) = spec.verbs.iter().find(|verb| verb.name == &*name.text) {
            self.need_arguments(&verb.parameters, name);
            return verb_result(verb);
        }
        if let Some(event) = spec.events.iter().find(|event| event.name == &*name.text) {
            self.need_arguments(&event.parameters, name);
            return Type::Event;
        }
        if spec.metrics.iter().any(|metric| metric.name == &*name.text) {
            return Type::Metric;
        }
        self.no_kind_member(of, spec, name);
        Type::Error
    }

    fn need_arguments(&mut self, parameters: &[FieldSpec], name: &Name) {
        let missing: Vec<&str> = parameters
            .iter()
            .filter(|p| p.required)
            .map(|p| &*p.name)
            .collect();
        if !missing.is_empty() {
            self.push(errors::types::arguments_missing(
                &name.text, &missing, name.span,
            ));
        }
    }

    fn call_kind(
        &mut self,
        of: &'w Expr,
        kind: &str,
        name: &'w Name,
        arguments: &'w [Argument],
    ) -> Type {
        let Some(spec) = self.world.vocabulary.kind(kind) else {
            self.silence(arguments);
            return Type::Error;
        };
        if let Some(verb) = spec.verbs.iter().find(|verb| verb.name == &*name.text) {
            let parameters = Parameters {
                of: verb.name,
                specs: &verb.parameters,
                positional: 1,
            };
            self.arguments(arguments, &parameters, name.span);
            return verb_result(verb);
        }
        if let Some(event) = spec.events.iter().find(|event| event.name == &*name.text) {
            let parameters = Parameters {
                of: event.name,
                specs: &event.parameters,
                positional: 0,
            };
            self.arguments(arguments, &parameters, name.span);
            return Type::Event;
        }
        self.silence(arguments);
        let plain = spec
            .attributes
            .iter()
            .any(|attribute| attribute.name == &*name.text)
            || spec.metrics.iter().any(|metric| metric.name == &*name.text);
        if plain {
            let error = errors::types::call(&name.text, name.span, &[], Meant::Nothing);
            self.push(error.help(format!("write it without parentheses: `{}`", name.text)));
        } else if !name.text.is_empty() {
            self.no_kind_member(of, spec, name);
        }
        Type::Error
    }

    fn no_kind_member(&mut self, of: &'w Expr, spec: &'w KindSpec, name: &Name) {
        let verbs = verb_names(spec);
        let others: Vec<String> = spec
            .attributes
            .iter()
            .map(|attribute| attribute.name.to_owned())
            .chain(spec.events.iter().map(|event| format!("{}(…)", event.name)))
            .chain(spec.metrics.iter().map(|metric| metric.name.to_owned()))
            .collect();
        let mut offered: Vec<&str> = verbs.iter().chain(&others).map(String::as_str).collect();
        if self.expecting {
            let fields = spec.fields.iter().map(|field| &*field.name);
            let new: Vec<&str> = fields.filter(|name| !offered.contains(name)).collect();
            offered.extend(new);
        }
        let elsewhere: Vec<&str> = self
            .world
            .vocabulary
            .kind_names()
            .into_iter()
            .filter(|kind| {
                let kind = self.world.vocabulary.kind(kind);
                kind.is_some_and(|kind| {
                    kind.verbs.iter().any(|verb| verb.name == &*name.text)
                        || kind.events.iter().any(|event| event.name == &*name.text)
                })
            })
            .collect();
        let declared = match &of.kind {
            ExprKind::Name(of) => self.world.entry(of).map(|entry| (&**of, entry.span)),
            _ => None,
        };
        let missing = errors::access::Missing {
            kind: spec.name,
            name: &name.text,
            span: name.span,
            of: declared,
            offered,
            elsewhere,
        };
        self.push(errors::access::verb(&missing));
    }

    fn raw_attribute(&mut self, kind: &str, name: &Name) -> Type {
        if &*name.text == "id" {
            return Type::String;
        }
        let known = self.world.resources.get(kind).cloned();
        let Some(resource) = known.or_else(|| self.world.vocabulary.resource_type(kind)) else {
            return Type::Error;
        };
        match resource.properties.get(&name.text) {
            Some(shape) => shapes::read_type(&resource, shape),
            None => {
                let mut offered: Vec<&str> =
                    resource.properties.keys().map(|name| &**name).collect();
                offered.push("id");
                let of = kind.replace("::", ".");
                self.push(errors::types::member(&of, &name.text, name.span, &offered));
                Type::Error
            }
        }
    }

    /// `of[index]`.
    pub(super) fn index(&mut self, of: &'w Expr, index: &'w Expr) -> Type {
        let found = self.operand(of);
        match &found {
            Type::List(item) => {
                self.check(index, Want::of(&Type::Int));
                (**item).clone()
            }
            Type::Map(item) => {
                self.check(index, Want::of(&Type::String));
                (**item).clone()
            }
            Type::Object(object) => {
                self.check(index, Want::of(&Type::String));
                let literal = crate::render::literal(index);
                let field =
                    literal.and_then(|key| object.fields.iter().find(|field| *field.name == *key));
                match field {
                    Some(field) if field.required => field.ty.clone(),
                    Some(field) => field.ty.clone().optional(),
                    None => self.item_type(&found),
                }
            }
            Type::Optional(inner) => {
                self.optional_error(of, inner, None);
                Type::Error
            }
            Type::Error | Type::Any | Type::Raw(_) => {
                self.operand(index);
                Type::Error
            }
            other => {
                let found = super::teach::words(self.world, other);
                self.push(errors::types::index(&found, of.span));
                Type::Error
            }
        }
    }
}

/// What a verb gives: a permission, or the verbs that are reached through it.
pub(super) fn verb_result(verb: &VerbSpec) -> Type {
    if verb.nested.is_empty() {
        return Type::Permission;
    }
    let fields = verb
        .nested
        .iter()
        .map(|name| FieldSpec::new(name, Type::Permission, "").required());
    Type::Object(std::sync::Arc::new(formwork_schema::ObjectType {
        name: format!("{}(…)", verb.name).into(),
        fields: fields.collect(),
    }))
}

/// The verbs of a kind as they are written: `read`, `index("…").read`.
fn verb_names(spec: &KindSpec) -> Vec<String> {
    let mut out = Vec::new();
    for verb in &spec.verbs {
        match verb.nested.as_slice() {
            [] => out.push(verb.name.to_owned()),
            nested => out.extend(
                nested
                    .iter()
                    .map(|inner| format!("{}(\"…\").{inner}", verb.name)),
            ),
        }
    }
    out
}
