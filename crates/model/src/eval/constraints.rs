//! What AWS allows of a field's value: ranges, steps, lengths, patterns, counts.

use super::Evaluator;
use crate::errors::value as errors;
use crate::errors::value::Outside;
use formwork_schema::{Constraint, Dimension, Quantity, Val, Value};
use rust_decimal::Decimal;

impl Evaluator<'_> {
    /// Reports a value outside what is allowed; what is not known is left to AWS.
    pub(super) fn constrain(&mut self, val: &Val, constraint: &Constraint, field: &str) {
        let outside = |value: String| Outside {
            field,
            value,
            span: val.span,
            origin: val.origin,
        };
        let error = match (constraint, &val.value) {
            (Constraint::QuantityRange { min, max, step }, Value::Quantity(found)) => {
                quantity(found, min, max, step.as_ref(), &outside(found.to_string()))
            }
            (Constraint::NumberRange { min, max }, Value::Number(found)) => {
                (found < min || found > max).then(|| {
                    let nearest = if found < min { min } else { max };
                    let text = |number: &Decimal| number.normalize().to_string();
                    errors::range(
                        &outside(text(found)),
                        &text(min),
                        &text(max),
                        &text(nearest),
                    )
                })
            }
            (Constraint::Length { min, max }, Value::String(text) | Value::Path(text)) => {
                let length = text.chars().count();
                (length < *min || length > *max)
                    .then(|| errors::length(&outside(format!("\"{text}\"")), *min, *max, length))
            }
            (Constraint::Items { min, max }, Value::List(items)) => {
                let count = items.len();
                (count < *min || count > *max)
                    .then(|| errors::items(&outside(String::new()), *min, *max, count))
            }
            (Constraint::Items { min, max }, Value::Object(fields)) => {
                let count = fields.iter().count();
                (count < *min || count > *max)
                    .then(|| errors::items(&outside(String::new()), *min, *max, count))
            }
            (Constraint::Pattern { pattern, words }, Value::String(text)) => (!self
                .matches(pattern, text))
            .then(|| errors::pattern(&outside(format!("\"{text}\"")), words)),
            // A field that takes one or a list of the same: each item is held to it.
            (constraint, Value::List(items)) => {
                items
                    .iter()
                    .for_each(|item| self.constrain(item, constraint, field));
                None
            }
            _ => None,
        };
        if let Some(error) = error {
            self.push(error);
        }
    }

    fn matches(&mut self, pattern: &std::sync::Arc<str>, text: &str) -> bool {
        let known = self
            .patterns
            .entry(pattern.clone())
            .or_insert_with(|| fancy_regex::Regex::new(pattern).ok());
        // A pattern this engine cannot run is left to AWS.
        known
            .as_ref()
            .is_none_or(|regex| regex.is_match(text).unwrap_or(true))
    }
}

fn quantity(
    found: &Quantity,
    min: &Quantity,
    max: &Quantity,
    step: Option<&Quantity>,
    outside: &Outside<'_>,
) -> Option<formwork_diag::Diagnostic> {
    if found.dimension != min.dimension {
        return None;
    }
    if found.amount < min.amount || found.amount > max.amount {
        let nearest = if found.amount < min.amount { min } else { max };
        return Some(errors::range(
            outside,
            &shown(min),
            &shown(max),
            &shown(nearest),
        ));
    }
    let step = step.filter(|step| !step.amount.is_zero())?;
    let over = found.amount.checked_rem(step.amount)?;
    if over.is_zero() {
        return None;
    }
    let below = Quantity {
        amount: found.amount - over,
        ..*found
    };
    let above = Quantity {
        amount: (found.amount - over).checked_add(step.amount)?,
        ..*found
    };
    Some(errors::step(
        outside,
        &shown(step),
        &shown(&below),
        &shown(&above),
    ))
}

/// A quantity as AWS's pages say it: sizes over 1 GB that are no whole number of GB stay in MB.
fn shown(quantity: &Quantity) -> String {
    match quantity.dimension {
        Dimension::Size | Dimension::Duration | Dimension::Percent | Dimension::Rate => {
            quantity.to_string()
        }
    }
}
