//! Values that are not known yet: finding them, and saying why.

use super::{Evaluator, Mode};
use crate::errors;
use formwork_diag::Span;
use formwork_schema::{Deferred, Val, Value};

impl Evaluator<'_> {
    /// Why a value is not known.
    pub(super) fn why(&self, deferred: &Deferred) -> String {
        let mut first = None;
        deferred.attributes(&mut |of, property| {
            if first.is_none() {
                let of = of.owner();
                first = Some(format!(
                    "`{property}` of `{of}` is made by AWS: known only after apply"
                ));
            }
        });
        first.unwrap_or_else(|| "the account is not named: write it in the `env`".to_owned())
    }

    /// Reports that a value must be known and is not; silent in a check where only the account is missing.
    pub(super) fn not_known(
        &mut self,
        what: &str,
        deferred: &Deferred,
        span: Span,
        origin: Option<Span>,
    ) {
        let mut made = false;
        deferred.attributes(&mut |_, _| made = true);
        if !made && self.mode == Mode::Check {
            return;
        }
        let why = self.why(deferred);
        self.push(errors::value::not_known(what, span, &why, origin));
    }

    /// Whether a value is known all through; reports it if not.
    pub(super) fn known(&mut self, val: &Val, what: &str) -> bool {
        match find(val) {
            Some((deferred, span, origin)) => {
                let deferred = deferred.clone();
                self.not_known(what, &deferred, span, origin);
                false
            }
            None => true,
        }
    }
}

/// The first value within that is not known.
fn find(val: &Val) -> Option<(&Deferred, Span, Option<Span>)> {
    match &val.value {
        Value::Deferred(deferred) => Some((deferred, val.span, val.origin)),
        Value::List(items) => items.iter().find_map(find),
        Value::Object(fields) => fields.values.values().find_map(find),
        Value::Call(call) => call.arguments.values.values().find_map(find),
        Value::Member(member) => member.arguments.values.values().find_map(find),
        _ => None,
    }
}
