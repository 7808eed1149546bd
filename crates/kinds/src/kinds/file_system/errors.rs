//! What is reported of a file system.

use super::spec::AGES;
use formwork_diag::{Code, Diagnostic, Severity, Span, list_words, nearest, safe};
use formwork_schema::{Address, Quantity};

/// An age at which EFS moves nothing.
pub(super) fn age(given: Quantity, span: Span) -> Diagnostic {
    let all: Vec<String> = AGES.iter().map(|days| format!("`{days}d`")).collect();
    Diagnostic::error(
        Code("aws::efs_age"),
        format!("files cannot move after {given}"),
        span,
        "not one of EFS's ages",
    )
    .help(format!("write one of {}", all.join(", ")))
}

/// Files that would be archived before they are moved.
pub(super) fn archived_first(first: Quantity, second: Quantity, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::efs_age"),
        format!("files would be archived after {second}, before they move after {first}"),
        span,
        "too early",
    )
    .help(format!("write more than {first}"))
}

/// More operations at once with elastic throughput.
pub(super) fn max_io(span: Span, throughput: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("aws::efs_mode"),
        "`max_io` does not go with elastic throughput",
        span,
        "needs another throughput",
    );
    let found = match throughput {
        Some(at) => found.label(at, "elastic"),
        None => found,
    };
    found.help("take it out (elastic file systems have as many operations), or write `throughput = bursting`")
}

/// An access point that is not there.
pub(super) fn no_access_point(of: &Address, name: &str, names: &[&str], span: Span) -> Diagnostic {
    let found = Diagnostic::error(
        Code("access::access_point"),
        format!("`{}` has no access point `{}`", of.label, safe(name)),
        span,
        "no such access point",
    );
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match (nearest(name, names.iter().copied()), names) {
        (Some(near), _) => found.help(format!("did you mean `\"{near}\"`?")),
        (None, []) => found.help(format!(
            "write `access_points {{ {} {{ path = \"/{}\" }} }}` in `{}`",
            safe(name),
            safe(name),
            of.label
        )),
        (None, _) => found.help(format!("it has {}", list_words(&quoted, "and"))),
    }
}

/// Subnets that are not known at plan.
pub(super) fn subnets_not_known(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("network::subnets"),
        "the subnets must be known at plan: each gets a mount target",
        span,
        "known after apply only",
    )
    .help("write the ids out: `vpc(id = \"…\", subnets = [\"subnet-…\"])`, or name a `network` of the stack")
}

/// No backups.
pub(super) fn no_backups(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_backup"),
        Severity::Warning,
        "files that are overwritten or deleted are gone",
    )
    .label(span, "keeps no copies")
    .help("take it out, or say why: `allow lint::no_backup, \"…\"`")
}
