//! Authorizers of HTTP and WebSocket APIs: one resource for each different one, and what a route says of its callers.

use super::auth;
use crate::lowering::{Emit, Lowering};
use crate::nodes;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Node, Val, Value};
use std::collections::BTreeMap;

/// The authorizers of an API by what they check.
pub(crate) struct Authorizers(BTreeMap<String, Address>);

/// What a route says of its callers, in the words of API Gateway.
pub(crate) struct Authorization {
    /// `NONE`, `AWS_IAM`, `JWT`, `CUSTOM`.
    pub(crate) kind: &'static str,
    /// The authorizer's id.
    pub(crate) authorizer: Option<Node>,
    /// Scopes of a JWT.
    pub(crate) scopes: Option<Node>,
    /// Where it is written.
    pub(crate) span: Span,
}

/// Emits what `one` makes of each different `jwt(…)` and `authorizer(…)` of the API and its routes.
pub(crate) fn emit(
    decl: &Decl,
    one: impl Fn(&auth::Distinct<'_>, &mut Lowering<'_>) -> Option<Emit>,
    out: &mut Lowering<'_>,
) -> Authorizers {
    let mut made = BTreeMap::new();
    for authorizer in auth::distinct(decl) {
        if let Some(emit) = one(&authorizer, out) {
            made.insert(authorizer.meaning, out.emit(decl, emit));
        }
    }
    Authorizers(made)
}

impl Authorizers {
    /// What an `auth` value means for a route; nobody has said anything if there is none.
    pub(crate) fn of(&self, val: Option<&Val>, span: Span) -> Authorization {
        let span = val.map_or(span, |val| val.span);
        let bare = |kind| Authorization {
            kind,
            authorizer: None,
            scopes: None,
            span,
        };
        match val.map(|val| &val.value) {
            Some(Value::Word(word)) if &**word == "iam" => bare("AWS_IAM"),
            Some(Value::Call(call)) => Authorization {
                kind: if &*call.name == "jwt" {
                    "JWT"
                } else {
                    "CUSTOM"
                },
                authorizer: self
                    .0
                    .get(&auth::meaning(call))
                    .map(|at| nodes::attribute(at, "AuthorizerId", span)),
                scopes: call.arguments.node("scopes"),
                span,
            },
            _ => bare("NONE"),
        }
    }
}
