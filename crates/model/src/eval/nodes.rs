//! Values as JSON-like nodes: for `json(…)` and for members on values that are not known.

use super::{Evaluator, Mode};
use crate::errors;
use crate::errors::types::Teach;
use formwork_diag::Span;
use formwork_schema::{Deferred, Node, Prop, Properties, Resolver, Val, Value};
use rust_decimal::Decimal;
use serde_json::{Number, Value as Json};
use std::sync::Arc;

struct Nothing;

impl Resolver for Nothing {
    fn attribute(&self, _: &formwork_schema::Address, _: &str) -> Option<Json> {
        None
    }

    fn account(&self) -> Option<Arc<str>> {
        None
    }
}

impl Evaluator<'_> {
    /// A value as a node; what has no JSON form is an error.
    pub(super) fn node(&mut self, val: &Val) -> Option<Node> {
        let prop = match &val.value {
            Value::Bool(value) => Prop::Bool(*value),
            Value::Number(number) => Prop::Number(json_number(*number)?),
            Value::String(text) | Value::Word(text) | Value::Path(text) => {
                Prop::String(text.clone())
            }
            Value::List(items) => {
                let items: Option<Vec<Node>> = items.iter().map(|item| self.node(item)).collect();
                Prop::List(items?)
            }
            Value::Object(fields) => {
                let mut map = Properties::default();
                for (name, val) in fields.iter() {
                    map.insert(name.clone(), self.node(val)?);
                }
                Prop::Map(map)
            }
            Value::Deferred(deferred) => Prop::Deferred(deferred.clone()),
            Value::Error | Value::None => return None,
            Value::Quantity(quantity) => {
                let found = quantity.dimension.type_name();
                let help = format!(
                    "JSON has no units: write \"${{…}}\" for the text `{quantity}`, or divide by a unit"
                );
                return self.no_json(found, val, help);
            }
            Value::Resource(_) => {
                return self.no_json("declaration", val, "read an attribute of it".to_owned());
            }
            Value::Call(_) | Value::Member(_) | Value::Env => {
                return self.no_json(
                    "choice",
                    val,
                    "write a text, a number, a list or an object".to_owned(),
                );
            }
        };
        Some(Node {
            prop,
            span: val.span,
        })
    }

    fn no_json(&mut self, found: &str, val: &Val, help: String) -> Option<Node> {
        let teach = Teach { help, fix: None };
        let error = errors::types::mismatch(found, "JSON value", val.span, val.origin, teach);
        self.unless_checked(|| error);
        None
    }

    /// `json(…)`: the text if all is known, else a value that waits.
    pub(super) fn json(&mut self, val: &Val, span: Span) -> Value {
        let Some(node) = self.node(val) else {
            return Value::Error;
        };
        match node.to_json(&Nothing) {
            Ok(json) => {
                let text = json.to_string();
                match self.budget.text(text.len(), span) {
                    true => Value::String(text.into()),
                    false => Value::Error,
                }
            }
            Err(_) => self.deferred(Deferred::Json(Box::new(node)), span),
        }
    }

    /// Whether the caller asked only for a check.
    pub(super) fn checking(&self) -> bool {
        self.mode == Mode::Check
    }
}

/// A decimal as a JSON number: whole ones exactly.
fn json_number(number: Decimal) -> Option<Number> {
    let number = number.normalize();
    if number.scale() == 0
        && let Ok(whole) = i64::try_from(number.mantissa())
    {
        return Some(whole.into());
    }
    number
        .to_string()
        .parse::<f64>()
        .ok()
        .and_then(Number::from_f64)
}
