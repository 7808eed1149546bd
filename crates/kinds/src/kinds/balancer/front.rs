//! A load balancer with its listeners, certificate and record: of a `balancer`, or of one service.

use super::{errors, logs};
use crate::groups::{self, Peer, Rule};
use crate::kinds::network;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::placement::{self, Placement};
use crate::triggers::Contribution;
use crate::values::{Read, resource};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, Fields, Node, Value};

/// Networks of one's own: RFC 1918.
const PRIVATE: [&str; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/// A load balancer as it is written.
#[derive(Clone, Copy)]
pub(crate) struct Front<'d> {
    /// Whose it is.
    pub(crate) decl: &'d Decl,
    /// What is said of it.
    pub(crate) fields: &'d Fields,
    /// Where that stands.
    pub(crate) span: Span,
    /// Whether only the network reaches it.
    pub(crate) internal: bool,
    /// Whether it is a part of its declaration rather than its main resource.
    part: bool,
}

impl<'d> Front<'d> {
    /// The load balancer that a declaration is.
    pub(crate) fn of_balancer(decl: &'d Decl) -> Self {
        Front {
            decl,
            fields: &decl.fields,
            span: decl.name_span,
            internal: decl.fields.flag("internal") == Some(true),
            part: false,
        }
    }

    /// The load balancer that a declaration has for itself.
    pub(crate) fn own(decl: &'d Decl, fields: &'d Fields, span: Span, internal: bool) -> Self {
        Front {
            decl,
            fields,
            span,
            internal,
            part: true,
        }
    }

    /// Its resource.
    pub(crate) fn address(&self) -> Address {
        match self.part {
            true => self.decl.address.part("balancer"),
            false => self.decl.address.clone(),
        }
    }

    /// The part that is its own security group.
    fn group(&self) -> &'static str {
        if self.part { "balancer_group" } else { "group" }
    }

    /// The listener that services are behind.
    pub(crate) fn listener(&self) -> Address {
        let part = if is_https(self) { "https" } else { "http" };
        self.decl.address.part(part)
    }
}

/// Whether it has a certificate.
pub(crate) fn is_https(front: &Front<'_>) -> bool {
    front.fields.get("domain").is_some() || front.fields.get("certificate").is_some()
}

/// Where it answers: under its domain, or its own host name.
pub(crate) fn url(front: &Front<'_>, _out: &Lowering<'_>) -> Node {
    let scheme = if is_https(front) {
        "https://"
    } else {
        "http://"
    };
    let own = || nodes::attribute(&front.address(), "DNSName", front.span);
    let host = front.fields.node("domain").unwrap_or_else(own);
    nodes::concat([nodes::text(scheme, front.span), host], front.span)
}

/// The ids of the security groups it is in.
pub(crate) fn group_ids(front: &Front<'_>) -> Vec<Node> {
    match front.part {
        true => {
            let own = front.decl.address.part(front.group());
            vec![nodes::attribute(&own, "GroupId", front.span)]
        }
        false => placement::members(front.decl, front.group()),
    }
}

/// Emits it with what belongs to it; `action` is what its listener does with what no rule takes, nothing found unless
/// said.
pub(crate) fn emit(front: &Front<'_>, action: Option<Node>, out: &mut Lowering<'_>) {
    let Some(placement) = placement::of(front.decl, out) else {
        return;
    };
    check(front, out);
    let balancer = balancer(front, &placement, out);
    let action = action.unwrap_or_else(|| not_found(front.span));
    listeners(front, &balancer, action, out);
    record(front, &balancer, out);
    firewall(front, &balancer, out);
}

