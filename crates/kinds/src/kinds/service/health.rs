//! When a task of a service counts as healthy, for its load balancer.

use super::errors;
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Decl, Node};

/// What holds when nothing is said, as in the fields' documentation.
const INTERVAL: i64 = 30;
const TIMEOUT: i64 = 5;

/// How long a new task need not answer its load balancer.
pub(super) fn grace(decl: &Decl) -> Option<Node> {
    decl.fields.object("health")?.amount("grace", "s")
}

/// How the load balancer asks tasks that speak `speaks`.
pub(super) fn of_targets(decl: &Decl, speaks: &str, out: &mut Lowering<'_>) -> Props {
    let span = decl.fields.span("health").unwrap_or(decl.name_span);
    let empty = formwork_schema::Fields::default();
    let health = decl.fields.object("health").unwrap_or(&empty);
    let seconds = |name: &str, usual: i64| {
        let given = health.quantity(name).and_then(|time| time.whole("s"));
        (given.unwrap_or(usual), health.span(name).unwrap_or(span))
    };
    let (interval, interval_span) = seconds("interval", INTERVAL);
    let (timeout, timeout_span) = seconds("timeout", TIMEOUT);
    if timeout >= interval {
        out.report(errors::timeout(
            timeout,
            interval,
            timeout_span,
            interval_span,
        ));
    }
    let number = |name: &str, usual: i64| {
        let given = health.node(name);
        given.unwrap_or_else(|| nodes::int(usual, span))
    };
    let (codes, usual, protocol) = match speaks {
        "grpc" => ("GrpcCode", "0-99", "HTTP"),
        "https" => ("HttpCode", "200", "HTTPS"),
        _ => ("HttpCode", "200", "HTTP"),
    };
    let good = health
        .node("codes")
        .unwrap_or_else(|| nodes::text(usual, span));
    let path = health
        .node("path")
        .unwrap_or_else(|| default_path(speaks, span));
    Props::new(span)
        .set("HealthCheckEnabled", true)
        .set("HealthCheckProtocol", protocol)
        .put("HealthCheckPath", path)
        .put(
            "HealthCheckIntervalSeconds",
            nodes::int(interval, interval_span),
        )
        .put(
            "HealthCheckTimeoutSeconds",
            nodes::int(timeout, timeout_span),
        )
        .put("HealthyThresholdCount", number("healthy_after", 3))
        .put("UnhealthyThresholdCount", number("unhealthy_after", 3))
        .put("Matcher", Node::map([(codes, good)], span))
}

fn default_path(speaks: &str, span: Span) -> Node {
    let path = match speaks {
        "grpc" => "/AWS.ALB/healthcheck",
        _ => "/",
    };
    nodes::text(path, span)
}
