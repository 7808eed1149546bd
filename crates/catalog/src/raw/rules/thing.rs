//! What rules judge: a value or a whole object, and the words that stand for it.

use formwork_diag::Span;
use formwork_schema::{Fields, Val, Value};
use rust_decimal::Decimal;

/// A value or the fields of a whole object, with the words that stand for it when a part is missing.
#[derive(Debug, Clone, Copy)]
pub(in crate::raw) enum Thing<'a> {
    /// An object's fields.
    Fields(&'a Fields, Span),
    /// Any value.
    Val(&'a Val, Span),
}

/// The values at a path, with the name each was given to; the whole itself for an empty path.
pub(in crate::raw) fn things_at<'a>(
    whole: Thing<'a>,
    path: &str,
) -> Vec<(Option<String>, Thing<'a>)> {
    let mut things = vec![(None, whole)];
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let mut next = Vec::new();
        for (earlier, thing) in things {
            match (name, thing.items()) {
                ("*", Some(items)) => {
                    next.extend(
                        items
                            .iter()
                            .map(|item| (earlier.clone(), Thing::Val(item, item.span))),
                    );
                }
                _ => next.extend(thing.get(name).map(|thing| (Some(name.to_owned()), thing))),
            }
        }
        things = next;
    }
    things
}

impl<'a> Thing<'a> {
    pub(super) fn head(self) -> Span {
        match self {
            Thing::Fields(_, head) | Thing::Val(_, head) => head,
        }
    }

    pub(super) fn span(self) -> Span {
        match self {
            Thing::Fields(_, head) => head,
            Thing::Val(val, _) => val.span,
        }
    }

    pub(super) fn fields(self) -> Option<&'a Fields> {
        match self {
            Thing::Fields(fields, _) => Some(fields),
            Thing::Val(val, _) => match &val.value {
                Value::Object(fields) => Some(fields),
                _ => None,
            },
        }
    }

    pub(super) fn items(self) -> Option<&'a [Val]> {
        match self.value() {
            Some(Value::List(items)) => Some(items),
            _ => None,
        }
    }

    pub(super) fn value(self) -> Option<&'a Value> {
        match self {
            Thing::Fields(..) => None,
            Thing::Val(val, _) => Some(&val.value),
        }
    }

    pub(super) fn get(self, name: &str) -> Option<Thing<'a>> {
        let fields = self.fields()?;
        let val = fields.get(name)?;
        Some(Thing::Val(val, fields.name_span(name).unwrap_or(val.span)))
    }

    pub(super) fn text(self) -> Option<&'a str> {
        match self.value() {
            Some(Value::String(text) | Value::Word(text) | Value::Path(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn number(self) -> Option<Decimal> {
        match self.value() {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn is_of(self, ty: &str) -> bool {
        match (ty, self.value()) {
            ("object", _) => self.fields().is_some(),
            ("array", _) => self.items().is_some(),
            ("string", _) => self.text().is_some(),
            ("integer", Some(Value::Number(number))) => number.is_integer(),
            ("number", Some(Value::Number(_))) | ("boolean", Some(Value::Bool(_))) => true,
            _ => false,
        }
    }
}