fn check(front: &Front<'_>, out: &mut Lowering<'_>) {
    let fields = front.fields;
    if !is_https(front) {
        for name in ["zone", "redirect", "tls"] {
            if let Some(span) = fields
                .name_span(name)
                .filter(|_| fields.get(name).is_some())
            {
                out.report(errors::without_certificate(name, span));
            }
        }
        if !front.internal {
            out.lint(front.decl, errors::plain_http(front.span));
        }
    }
    if let (Some(false), Some(span)) = (fields.flag("redirect"), fields.span("redirect")) {
        out.lint(front.decl, errors::no_redirect(span));
    }
    if let (Some(_), Some(span)) = (fields.get("log_prefix"), fields.name_span("log_prefix"))
        && fields.get("access_logs").is_none()
    {
        out.report(errors::prefix_without_logs(span));
    }
    if let Some(certificate) = fields.get("certificate")
        && let Some(there) = home_of(certificate, out)
        && there != *out.region(front.decl)
    {
        let here = out.region(front.decl);
        out.report(errors::certificate_region(&there, &here, certificate.span));
    }
}

/// The region of a certificate, if it is known.
fn home_of(certificate: &formwork_schema::Val, out: &Lowering<'_>) -> Option<String> {
    if let Some(of) = resource(certificate) {
        return Some(out.region(out.decl(&of.address)?).to_string());
    }
    let Value::String(arn) = &certificate.value else {
        return None;
    };
    let region = arn.strip_prefix("arn:")?.split(':').nth(2)?;
    Some(region.to_owned())
}

fn balancer(front: &Front<'_>, placement: &Placement, out: &mut Lowering<'_>) -> Address {
    let span = placement.span;
    let subnets = match front.internal {
        true => placement.inside(),
        false => &placement.public,
    };
    // Elastic Load Balancing guide, "Subnets for your load balancer": two zones at least.
    if let Some(count @ (0 | 1)) = subnets.count {
        out.report(errors::two_zones(count, front.internal, span, front.span));
    }
    let groups = match front.part {
        true => None,
        false => placement::groups(front.fields, out),
    };
    let groups = groups.unwrap_or_else(|| own_group(front, placement, out));
    let fields = front.fields;
    let at = |name: &str| fields.span(name).unwrap_or(front.span);
    let scheme = if front.internal {
        "internal"
    } else {
        "internet-facing"
    };
    let props = Props::new(front.span)
        .maybe("Name", fields.node("name").filter(|_| !front.part))
        .set("Type", "application")
        .put("Scheme", nodes::text(scheme, at("internal")))
        .put(
            "IpAddressType",
            nodes::text(fields.word("ip").unwrap_or("ipv4"), at("ip")),
        )
        .put("Subnets", subnets.ids.clone())
        .put("SecurityGroups", groups)
        .put("LoadBalancerAttributes", attributes(front));
    let ty = "AWS::ElasticLoadBalancingV2::LoadBalancer";
    let balancer = match front.part {
        true => Emit::part("balancer", ty, props.finish()),
        false => Emit::main(ty, props.finish()),
    };
    let needed = logs::needed(front, out);
    // A way in must be there before what is to be reached by it.
    let ways = placement.ways_out(out);
    out.emit(front.decl, balancer.after(needed).after(ways))
}

/// The group that lets in what it listens to, from everybody, its network, or the blocks said.
fn own_group(front: &Front<'_>, placement: &Placement, out: &mut Lowering<'_>) -> Node {
    let span = front.span;
    let ports: &[i64] = if is_https(front) { &[80, 443] } else { &[80] };
    let mut rules = Vec::new();
    for port in ports {
        for peer in peers(front, placement, out) {
            rules.push(Rule::tcp(*port, peer, span));
        }
        for group in callers(front, out) {
            rules.push(Rule::tcp(*port, Peer::Group(group), span));
        }
    }
    let group = groups::own(
        front.decl,
        front.group(),
        placement.vpc.clone(),
        &rules,
        &[],
        out,
    );
    Node::list([nodes::attribute(&group, "GroupId", span)], span)
}

/// The security groups of what calls it from within its network, where not everybody may.
fn callers(front: &Front<'_>, out: &Lowering<'_>) -> Vec<Node> {
    let open = !front.internal && front.fields.items("from").is_empty();
    let mut known = Vec::new();
    let mut groups = Vec::new();
    for contribution in out.contributed(&front.decl.address) {
        if let (Contribution::Peer(group), false) = (contribution, open) {
            let meaning = nodes::meaning(&group);
            if !known.contains(&meaning) {
                known.push(meaning);
                groups.push(group);
            }
        }
    }
    groups
}

