//! `rest_api`: a REST API of API Gateway, imported whole from an OpenAPI document; its keys, plans, stage and cache.

mod cors;
mod document;
mod errors;
mod reach;
mod security;
mod spec;
mod stage;
mod targets;
mod validation;

use crate::access::Statement;
use crate::cost::{Charge, Costed, HOURS};
use crate::existing::Lookup;
use crate::gateways::{arns, auth, cors as origins, domain, keys, plans, services, snapshot};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, KindSpec, Member, Node};

/// The computed attribute that is the URL of the stage.
const URL: &str = "url";
/// The computed attribute that is the ARN of calls.
const ARN: &str = "arn";

/// The kind `rest_api`.
pub(crate) struct RestApi;

impl Kind for RestApi {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let requests = of.used("requests_per_month");
        let mut charges = vec![Charge::used("requests", "apigateway.rest", requests)];
        for stage in of.of_type("AWS::ApiGateway::Stage") {
            if let Some(size) = stage.text("CacheClusterSize") {
                let price = format!("apigateway.rest.cache.{size}");
                charges.push(Charge::fixed("cache", price, HOURS));
            }
        }
        Some(charges)
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        services::note(decl, out);
        for route in keys::routes(decl) {
            if let Some(function) = route.function() {
                let _ = out.admit(&function.address, &keys::caller(decl, &route, out));
            }
        }
        auth::admit(decl, out);
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            "AWS::ApiGateway::RestApi",
            &[
                ("id", "RestApiId", "Its id."),
                ("name", "Name", "Its name."),
            ],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        origins::check(decl, out);
        let role = services::role(decl, out);
        let (body, ready) = document::document(decl, role.as_ref(), out);
        api(decl, body, out);
        let (deployment, canary) = deployments(decl, ready, out);
        let stage = stage::emit(decl, &deployment, canary.as_ref(), out);
        let asking = plans::asking(decl, &keys::routes(decl));
        plans::emit(decl, &stage, asking, out);
        guard(decl, &stage, out);
        let domain = decl.fields.object("domain");
        if let Some(tls) = domain.filter(|domain| domain.word("tls") == Some("tls10")) {
            let span = tls.span("tls").unwrap_or(decl.name_span);
            out.lint(decl, errors::old_tls(span));
        }
        domain::emit_rest(decl, &stage, reach::is_edge(decl), out);
    }

    fn seal(&self, decl: &Decl, out: &mut Lowering<'_>) {
        for part in [stage::DEPLOYMENT, stage::CANARY] {
            snapshot::seal(decl, part, [decl.address.clone()], out);
        }
    }

    fn composed(&self, decl: &Decl, property: &str, out: &Lowering<'_>) -> Option<Node> {
        match property {
            URL => Some(arns::url(decl, "https://", out)),
            ARN => Some(arns::execute(decl, decl.name_span, out)),
            _ => None,
        }
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "Name"),
            ("description", "Description"),
            ("binary", "BinaryMediaTypes"),
            ("compress_above", "MinimumCompressionSize"),
        ]
    }

    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let Some(decl) = out.decl(&verb.of.address) else {
            return Vec::new();
        };
        let arn = arns::execute(decl, span, out);
        let all = [
            arn,
            nodes::text("/", span),
            arns::stage(decl),
            nodes::text("/*", span),
        ];
        vec![Statement::allow(
            ["execute-api:Invoke"],
            [nodes::concat(all, span)],
            span,
        )]
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (name, statistic, share_of) = match name {
            "requests" => ("Count", "Sum", None),
            "client_errors" => ("4XXError", "Sum", Some("Count")),
            "server_errors" => ("5XXError", "Sum", Some("Count")),
            "latency" => ("Latency", "p99", None),
            "target_latency" => ("IntegrationLatency", "p99", None),
            "cache_hits" => ("CacheHitCount", "Sum", Some("Count")),
            "cache_misses" => ("CacheMissCount", "Sum", Some("Count")),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/ApiGateway",
            name,
            dimensions: vec![("ApiName", nodes::attribute(of, "Name", span))],
            statistic,
            share_of,
            unit: "ms",
        })
    }
}

fn api(decl: &Decl, body: Node, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let source = fields.node("key_from").and_then(|node| {
        let asked = fields.word("key_from") == Some("authorizer");
        asked.then(|| nodes::text("AUTHORIZER", node.span))
    });
    let hidden = fields.node("only_domain");
    let hidden = hidden.filter(nodes::other_than(false));
    let props = Props::of(decl)
        .maybe("Name", fields.node("name"))
        .maybe("Description", fields.node("description"))
        .put("Body", body)
        .put("EndpointConfiguration", reach::configuration(decl, out))
        .maybe("Policy", reach::allowed(decl, out))
        .maybe("BinaryMediaTypes", fields.node("binary"))
        .maybe(
            "MinimumCompressionSize",
            fields.amount("compress_above", "B"),
        )
        .maybe("ApiKeySourceType", source)
        .maybe("DisableExecuteApiEndpoint", hidden);
    out.emit(decl, Emit::main("AWS::ApiGateway::RestApi", props.finish()));
}

/// The deployment that is served, and the canary's. While there is a canary, what is served stays as it was.
fn deployments(
    decl: &Decl,
    ready: Vec<Address>,
    out: &mut Lowering<'_>,
) -> (Address, Option<Address>) {
    let canary = decl.fields.object("canary").is_some();
    let mut emit = |part: &str, frozen: bool| {
        snapshot::emit(
            decl,
            part,
            "AWS::ApiGateway::Deployment",
            (frozen, ready.clone()),
            out,
        )
    };
    let served = emit(stage::DEPLOYMENT, canary);
    (served, canary.then(|| emit(stage::CANARY, false)))
}

/// Puts the stage behind a web ACL.
fn guard(decl: &Decl, stage: &Address, out: &mut Lowering<'_>) {
    let Some(acl) = decl.fields.node("waf") else {
        return;
    };
    let span = acl.span;
    let home = out.region(decl);
    let begin = format!(
        "arn:{}:apigateway:{home}::/restapis/",
        arns::partition(&home)
    );
    let arn = [
        nodes::text(&begin, span),
        arns::id(decl, span),
        nodes::text("/stages/", span),
        nodes::attribute(stage, "StageName", span),
    ];
    let props = Props::new(span)
        .put("ResourceArn", nodes::concat(arn, span))
        .put("WebACLArn", acl);
    let guard = Emit::part("waf", "AWS::WAFv2::WebACLAssociation", props.finish());
    out.emit(decl, guard.after([stage.clone()]));
}
