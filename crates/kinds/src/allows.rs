//! `allow CODE, "reason"`: which lints a stack or a declaration permits, and which permits nothing needed.

use crate::errors;
use formwork_diag::{Code, Diagnostics, Span};
use formwork_schema::{Allow, Decl, Stack};
use std::collections::{BTreeMap, BTreeSet};

/// The permits of a stack, and which of them were used.
pub(crate) struct Permits<'a> {
    all: Vec<&'a Allow>,
    of_stack: &'a [Allow],
    used: BTreeSet<Span>,
}

impl<'a> Permits<'a> {
    /// All permits of a stack and its declarations.
    pub(crate) fn of(stack: &'a Stack) -> Self {
        let of_decls = stack.decls.iter().flat_map(|decl| &decl.allows);
        Permits {
            all: stack.allows.iter().chain(of_decls).collect(),
            of_stack: &stack.allows,
            used: BTreeSet::new(),
        }
    }

    /// Whether a finding of `code` at `decl` is permitted; if so, the permit counts as used.
    pub(crate) fn takes(&mut self, decl: &Decl, code: Code) -> bool {
        let permits = decl.allows.iter().chain(self.of_stack);
        let mut taken = false;
        for allow in permits.filter(|allow| &*allow.code == code.0) {
            self.used.insert(allow.span);
            taken = true;
        }
        taken
    }

    /// Permits that nothing needed.
    pub(crate) fn unused(&self) -> Vec<Allow> {
        let unused = self
            .all
            .iter()
            .filter(|allow| !self.used.contains(&allow.span));
        // What a component permits is permitted to every declaration in it.
        let once: BTreeMap<Span, &Allow> = unused.map(|allow| (allow.span, *allow)).collect();
        once.into_values().cloned().collect()
    }
}

/// Warns of permits that nothing needed in any environment; `unused` has one list per environment.
pub fn unused_allows<'a>(unused: impl IntoIterator<Item = &'a [Allow]>) -> Diagnostics {
    let mut lists = unused.into_iter();
    let first = lists.next().unwrap_or_default();
    let rest: Vec<&[Allow]> = lists.collect();
    let mut diagnostics = Diagnostics::new();
    for allow in first {
        let everywhere = rest
            .iter()
            .all(|list| list.iter().any(|other| other.span == allow.span));
        if everywhere {
            diagnostics.push(errors::unused_allow(allow));
        }
    }
    diagnostics.sort();
    diagnostics
}
