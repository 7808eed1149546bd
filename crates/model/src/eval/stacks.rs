//! Outputs of other stacks: what their state holds, as values of the types that their files give them.

use super::{Evaluator, Mode};
use crate::errors;
use formwork_diag::{Diagnostic, Span};
use formwork_schema::{Deferred, Fields, Quantity, Type, Val, Value};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::sync::Arc;

impl Evaluator<'_> {
    /// A used stack by itself: an object of all its outputs.
    pub(super) fn stack_outputs(&mut self, at: usize, span: Span) -> Val {
        let Some(outline) = self.used(at) else {
            return self.error(span);
        };
        let mut fields = Fields::with_capacity(outline.outputs.len());
        for (name, _) in &outline.outputs {
            let val = self.stack_output(at, name, span);
            if val.value == Value::Error {
                return self.error(span);
            }
            fields.insert(name.clone(), span, val);
        }
        Val::new(Value::Object(fields), span)
    }

    /// One output of a used stack.
    pub(super) fn stack_output(&mut self, at: usize, name: &Arc<str>, span: Span) -> Val {
        let (Some(outline), Some(item)) = (self.used(at), self.world.items.stack_uses.get(at))
        else {
            return self.error(span);
        };
        let Some(ty) = outline.output(name) else {
            return self.error(span);
        };
        let alias = item.name.text.clone();
        self.uses
            .entry(alias.clone())
            .or_default()
            .insert(name.clone());
        let (stack, env) = (&outline.name, self.env_name.clone());
        if let Some(test) = &self.by_test {
            let given = test.outputs.get(&alias).and_then(|all| all.given(name));
            return match given {
                Some(val) => Val::new(val.value.clone(), span),
                None if matches!(ty, Type::Optional(_)) => Val::new(Value::None, span),
                None => {
                    let error = errors::tests::stack(&test.test, &alias, name, span);
                    self.push(error);
                    self.error(span)
                }
            };
        }
        let given = match self.stacks.get(&alias) {
            Some(given) if self.mode == Mode::Plan => given,
            _ => {
                let (stack, output) = (stack.clone(), name.clone());
                let later = Deferred::Output { stack, output };
                return Val::new(Value::Deferred(Arc::new(later)), span);
            }
        };
        let apply = given.apply.clone();
        let error = match &given.outputs {
            None => errors::stacks::not_applied(stack, &env, span, &apply),
            Some(outputs) => match outputs.get(&**name) {
                None if matches!(ty, Type::Optional(_)) => return Val::new(Value::None, span),
                None => errors::stacks::no_output(name, stack, &env, span, &apply),
                Some(json) => match value(json, ty, span) {
                    Some(value) => return Val::new(value, span),
                    None => errors::stacks::other_type(name, stack, &ty.to_string(), span, &apply),
                },
            },
        };
        self.push(error);
        self.error(span)
    }

    fn used(&self, at: usize) -> Option<std::rc::Rc<crate::neighbours::Outline>> {
        self.world.items.stack_uses.get(at)?.outline.clone()
    }
}

/// Leaves of each stack that is not applied only the first place that reads it.
pub(super) fn once(found: &mut Vec<Diagnostic>) {
    let place = |of: &Diagnostic| errors::stacks::is_not_applied(of).then(|| of.span());
    let first: Vec<(String, Option<Span>)> = found
        .iter()
        .filter_map(|one| Some((one.message.clone(), place(one)?)))
        .fold(Vec::new(), |mut all, (message, span)| {
            match all.iter_mut().find(|(known, _)| *known == message) {
                Some((_, first)) => *first = span.min(*first),
                None => all.push((message, span)),
            }
            all
        });
    found.retain(|one| match place(one) {
        Some(span) => first.contains(&(one.message.clone(), span)),
        None => true,
    });
}

/// What the state holds as a value of a type; `None` if it is of another one.
fn value(json: &Json, ty: &Type, span: Span) -> Option<Value> {
    let val = |json: &Json, ty: &Type| Some(Val::new(value(json, ty, span)?, span));
    Some(match (ty, json) {
        (Type::Optional(_), Json::Null) => Value::None,
        (Type::Optional(inner), json) => value(json, inner, span)?,
        (Type::OneOf(types), json) => types.iter().find_map(|ty| value(json, ty, span))?,
        (Type::String | Type::Path, Json::String(text)) => Value::String(text.as_str().into()),
        (Type::Enum(words), Json::String(text)) => {
            let word = words.members.iter().find(|word| ***word == **text)?;
            Value::Word(word.clone())
        }
        (Type::Bool, Json::Bool(known)) => Value::Bool(*known),
        (Type::Int, Json::Number(_)) => {
            let number = decimal(json)?;
            number.fract().is_zero().then_some(Value::Number(number))?
        }
        (Type::Number, Json::Number(_)) => Value::Number(decimal(json)?),
        (Type::Quantity(dimension), Json::Number(_)) => Value::Quantity(Quantity {
            dimension: *dimension,
            amount: decimal(json)?,
        }),
        (Type::List(item), Json::Array(items)) => Value::List(
            items
                .iter()
                .map(|json| val(json, item))
                .collect::<Option<_>>()?,
        ),
        (Type::Map(item), Json::Object(map)) => {
            let mut fields = Fields::with_capacity(map.len());
            for (name, json) in map {
                fields.insert(name.as_str().into(), span, val(json, item)?);
            }
            Value::Object(fields)
        }
        (Type::Object(object), Json::Object(map)) => {
            let mut fields = Fields::with_capacity(map.len());
            for field in &object.fields {
                let json = map.get(&*field.name).unwrap_or(&Json::Null);
                let val = match (json, field.required) {
                    (Json::Null, false) => Val::new(Value::None, span),
                    (json, _) => val(json, &field.ty)?,
                };
                fields.insert(field.name.clone(), span, val);
            }
            Value::Object(fields)
        }
        (Type::Error | Type::Any | Type::Raw(_), json) => loose(json, span)?,
        _ => return None,
    })
}

/// What the state holds where the files do not say of which type it is.
pub(super) fn loose(json: &Json, span: Span) -> Option<Value> {
    let val = |json: &Json| Some(Val::new(loose(json, span)?, span));
    Some(match json {
        Json::Null => Value::None,
        Json::Bool(known) => Value::Bool(*known),
        Json::Number(_) => Value::Number(decimal(json)?),
        Json::String(text) => Value::String(text.as_str().into()),
        Json::Array(items) => Value::List(items.iter().map(val).collect::<Option<_>>()?),
        Json::Object(map) => {
            let mut fields = Fields::with_capacity(map.len());
            for (name, json) in map {
                fields.insert(name.as_str().into(), span, val(json)?);
            }
            Value::Object(fields)
        }
    })
}

fn decimal(json: &Json) -> Option<Decimal> {
    let text = json.to_string();
    let plain = text.parse().ok();
    plain.or_else(|| Decimal::from_scientific(&text).ok())
}
