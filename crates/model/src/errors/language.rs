//! What the language has and this version does not.

use formwork_diag::{Code, Diagnostic, Span};

const LATER: Code = Code("language::later");

pub(crate) fn later(construct: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        LATER,
        format!("{construct} is part of the language, and this version cannot evaluate it yet"),
        span,
        "not in this version",
    )
    .help("leave it out for now; the roadmap says when it comes")
}
