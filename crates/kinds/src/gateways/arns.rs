//! ARNs and hosts of APIs: made of the account, the region and the API's id.

use crate::lowering::Lowering;
use crate::nodes;
use formwork_catalog::region;
use formwork_diag::Span;
use formwork_schema::{Decl, Node};

/// The partition of a region: `aws`.
pub(crate) fn partition(home: &str) -> &'static str {
    region(home).map_or("aws", |region| region.partition.as_str())
}

/// The property that is the id of an API.
pub(crate) fn id_property(decl: &Decl) -> &'static str {
    match &*decl.address.kind {
        "rest_api" => "RestApiId",
        _ => "ApiId",
    }
}

/// The id of an API.
pub(crate) fn id(decl: &Decl, span: Span) -> Node {
    nodes::attribute(&decl.address, id_property(decl), span)
}

/// The ARN by which calls of an API are named: `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3`.
pub(crate) fn execute(decl: &Decl, span: Span, out: &Lowering<'_>) -> Node {
    if &*decl.address.kind != "rest_api" {
        return nodes::attribute(&decl.address, "ExecuteApiArn", span);
    }
    let home = out.region(decl);
    let before = format!("arn:{}:execute-api:{home}:", partition(&home));
    let parts = [
        nodes::text(&before, span),
        out.account(span),
        nodes::text(":", span),
        id(decl, span),
    ];
    nodes::concat(parts, span)
}

/// How API Gateway names the start of a function: `arn:aws:apigateway:…:lambda:path/…/functions/ARN/invocations`.
pub(crate) fn invocation(decl: &Decl, function: Node, out: &Lowering<'_>) -> Node {
    let span = function.span;
    let begin = action(decl, "lambda:path/2015-03-31/functions/", out);
    let parts = [
        nodes::text(&begin, span),
        function,
        nodes::text("/invocations", span),
    ];
    nodes::concat(parts, span)
}

/// How API Gateway names an action of a service: `arn:aws:apigateway:eu-west-1:sqs:path/…`.
pub(crate) fn action(decl: &Decl, what: &str, out: &Lowering<'_>) -> String {
    let home = out.region(decl);
    format!("arn:{}:apigateway:{home}:{what}", partition(&home))
}

/// The host of an API: `a1b2c3.execute-api.eu-west-1.amazonaws.com`.
fn host(decl: &Decl, span: Span, out: &Lowering<'_>) -> Node {
    let home = out.region(decl);
    let suffix = region(&home).map_or("amazonaws.com", |region| region.suffix.as_str());
    nodes::suffixed(id(decl, span), &format!(".execute-api.{home}.{suffix}"))
}

/// The URL of an API's stage.
pub(crate) fn url(decl: &Decl, scheme: &str, out: &Lowering<'_>) -> Node {
    let span = decl.name_span;
    let parts = [
        nodes::text(scheme, span),
        host(decl, span, out),
        nodes::text("/", span),
        stage(decl),
    ];
    nodes::concat(parts, span)
}

/// The name of an API's stage.
pub(crate) fn stage(decl: &Decl) -> Node {
    let given = decl.fields.get("stage").and_then(nodes::node);
    given.unwrap_or_else(|| nodes::text(super::STAGE, decl.name_span))
}
