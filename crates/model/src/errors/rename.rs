//! `was` and `forget`: addresses that things had.

use super::article;
use formwork_diag::{Code, Diagnostic, Span};
use formwork_schema::Address;

const ADDRESS: Code = Code("was::address");
const DECLARED: Code = Code("was::declared");
const TWICE: Code = Code("was::twice");
const FORGET_ADDRESS: Code = Code("forget::address");
const FORGET_DECLARED: Code = Code("forget::declared");
const FORGET_TWICE: Code = Code("forget::twice");

pub(crate) fn kind(old: &str, kind: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        ADDRESS,
        format!("{} cannot become {}", article(old), article(kind)),
        span,
        "of another kind",
    )
    .help(format!(
        "a rename keeps the object, so it keeps its kind: name {} here, or declare the new one without `was`",
        article(kind)
    ))
}

pub(crate) fn key(label: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        ADDRESS,
        "each object of a `for` was called the same way, with its own key",
        span,
        "one key for all of them",
    )
    .help(format!("write `was {label}`, without a key"))
}

pub(crate) fn same(label: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        ADDRESS,
        format!("`{label}` is its name now"),
        span,
        "the same name",
    )
    .help("write the name that it had before, or take the `was` out")
}

pub(crate) fn declared(old: &Address, span: Span, at: Option<Span>) -> Diagnostic {
    let error = Diagnostic::error(
        DECLARED,
        format!("`{old}` is still declared, so nothing can have been renamed from it"),
        span,
        "still there",
    );
    let error = match at {
        Some(at) => error.label(at, "declared here"),
        None => error,
    };
    error.help("take the old declaration out, or the `was`")
}

pub(crate) fn twice(old: &Address, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        TWICE,
        format!("two declarations say that they were `{old}`"),
        span,
        "again here",
    )
    .label(first, "first here")
    .help("one object has one new name: take one `was` out")
}

pub(crate) fn no_kind(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        FORGET_ADDRESS,
        "what is forgotten is named by its kind and its name",
        span,
        "of which kind?",
    )
    .help(format!(
        "write `forget bucket.{name}`, with the kind it had"
    ))
}

pub(crate) fn not_forgotten(address: &Address, span: Span, at: Option<Span>) -> Diagnostic {
    let error = Diagnostic::error(
        FORGET_DECLARED,
        format!("`{address}` is declared, so it cannot be forgotten"),
        span,
        "still there",
    );
    let error = match at {
        Some(at) => error.label(at, "declared here"),
        None => error,
    };
    error.help(
        "take its declaration out; what `forget` names stays in the account and leaves the state",
    )
}

pub(crate) fn forgotten_twice(address: &Address, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        FORGET_TWICE,
        format!("`{address}` is forgotten twice"),
        span,
        "again here",
    )
    .label(first, "first here")
    .help("take one of them out")
}
