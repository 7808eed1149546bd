//! `server_balancer`: a load balancer of Lightsail before several servers, and its certificate.

use super::{certificate, errors, shared, watched};
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, MetricSource, Props, days, seconds};
use crate::registry::Kind;
use crate::specs::{
    attribute, between, duration, field, items, kind, numbers, object, part_attribute, pattern,
};
use crate::values::{self, Read};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, KindSpec, MetricSpec, Node, Type};

/// The kind `server_balancer`.
pub(crate) struct ServerBalancer;

impl Kind for ServerBalancer {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_balancer",
            doc: "A load balancer of Lightsail: spreads visitors over servers, and leaves out those that do not answer.",
            fields: fields(),
            attributes: vec![
                attribute("name", "LoadBalancerName", "Its name."),
                attribute("arn", "LoadBalancerArn", "Its ARN."),
                attribute(
                    "host",
                    "DnsName",
                    "Its host name, for a record of the domain.",
                ),
                part_attribute(
                    "certificate_status",
                    Type::String.optional(),
                    "certificate",
                    "Status",
                    "Whether its certificate can be attached: `PENDING_VALIDATION`, `ISSUED` and others.",
                ),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: metrics(),
            usage: None,
        }
    }

    fn cost(&self, _of: &Costed<'_>) -> Option<Vec<Charge>> {
        Some(vec![Charge::fixed("balancer", "lightsail.balancer", 1)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let span = decl.name_span;
        let mut servers = Vec::new();
        for val in fields.items("servers") {
            if let Some(of) = values::resource(val) {
                shared::same_region(decl, &of.address, val.span, out);
                servers.push(nodes::attribute(&of.address, "InstanceName", val.span));
            }
        }
        let port = fields.node("port").unwrap_or_else(|| nodes::int(80, span));
        let sticky = fields.node("sticky").map(|node| node.span);
        let cookie = fields.quantity("sticky").and_then(|time| time.whole("s"));
        let props = Props::of(decl)
            .maybe("LoadBalancerName", fields.node("name"))
            .put("InstancePort", port)
            .maybe("HealthCheckPath", fields.node("health_path"))
            .maybe("IpAddressType", ip(decl))
            .maybe(
                "SessionStickinessEnabled",
                sticky.map(|span| Node::new(true, span)),
            )
            .maybe(
                "SessionStickinessLBCookieDurationSeconds",
                cookie
                    .zip(sticky)
                    .map(|(seconds, span)| nodes::text(&seconds.to_string(), span)),
            )
            .maybe("TlsPolicyName", fields.node("tls_policy"))
            .put(
                "AttachedInstances",
                Node::list(servers, fields.span("servers").unwrap_or(span)),
            );
        let balancer = Emit::main("AWS::Lightsail::LoadBalancer", props.finish());
        let balancer = out.emit(decl, balancer);
        lower_certificate(decl, &balancer, out);
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "LoadBalancerName"),
            ("servers", "AttachedInstances"),
            ("port", "InstancePort"),
            ("health_path", "HealthCheckPath"),
            ("ip", "IpAddressType"),
            ("sticky", "SessionStickinessLBCookieDurationSeconds"),
            ("sticky", "SessionStickinessEnabled"),
            ("tls_policy", "TlsPolicyName"),
        ]
    }

    fn metric(
        &self,
        name: &str,
        of: &Address,
        span: Span,
        _out: &Lowering<'_>,
    ) -> Option<MetricSource> {
        let (name, unit) = match name {
            "requests" => ("RequestCount", ""),
            "healthy" => ("HealthyHostCount", ""),
            "unhealthy" => ("UnhealthyHostCount", ""),
            "latency" => ("InstanceResponseTime", "s"),
            "errors_4xx" => ("HTTPCode_LB_4XX_Count", ""),
            "errors_5xx" => ("HTTPCode_LB_5XX_Count", ""),
            "server_errors_5xx" => ("HTTPCode_Instance_5XX_Count", ""),
            "server_errors_4xx" => ("HTTPCode_Instance_4XX_Count", ""),
            "rejected" => ("RejectedConnectionCount", ""),
            "tls_errors" => ("ClientTLSNegotiationErrorCount", ""),
            _ => return None,
        };
        let of = nodes::attribute(of, "LoadBalancerName", span);
        Some(watched(name, unit, of))
    }
}

