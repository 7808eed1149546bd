//! The stage: which deployment is served, how often methods may be called, what is kept, logged and traced.

use super::errors;
use crate::gateways::keys::{self, Route};
use crate::gateways::{arns, errors as shared, logs, throttle};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::values::Read;
use formwork_schema::{Address, Decl, Fields, Node, Quantity, Value};
use rust_decimal::Decimal;

/// The deployment that is served.
pub(super) const DEPLOYMENT: &str = "deployment";
/// The deployment that a part of the traffic goes to.
pub(super) const CANARY: &str = "canary_deployment";

/// Sizes of caches in GB: API Gateway API, Stage, `cacheClusterSize`.
const SIZES: &[&str] = &["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];

/// Emits the stage.
pub(super) fn emit(
    decl: &Decl,
    deployment: &Address,
    canary: Option<&Address>,
    out: &mut Lowering<'_>,
) -> Address {
    let span = decl.name_span;
    let account = logs::account(decl, out);
    let logs = logs::access(decl, logs::REST, out);
    throttle::check(decl, out);
    check_variables(decl.fields.object("variables"), out);
    let size = cache_size(decl, out);
    let props = Props::of(decl)
        .put("RestApiId", arns::id(decl, span))
        .put("StageName", arns::stage(decl))
        .put(
            "DeploymentId",
            nodes::attribute(deployment, "DeploymentId", span),
        )
        .maybe(
            "CacheClusterEnabled",
            size.as_ref().map(|size| Node::new(true, size.span)),
        )
        .maybe("CacheClusterSize", size)
        .maybe("MethodSettings", method_settings(decl, out))
        .maybe("AccessLogSetting", logs)
        .maybe("TracingEnabled", decl.fields.node("tracing"))
        .maybe("Variables", decl.fields.node("variables"))
        .maybe("CanarySetting", canary_setting(decl, canary, out));
    let stage = Emit::part("stage", "AWS::ApiGateway::Stage", props.finish());
    out.emit(decl, stage.after(account))
}

fn canary_setting(decl: &Decl, canary: Option<&Address>, out: &mut Lowering<'_>) -> Option<Node> {
    let fields = decl.fields.object("canary")?;
    let span = decl.fields.span("canary")?;
    check_variables(fields.object("variables"), out);
    let props = Props::new(span)
        .put(
            "DeploymentId",
            nodes::attribute(canary?, "DeploymentId", span),
        )
        .maybe("PercentTraffic", fields.node("percent"))
        .maybe("StageVariableOverrides", fields.node("variables"))
        .maybe("UseStageCache", fields.node("cache"));
    Some(props.node())
}

/// API Gateway API, CreateStage, `variables`.
fn check_variables(variables: Option<&Fields>, out: &mut Lowering<'_>) {
    for (name, val) in variables.into_iter().flat_map(|all| all.iter()) {
        let span = variables
            .and_then(|all| all.name_span(name))
            .unwrap_or(val.span);
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(word) {
            out.report(shared::stage_variable(
                name,
                "not a name of a variable",
                span,
            ));
        }
        if let Value::String(text) = &val.value {
            let taken = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#&=,".contains(c);
            if !text.chars().all(taken) {
                let problem = "holds what a variable cannot";
                out.report(shared::stage_variable(name, problem, val.span));
            }
        }
    }
}

/// The size of the cache, if there is one.
fn cache_size(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let cache = decl.fields.object("cache")?;
    let Some(given) = cache.quantity("size") else {
        return Some(nodes::text("0.5", decl.fields.span("cache")?));
    };
    let span = cache.span("size")?;
    let wanted = given.in_unit("GB");
    let known = SIZES.iter().find(|size| decimal(size) == wanted);
    if known.is_none() {
        let near = nearest_size(given);
        out.report(errors::cache_size(given, near, SIZES, span));
    }
    Some(nodes::text(known?, span))
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}

/// The smallest size that holds as much, or the largest there is.
fn nearest_size(given: Quantity) -> &'static str {
    let wanted = given.in_unit("GB");
    let mut sizes = SIZES.iter();
    let found = sizes.find(|size| decimal(size) >= wanted);
    found.or(SIZES.last()).copied().unwrap_or("0.5")
}

