//! What is reported of a bucket.

use crate::triggers::{Notification, known_argument};
use crate::values::Read;
use formwork_diag::{Code, Diagnostic, Severity, Span, safe};
use formwork_schema::{Fields, Quantity, Value};

/// Two notifications for one object.
pub(super) fn overlap(bucket: &str, first: &Notification, second: &Notification) -> Diagnostic {
    Diagnostic::error(
        Code("trigger::overlap"),
        format!(
            "`{bucket}` would start both `{}` and `{}` for one object, which S3 refuses",
            first.consumer.label, second.consumer.label
        ),
        second.span,
        format!("{} start `{}` …", objects(second), second.consumer.label),
    )
    .label(
        first.span,
        format!("… and {} start `{}`", objects(first), first.consumer.label),
    )
    .help("give them prefixes or suffixes that cannot both match, or send the event to a `topic` that both listen to")
}

fn objects(notification: &Notification) -> String {
    let part =
        |name: &str| known_argument(&notification.event, name).filter(|text| !text.is_empty());
    match (part("prefix"), part("suffix")) {
        (Some(prefix), Some(suffix)) => {
            format!("objects \"{}…{}\"", safe(prefix), safe(suffix))
        }
        (Some(prefix), None) => format!("objects \"{}…\"", safe(prefix)),
        (None, Some(suffix)) => format!("objects \"…{}\"", safe(suffix)),
        (None, None) => "all objects".to_owned(),
    }
}

/// A place to archive to, and no time.
pub(super) fn archive_when(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::lifecycle"),
        "`archive_to` says where, but not when",
        span,
        "`archive_after` is missing",
    )
    .help("write `archive_after = 90d`")
}

/// Objects that are deleted before they are archived.
pub(super) fn expires_first(archived: Quantity, gone: Quantity, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("aws::lifecycle"),
        format!("objects would go after {gone}, before they are archived after {archived}"),
        span,
        "too early",
    )
    .help(format!(
        "write more than {archived}, or take `archive_after` out"
    ))
}

/// Whether any origin may write: the places of origin and method.
pub(super) fn open_write(cors: &Fields) -> Option<(Span, Span)> {
    let any = cors
        .items("origins")
        .iter()
        .find(|val| val.value == Value::from("*"))?;
    let writes = cors.items("methods").iter().find(|val| {
        matches!(&val.value, Value::Word(word) if matches!(&**word, "put" | "post" | "delete"))
    })?;
    Some((any.span, writes.span))
}

/// Any origin may write.
pub(super) fn open_cors(origin: Span, writes: Span) -> Diagnostic {
    Diagnostic::error(
        Code("lint::open_cors"),
        "pages of any origin may change objects",
        origin,
        "any origin …",
    )
    .label(writes, "… may do this")
    .help(
        "name the origins: `[\"https://example.com\"]`; or say why: `allow lint::open_cors, \"…\"`",
    )
}

/// No versions.
pub(super) fn no_versioning(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::no_versioning"),
        Severity::Advice,
        "an object that is overwritten or deleted is gone",
    )
    .label(span, "keeps no versions")
    .help("write `versioning = true`, or `versioning = false` to say that it is meant")
}
