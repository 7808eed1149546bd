//! `existing`: what is only looked up, and what can be said of it.

use super::{article, choice};
use formwork_diag::{Code, Diagnostic, Span};

const KIND: Code = Code("existing::kind");
const FIELD: Code = Code("existing::field");
const CLAUSE: Code = Code("existing::clause");
const WHICH: Code = Code("existing::which");

/// A kind of which none can be found again.
pub(crate) fn kind(kind: &str, word: Span) -> Diagnostic {
    Diagnostic::error(
        KIND,
        format!("{} cannot be looked up", article(kind)),
        word,
        "looked up here",
    )
    .help(
        "name it where it is used, or look up one of the resources it is made of: \
         `existing resource NAME: AWS.… { … }`",
    )
}

/// A field that would change what is only looked up.
pub(crate) fn field(kind: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        FIELD,
        format!("`{name}` cannot be set on an existing {kind}: it is only looked up"),
        span,
        "would change it",
    )
    .help(format!(
        "take it out; to make the {kind} the stack's own, write `{kind} NAME adopt \"…\" {{ … }}`"
    ))
}

/// A clause that has no meaning for what is only looked up.
pub(crate) fn clause(clause: &str, span: Span, word: Span) -> Diagnostic {
    let help = match clause {
        "adopt" => {
            "write either: `existing` reads it and never changes it, `adopt` makes it the stack's own"
        }
        _ => "take it out: nothing of an existing object is in the state",
    };
    Diagnostic::error(
        CLAUSE,
        format!("`{clause}` and `existing` do not go together"),
        span,
        "has no meaning here",
    )
    .label(word, "only looked up")
    .help(help)
}

/// Nothing says which object is meant.
pub(crate) fn which(kind: &str, span: Span, keys: &[&str]) -> Diagnostic {
    Diagnostic::error(
        WHICH,
        format!("nothing says which {kind} is meant"),
        span,
        "any of them",
    )
    .help(format!("give {}", choice(keys)))
}
