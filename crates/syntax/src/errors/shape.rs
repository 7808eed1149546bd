//! Diagnostics about what is missing, left open, or stands where it cannot.

use super::{
    DOC, DOT, DUPLICATE, ELSE, FORMAT, MISPLACED, MISSING, NESTING, TOO_LARGE, UNCLOSED,
    UNEXPECTED, UNOPENED, VALUE,
};
use formwork_diag::{Diagnostic, Span};

/// A bracket that is never closed.
pub(crate) fn unclosed(opener: Span, open: &str, gap: Span, close: &str) -> Diagnostic {
    Diagnostic::error(
        UNCLOSED,
        format!("this `{open}` is never closed"),
        gap,
        format!("`{close}` is missing here"),
    )
    .label(opener, "opened here")
    .help(format!("close it with `{close}`"))
    .fix(format!("write `{close}`"), gap, close)
}

/// A bracket that closes nothing.
pub(crate) fn unopened(closer: Span, close: &str) -> Diagnostic {
    Diagnostic::error(
        UNOPENED,
        format!("this `{close}` closes nothing"),
        closer,
        "nothing is open here",
    )
    .help("take it out, or write the bracket that it closes")
    .fix("take it out", closer, "")
}

/// A sign or word of the grammar that is missing; `after` says what it belongs to.
pub(crate) fn missing(gap: Span, what: &str, place: &str, insert: &str) -> Diagnostic {
    Diagnostic::error(
        MISSING,
        format!("{place} lacks `{what}`"),
        gap,
        format!("`{what}` is missing here"),
    )
    .help(format!("write `{what}` here"))
    .fix(format!("write `{what}`"), gap, insert)
}

/// A name that is missing.
pub(crate) fn missing_name(gap: Span, owner: &str) -> Diagnostic {
    Diagnostic::error(
        MISSING,
        format!("{owner} lacks a name"),
        gap,
        "a name is missing here",
    )
    .help("write a name: ASCII letters, digits and `_`")
}

/// A part of the grammar (a block, a type, a string) that is missing.
pub(crate) fn missing_part(gap: Span, what: &str, place: &str, help: &str) -> Diagnostic {
    Diagnostic::error(
        MISSING,
        format!("{place} lacks {what}"),
        gap,
        format!("{what} is missing here"),
    )
    .help(help)
}

/// A value that is missing.
pub(crate) fn missing_value(gap: Span, place: &str) -> Diagnostic {
    Diagnostic::error(
        VALUE,
        format!("{place} lacks a value"),
        gap,
        "a value is missing here",
    )
    .help("write a value; `none` is the value that leaves an optional field unset")
}

/// `name` alone where a field should be.
pub(crate) fn field_without_value(name: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        VALUE,
        format!("the field `{text}` lacks a value"),
        name,
        "a name alone is no field",
    )
    .help(format!(
        "write `{text} = …` or `{text} {{ … }}`; `...{text}` takes over the fields of a value"
    ))
}

/// A value where a field should be.
pub(crate) fn value_as_field(value: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        VALUE,
        "a value stands where a field should",
        value,
        "this value has no name",
    )
    .help(format!(
        "write `name = {text}`, or `...{text}` to take over its fields"
    ))
    .fix(format!("write `...{text}`"), value.before(), "...")
}

/// `if … then …` without `else`.
pub(crate) fn missing_else(gap: Span, insert: &str) -> Diagnostic {
    Diagnostic::error(
        ELSE,
        "this `if` has no `else`",
        gap,
        "`else …` is missing here",
    )
    .help(
        "an `if` is a value, so it needs both: `if … then … else none` leaves an optional \
             field unset",
    )
    .fix(format!("write `{}`", insert.trim()), gap, insert)
}

/// A token that cannot stand here.
pub(crate) fn unexpected(span: Span, text: &str, expected: &str) -> Diagnostic {
    let shown: String = text.chars().take(24).collect();
    Diagnostic::error(
        UNEXPECTED,
        format!("`{shown}` cannot stand here"),
        span,
        "unexpected",
    )
    .help(format!("expected {expected}"))
}

/// `then` or `else` without their `if`.
pub(crate) fn without_if(span: Span, word: &str) -> Diagnostic {
    Diagnostic::error(
        UNEXPECTED,
        format!("this `{word}` has no `if`"),
        span,
        "no `if` before it",
    )
    .help("a choice is `if … then … else …`")
}

/// A second clause of one sort.
pub(crate) fn duplicate_clause(first: Span, second: Span, word: &str) -> Diagnostic {
    Diagnostic::error(
        DUPLICATE,
        format!("`{word}` is given twice"),
        second,
        "given again here",
    )
    .label(first, "first given here")
    .help(format!(
        "a declaration has one `{word}` at most: take one out"
    ))
}

/// Nesting beyond the bound.
pub(crate) fn nesting(span: Span, limit: u32) -> Diagnostic {
    Diagnostic::error(
        NESTING,
        format!("this is nested more than {limit} deep"),
        span,
        "too deep from here on",
    )
    .help("give an inner part a name with `let` and use the name")
}

/// A text whose places do not fit into spans.
pub(crate) fn too_large(span: Span, limit: usize) -> Diagnostic {
    let limit = limit / (1024 * 1024);
    Diagnostic::error(
        TOO_LARGE,
        format!("this file is larger than {limit} MB"),
        span,
        "not read",
    )
    .help("split the stack into several files of one folder")
}

/// A `///` above nothing.
pub(crate) fn lone_doc(span: Span, slashes: Span) -> Diagnostic {
    Diagnostic::warning(
        DOC,
        "this `///` documents nothing",
        span,
        "no statement follows",
    )
    .help("documentation stands on lines of its own above a statement; a comment is `//`")
    .fix("write `//`", slashes, "//")
}

/// `a. b`.
pub(crate) fn space_after_dot(space: Span) -> Diagnostic {
    Diagnostic::error(
        DOT,
        "a name touches its dot",
        space,
        "white space after the dot",
    )
    .help("write the name right after the dot: `a.b`")
    .fix("take the space out", space, "")
}

/// A statement that a component cannot hold.
pub(crate) fn not_in_component(word: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        MISPLACED,
        format!("a component holds no `{text}`"),
        word,
        "not in a component",
    )
    .help(
        "a component holds enum, param, let, assert, allow, output and declarations; the rest \
             stands in the stack",
    )
}

/// A field outside of every block.
pub(crate) fn field_outside(name: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        MISPLACED,
        "a field stands outside of every block",
        name,
        "not in a block",
    )
    .help(format!(
        "a named value is `let {text} = …`; a setting stands in the block of its statement"
    ))
    .fix(format!("write `let {text}`"), name.before(), "let ")
}

/// `name: type` without `param`.
pub(crate) fn name_without_word(name: Span, text: &str) -> Diagnostic {
    Diagnostic::error(
        MISPLACED,
        "a name with a type stands outside of every statement",
        name,
        "no word before it",
    )
    .help(format!(
        "a value that environments may set is `param {text}: …`"
    ))
    .fix(format!("write `param {text}`"), name.before(), "param ")
}

/// The formatter's own check failed.
pub(crate) fn format_changed(span: Span) -> Diagnostic {
    Diagnostic::error(
        FORMAT,
        "the formatter would change what this file means",
        span,
        "left as it is",
    )
    .help("this is a mistake of the formatter: please report it with the file")
}
