//! Calls: `file`, `json`, `range`, members with arguments, and choices with details.

use super::Evaluator;
use crate::errors;
use formwork_diag::Span;
use formwork_schema::{Call, FieldSpec, Fields, Val, Value};
use formwork_syntax::ast::{Argument, Expr, ExprKind, Name};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::sync::Arc;

/// The longest list `range` makes.
const RANGE: u64 = 100_000;

impl<'w> Evaluator<'w> {
    pub(super) fn call(
        &mut self,
        callee: &'w Expr,
        arguments: &'w [Argument],
        span: Span,
    ) -> Value {
        match &callee.kind {
            ExprKind::Name(name) if crate::check::is_function(name) => {
                self.function(name, arguments, span)
            }
            ExprKind::Name(name) => Value::Call(Arc::new(Call {
                name: name.clone(),
                name_span: callee.span,
                arguments: self.given(arguments),
            })),
            ExprKind::Member { of, name } | ExprKind::OptionalMember { of, name } => {
                let of = self.eval(of);
                self.call_member(of, name, arguments, span)
            }
            _ => Value::Error,
        }
    }

    fn call_member(
        &mut self,
        of: Val,
        name: &'w Name,
        arguments: &'w [Argument],
        span: Span,
    ) -> Value {
        if let Value::Resource(reference) = &of.value {
            let given = self.given(arguments);
            return self.of_resource(reference, name, given);
        }
        let arguments: Vec<Val> = arguments
            .iter()
            .map(|argument| self.eval(&argument.value))
            .collect();
        if arguments
            .iter()
            .any(|argument| matches!(argument.value, Value::Error))
        {
            return Value::Error;
        }
        self.of_value(of, name, arguments, span)
    }

    /// Arguments by name; those without one by their position, until the parameters are known.
    fn given(&mut self, arguments: &'w [Argument]) -> Fields {
        let mut out = Fields::default();
        let mut unnamed = 0;
        for argument in arguments {
            let val = self.eval(&argument.value);
            match &argument.name {
                Some(name) => out.insert(name.text.clone(), name.span, val),
                None => {
                    out.insert(unnamed.to_string().into(), argument.value.span, val);
                    unnamed += 1;
                }
            }
        }
        out
    }

    /// Gives positional arguments their parameters' names, and checks each against its parameter.
    pub(super) fn named_arguments(&mut self, given: Fields, parameters: &[FieldSpec]) -> Fields {
        let mut out = Fields::default();
        for (name, span, val) in given.into_all() {
            let position = name.parse::<usize>().ok();
            let spec = match position {
                Some(at) => parameters.get(at),
                None => parameters.iter().find(|spec| spec.name == name),
            };
            if let Some(spec) = spec {
                let val = self.conform_field(val, spec);
                out.insert(spec.name.clone(), span, val);
            }
        }
        out
    }

    fn function(&mut self, name: &str, arguments: &'w [Argument], span: Span) -> Value {
        let [argument] = arguments else {
            return Value::Error;
        };
        let val = self.eval(&argument.value);
        match (name, &val.value) {
            (_, Value::Error) => Value::Error,
            ("json", _) => self.json(&val, span),
            ("file", Value::String(path)) => {
                let path = path.clone();
                self.file(&path, &val)
            }
            ("range", Value::Number(count)) => match count
                .to_u64()
                .filter(|n| *n <= RANGE && count.fract().is_zero())
            {
                Some(count) if self.budget.grow(count, span) => {
                    let number = |n| Val::new(Value::Number(Decimal::from(n)), span);
                    Value::List((0..count).map(number).collect())
                }
                Some(_) => Value::Error,
                None if !count.fract().is_zero() => {
                    self.unless_checked(|| errors::value::range_argument(val.span, RANGE));
                    Value::Error
                }
                None => {
                    self.push(errors::value::range_argument(val.span, RANGE));
                    Value::Error
                }
            },
            (name, Value::Deferred(deferred)) => {
                let (what, deferred) = (format!("what `{name}` takes"), deferred.clone());
                self.not_known(&what, &deferred, val.span, val.origin);
                Value::Error
            }
            _ => Value::Error,
        }
    }

    fn file(&mut self, path: &str, val: &Val) -> Value {
        let from = self.world.items.path_of(val.written());
        let read = self
            .world
            .jail
            .resolve(from, path)
            .and_then(|path| self.world.jail.read_text(&path));
        match read {
            Ok(text) if self.budget.text(text.len(), val.span) => Value::String(text),
            Ok(_) => Value::Error,
            Err(error) => {
                self.push(errors::value::file(path, val.span, &error.to_string()));
                Value::Error
            }
        }
    }
}
