//! Which web pages may call an API from a browser.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::specs::{between, duration, field, items, object};
use crate::values::Read;
use formwork_schema::{Decl, FieldSpec, Node, Type, Val, Value};

/// The words of HTTP methods, and what they become.
const METHODS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("head", "HEAD"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("any", "*"),
];

/// The field.
pub(crate) fn cors_field() -> FieldSpec {
    field(
        "cors",
        object("cors", fields()),
        "Which web pages may call it from a browser.",
    )
}

fn fields() -> Vec<FieldSpec> {
    let words: Vec<&str> = METHODS.iter().map(|(word, _)| *word).collect();
    vec![
        field(
            "origins",
            Type::String.list(),
            "The pages' origins, or `\"*\"`.",
        )
        .required()
        .constraint(items(1, 100)),
        field(
            "methods",
            Type::words("method", &words).list(),
            "The methods they may use.",
        )
        .default("[get]"),
        field("headers", Type::String.list(), "The headers they may send."),
        field("expose", Type::String.list(), "The headers they may read."),
        field(
            "max_age",
            duration(),
            "How long a browser may remember this.",
        )
        .constraint(between(
            nodes::seconds(0),
            nodes::days(1),
            Some(nodes::seconds(1)),
        )),
        field("credentials", Type::Bool, "Whether cookies are sent.").default("false"),
    ]
}

/// The methods as HTTP has them; `GET` when none are given.
pub(crate) fn methods(decl: &Decl) -> Vec<&'static str> {
    let cors = decl.fields.object("cors");
    match cors.filter(|cors| cors.get("methods").is_some()) {
        Some(cors) => cors.items("methods").iter().filter_map(method).collect(),
        None => vec!["GET"],
    }
}

fn method(val: &Val) -> Option<&'static str> {
    let Value::Word(word) = &val.value else {
        return None;
    };
    let known = METHODS.iter().find(|(known, _)| *known == &**word);
    known.map(|(_, sent)| *sent)
}

/// `CorsConfiguration` of an HTTP API.
pub(crate) fn configuration(decl: &Decl) -> Option<Node> {
    let cors = decl.fields.object("cors")?;
    let span = decl.fields.span("cors")?;
    let props = Props::new(span)
        .maybe("AllowOrigins", cors.node("origins"))
        .put(
            "AllowMethods",
            nodes::texts(methods(decl), cors.span("methods").unwrap_or(span)),
        )
        .maybe("AllowHeaders", cors.node("headers"))
        .maybe("ExposeHeaders", cors.node("expose"))
        .maybe("MaxAge", cors.amount("max_age", "s"))
        .maybe("AllowCredentials", cors.node("credentials"));
    Some(props.node())
}

/// Any origin together with credentials is refused by AWS and by every browser; an origin has no path.
pub(crate) fn check(decl: &Decl, out: &mut Lowering<'_>) {
    let Some(cors) = decl.fields.object("cors") else {
        return;
    };
    let mut any = None;
    for val in cors.items("origins") {
        if let Value::String(text) = &val.value {
            match &**text {
                "*" => any = any.or(Some(val.span)),
                origin if is_origin(origin) => {}
                other => out.report(errors::cors_origin(other, val.span)),
            }
        }
    }
    if let (Some(any), Some(true), Some(credentials)) =
        (any, cors.flag("credentials"), cors.span("credentials"))
    {
        out.report(errors::cors_credentials(any, credentials));
    }
}

/// Whether a text is what browsers send as `Origin`: a scheme and a host, perhaps a port.
fn is_origin(text: &str) -> bool {
    match text.split_once("://") {
        Some((scheme, host)) => {
            !scheme.is_empty() && !host.is_empty() && !host.contains(['/', ' ', '"'])
        }
        None => text == "null",
    }
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn origins_have_a_scheme_and_no_path() {
        for good in [
            "https://a.example",
            "http://localhost:3000",
            "https://*",
            "null",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "a.example",
            "https://a.example/",
            "https://a.example/x",
            "https://",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