fn fields() -> Vec<FieldSpec> {
    vec![
        field(
            "servers",
            kind("server").list(),
            "The servers visitors are spread over.",
        )
        .required()
        .known()
        .constraint(items(0, 50)),
        field(
            "port",
            Type::Int,
            "The port of the servers; a change replaces the balancer.",
        )
        .default("80")
        .constraint(numbers(1, 65_535)),
        field(
            "health_path",
            Type::String,
            "The path that a server must answer with 200.",
        )
        .default("\"/\"")
        .constraint(pattern("^/.{0,255}$", "a path such as `/health`")),
        field(
            "sticky",
            duration(),
            "Keeps a visitor with one server for so long.",
        )
        .constraint(between(seconds(1), days(7), Some(seconds(1)))),
        field(
            "tls",
            object("tls", tls_fields()),
            "Answers over HTTPS under a domain of your own.",
        ),
        field(
            "tls_policy",
            Type::String,
            "The policy of protocols and ciphers.",
        )
        .default("\"TLS-2016-08\"")
        .constraint(pattern(
            "^TLS-[A-Za-z0-9-]{1,60}$",
            "a policy such as `TLS-FS-Res-1-2-2019-08`",
        )),
        field(
            "ip",
            Type::words("addresses", &["dual", "ipv4", "ipv6"]),
            "Which addresses it has; a change replaces it.",
        )
        .default("dual"),
        shared::name_field(),
    ]
}

fn tls_fields() -> Vec<FieldSpec> {
    vec![
        field(
            "domain",
            Type::String,
            "The name visitors use; a change replaces the certificate.",
        )
        .required()
        .constraint(certificate::domain()),
        field(
            "alternatives",
            Type::String.list(),
            "Further names visitors use.",
        )
        .constraint(items(1, 9)),
        field(
            "attach",
            Type::Bool,
            "Whether it is used: possible once its records are in the domain's DNS.",
        )
        .default("false")
        .known(),
        field("redirect", Type::Bool, "Sends visitors over HTTP to HTTPS.").default("false"),
    ]
}

fn metrics() -> Vec<MetricSpec> {
    let metric = |name, limit, doc| MetricSpec { name, limit, doc };
    let count = || Type::Number;
    vec![
        metric("requests", count(), "Requests."),
        metric("healthy", count(), "Servers that answer."),
        metric("unhealthy", count(), "Servers that do not answer."),
        metric("latency", duration(), "How long servers take to answer."),
        metric("errors_4xx", count(), "Answers 4xx of the balancer itself."),
        metric("errors_5xx", count(), "Answers 5xx of the balancer itself."),
        metric("server_errors_4xx", count(), "Answers 4xx of servers."),
        metric("server_errors_5xx", count(), "Answers 5xx of servers."),
        metric(
            "rejected",
            count(),
            "Connections refused because there were too many.",
        ),
        metric(
            "tls_errors",
            count(),
            "Connections that did not come about for want of a common cipher.",
        ),
    ]
}

/// The words for addresses are those of AWS but for one.
pub(super) fn ip(decl: &Decl) -> Option<Node> {
    let word = decl.fields.word("ip")?;
    let text = if word == "dual" { "dualstack" } else { word };
    Some(nodes::text(text, decl.fields.span("ip")?))
}

fn lower_certificate(decl: &Decl, balancer: &Address, out: &mut Lowering<'_>) {
    let (Some(tls), Some(span)) = (decl.fields.object("tls"), decl.fields.span("tls")) else {
        return;
    };
    let attached = tls.flag("attach") == Some(true);
    if attached && tls.flag("redirect") != Some(true) {
        let at = tls.span("redirect").unwrap_or(span);
        out.lint(decl, errors::redirect_without(at));
    }
    let props = Props::new(span)
        .put(
            "LoadBalancerName",
            nodes::attribute(balancer, "LoadBalancerName", span),
        )
        .maybe("CertificateDomainName", tls.node("domain"))
        .maybe("CertificateAlternativeNames", tls.node("alternatives"))
        .maybe("IsAttached", tls.node("attach"))
        .maybe("HttpsRedirectionEnabled", tls.node("redirect"));
    let certificate = "AWS::Lightsail::LoadBalancerTlsCertificate";
    out.emit(decl, Emit::part("certificate", certificate, props.finish()));
}
