//! What is reported of statements that users write.

use super::escalation::Way;
use formwork_diag::{Code, Diagnostic, Span, list_words};

/// A set of actions that gives every right.
pub(super) fn escalation(way: &Way) -> Diagnostic {
    let names: Vec<&str> = way.actions.to_vec();
    let mut found = Diagnostic::error(
        Code("lint::iam_escalation"),
        format!(
            "with {} on any resource one can give oneself every right",
            list_words(&names, "and")
        ),
        way.span,
        "a way to more rights",
    );
    for other in &way.others {
        found = found.label(*other, "with this");
    }
    found.help("name the ARNs it may be used on, or say why it is meant: `allow lint::iam_escalation, \"…\"`")
}

/// Any role may be handed to a service.
pub(super) fn pass_role(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::iam_pass_role"),
        "this may hand any role of the account to a service, an administrator's too",
        span,
        "any role",
    )
    .help("name the roles: `access = [worker.pass]`; or say why it is meant: `allow lint::iam_pass_role, \"…\"`")
}

/// Everything but something.
pub(super) fn all_but(name: &str, span: Span) -> Diagnostic {
    let (what, write) = match name {
        "not_actions" => (
            "every action but these, of services still to come too",
            "actions",
        ),
        _ => ("the actions on everything but these", "resources"),
    };
    Diagnostic::error(
        Code("lint::iam_not_action"),
        format!("this allows {what}"),
        span,
        "all but",
    )
    .help(format!(
        "name what is allowed in `{write}`, or forbid with `effect = deny`; or say why it is meant: `allow lint::iam_not_action, \"…\"`"
    ))
}

/// A statement without actions or resources.
pub(super) fn lacks(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("access::statement"),
        format!("a statement needs `{name}`"),
        span,
        format!("`{name}` is missing"),
    )
    .help(match name {
        "actions" => "write `actions = [\"ses:SendEmail\"]`",
        _ => "write `resources = [\"arn:…\"]`",
    })
}

/// Both what it is about and what it is not.
pub(super) fn both(names: [&str; 2], first: Span, second: Span) -> Diagnostic {
    let [plain, except] = names;
    Diagnostic::error(
        Code("access::statement"),
        format!("a statement has either `{plain}` or `{except}`"),
        second,
        "the second of them",
    )
    .label(first, "the first")
    .help("take one of the two out, or write two statements")
}

/// Neither actions nor resources are named.
pub(super) fn two_exceptions(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("access::statement"),
        "`not_actions` and `not_resources` in one statement say nothing anybody could check",
        span,
        "a second exception",
    )
    .help("name the `actions` or the `resources`")
}
