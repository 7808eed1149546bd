//! Logs of APIs: a line for each request, what API Gateway itself does, and the role by which it may write them.

use super::{PRINCIPAL, arns, errors};
use crate::access::trust;
use crate::kinds::log_group::{retention, retention_field};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::specs::{duration, field};
use crate::values::Read;
use formwork_schema::{Address, Decl, FieldSpec, Node, Type, Value};

/// Kinds whose logs need a role of the account: API Gateway guide, "Permissions for CloudWatch logging".
const BY_ROLE: &[&str] = &["rest_api", "websocket_api"];

/// A line of JSON for each request of an HTTP API: API Gateway guide, "Logging for HTTP APIs".
pub(crate) const HTTP: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime","#,
    r#""route":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength","#,
    r#""latency":"$context.responseLatency","error":"$context.integrationErrorMessage"}"#
);

/// The same of a REST API: API Gateway guide, "Variables for data models, authorizers, mapping templates".
pub(crate) const REST: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime","#,
    r#""method":"$context.httpMethod","path":"$context.resourcePath","status":"$context.status","#,
    r#""bytes":"$context.responseLength","latency":"$context.responseLatency","#,
    r#""key":"$context.identity.apiKeyId","error":"$context.integrationErrorMessage"}"#
);

/// A line for each event of a WebSocket API: API Gateway guide, "WebSocket API mapping template reference".
pub(crate) const WEBSOCKET: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime","#,
    r#""event":"$context.eventType","route":"$context.routeKey","connection":"$context.connectionId","#,
    r#""status":"$context.status","error":"$context.integrationErrorMessage"}"#
);

/// The field of the access log: how long it is kept, or `off`.
pub(crate) fn logs_field() -> FieldSpec {
    let mut field = retention_field("logs");
    field.ty = Type::one_of([duration(), Type::words("access log", &["forever", "off"])]);
    field.doc = "How long the access log is kept, or `off`.".into();
    field
}

/// The fields of the log that API Gateway writes of its own work, and of its metrics.
pub(crate) fn execution_fields() -> Vec<FieldSpec> {
    vec![
        field(
            "execution_logs",
            Type::words("execution log", &["off", "errors", "all"]),
            "What API Gateway logs of its own work, in a group that it makes itself.",
        )
        .default("off"),
        field(
            "data_trace",
            Type::Bool,
            "Whether that log holds whole requests and answers.",
        )
        .default("false"),
    ]
}

fn is_off(decl: &Decl, name: &str) -> bool {
    matches!(decl.fields.get(name).map(|val| &val.value), Some(Value::Word(word)) if &**word == "off")
}

/// The settings of the access log, and the group it goes to; nothing if it is off.
pub(crate) fn access(decl: &Decl, format: &str, out: &mut Lowering<'_>) -> Option<Node> {
    if is_off(decl, "logs") {
        let span = decl.fields.span("logs").unwrap_or(decl.name_span);
        out.lint(decl, errors::no_access_log(span));
        return None;
    }
    let days = retention(decl, "logs", out);
    let group = Props::of(decl).maybe("RetentionInDays", days);
    let group = Emit::part("logs", "AWS::Logs::LogGroup", group.finish());
    let group = out.emit(decl, group);
    let span = decl.name_span;
    let settings = Props::new(span)
        .put("DestinationArn", nodes::attribute(&group, "Arn", span))
        .set("Format", format);
    Some(settings.node())
}

fn level(decl: &Decl) -> Option<&'static str> {
    match decl.fields.word("execution_logs") {
        Some("errors") => Some("ERROR"),
        Some("all") => Some("INFO"),
        _ => None,
    }
}

/// Adds what is logged of the execution to the settings of routes or methods, and judges it.
pub(crate) fn execution(decl: &Decl, props: Props, out: &mut Lowering<'_>) -> Props {
    if decl.fields.flag("data_trace") == Some(true) {
        let at = decl.fields.span("data_trace").unwrap_or(decl.name_span);
        match level(decl) {
            Some(_) => out.lint(decl, errors::data_trace(at)),
            None => out.report(errors::data_trace_without_log(at)),
        }
    }
    levels(decl, props)
}

/// Adds what is logged of the execution to settings.
pub(crate) fn levels(decl: &Decl, props: Props) -> Props {
    let at = |name: &str| decl.fields.span(name).unwrap_or(decl.name_span);
    let traced = decl.fields.flag("data_trace") == Some(true);
    let level = level(decl);
    let level = level.map(|level| nodes::text(level, at("execution_logs")));
    let trace = decl.fields.node("data_trace").filter(|_| traced);
    props
        .maybe("LoggingLevel", level)
        .maybe("DataTraceEnabled", trace)
}

/// Whether an API writes logs by the role of the account.
fn by_role(decl: &Decl) -> bool {
    let execution = matches!(decl.fields.word("execution_logs"), Some("errors" | "all"));
    BY_ROLE.contains(&&*decl.address.kind) && (!is_off(decl, "logs") || execution)
}

/// The setting of the account by which API Gateway may write logs, if the API writes any: one for all APIs of the
/// stack in a region. All stacks of the account share it: it is set if it is empty, and stays when the stack goes.
pub(crate) fn account(decl: &Decl, out: &mut Lowering<'_>) -> Option<Address> {
    if !by_role(decl) {
        return None;
    }
    let home = out.region(decl);
    let mut decls = out.stack.decls.iter();
    let first = decls.find(|other| by_role(other) && out.region(other) == home)?;
    if first.address != decl.address {
        return Some(first.address.part("account"));
    }
    let managed = format!(
        "arn:{}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
        arns::partition(&home)
    );
    let span = decl.name_span;
    let role = Props::of(decl)
        .put("AssumeRolePolicyDocument", trust(PRINCIPAL, None, span))
        .put("ManagedPolicyArns", nodes::texts([managed], span));
    let role = Emit::part("account_role", "AWS::IAM::Role", role.finish());
    let role = out.emit(decl, role.stays());
    let account = Props::of(decl).put("CloudWatchRoleArn", nodes::attribute(&role, "Arn", span));
    let account = Emit::part("account", "AWS::ApiGateway::Account", account.finish());
    Some(out.emit(decl, account.stays().ignoring(&["CloudWatchRoleArn"])))
}