/// Whether the answers of a route are kept.
pub(super) fn kept(decl: &Decl, route: &Route<'_>, out: &mut Lowering<'_>) -> bool {
    let cached = decl.fields.object("cache").is_some();
    let own = route.argument("cache");
    let off = own.is_some_and(|val| matches!(&val.value, Value::Word(_)));
    for name in ["cache", "cache_by"] {
        let Some(val) = route.argument(name).filter(|_| !off) else {
            continue;
        };
        if !cached {
            out.report(errors::cache_off(val.span));
            return false;
        }
        if route.method() != "GET" {
            out.report(errors::cache_method(route.method(), val.span));
            return false;
        }
    }
    cached && !off && route.method() == "GET"
}

/// Settings of all methods, and of those that differ: what a method has of its own replaces the others' wholly.
fn method_settings(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let span = decl.name_span;
    let shared = settings(decl, None, out);
    let mut all = Vec::new();
    if !shared.is_empty() {
        all.push(
            shared
                .set("HttpMethod", "*")
                .set("ResourcePath", "/*")
                .node(),
        );
    }
    for route in keys::routes(decl) {
        let own = route.arguments().is_some_and(|arguments| {
            arguments.get("throttle").is_some() || arguments.get("cache").is_some()
        });
        if own {
            let props = settings(decl, Some(&route), out)
                .set("HttpMethod", route.method())
                .set("ResourcePath", route.path());
            all.push(props.node());
        }
    }
    (!all.is_empty()).then(|| Node::list(all, span))
}

/// The settings of all methods, or of one route.
fn settings(decl: &Decl, route: Option<&Route<'_>>, out: &mut Lowering<'_>) -> Props {
    let span = route.map_or(decl.name_span, |route| route.key_span);
    let own = route.and_then(Route::arguments);
    let limits = own.and_then(|own| own.object("throttle"));
    let limits = limits.or_else(|| decl.fields.object("throttle"));
    let props = throttle::settings(limits, span).unwrap_or_else(|| Props::new(span));
    let props = match route {
        // Said once, for all methods.
        Some(_) => logs::levels(decl, props),
        None => logs::execution(decl, props, out),
    };
    let props = props.maybe(
        "MetricsEnabled",
        decl.fields.node("metrics").filter(nodes::other_than(false)),
    );
    let Some(cache) = decl.fields.object("cache") else {
        return props;
    };
    let at = decl.fields.span("cache").unwrap_or(span);
    let yes = || Node::new(true, at);
    let off = own.and_then(|own| own.word("cache")) == Some("off");
    let ttl = own.and_then(|own| own.amount("cache", "s"));
    let ttl = ttl.or_else(|| cache.amount("ttl", "s"));
    let props = props.put(
        "CachingEnabled",
        if off { Node::new(false, at) } else { yes() },
    );
    match off {
        true => props,
        false => props
            .put(
                "CacheTtlInSeconds",
                ttl.unwrap_or_else(|| nodes::int(300, at)),
            )
            .put(
                "CacheDataEncrypted",
                cache.node("encrypted").unwrap_or_else(yes),
            ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_schema::Dimension;

    #[test]
    fn the_nearest_cache_holds_as_much() {
        let gb = |text: &str| Quantity {
            dimension: Dimension::Size,
            amount: decimal(text) * Decimal::from(1_i64 << 30),
        };
        for (given, near) in [("0.1", "0.5"), ("1", "1.6"), ("200", "237"), ("300", "237")] {
            assert_eq!(nearest_size(gb(given)), near);
        }
    }
}
