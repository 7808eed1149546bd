//! The environment variables of a function.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Node, Prop, Val, Value};

/// The most bytes of names and values together: Lambda quotas, "Environment variables".
const MAX_BYTES: usize = 4096;

/// Names that Lambda sets itself: developer guide, "Defined runtime environment variables" (reserved ones).
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// Parts of names that say that the value is secret.
const SECRET_NAMES: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "ACCESS_KEY",
    "CREDENTIAL",
];

/// Sets the environment.
pub(super) fn lower(decl: &Decl, props: Props, out: &mut Lowering<'_>) -> Props {
    let Some(env) = decl.fields.object("env") else {
        return props;
    };
    let span = decl.fields.span("env").unwrap_or(decl.name_span);
    let mut bytes = 0;
    for (name, val) in env.iter() {
        let at = env.name_span(name).unwrap_or(val.span);
        check_name(name, at, out);
        check_secret(decl, name, val, out);
        if let Value::String(text) = &val.value {
            bytes += name.len() + text.len();
        }
    }
    if bytes > MAX_BYTES {
        let at = decl.fields.name_span("env").unwrap_or(span);
        out.report(errors::env_size(bytes, MAX_BYTES, at));
    }
    let variables = Node::new(Prop::Map(nodes::properties(env)), span);
    props.put("Environment", Node::map([("Variables", variables)], span))
}

fn check_name(name: &str, span: Span, out: &mut Lowering<'_>) {
    if RESERVED.contains(&name) {
        out.report(errors::env_reserved(name, span));
        return;
    }
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let rest = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !first || !rest || name.len() < 2 {
        out.report(errors::env_name(name, span));
    }
}

/// A text written in the file, under a name that says it is secret, or of a secret's form.
pub(crate) fn check_secret(decl: &Decl, name: &str, val: &Val, out: &mut Lowering<'_>) {
    let Value::String(text) = &val.value else {
        return;
    };
    let upper = name.to_ascii_uppercase();
    let named = SECRET_NAMES.iter().any(|part| upper.contains(part));
    let plain_name = upper.ends_with("_ARN") || upper.ends_with("_NAME") || upper.ends_with("_ID");
    if (named && !plain_name && !text.is_empty()) || looks_secret(text) {
        out.lint(decl, errors::secret_in_env(name, val.written()));
    }
}

/// AWS access keys and PEM private keys have forms of their own.
fn looks_secret(text: &str) -> bool {
    let key_id = ["AKIA", "ASIA"]
        .iter()
        .any(|prefix| text.starts_with(prefix));
    let upper = text
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (key_id && upper && text.len() == 20)
        || (text.contains("-----BEGIN") && text.contains("PRIVATE KEY"))
}
