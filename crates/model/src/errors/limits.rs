//! The bounds of evaluation: a stack too large is an error, never a hang.

use formwork_diag::{Code, Diagnostic, Span};

const STEPS: Code = Code("limits::steps");
const SIZE: Code = Code("limits::size");
const DEPTH: Code = Code("limits::depth");

pub(crate) fn steps(span: Span, limit: u64) -> Diagnostic {
    Diagnostic::error(
        STEPS,
        format!("evaluating this stack takes more than {limit} steps"),
        span,
        "the limit was reached here",
    )
    .help("walk over shorter lists; nested `for`s multiply their lengths")
}

pub(crate) fn size(span: Span, limit: u64) -> Diagnostic {
    Diagnostic::error(SIZE, format!("the values of this stack grow beyond {limit} items"), span, "the limit was reached here")
        .help("a list or string that contains another one twice doubles with every step; share it instead of nesting it")
}

pub(crate) fn depth(span: Span, limit: usize) -> Diagnostic {
    Diagnostic::error(
        DEPTH,
        format!("this is nested more than {limit} deep"),
        span,
        "too deep",
    )
    .help("give inner parts a name with `let`")
}
