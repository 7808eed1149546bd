//! Values against the types they reach: strings become paths, words are checked, fields meet what AWS allows.

use super::Evaluator;
use crate::errors;
use crate::errors::types::Teach;
use crate::meant::Meant;
use formwork_diag::Span;
use formwork_schema::{Call, FieldSpec, Fields, MemberKind, ObjectType, Type, Val, Value};
use std::sync::Arc;

impl Evaluator<'_> {
    /// A field's value: of its type, within what AWS allows, known if it must be.
    pub(super) fn conform_field(&mut self, val: Val, spec: &FieldSpec) -> Val {
        if matches!(val.value, Value::None) && !spec.required {
            return val;
        }
        let val = self.conform(val, &spec.ty, &spec.name);
        let reported = self.diagnostics.len();
        if spec.known && !self.known(&val, &format!("`{}`", spec.name)) {
            // What only a plan knows stays as it is in a check: what is said of the rest holds.
            return match self.diagnostics.len() == reported {
                true => val,
                false => self.error(val.span),
            };
        }
        if let Some(constraint) = &spec.constraint {
            self.constrain(&val, constraint, &spec.name);
        }
        val
    }

    /// A value as the type takes it.
    pub(super) fn conform(&mut self, val: Val, ty: &Type, name: &str) -> Val {
        match (&val.value, ty) {
            (Value::Error, _) | (_, Type::Error | Type::Any | Type::Raw(_)) => val,
            (Value::None, Type::Optional(_)) => val,
            (_, Type::Optional(inner)) => self.conform(val, inner, name),
            (Value::String(_) | Value::Deferred(_), Type::Path) => self.path(val, name),
            (Value::Deferred(_), _) if is_written(ty) => self.misfit(val, ty),
            (Value::Deferred(_), _) => val,
            (_, Type::OneOf(types)) => match types.iter().find(|ty| fits(&val.value, ty)) {
                Some(ty) => self.conform(val, ty, name),
                None => self.misfit(val, ty),
            },
            (_, Type::List(item)) => match val.value {
                Value::List(items) => {
                    let items = items
                        .into_iter()
                        .map(|value| self.conform(value, item, name))
                        .collect();
                    Val {
                        value: Value::List(items),
                        ..val
                    }
                }
                value => self.misfit(Val { value, ..val }, ty),
            },
            (_, Type::Map(item)) => match val.value {
                Value::Object(mut fields) => {
                    for value in fields.vals_mut() {
                        let taken = std::mem::replace(value, Val::new(Value::Error, val.span));
                        *value = self.conform(taken, item, name);
                    }
                    Val {
                        value: Value::Object(fields),
                        ..val
                    }
                }
                value => self.misfit(Val { value, ..val }, ty),
            },
            (_, Type::Object(object)) => match val.value {
                Value::Object(fields) => {
                    let fields = self.conform_object(fields, object, val.span);
                    Val {
                        value: Value::Object(fields),
                        ..val
                    }
                }
                value => self.misfit(Val { value, ..val }, ty),
            },
            (Value::Call(call), Type::Call(of)) if call.name == of.name => {
                let arguments = self.named_arguments(call.arguments.clone(), &of.parameters);
                let call = Call {
                    name: call.name.clone(),
                    name_span: call.name_span,
                    arguments,
                };
                Val {
                    value: Value::Call(Arc::new(call)),
                    ..val
                }
            }
            (Value::Call(call), Type::Event) => match crate::check::every_and_cron(&call.name) {
                Some(of) => {
                    let arguments = self.named_arguments(call.arguments.clone(), &of.parameters);
                    let call = Call {
                        name: call.name.clone(),
                        name_span: call.name_span,
                        arguments,
                    };
                    Val {
                        value: Value::Call(Arc::new(call)),
                        ..val
                    }
                }
                None => self.misfit(val, ty),
            },
            _ if fits(&val.value, ty) => val,
            _ => self.misfit(val, ty),
        }
    }

    fn conform_object(&mut self, fields: Fields, object: &ObjectType, span: Span) -> Fields {
        let mut out = Fields::default();
        for (name, at, val) in fields.into_all() {
            match object.fields.iter().find(|spec| spec.name == name) {
                Some(spec) => {
                    let val = self.conform_field(val, spec);
                    out.insert(name, at, val);
                }
                None => {
                    let known: Vec<&str> = object.fields.iter().map(|spec| &*spec.name).collect();
                    let meant = Meant::field(self.world.vocabulary, &object.name, &name, &known);
                    self.unless_checked(|| {
                        errors::types::field(&object.name, &name, at, &known, None, meant)
                    });
                    if let Some(meant) = meant.name()
                        && !out.has(meant)
                    {
                        let given = self.error(at);
                        out.insert(meant.into(), at, given);
                    }
                }
            }
        }
        let missing = object
            .fields
            .iter()
            .filter(|spec| spec.required && out.get(&spec.name).is_none());
        let missing: Vec<(String, String)> = missing
            .map(|spec| (spec.name.to_string(), "…".to_owned()))
            .collect();
        if !missing.is_empty() {
            self.unless_checked(|| errors::types::missing(&object.name, &missing, span, None));
        }
        out
    }

    /// A path, relative to the file its text is written in.
    fn path(&mut self, val: Val, name: &str) -> Val {
        let text = match &val.value {
            Value::String(text) => text.clone(),
            Value::Deferred(deferred) => {
                let deferred = deferred.clone();
                self.not_known(
                    &format!("the path `{name}`"),
                    &deferred,
                    val.span,
                    val.origin,
                );
                return self.error(val.span);
            }
            _ => return val,
        };
        let from = self.world.items.path_of(val.written());
        match self.world.jail.resolve(from, &text) {
            Ok(path) => {
                if self.checking() && !self.world.jail.exists(&path) {
                    self.push(errors::value::missing_path(&text, val.span, val.origin));
                }
                Val {
                    value: Value::Path(path),
                    ..val
                }
            }
            Err(error) => {
                self.push(errors::value::path(
                    &text,
                    val.span,
                    &error.to_string(),
                    val.origin,
                ));
                self.error(val.span)
            }
        }
    }

    /// A value that does not fit, where the checker could not see it.
    fn misfit(&mut self, val: Val, want: &Type) -> Val {
        let found = sort(&val.value);
        let (span, origin) = (val.span, val.origin);
        self.unless_checked(|| {
            let teach = Teach {
                help: format!("give it {}", errors::article(&want.to_string())),
                fix: None,
            };
            errors::types::mismatch(found, &want.to_string(), span, origin, teach)
        });
        self.error(val.span)
    }
}

