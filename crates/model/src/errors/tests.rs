//! `test` statements: what they say, and what does not hold.

use super::choice;
use formwork_diag::{Code, Diagnostic, Span, nearest};

const FIELD: Code = Code("test::field");
const ENV: Code = Code("test::env");
const EMPTY: Code = Code("test::empty");
const VALUE: Code = Code("test::value");
const FAILED: Code = Code("test::failed");
const NOT_KNOWN: Code = Code("test::not_known");
const STACK: Code = Code("test::stack");

pub(crate) fn field(name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let message = format!("a test has no `{name}`");
    let error = Diagnostic::error(FIELD, message, span, "unknown field");
    match nearest(name, known.iter().copied()) {
        Some(near) => {
            error
                .help(format!("did you mean `{near}`?"))
                .fix(format!("write `{near}`"), span, near)
        }
        None => error.help(format!(
            "a test has {}; what should hold is written `expect …, \"why\"`",
            choice(known)
        )),
    }
}

pub(crate) fn block(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` of a test takes names with their values");
    Diagnostic::error(VALUE, message, span, "not written out")
        .help(format!("write `{name} {{ name = value }}`"))
}

pub(crate) fn spread(of: &str, span: Span) -> Diagnostic {
    let message = format!("`{of}` of a test takes no spread");
    Diagnostic::error(VALUE, message, span, "not here").help("write the values")
}

pub(crate) fn plain(name: &str, span: Span) -> Diagnostic {
    let message = format!("a test gives plain values, and `{name}` is a name of the stack");
    Diagnostic::error(VALUE, message, span, "is not evaluated yet").help("write the value itself")
}

pub(crate) fn env(test: &str, span: Span, known: &[&str]) -> Diagnostic {
    let message = format!("`{test}` does not say in which environment");
    Diagnostic::error(ENV, message, span, "needs an `env`")
        .help(format!("add `env = …`: this stack has {}", choice(known)))
}

pub(crate) fn nothing(test: &str, span: Span) -> Diagnostic {
    let message = format!("`{test}` expects nothing");
    Diagnostic::warning(EMPTY, message, span, "only that it can be planned")
        .help("say what should hold: `expect orders.protect, \"orders must be protected\"`")
}

/// A part of a condition, with the value it came to.
pub(crate) struct Side {
    pub span: Span,
    pub value: String,
}

pub(crate) fn failed(test: &str, message: &str, sides: &[Side]) -> Diagnostic {
    let mut error = Diagnostic::new(
        FAILED,
        formwork_diag::Severity::Error,
        format!("{test}: {message}"),
    );
    for side in sides {
        error = error.label(side.span, format!("is {}", side.value));
    }
    error.help("change the stack, or what the test expects of it")
}

pub(crate) fn not_known(test: &str, message: &str, span: Span, why: &str) -> Diagnostic {
    let message = format!("{test}: nobody can say yet whether “{message}”");
    Diagnostic::error(NOT_KNOWN, message, span, why.to_owned()).help(
        "a test plans and does not apply: expect what is written, or what a plan knows, such as names and ARNs",
    )
}

pub(crate) fn stack(test: &str, name: &str, output: &str, span: Span) -> Diagnostic {
    let message = format!("`{test}` does not say what `{name}.{output}` is");
    Diagnostic::error(STACK, message, span, "comes from another stack").help(format!(
        "a test reads no state; say it there: `{name} {{ {output} = … }}`"
    ))
}
