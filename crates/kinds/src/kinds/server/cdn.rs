//! `server_cdn`: a distribution of Lightsail: copies of a site near its visitors.

use super::{balancer, errors, shared};
use crate::cost::{Charge, Costed};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, days, seconds};
use crate::registry::Kind;
use crate::specs::{attribute, between, duration, field, items, kind, object};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Fields, KindSpec, Node, Type, Value};

/// Kinds that can be an origin, and the property that names them.
const ORIGINS: &[(&str, &str)] = &[
    ("server", "InstanceName"),
    ("server_balancer", "LoadBalancerName"),
    ("server_bucket", "BucketName"),
    ("server_container", "ServiceName"),
];

/// The kind `server_cdn`.
pub(crate) struct ServerCdn;

impl Kind for ServerCdn {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_cdn",
            doc: "A distribution of Lightsail: keeps copies of what an origin answers near its visitors.",
            fields: fields(),
            attributes: vec![
                attribute("name", "DistributionName", "Its name."),
                attribute("arn", "DistributionArn", "Its ARN."),
                attribute(
                    "host",
                    "DomainName",
                    "Its host name, for a record of the domain.",
                ),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let bundle = of.main()?.text("BundleId")?;
        let price = format!("lightsail.cdn.{bundle}");
        Some(vec![Charge::fixed(bundle, price, 1)])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let span = decl.name_span;
        let bundle = fields.word("bundle").unwrap_or("small");
        let bundle_span = fields.span("bundle").unwrap_or(span);
        let default = fields.word("default").unwrap_or("cache");
        let default_span = fields.span("default").unwrap_or(span);
        let certificate = certificate(decl, out);
        let (origin, after) = origin(decl, out);
        let props = Props::of(decl)
            .maybe("DistributionName", fields.node("name"))
            .put(
                "BundleId",
                nodes::text(&format!("{bundle}_1_0"), bundle_span),
            )
            .maybe("Origin", origin)
            .put(
                "DefaultCacheBehavior",
                behavior(default, default_span).node(),
            )
            .maybe("CacheBehaviors", paths(decl))
            .maybe("CacheBehaviorSettings", settings(decl, out))
            .maybe("CertificateName", certificate)
            .maybe("IpAddressType", balancer::ip(decl))
            .maybe("IsEnabled", fields.node("enabled"));
        let emit = Emit::main("AWS::Lightsail::Distribution", props.finish());
        out.emit(decl, emit.after(after).region(shared::GLOBAL));
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "DistributionName"),
            ("origin", "Origin"),
            ("protocol", "Origin"),
            ("bundle", "BundleId"),
            ("default", "DefaultCacheBehavior"),
            ("paths", "CacheBehaviors"),
            ("cache", "CacheBehaviorSettings"),
            ("certificate", "CertificateName"),
            ("ip", "IpAddressType"),
            ("enabled", "IsEnabled"),
        ]
    }
}

fn fields() -> Vec<FieldSpec> {
    let behaviors = || Type::words("behavior", &["cache", "pass"]);
    let origins = ORIGINS.iter().map(|(name, _)| kind(name));
    vec![
        field(
            "origin",
            Type::one_of(origins),
            "What it keeps copies of; a server needs a static address.",
        )
        .required()
        .known(),
        field(
            "protocol",
            Type::words("protocol", &["http", "https"]),
            "How it fetches from the origin.",
        )
        .default("https")
        .known(),
        field(
            "bundle",
            Type::words("size", &["small", "medium", "large"]),
            "What may be sent a month: 50, 200 or 500 GB.",
        )
        .default("small"),
        field(
            "default",
            behaviors(),
            "What is done with all but `paths`: kept, or passed on each time.",
        )
        .default("cache"),
        field(
            "paths",
            behaviors().map(),
            "What is done with some paths: `{ \"wp-admin/*\" = pass }`.",
        )
        .constraint(items(1, 25)),
        field(
            "cache",
            object("cache", cache_fields()),
            "How long answers are kept, and what tells requests apart.",
        ),
        field(
            "certificate",
            kind("server_certificate"),
            "A certificate for domains of your own, in `us_east_1`.",
        )
        .known(),
        field(
            "ip",
            Type::words("addresses", &["dual", "ipv4", "ipv6"]),
            "Which addresses it has; a change replaces it.",
        )
        .default("dual"),
        field("enabled", Type::Bool, "Whether it answers.").default("true"),
        shared::name_field(),
    ]
}

fn cache_fields() -> Vec<FieldSpec> {
    let time = |name: &str, doc: &str| {
        field(name, duration(), doc).constraint(between(seconds(0), days(365), Some(seconds(1))))
    };
    let methods = ["get", "head", "options", "put", "patch", "post", "delete"];
    let some = |name: &str, doc: &str| {
        let which = Type::one_of([Type::words("which", &["all", "no"]), Type::String.list()]);
        field(name, which, doc)
    };
    vec![
        time(
            "default",
            "How long an answer is kept that does not say itself.",
        ),
        time("min", "How long an answer is kept at least."),
        time("max", "How long an answer is kept at most."),
        field(
            "methods",
            Type::words("method", &methods).list(),
            "Methods that are passed on.",
        )
        .constraint(items(1, 7)),
        field(
            "cached_methods",
            Type::words("cached method", &["get", "head", "options"]).list(),
            "Methods whose answers are kept.",
        )
        .constraint(items(1, 3)),
        some(
            "cookies",
            "Cookies that are passed on and tell requests apart: `all`, `no`, or their names.",
        ),
        some(
            "headers",
            "Headers that are passed on and tell requests apart: `all`, `no`, or their names.",
        ),
        some(
            "query",
            "Parameters that are passed on and tell requests apart: `all`, `no`, or their names.",
        ),
    ]
}

