//! What is reported of a table.

use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, nearest, safe};

/// One attribute with two types.
pub(super) fn two_types(name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::table_keys"),
        format!("`{}` has two types", safe(name)),
        second,
        "another type here …",
    )
    .label(first, "… than here")
    .help("an attribute has one type in all keys and indexes of a table")
}

/// A name that no index can have.
pub(super) fn index_name(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::table_index"),
        format!("`{}` cannot be the name of an index", safe(name)),
        span,
        "not 3 to 255 letters, digits, `_`, `.` and `-`",
    )
    .help("choose a longer name, such as `by_status`")
}

/// Local indexes of a table without a sort key.
pub(super) fn local_without_sort(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::table_keys"),
        "a table without `sort_key` cannot have local indexes",
        span,
        "needs a sort key in the table",
    )
    .help("add a `sort_key` to the table, or use `indexes`")
}

/// Capacity of an index of a table that is paid by request.
pub(super) fn index_capacity(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::table_capacity"),
        "this table is paid for by request, so its indexes have no capacity",
        span,
        "has no meaning here",
    )
    .help("take it out, or write `capacity = provisioned(read = …, write = …)` in the table")
}

/// An index that is not there.
pub(super) fn no_index(table: &str, name: &str, names: &[&str], span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code("access::index"),
        format!("`{table}` has no index `{}`", safe(name)),
        span,
        "no such index",
    );
    match nearest(name, names.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `\"{near}\"`?")).fix(
            format!("write `\"{near}\"`"),
            span,
            format!("\"{near}\""),
        ),
        None if names.is_empty() => diagnostic.help(format!("`{table}` has no `indexes`")),
        None => diagnostic.help(format!("it has {}", list_words(names, "and"))),
    }
}

/// No point-in-time recovery.
pub(super) fn no_recovery(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_recovery"),
        Severity::Advice,
        "what is overwritten or deleted in this table is gone",
    )
    .label(span, "no point-in-time recovery")
    .help("write `recovery = true`")
}

/// No protection from deletion.
pub(super) fn no_protection(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_deletion_protection"),
        Severity::Advice,
        "this table can be deleted with everything in it",
    )
    .label(span, "not protected")
    .help("write `protect = true`, or `deletion_protection = true` to make AWS refuse")
}
