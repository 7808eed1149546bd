//! The `stack` statement.

use super::choice;
use formwork_diag::{Code, Diagnostic, Severity, Span, nearest};

const MISSING: Code = Code("stack::missing");
const SEVERAL: Code = Code("stack::several");
const FIELD: Code = Code("stack::field");
const LITERAL: Code = Code("stack::literal");

pub(crate) fn missing(place: Option<Span>) -> Diagnostic {
    let error = Diagnostic::new(
        MISSING,
        Severity::Error,
        "no file here has a `stack` statement",
    );
    let error = match place {
        Some(span) => error.label(span, "the first line of this file"),
        None => error,
    };
    error.help("begin with `stack NAME { region = eu_west_1 }`")
}

pub(crate) fn several(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        SEVERAL,
        format!("a second stack, `{name}`, in the same folder"),
        span,
        "again here",
    )
    .label(first, "the first one is here")
    .help("keep one `stack` statement; a second stack has a folder of its own")
}

pub(crate) fn field(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let error = Diagnostic::error(
        FIELD,
        format!("a stack has no `{name}`"),
        span,
        "unknown field",
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            error
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => error.help(format!("a stack has {}", choice(known))),
    }
}

pub(crate) fn spread(span: Span) -> Diagnostic {
    Diagnostic::error(FIELD, "a stack takes no spread", span, "not here").help("write its fields")
}

pub(crate) fn literal(what: &str, span: Span, example: &str) -> Diagnostic {
    Diagnostic::error(
        LITERAL,
        format!("`{what}` is read before anything is evaluated"),
        span,
        "must be written out",
    )
    .help(format!("write it as it is: `{what} = {example}`"))
}
