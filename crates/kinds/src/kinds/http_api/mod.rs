//! `http_api`: an HTTP API of API Gateway, its routes, who may call them, and how often.

mod authorizers;
mod domain;
mod errors;
mod fields;
mod routes;

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::kinds::log_group::{retention, retention_field};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::specs::{attribute, monthly, usage};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{
    Address, AttributeSpec, Decl, Dimension, KindSpec, Member, MetricSpec, Node, Type, Value,
    VerbSpec,
};

/// The kind `http_api`.
pub(crate) struct HttpApi;

impl Kind for HttpApi {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "http_api",
            doc: "An HTTP API of API Gateway: routes to functions and URLs.",
            fields: fields::fields(),
            attributes: attributes(),
            verbs: vec![VerbSpec {
                name: "call",
                parameters: Vec::new(),
                nested: Vec::new(),
                doc: "Call routes whose `auth` is `iam`.",
            }],
            events: Vec::new(),
            metrics: metrics(),
            usage: usage(vec![monthly("requests_per_month", "Requests a month.")]),
        }
    }

    fn wire(&self, decl: &Decl, out: &mut Lowering<'_>) {
        routes::admit(decl, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let requests = of.used("requests_per_month");
        Some(vec![Charge::used("requests", "apigateway.http", requests)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        fields::check_cors(decl, out);
        let props = Props::of(decl)
            .maybe("Name", fields.node("name"))
            .set("ProtocolType", "HTTP")
            .maybe("Description", fields.node("description"))
            .maybe("CorsConfiguration", fields::cors(decl))
            .maybe("DisableExecuteApiEndpoint", fields.node("only_domain"));
        let api = out.emit(decl, Emit::main("AWS::ApiGatewayV2::Api", props.finish()));
        let authorizers = authorizers::emit(decl, &api, out);
        let routes = routes::emit(decl, &api, &authorizers, out);
        stage(decl, &api, &routes, out);
        domain::emit(decl, &api, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "Name"),
            ("description", "Description"),
            ("cors", "CorsConfiguration"),
        ]
    }

    fn statements(&self, verb: &Member, _out: &mut Lowering<'_>) -> Vec<Statement> {
        let arn = nodes::attribute(&verb.of.address, "ExecuteApiArn", verb.name_span);
        vec![Statement::allow(
            ["execute-api:Invoke"],
            [nodes::suffixed(arn, "/*")],
            verb.name_span,
        )]
    }

    fn metric(&self, name: &str, of: &Address, span: Span) -> Option<MetricSource> {
        let (name, statistic, share_of) = match name {
            "client_errors" => ("4xx", "Sum", Some("Count")),
            "server_errors" => ("5xx", "Sum", Some("Count")),
            "requests" => ("Count", "Sum", None),
            "latency" => ("Latency", "p99", None),
            _ => return None,
        };
        Some(MetricSource {
            namespace: "AWS/ApiGateway",
            name,
            dimensions: vec![("ApiId", nodes::attribute(of, "ApiId", span))],
            statistic,
            share_of,
            unit: "ms",
        })
    }
}

fn attributes() -> Vec<AttributeSpec> {
    vec![
        attribute("url", "ApiEndpoint", "Its URL."),
        attribute("id", "ApiId", "Its id."),
        attribute(
            "arn",
            "ExecuteApiArn",
            "The ARN by which calls are allowed.",
        ),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    vec![
        MetricSpec {
            name: "requests",
            limit: Type::Number,
            doc: "Requests.",
        },
        MetricSpec {
            name: "client_errors",
            limit: Type::Number,
            doc: "Answers of the 400s.",
        },
        MetricSpec {
            name: "server_errors",
            limit: Type::Number,
            doc: "Answers of the 500s.",
        },
        MetricSpec {
            name: "latency",
            limit: Type::Quantity(Dimension::Duration),
            doc: "The slowest of a hundred.",
        },
    ]
}

/// The `$default` stage: deploys every change by itself, throttles, logs.
fn stage(decl: &Decl, api: &Address, routes: &routes::Emitted, out: &mut Lowering<'_>) {
    let span = decl.name_span;
    let logs = access_logs(decl, out);
    let default = fields::throttle(decl.fields.object("throttle"), span);
    if default.is_none() {
        out.lint(decl, errors::no_throttle(span));
    }
    let props = Props::of(decl)
        .put("ApiId", nodes::attribute(api, "ApiId", span))
        .set("StageName", "$default")
        .set("AutoDeploy", true)
        .maybe("DefaultRouteSettings", default)
        .maybe("RouteSettings", routes.settings(span))
        .maybe("AccessLogSettings", logs);
    let stage = Emit::part("stage", "AWS::ApiGatewayV2::Stage", props.finish());
    out.emit(decl, stage.after(routes.addresses.iter().cloned()));
}

/// One line of JSON for each request: API Gateway developer guide, "Logging for HTTP APIs".
const LOG_FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime","#,
    r#""route":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength","#,
    r#""latency":"$context.responseLatency","error":"$context.integrationErrorMessage"}"#
);

fn access_logs(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    if let Some(val) = decl.fields.get("logs")
        && matches!(&val.value, Value::Word(word) if &**word == "off")
    {
        out.lint(decl, errors::no_access_log(val.span));
        return None;
    }
    let span = decl.name_span;
    let days = retention(decl, "logs", out);
    let group = Props::of(decl).maybe("RetentionInDays", days);
    let group = out.emit(
        decl,
        Emit::part("logs", "AWS::Logs::LogGroup", group.finish()),
    );
    let settings = Props::new(span)
        .put("DestinationArn", nodes::attribute(&group, "Arn", span))
        .set("Format", LOG_FORMAT);
    Some(settings.node())
}

/// The field of the access log: how long it is kept, or `off`.
fn logs_field() -> formwork_schema::FieldSpec {
    let mut field = retention_field("logs");
    field.ty = Type::one_of([
        Type::Quantity(Dimension::Duration),
        Type::words("access log", &["forever", "off"]),
    ]);
    field.doc = "How long the access log is kept, or `off`.".into();
    field
}