fn peers(front: &Front<'_>, placement: &Placement, out: &Lowering<'_>) -> Vec<Peer> {
    let span = front.span;
    let block = |node: Node| match &node.prop {
        formwork_schema::Prop::String(text) if text.contains(':') => Peer::Ipv6(node),
        _ => Peer::Ipv4(node),
    };
    let from = front.fields.items("from");
    if !from.is_empty() {
        return from.iter().filter_map(nodes::node).map(block).collect();
    }
    if front.internal {
        let network = placement
            .network
            .as_ref()
            .and_then(|network| out.decl(network));
        return match network {
            Some(network) => {
                let cidr = network::layout(network, out).cidr.to_string();
                vec![block(nodes::text(&cidr, span))]
            }
            None => PRIVATE.map(|text| block(nodes::text(text, span))).into(),
        };
    }
    let mut peers = vec![block(nodes::text("0.0.0.0/0", span))];
    if front.fields.word("ip") == Some("dualstack") {
        peers.push(block(nodes::text("::/0", span)));
    }
    peers
}

fn attributes(front: &Front<'_>) -> Node {
    let fields = front.fields;
    let span = front.span;
    let attribute = |key: &str, value: Node| {
        Props::new(value.span)
            .set("Key", key)
            .put("Value", value)
            .node()
    };
    let switch = |name: &str, usual: bool| {
        let on = fields.flag(name).unwrap_or(usual);
        let at = fields.span(name).unwrap_or(span);
        nodes::text(if on { "true" } else { "false" }, at)
    };
    let idle = fields
        .quantity("idle_timeout")
        .and_then(|time| time.whole("s"))
        .unwrap_or(60);
    let idle_span = fields.span("idle_timeout").unwrap_or(span);
    let mut all = vec![
        attribute(
            "deletion_protection.enabled",
            switch("deletion_protection", false),
        ),
        attribute(
            "idle_timeout.timeout_seconds",
            nodes::text(&idle.to_string(), idle_span),
        ),
        attribute(
            "routing.http.drop_invalid_header_fields.enabled",
            switch("drop_invalid_headers", true),
        ),
        attribute("routing.http2.enabled", switch("http2", true)),
    ];
    match fields
        .resource("access_logs")
        .zip(fields.span("access_logs"))
    {
        None => all.push(attribute(
            "access_logs.s3.enabled",
            nodes::text("false", span),
        )),
        Some((bucket, at)) => {
            all.push(attribute("access_logs.s3.enabled", nodes::text("true", at)));
            let name = nodes::attribute(&bucket.address, "BucketName", at);
            all.push(attribute("access_logs.s3.bucket", name));
            if let Some(prefix) = fields.node("log_prefix") {
                all.push(attribute("access_logs.s3.prefix", prefix));
            }
        }
    }
    Node::list(all, span)
}

/// What is answered where nothing is.
fn not_found(span: Span) -> Node {
    let answer = Props::new(span)
        .set("StatusCode", "404")
        .set("ContentType", "text/plain")
        .set("MessageBody", "not found");
    Props::new(span)
        .set("Type", "fixed-response")
        .put("FixedResponseConfig", answer.node())
        .node()
}

fn listeners(front: &Front<'_>, balancer: &Address, action: Node, out: &mut Lowering<'_>) {
    let span = front.span;
    let listener = |port: i64, protocol: &str, action: Node| {
        Props::new(span)
            .put(
                "LoadBalancerArn",
                nodes::attribute(balancer, "LoadBalancerArn", span),
            )
            .set("Port", port)
            .set("Protocol", protocol)
            .put("DefaultActions", Node::list([action], span))
    };
    let ty = "AWS::ElasticLoadBalancingV2::Listener";
    let Some(certificate) = certificate(front, out) else {
        let plain = listener(80, "HTTP", action);
        out.emit(front.decl, Emit::part("http", ty, plain.finish()));
        return;
    };
    let arn = Node::map([("CertificateArn", certificate)], span);
    // Elastic Load Balancing guide, "Security policies for your Application Load Balancer".
    let policy = match front.fields.word("tls") {
        Some("tls13") => "ELBSecurityPolicy-TLS13-1-3-2021-06",
        _ => "ELBSecurityPolicy-TLS13-1-2-2021-06",
    };
    let policy_span = front.fields.span("tls").unwrap_or(span);
    let secure = listener(443, "HTTPS", action.clone())
        .put("Certificates", Node::list([arn], span))
        .put("SslPolicy", nodes::text(policy, policy_span));
    out.emit(front.decl, Emit::part("https", ty, secure.finish()));
    let plain = match front.fields.flag("redirect") {
        Some(false) => action,
        _ => to_https(span),
    };
    let plain = listener(80, "HTTP", plain);
    out.emit(front.decl, Emit::part("http", ty, plain.finish()));
}

