//! `http_api`: an HTTP API of API Gateway, its routes, who may call them, and how often.

mod authorizers;
mod fields;
mod links;
mod routes;

use crate::access::Statement;
use crate::cost::{Charge, Costed};
use crate::existing::Lookup;
use crate::gateways::{arns, cors, domain, logs, services, throttle};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props};
use crate::registry::Kind;
use crate::specs::{attribute, monthly, usage};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{
    Address, AttributeSpec, Decl, Dimension, KindSpec, Member, MetricSpec, Type, VerbSpec,
};

/// The kind `http_api`.
pub(crate) struct HttpApi;

impl Kind for HttpApi {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "http_api",
            doc: "An HTTP API of API Gateway: routes to functions, services, queues and URLs.",
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
        services::note(decl, out);
        routes::admit(decl, out);
        links::wire(decl, out);
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let requests = of.used("requests_per_month");
        Some(vec![Charge::used("requests", "apigateway.http", requests)])
    }

    fn lookup(&self) -> Option<Lookup> {
        Some(Lookup::by(
            "AWS::ApiGatewayV2::Api",
            &[("id", "ApiId", "Its id."), ("name", "Name", "Its name.")],
        ))
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        cors::check(decl, out);
        let props = Props::of(decl)
            .maybe("Name", fields.node("name"))
            .set("ProtocolType", "HTTP")
            .maybe("Description", fields.node("description"))
            .maybe("CorsConfiguration", cors::configuration(decl))
            .maybe("DisableExecuteApiEndpoint", fields.node("only_domain"));
        let api = out.emit(decl, Emit::main("AWS::ApiGatewayV2::Api", props.finish()));
        let authorizers = authorizers::emit(decl, &api, out);
        let routes = routes::emit(decl, &authorizers, out);
        let stage = stage(decl, &routes, out);
        domain::emit(decl, &stage, out);
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

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
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
fn stage(decl: &Decl, routes: &routes::Emitted, out: &mut Lowering<'_>) -> Address {
    let span = decl.name_span;
    let logs = logs::access(decl, logs::HTTP, out);
    throttle::check(decl, out);
    let default = throttle::settings(decl.fields.object("throttle"), span);
    let props = Props::of(decl)
        .put("ApiId", arns::id(decl, span))
        .set("StageName", "$default")
        .set("AutoDeploy", true)
        .maybe("DefaultRouteSettings", default.map(Props::node))
        .maybe("RouteSettings", routes.settings(span))
        .maybe("AccessLogSettings", logs);
    let stage = Emit::part("stage", "AWS::ApiGatewayV2::Stage", props.finish());
    out.emit(decl, stage.after(routes.addresses.iter().cloned()))
}
