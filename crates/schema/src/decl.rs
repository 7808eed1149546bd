//! Declarations after checking and evaluation, in one environment: what kinds lower.

use crate::{Address, Fields, Val};
use formwork_diag::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A stack, evaluated for one environment.
#[derive(Debug, Clone)]
pub struct Stack {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The environment's name.
    pub env: Arc<str>,
    /// The account of the environment: 12 digits. `None` if neither file nor caller names it.
    pub account: Option<Arc<str>>,
    /// The region by its AWS name: `eu-west-1`.
    pub region: Arc<str>,
    /// Tags of stack and environment, merged.
    pub tags: Vec<(Arc<str>, Val)>,
    /// The declarations, sorted by address.
    pub decls: Vec<Decl>,
    /// The outputs, in the order written (files by name).
    pub outputs: Vec<Output>,
    /// What is left in the account and taken out of the state.
    pub forgets: Vec<Forget>,
    /// Permitted lints of the whole stack.
    pub allows: Vec<Allow>,
    /// The outputs of other stacks that were read, by the name that this stack gives each of them.
    pub uses: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
}

/// What a `forget` names: a declaration that is in no file any more, or all that a component held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forget {
    /// The declaration; without a key it stands for all keys.
    pub address: Address,
    /// Whether it is a component: then everything within it is meant, whatever its kind.
    pub component: bool,
    /// Where it is written.
    pub span: Span,
}

impl Forget {
    /// Whether it means a resource of this address.
    pub fn means(&self, address: &Address) -> bool {
        let own = &self.address;
        let key = |key: &Option<Arc<str>>| own.key.is_none() || own.key == *key;
        if !self.component {
            return own.kind == address.kind && own.label == address.label && key(&address.key);
        }
        let within = |prefix: &str| {
            let rest = address.label.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        match &own.key {
            Some(_) => address.label.starts_with(&own.label_of("")),
            None => within(&own.label),
        }
    }
}

/// An output.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// Its documentation.
    pub doc: Option<Arc<str>>,
    /// Its value.
    pub value: Val,
}

/// A declaration, checked and evaluated; one per key of a `for`.
#[derive(Debug, Clone)]
pub struct Decl {
    /// Its address (no part).
    pub address: Address,
    /// The CloudFormation type of a raw `resource`: `AWS::S3::Bucket`.
    pub resource_type: Option<Arc<str>>,
    /// Its documentation.
    pub doc: Option<Arc<str>>,
    /// Where its kind stands.
    pub kind_span: Span,
    /// Where its name stands.
    pub name_span: Span,
    /// The addresses it may have had before, newest first.
    pub was: Vec<Address>,
    /// Where `existing` stands, if its object is only looked up: then its fields say which it is.
    pub existing: Option<Span>,
    /// The identifier or name of the object that it takes over, if it does: a string.
    pub adopt: Option<Val>,
    /// The fields of its kind, type-checked, without those in `meta`.
    pub fields: Fields,
    /// What every declaration has.
    pub meta: Meta,
    /// Permitted lints.
    pub allows: Vec<Allow>,
}

/// What every declaration can say of itself.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// Refuses replacement and deletion.
    pub protect: bool,
    /// Leaves the object in the account when it is taken out of the file.
    pub retain: bool,
    /// Its tags: stack, environment and declaration, merged in this order, sorted by name.
    pub tags: Vec<(Arc<str>, Val)>,
    /// Declarations that must be done before it.
    pub depends_on: Vec<Address>,
    /// The region by its AWS name, if it is not the stack's.
    pub region: Option<Arc<str>>,
    /// Property paths (`Code.ZipFile`, or field names of the kind) whose drift is left alone.
    pub ignore_changes: Vec<(Arc<str>, Span)>,
    /// Changes of lowered resources: part (or `main`) to properties.
    pub overrides: Option<Val>,
    /// Expected use, for `cost`.
    pub usage: Option<Val>,
}

/// A permitted lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The code: `lint::public_url`.
    pub code: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// An assertion that depends on values known only at plan or after apply.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// What must hold.
    pub condition: Val,
    /// What is said when it does not.
    pub message: Val,
    /// Where it stands.
    pub span: Span,
}