/// What is kept copies of, and what must be there before.
fn origin(decl: &Decl, out: &mut Lowering<'_>) -> (Option<Node>, Vec<Address>) {
    let fields = &decl.fields;
    let span = fields.span("origin").unwrap_or(decl.name_span);
    let Some(of) = fields.resource("origin") else {
        return (None, Vec::new());
    };
    let known = ORIGINS.iter().find(|(kind, _)| *kind == &*of.address.kind);
    let (Some((kind, property)), Some(target)) = (known, out.decl(&of.address)) else {
        return (None, Vec::new());
    };
    let mut after = vec![of.address.clone()];
    match target.fields.resource("address") {
        Some(address) if *kind == "server" => after.push(address.address.part("attachment")),
        None if *kind == "server" => out.report(errors::origin_address(&of.address, span)),
        _ => {}
    }
    let protocol = fields.word("protocol").unwrap_or("https");
    let protocol_span = fields.span("protocol").unwrap_or(span);
    if protocol == "http" {
        out.lint(decl, errors::http_origin(protocol_span));
    }
    let props = Props::new(span)
        .put("Name", nodes::attribute(&of.address, property, span))
        .put("RegionName", nodes::text(&out.region(target), span))
        .put(
            "ProtocolPolicy",
            nodes::text(&format!("{protocol}-only"), protocol_span),
        );
    (Some(props.node()), after)
}

fn certificate(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let of = decl.fields.resource("certificate")?;
    let span = decl.fields.span("certificate")?;
    if let Some(certificate) = out.decl(&of.address) {
        let here = out.region(certificate);
        if &*here != shared::GLOBAL {
            out.report(errors::certificate_region(&here, shared::GLOBAL, span));
        }
    }
    Some(nodes::attribute(&of.address, "CertificateName", span))
}

fn behavior(word: &str, span: Span) -> Props {
    let text = if word == "pass" {
        "dont-cache"
    } else {
        "cache"
    };
    Props::new(span).set("Behavior", text)
}

fn paths(decl: &Decl) -> Option<Node> {
    let paths = decl.fields.object("paths")?;
    let span = decl.fields.span("paths")?;
    let mut all: Vec<(&str, Node)> = Vec::new();
    for (path, val) in paths.iter() {
        let word = match &val.value {
            Value::Word(word) => word,
            _ => continue,
        };
        all.push((path, behavior(word, val.span).set("Path", &**path).node()));
    }
    all.sort_by_key(|(path, _)| *path);
    Some(Node::list(all.into_iter().map(|(_, node)| node), span))
}

fn settings(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let cache = decl.fields.object("cache")?;
    let span = decl.fields.span("cache")?;
    check_times(cache, out);
    let props = Props::new(span)
        .maybe("DefaultTTL", cache.amount("default", "s"))
        .maybe("MinimumTTL", cache.amount("min", "s"))
        .maybe("MaximumTTL", cache.amount("max", "s"))
        .maybe("AllowedHTTPMethods", methods(cache, "methods"))
        .maybe("CachedHTTPMethods", methods(cache, "cached_methods"))
        .maybe(
            "ForwardedCookies",
            forwarded(cache, "cookies", "CookiesAllowList"),
        )
        .maybe(
            "ForwardedHeaders",
            forwarded(cache, "headers", "HeadersAllowList"),
        )
        .maybe("ForwardedQueryStrings", query(cache));
    Some(props.node())
}

/// Lightsail wants the methods in one string.
fn methods(cache: &Fields, name: &str) -> Option<Node> {
    let span = cache.span(name)?;
    let words = cache.items(name).iter().filter_map(|val| match &val.value {
        Value::Word(word) => Some(word.to_ascii_uppercase()),
        _ => None,
    });
    let words: Vec<String> = words.collect();
    Some(nodes::text(&words.join(","), span))
}

fn forwarded(cache: &Fields, name: &str, list: &str) -> Option<Node> {
    let span = cache.span(name)?;
    let option = match cache.word(name) {
        Some("all") => "all",
        Some(_) => "none",
        None => "allow-list",
    };
    let props = Props::new(span).set("Option", option);
    Some(match option {
        "allow-list" => props.maybe(list, cache.node(name)).node(),
        _ => props.node(),
    })
}

fn query(cache: &Fields) -> Option<Node> {
    let span = cache.span("query")?;
    let props = match cache.word("query") {
        Some(word) => Props::new(span).set("Option", word == "all"),
        None => Props::new(span)
            .set("Option", true)
            .maybe("QueryStringsAllowList", cache.node("query")),
    };
    Some(props.node())
}

fn check_times(cache: &Fields, out: &mut Lowering<'_>) {
    for (low, high) in [("min", "default"), ("default", "max"), ("min", "max")] {
        let (Some(least), Some(most)) = (cache.quantity(low), cache.quantity(high)) else {
            continue;
        };
        if least.amount > most.amount
            && let (Some(span), Some(other)) = (cache.span(low), cache.span(high))
        {
            let what = format!("`{low}` is longer than `{high}`");
            out.report(errors::ttl_order(&what, span, other));
            return;
        }
    }
}
