//! Secrets where something else is expected.

use super::{Origin, article, from_origin};
use formwork_diag::{Code, Diagnostic, Span};

const TEXT: Code = Code("secret::text");

/// A secret where a value is taken that can be read.
pub(crate) fn text(name: Option<&str>, wanted: &str, span: Span, origin: Origin) -> Diagnostic {
    let name = name.unwrap_or("stripe_key");
    let error = Diagnostic::error(
        TEXT,
        format!(
            "a secret cannot become {}: its value would be readable here",
            article(wanted)
        ),
        span,
        "a secret",
    );
    from_origin(error, origin).help(format!(
        "give the code its ARN and let it ask for the value: `{name}.arn`, with `access = [{name}.read]`"
    ))
}