fn to_https(span: Span) -> Node {
    let to = Props::new(span)
        .set("Protocol", "HTTPS")
        .set("Port", "443")
        .set("StatusCode", "HTTP_301");
    Props::new(span)
        .set("Type", "redirect")
        .put("RedirectConfig", to.node())
        .node()
}

/// The ARN of its certificate: of one that is named, or one that is made for its domain.
fn certificate(front: &Front<'_>, out: &mut Lowering<'_>) -> Option<Node> {
    if let Some(val) = front.fields.get("certificate") {
        return match resource(val) {
            Some(of) => Some(nodes::attribute(&of.address, "CertificateArn", val.span)),
            None => nodes::node(val),
        };
    }
    let name = front.fields.node("domain")?;
    let span = name.span;
    let proof = zone(front).map(|zone| {
        let option = Props::new(span)
            .put("DomainName", name.clone())
            .put("HostedZoneId", zone);
        Node::list([option.node()], span)
    });
    let props = Props::new(span)
        .put("DomainName", name)
        .set("ValidationMethod", "DNS")
        .maybe("DomainValidationOptions", proof);
    let certificate = Emit::part(
        "certificate",
        "AWS::CertificateManager::Certificate",
        props.finish(),
    );
    let certificate = out.emit(front.decl, certificate);
    Some(nodes::attribute(&certificate, "CertificateArn", span))
}

/// The id of the hosted zone of its domain.
fn zone(front: &Front<'_>) -> Option<Node> {
    let val = front.fields.get("zone")?;
    match resource(val) {
        Some(domain) => Some(nodes::attribute(&domain.address, "Id", val.span)),
        None => nodes::node(val),
    }
}

/// The record by which its domain leads to it.
fn record(front: &Front<'_>, balancer: &Address, out: &mut Lowering<'_>) {
    let (Some(name), Some(zone)) = (front.fields.node("domain"), zone(front)) else {
        return;
    };
    let span = name.span;
    let to = Props::new(span)
        .put("DNSName", nodes::attribute(balancer, "DNSName", span))
        .put(
            "HostedZoneId",
            nodes::attribute(balancer, "CanonicalHostedZoneID", span),
        )
        .set("EvaluateTargetHealth", false)
        .node();
    let types: &[(&str, &str)] = match front.fields.word("ip") {
        Some("dualstack") => &[("record_a", "A"), ("record_aaaa", "AAAA")],
        _ => &[("record_a", "A")],
    };
    for (part, ty) in types {
        let props = Props::new(span)
            .put("HostedZoneId", zone.clone())
            .put("Name", name.clone())
            .set("Type", *ty)
            .put("AliasTarget", to.clone());
        let record = Emit::part(*part, "AWS::Route53::RecordSet", props.finish());
        out.emit(front.decl, record);
    }
}

fn firewall(front: &Front<'_>, balancer: &Address, out: &mut Lowering<'_>) {
    let Some(acl) = front.fields.node("firewall") else {
        return;
    };
    let span = acl.span;
    let props = Props::new(span)
        .put(
            "ResourceArn",
            nodes::attribute(balancer, "LoadBalancerArn", span),
        )
        .put("WebACLArn", acl);
    let link = Emit::part("firewall", "AWS::WAFv2::WebACLAssociation", props.finish());
    out.emit(front.decl, link);
}
