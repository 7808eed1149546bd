//! Values that are not known yet: finding them, and saying why.

use super::{Evaluator, Mode};
use crate::errors;
use formwork_diag::Span;
use formwork_schema::{Deferred, Piece, Prop, Type, Val, Value};

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
        if let Some((stack, output)) = output_of(deferred) {
            return format!("the stack `{stack}` is not applied: nobody knows its `{output}`");
        }
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

    /// Whether a value may turn out not to be there: it reads an attribute that only some objects of its kind have.
    pub(super) fn may_lack(&self, deferred: &Deferred) -> bool {
        let mut lacks = false;
        deferred.attributes(&mut |of, property| {
            let kind = self.world.vocabulary.kind(&of.kind);
            let attributes = kind
                .map(|kind| kind.attributes.as_slice())
                .unwrap_or_default();
            lacks |= attributes.iter().any(|attribute| {
                matches!(attribute.ty, Type::Optional(_))
                    && attribute.property == &**property
                    && attribute.part == of.part.as_deref()
            });
        });
        lacks
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
        Value::Object(fields) => fields.all().find_map(|(_, _, val)| find(val)),
        Value::Call(call) => {
            // Which ARNs are meant decides nothing, if only it is known how many.
            let later = |name: &str, val: &Val| {
                &*call.name == "iam" && name == "resources" && matches!(val.value, Value::List(_))
            };
            let arguments = call.arguments.all();
            let mut arguments = arguments.filter(|(name, _, val)| !later(name, val));
            arguments.find_map(|(_, _, val)| find(val))
        }
        Value::Member(member) => member.arguments.all().find_map(|(_, _, val)| find(val)),
        _ => None,
    }
}

/// The first output of another stack within.
fn output_of(deferred: &Deferred) -> Option<(&str, &str)> {
    match deferred {
        Deferred::Output { stack, output } => Some((stack, output)),
        Deferred::Concat(pieces) => pieces.iter().find_map(|piece| match piece {
            Piece::Value(value) => output_of(value),
            Piece::Text(_) => None,
        }),
        Deferred::Apply { on, .. } => match &on.prop {
            Prop::Deferred(inner) => output_of(inner),
            _ => None,
        },
        Deferred::Attribute { .. } | Deferred::Account | Deferred::Json(_) => None,
    }
}
