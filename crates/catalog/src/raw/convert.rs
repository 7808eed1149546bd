//! Values of the language as JSON has them, and back.

use formwork_diag::Span;
use formwork_schema::{Fields, Val, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Number, Value as Json};
use std::str::FromStr;

/// A decimal as a JSON number: whole if it is.
pub(super) fn number(decimal: Decimal) -> Number {
    let normal = decimal.normalize();
    let whole = (normal.scale() == 0).then(|| normal.to_i64()).flatten();
    match whole {
        Some(whole) => whole.into(),
        None => normal
            .to_f64()
            .and_then(Number::from_f64)
            .unwrap_or_else(|| 0.into()),
    }
}

/// A JSON number as a decimal, if it has one.
pub(super) fn decimal(number: &Number) -> Option<Decimal> {
    let text = number.to_string();
    Decimal::from_str(&text)
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()
}

/// Whether a known value is the same as a JSON scalar; a word counts as a string, and a number as its digits, which
/// AWS's rules do not tell apart.
pub(super) fn same(value: &Value, json: &Json) -> bool {
    match (value, json) {
        (Value::String(text) | Value::Word(text) | Value::Path(text), Json::String(other)) => {
            **text == **other
        }
        (Value::String(text), Json::Number(other)) => **text == other.to_string(),
        (Value::Bool(value), Json::Bool(other)) => value == other,
        (Value::Number(value), Json::Number(other)) => decimal(other) == Some(*value),
        _ => false,
    }
}

/// Known JSON as a value of the language, all at one place.
pub fn val_of_json(json: &Json, span: Span) -> Val {
    let value = match json {
        Json::Null => Value::None,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => decimal(number).map_or(Value::Error, Value::Number),
        Json::String(text) => Value::String(text.as_str().into()),
        Json::Array(items) => {
            Value::List(items.iter().map(|item| val_of_json(item, span)).collect())
        }
        Json::Object(map) => Value::Object(fields_of_json(map, span)),
    };
    Val::new(value, span)
}

/// Known JSON properties as fields, all at one place.
pub fn fields_of_json(map: &Map<String, Json>, span: Span) -> Fields {
    let mut fields = Fields::default();
    for (name, json) in map {
        fields.insert(name.as_str().into(), span, val_of_json(json, span));
    }
    fields
}