/// Whether values of a type stand in files only: AWS makes no words, calls and names of declarations.
fn is_written(ty: &Type) -> bool {
    match ty {
        Type::Kind(_) | Type::Call(_) | Type::Permission | Type::Event | Type::Metric => true,
        Type::List(item) | Type::Optional(item) => is_written(item),
        Type::OneOf(types) => types.iter().all(is_written),
        _ => false,
    }
}

/// What sort of value it is, for messages.
fn sort(value: &Value) -> &'static str {
    match value {
        Value::None => "none",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::Quantity(quantity) => quantity.dimension.type_name(),
        Value::String(_) => "string",
        Value::Word(_) => "word",
        Value::List(_) => "list",
        Value::Object(_) => "object",
        Value::Call(_) => "call",
        Value::Resource(_) => "declaration",
        Value::Member(_) => "member",
        Value::Env => "environment",
        Value::Path(_) => "path",
        Value::Deferred(_) | Value::Error => "value",
    }
}

/// Whether a value is of a type, so far as this decides between alternatives.
pub(super) fn fits(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (Value::Error | Value::Deferred(_), _) | (_, Type::Any | Type::Error | Type::Raw(_)) => {
            true
        }
        (Value::None, ty) => matches!(ty, Type::Optional(_)),
        (value, Type::Optional(inner)) => fits(value, inner),
        (value, Type::OneOf(types)) => types.iter().any(|ty| fits(value, ty)),
        (Value::Bool(_), Type::Bool) | (Value::Number(_), Type::Number) => true,
        (Value::Number(number), Type::Int) => number.fract().is_zero(),
        (Value::Quantity(quantity), Type::Quantity(dimension)) => quantity.dimension == *dimension,
        (Value::String(_), Type::String | Type::Path)
        | (Value::Path(_), Type::Path | Type::String) => true,
        (Value::Word(word), Type::Enum(words)) => words.members.contains(word),
        (Value::List(items), Type::List(item)) => items.iter().all(|val| fits(&val.value, item)),
        (Value::Object(fields), Type::Map(item)) => {
            fields.iter().all(|(_, val)| fits(&val.value, item))
        }
        (Value::Object(fields), Type::Object(object)) => {
            let known = |name: &str| object.fields.iter().find(|spec| &*spec.name == name);
            fields
                .iter()
                .all(|(name, val)| known(name).is_some_and(|spec| fits(&val.value, &spec.ty)))
                && object
                    .fields
                    .iter()
                    .all(|spec| !spec.required || fields.get(&spec.name).is_some())
        }
        (Value::Call(call), Type::Call(of)) => call.name == of.name,
        (Value::Call(call), Type::Event) => matches!(&*call.name, "every" | "cron"),
        (Value::Resource(of), Type::Kind(kind)) => match &of.resource_type {
            Some(name) => name == kind || &**kind == "resource",
            None => of.address.kind == *kind,
        },
        (Value::Member(member), ty) => match member.kind {
            MemberKind::Verb => *ty == Type::Permission,
            MemberKind::Event => *ty == Type::Event,
            MemberKind::Metric => *ty == Type::Metric,
        },
        (Value::Env, Type::Env) => true,
        _ => false,
    }
}
