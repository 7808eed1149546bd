//! `websocket_api`: a WebSocket API of API Gateway, who may connect to it, and what answers messages.

mod connect;
mod errors;
mod routes;
mod spec;

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::gateways::{arns, auth, domain, logs, plans, services, throttle};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, KindSpec, Member, Node};

/// The computed attribute that is the URL clients connect to.
const URL: &str = "url";
/// The computed attribute that is the URL at which connections are managed.
const MANAGEMENT_URL: &str = "management_url";

/// The kind `websocket_api`.
pub(crate) struct WebsocketApi;

impl Kind for WebsocketApi {
    fn spec(&self) -> KindSpec {
        spec::spec()
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        services::note(decl, out);
        routes::admit(decl, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let used = |name| of.used(name);
        Some(vec![
            Charge::used(
                "messages",
                "apigateway.websocket.messages",
                used("messages_per_month"),
            ),
            Charge::used(
                "minutes of connections",
                "apigateway.websocket.connection",
                used("connection_minutes_per_month"),
            ),
        ])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        auth::check(decl, out);
        let key_source = fields.word("key_from").map(|word| match word {
            "authorizer" => "$context.authorizer.usageIdentifierKey",
            _ => "$request.header.x-api-key",
        });
        let at = |name: &str| fields.span(name).unwrap_or(decl.name_span);
        let props = Props::of(decl)
            .maybe("Name", fields.node("name"))
            .set("ProtocolType", "WEBSOCKET")
            .put("RouteSelectionExpression", routes::selection(decl))
            .maybe(
                "ApiKeySelectionExpression",
                key_source.map(|source| nodes::text(source, at("key_from"))),
            )
            .maybe("Description", fields.node("description"))
            .maybe("DisableExecuteApiEndpoint", fields.node("only_domain"));
        out.emit(decl, Emit::main("AWS::ApiGatewayV2::Api", props.finish()));
        let door = connect::door(decl, out);
        let routes = routes::emit(decl, &door, out);
        let stage = stage(decl, &routes, out);
        plans::emit(decl, &stage, door.asking, out);
        domain::emit(decl, &stage, out);
    }

    fn composed(&self, decl: &Decl, property: &str, out: &Lowering<'_>) -> Option<Node> {
        match property {
            URL => Some(arns::url(decl, "wss://", out)),
            MANAGEMENT_URL => Some(arns::url(decl, "https://", out)),
            _ => None,
        }
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "Name"),
            ("description", "Description"),
            ("route_by", "RouteSelectionExpression"),
        ]
    }

    /// Service Authorization Reference, "Amazon API Gateway" and "… Management"; API Gateway guide, "Use IAM
    /// authorization for WebSocket APIs".
    fn statements(&self, verb: &Member, out: &mut Lowering<'_>) -> Vec<Statement> {
        let span = verb.name_span;
        let Some(decl) = out.decl(&verb.of.address) else {
            return Vec::new();
        };
        let (action, end) = match &*verb.name {
            "manage" => ("execute-api:ManageConnections", "/*/@connections/*"),
            "send" => ("execute-api:ManageConnections", "/POST/@connections/*"),
            _ => ("execute-api:Invoke", "/$connect"),
        };
        let of = [
            arns::execute(decl, span, out),
            nodes::text("/", span),
            arns::stage(decl),
            nodes::text(end, span),
        ];
        vec![Statement::allow([action], [nodes::concat(of, span)], span)]
    }

    /// API Gateway guide, "Monitor WebSocket API execution with CloudWatch metrics".
    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (name, statistic) = match name {
            "connections" => ("ConnectCount", "Sum"),
            "messages" => ("MessageCount", "Sum"),
            "client_errors" => ("ClientError", "Sum"),
            "target_errors" => ("IntegrationError", "Sum"),
            "server_errors" => ("ExecutionError", "Sum"),
            "target_latency" => ("IntegrationLatency", "p99"),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/ApiGateway",
            name,
            dimensions: vec![("ApiId", nodes::attribute(of, "ApiId", span))],
            statistic,
            share_of: None,
            unit: "ms",
        })
    }
}

/// The stage. It deploys every change by itself: a deployment of our own would be made before a route that is taken
/// out is gone, and still hold it.
fn stage(decl: &Decl, routes: &routes::Emitted, out: &mut Lowering<'_>) -> Address {
    let span = decl.name_span;
    let account = logs::account(decl, out);
    let logs = logs::access(decl, logs::WEBSOCKET, out);
    throttle::check(decl, out);
    let shared = throttle::settings(decl.fields.object("throttle"), span);
    let shared = shared.unwrap_or_else(|| Props::new(span));
    let shared = logs::execution(decl, shared, out).maybe(
        "DetailedMetricsEnabled",
        decl.fields.node("metrics").filter(nodes::other_than(false)),
    );
    let own = routes.settings(&|props| {
        logs::levels(decl, props)
            .maybe(
                "DetailedMetricsEnabled",
                decl.fields.node("metrics").filter(nodes::other_than(false)),
            )
            .node()
    });
    let props = Props::of(decl)
        .put("ApiId", arns::id(decl, span))
        .put("StageName", arns::stage(decl))
        .set("AutoDeploy", true)
        .maybe(
            "DefaultRouteSettings",
            (!shared.is_empty()).then(|| shared.node()),
        )
        .maybe("RouteSettings", own)
        .maybe("AccessLogSettings", logs)
        .maybe("StageVariables", decl.fields.node("variables"));
    let stage = Emit::part("stage", "AWS::ApiGatewayV2::Stage", props.finish());
    out.emit(
        decl,
        stage.after(routes.addresses.iter().cloned().chain(account)),
    )
}
