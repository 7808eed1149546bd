//! What code may do: members of declarations that are permissions, events or metrics.

use super::{article, meant};
use formwork_diag::{Code, Diagnostic, Span, nearest};

const VERB: Code = Code("access::verb");

/// What was looked for, and what its kind offers.
pub(crate) struct Missing<'a> {
    pub kind: &'a str,
    pub name: &'a str,
    pub span: Span,
    /// The declared name and where it stands, if the text names one.
    pub of: Option<(&'a str, Span)>,
    /// What the kind offers there, as it would be written.
    pub offered: Vec<&'a str>,
    /// Other kinds that have this member.
    pub elsewhere: Vec<&'a str>,
}

pub(crate) fn verb(missing: &Missing<'_>) -> Diagnostic {
    let Missing {
        kind,
        name,
        span,
        of,
        offered,
        elsewhere,
    } = missing;
    let near = nearest(name, offered.iter().copied());
    let mut help = format!("{} offers: {}", article(kind), offered.join(", "));
    if let Some(near) = near {
        help = format!("did you mean `{near}`?  {help}");
    } else if offered.is_empty() {
        help = meant(None, &[], &article(kind));
    } else if let Some(other) = elsewhere.first() {
        help.push_str(&format!(".  `{name}` is for {other}s"));
    }
    let label = of.map_or_else(
        || "no such member".to_owned(),
        |(of, _)| format!("`{of}` is {}", article(kind)),
    );
    let mut diagnostic = Diagnostic::error(
        VERB,
        format!("{} has no `{name}`", article(kind)),
        *span,
        label,
    )
    .help(help);
    if let Some((of, declared)) = of {
        diagnostic = diagnostic.label(*declared, format!("`{of}` is declared here"));
    }
    match near {
        Some(near) if !near.contains('(') => diagnostic.fix(format!("write `{near}`"), *span, near),
        _ => diagnostic,
    }
}
