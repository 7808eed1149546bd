//! Tokens to tree: nom over the tokens that are no trivia, with combinators that commit and recover.
//!
//! A production either says at its first tokens that it does not begin here (an error of nom, without a diagnostic),
//! or it is committed: from then on it always returns a node, and what is missing is told at the gap. So no
//! diagnostic is ever written in a branch that backtracks. `production(name)` in a comment names the production of
//! grammar/formwork.ebnf that a function reads.

mod block;
mod brackets;
mod context;
mod declaration;
mod expr;
mod input;
mod lists;
mod need;
mod operators;
mod primary;
mod simple;
mod statements;
mod strings;
mod types;

use crate::ast::File;
use crate::lexer::Lexed;
use formwork_diag::{Diagnostics, SourceId};

/// Parses tokens; never fails.
pub(crate) fn parse(source: SourceId, text: &str, lexed: Lexed) -> (File, Diagnostics) {
    let context = context::Context::new(source, text, lexed);
    let file = statements::file(context.input())
        .map(|(_, file)| file)
        .unwrap_or_default();
    let mut diagnostics = Diagnostics(context.into_findings());
    diagnostics.sort();
    (file, diagnostics)
}
