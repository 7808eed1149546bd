//! Who reaches a service from outside of it: a load balancer of its own, or a place behind one that is declared.

use super::{errors, health};
use crate::containers::{self, Container};
use crate::kinds::balancer::{self, Front, front_fields};
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, seconds};
use crate::placement;
use crate::specs::{between, call, characters, duration, field as spec, items, kind, numbers};
use crate::values::{self, Read, is_wrong, resource};
use formwork_diag::Span;
use formwork_schema::{Address, Decl, FieldSpec, Fields, Node, Prop, Type, Value};

/// The part that is the group of its tasks for the load balancer.
const TARGETS: &str = "targets";

/// The part that is its place behind a load balancer.
const RULE: &str = "rule";

/// The place of a service that says none.
const PRIORITY: i64 = 100;

/// Values that the conditions of one rule may have together: Application Load Balancer quotas.
const MOST_CONDITIONS: usize = 5;

/// The field `expose`.
pub(super) fn field() -> FieldSpec {
    let own = || {
        let mut fields = front_fields();
        fields.extend(target_fields());
        fields
    };
    let mut shared = vec![
        spec("balancer", kind("balancer"), "The load balancer.").required(),
        spec(
            "priority",
            Type::Int,
            "Its place among the services behind the load balancer: the lowest that fits a request gets it.",
        )
        .default("100")
        .constraint(numbers(1, 50_000)),
    ];
    shared.extend(target_fields());
    spec(
        "expose",
        Type::one_of([
            call("alb", own(), 0),
            call("internal", own(), 0),
            call("on", shared, 1),
            Type::words("exposure", &["alb", "internal"]),
        ]),
        "Who reaches it: `alb(domain = \"…\")` has a load balancer of its own, `internal(…)` one for its network only, `on(front, paths = [\"/api/*\"])` a place behind a `balancer`.",
    )
    .known()
}

fn target_fields() -> Vec<FieldSpec> {
    let texts = |name: &str, doc: &str| {
        spec(name, Type::String.list(), doc)
            .known()
            .constraint(items(1, 5))
    };
    vec![
        texts(
            "paths",
            "Only these paths: `[\"/api/*\"]`; five with `hosts`, `methods` and `sources` together.",
        ),
        texts(
            "hosts",
            "Only these host names: `[\"shop.example.com\", \"*.shop.example.com\"]`.",
        ),
        texts("methods", "Only these methods: `[\"GET\"]`."),
        texts(
            "sources",
            "Only from these blocks of addresses: `[\"192.0.2.0/24\"]`.",
        ),
        spec(
            "container",
            Type::String,
            "The container that answers; the only one with a `port` unless said.",
        )
        .known()
        .constraint(characters(1, 255)),
        spec(
            "port",
            Type::Int,
            "The port it answers on; its first unless said.",
        )
        .known()
        .constraint(numbers(1, 65_535)),
        spec(
            "speaks",
            Type::words("protocol", &["http", "http2", "grpc", "https"]),
            "What is spoken between the load balancer and it.",
        )
        .default("http"),
        spec(
            "drain",
            duration(),
            "How long a task that goes may finish its requests.",
        )
        .default("30s")
        .constraint(between(seconds(0), seconds(3600), Some(seconds(1)))),
        spec(
            "sticky",
            duration(),
            "How long a visitor stays with one task.",
        )
        .constraint(between(seconds(1), seconds(604_800), Some(seconds(1)))),
        spec(
            "slow_start",
            duration(),
            "How long a new task gets more and more requests.",
        )
        .constraint(between(seconds(30), seconds(900), Some(seconds(1)))),
        spec(
            "balance",
            Type::words(
                "balance",
                &["round_robin", "least_requests", "weighted_random"],
            ),
            "Which task gets a request.",
        )
        .default("round_robin"),
    ]
}

/// A service that is exposed.
pub(crate) struct Exposed {
    /// The load balancers as ECS takes them.
    pub(super) balancers: Node,
    /// The security groups of the load balancer.
    pub(super) groups: Vec<Node>,
    /// The port that it reaches.
    pub(super) port: i64,
    /// What must be there before a task is put behind it.
    pub(super) ready: Vec<Address>,
    /// The load balancer and the group of tasks.
    pub(super) balancer: Address,
    /// The group of its tasks.
    pub(super) targets: Address,
}

/// How it is exposed, as written.
enum Written<'d> {
    /// By a load balancer of its own.
    Own(Front<'d>),
    /// Behind one that is declared.
    Behind(Address, Span),
}

static NOTHING: std::sync::LazyLock<Fields> = std::sync::LazyLock::new(Fields::default);

fn arguments(decl: &Decl) -> Option<(&Fields, Span)> {
    let val = decl.fields.get("expose")?;
    let arguments = values::call(val).map_or(&*NOTHING, |call| &call.arguments);
    Some((arguments, val.span))
}

fn written(decl: &Decl) -> Option<Written<'_>> {
    let val = decl.fields.get("expose")?;
    let (arguments, span) = arguments(decl)?;
    let name = match (&val.value, values::call(val)) {
        (_, Some(call)) => &*call.name,
        (Value::Word(word), _) => word,
        _ => return None,
    };
    if name == "on" {
        let of = arguments.get("balancer")?;
        return Some(Written::Behind(resource(of)?.address.clone(), of.span));
    }
    let internal = name == "internal";
    Some(Written::Own(Front::own(decl, arguments, span, internal)))
}

/// First round: the bucket of its load balancer's logs lets it write.
pub(super) fn wire(decl: &Decl, out: &mut Lowering<'_>) {
    if let Some(Written::Own(front)) = written(decl) {
        balancer::wire_logs(decl, front.fields, out);
    }
}

/// Exposes a service that asks for it: its group of tasks, its load balancer or its place behind one.
pub(super) fn lower(decl: &Decl, out: &mut Lowering<'_>) -> Option<Exposed> {
    let written = written(decl)?;
    let (arguments, span) = arguments(decl)?;
    let containers = containers::all(decl);
    let (container, port) = target(arguments, span, &containers, out)?;
    let targets = targets(decl, arguments, span, port, out)?;
    let forward = forward(&targets, span);
    let conditions = conditions(arguments, span, out);
    let (balancer, groups, listener) = match written {
        Written::Own(front) => {
            let everything = conditions.is_empty();
            let action = everything.then(|| forward.clone());
            balancer::emit(&front, action, out);
            if !everything {
                rule(
                    decl,
                    arguments,
                    span,
                    (&front.listener(), conditions, forward),
                    out,
                );
            }
            let ready = match everything {
                true => front.listener(),
                false => decl.address.part(RULE),
            };
            (front.address(), balancer::group_ids(&front), ready)
        }
        Written::Behind(of, at) => {
            let declared = out.decl(&of)?;
            let front = Front::of_balancer(declared);
            check_behind(decl, &of, arguments, at, out);
            let conditions = match conditions.is_empty() {
                // A rule has a condition at least.
                true => vec![condition(
                    "path-pattern",
                    "PathPatternConfig",
                    nodes::texts(["/*"], span),
                    span,
                )],
                false => conditions,
            };
            rule(
                decl,
                arguments,
                span,
                (&front.listener(), conditions, forward),
                out,
            );
            (of, balancer::group_ids(&front), decl.address.part(RULE))
        }
    };
    let entry = Props::new(span)
        .put(
            "TargetGroupArn",
            nodes::attribute(&targets, "TargetGroupArn", span),
        )
        .set("ContainerName", container)
        .set("ContainerPort", port);
    Some(Exposed {
        balancers: Node::list([entry.node()], span),
        groups,
        port,
        ready: vec![listener],
        balancer,
        targets,
    })
}

/// The container and port that the load balancer reaches.
fn target<'d>(
    arguments: &Fields,
    span: Span,
    containers: &[Container<'d>],
    out: &mut Lowering<'_>,
) -> Option<(&'d str, i64)> {
    let container = match arguments.text("container") {
        Some((name, val)) => {
            let found = containers.iter().find(|one| one.name == &**name);
            if found.is_none() {
                let names: Vec<&str> = containers.iter().map(|one| one.name).collect();
                out.report(containers::no_container(name, &names, val.span));
            }
            found?
        }
        None => {
            let mut listening = containers
                .iter()
                .filter(|one| containers::first_port(one).is_some());
            match (listening.next(), listening.next()) {
                (Some(only), None) => only,
                (None, _) if containers.len() == 1 => containers.first()?,
                (None, _) => {
                    out.report(errors::no_port(span, None));
                    return None;
                }
                (Some(first), Some(second)) => {
                    out.report(errors::which_container(
                        span,
                        first.name_span,
                        second.name_span,
                    ));
                    return None;
                }
            }
        }
    };
    let Some(port) = arguments.int("port") else {
        let first = containers::first_port(container);
        if first.is_none() && !is_wrong(container.fields, "port") {
            out.report(errors::no_port(span, Some(container.name_span)));
        }
        return Some((container.name, first?.number));
    };
    let ports = containers::ports(container);
    if !ports.iter().any(|known| known.number == port) {
        let known: Vec<i64> = ports.iter().map(|port| port.number).collect();
        let at = arguments.span("port").unwrap_or(span);
        out.report(errors::closed_port(port, &known, at, container.name_span));
    }
    Some((container.name, port))
}

/// The group of its tasks.
fn targets(
    decl: &Decl,
    arguments: &Fields,
    span: Span,
    port: i64,
    out: &mut Lowering<'_>,
) -> Option<Address> {
    let placement = placement::of(decl, out)?;
    let own_address = decl
        .fields
        .word("network_mode")
        .is_none_or(|mode| mode == "awsvpc");
    let speaks = arguments.word("speaks").unwrap_or("http");
    let (protocol, version) = match speaks {
        "https" => ("HTTPS", "HTTP1"),
        "http2" => ("HTTP", "HTTP2"),
        "grpc" => ("HTTP", "GRPC"),
        _ => ("HTTP", "HTTP1"),
    };
    let at = arguments.span("speaks").unwrap_or(span);
    let props = Props::new(span)
        .set("TargetType", if own_address { "ip" } else { "instance" })
        .put("VpcId", placement.vpc)
        .set("Port", port)
        .put("Protocol", nodes::text(protocol, at))
        .put("ProtocolVersion", nodes::text(version, at))
        .with(health::of_targets(decl, speaks, out))
        .put("TargetGroupAttributes", attributes(arguments, span));
    let targets = Emit::part(
        TARGETS,
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        props.finish(),
    );
    Some(out.emit(decl, targets))
}

fn attributes(arguments: &Fields, span: Span) -> Node {
    let attribute = |key: &str, value: &str, at: Span| {
        Props::new(at).set("Key", key).set("Value", value).node()
    };
    let whole = |name: &str| {
        let seconds = arguments.quantity(name)?.whole("s")?;
        Some((seconds.to_string(), arguments.span(name)?))
    };
    let (drain, drain_span) = whole("drain").unwrap_or(("30".to_owned(), span));
    let balance = match arguments.word("balance") {
        Some("least_requests") => "least_outstanding_requests",
        Some("weighted_random") => "weighted_random",
        _ => "round_robin",
    };
    let balance_span = arguments.span("balance").unwrap_or(span);
    let mut all = vec![
        attribute("deregistration_delay.timeout_seconds", &drain, drain_span),
        attribute("load_balancing.algorithm.type", balance, balance_span),
    ];
    match whole("sticky") {
        Some((seconds, at)) => {
            all.push(attribute("stickiness.enabled", "true", at));
            all.push(attribute("stickiness.type", "lb_cookie", at));
            all.push(attribute(
                "stickiness.lb_cookie.duration_seconds",
                &seconds,
                at,
            ));
        }
        None => all.push(attribute("stickiness.enabled", "false", span)),
    }
    let (slow, at) = whole("slow_start").unwrap_or(("0".to_owned(), span));
    all.push(attribute("slow_start.duration_seconds", &slow, at));
    Node::list(all, span)
}

fn forward(targets: &Address, span: Span) -> Node {
    Props::new(span)
        .set("Type", "forward")
        .put(
            "TargetGroupArn",
            nodes::attribute(targets, "TargetGroupArn", span),
        )
        .node()
}

/// What a request must be to reach it; none where every request does.
fn conditions(arguments: &Fields, span: Span, out: &mut Lowering<'_>) -> Vec<Node> {
    let sorts = [
        ("paths", "path-pattern", "PathPatternConfig"),
        ("hosts", "host-header", "HostHeaderConfig"),
        ("methods", "http-request-method", "HttpRequestMethodConfig"),
        ("sources", "source-ip", "SourceIpConfig"),
    ];
    let mut all = Vec::new();
    let mut count = 0;
    for (name, field, config) in sorts {
        let (Some(values), Some(at)) = (arguments.node(name), arguments.span(name)) else {
            continue;
        };
        for val in arguments.items(name) {
            if let (Value::String(text), "paths") = (&val.value, name)
                && !text.starts_with(['/', '*'])
            {
                out.report(errors::path(text, val.span));
            }
        }
        if name == "paths" && all_paths(&values) {
            continue;
        }
        count += arguments.items(name).len();
        if count > MOST_CONDITIONS {
            out.report(errors::conditions(count, MOST_CONDITIONS, at));
        }
        all.push(condition(field, config, values, span));
    }
    all
}

/// Whether paths mean every path.
fn all_paths(values: &Node) -> bool {
    let Prop::List(paths) = &values.prop else {
        return false;
    };
    paths
        .iter()
        .any(|path| path.prop == Prop::from("/*") || path.prop == Prop::from("*"))
}

fn condition(field: &str, config: &str, values: Node, span: Span) -> Node {
    let at = values.span;
    Props::new(span)
        .set("Field", field)
        .put(config, Node::map([("Values", values)], at))
        .node()
}

fn rule(
    decl: &Decl,
    arguments: &Fields,
    span: Span,
    (listener, conditions, action): (&Address, Vec<Node>, Node),
    out: &mut Lowering<'_>,
) {
    let priority = arguments.node("priority");
    let props = Props::new(span)
        .put(
            "ListenerArn",
            nodes::attribute(listener, "ListenerArn", span),
        )
        .put(
            "Priority",
            priority.unwrap_or_else(|| nodes::int(PRIORITY, span)),
        )
        .put("Conditions", Node::list(conditions, span))
        .put("Actions", Node::list([action], span));
    let rule = Emit::part(
        RULE,
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        props.finish(),
    );
    out.emit(decl, rule);
}

/// Services behind one load balancer have places of their own, and are in its network.
fn check_behind(decl: &Decl, of: &Address, arguments: &Fields, at: Span, out: &mut Lowering<'_>) {
    let network = |decl: &Decl| decl.fields.resource("network").map(|of| of.address.clone());
    if let Some(declared) = out.decl(of)
        && let (Some(here), Some(there)) = (network(decl), network(declared))
        && here != there
    {
        out.report(errors::other_network(&of.label, &there, &here, at));
    }
    let own = arguments.int("priority").unwrap_or(PRIORITY);
    let before = out
        .stack
        .decls
        .iter()
        .take_while(|other| other.address != decl.address);
    let same = before
        .filter(|other| &*other.address.kind == "service")
        .find(|other| {
            let Some(Written::Behind(its, _)) = written(other) else {
                return false;
            };
            let priority = self::arguments(other).and_then(|(all, _)| all.int("priority"));
            its == *of && priority.unwrap_or(PRIORITY) == own
        });
    if let Some(other) = same {
        let span = arguments.span("priority").unwrap_or(at);
        out.report(errors::same_priority(own, &of.label, span, other.name_span));
    }
}

/// Where an exposed service answers.
pub(super) fn url(decl: &Decl, out: &Lowering<'_>) -> Option<Node> {
    match written(decl)? {
        Written::Own(front) => Some(balancer::url(&front, out)),
        Written::Behind(of, span) => {
            let front = Front::of_balancer(out.decl(&of)?);
            let (arguments, _) = arguments(decl)?;
            let host = arguments.items("hosts").first().and_then(nodes::node);
            let Some(host) = host else {
                return Some(balancer::url(&front, out));
            };
            let scheme = if balancer::is_https(&front) {
                "https://"
            } else {
                "http://"
            };
            Some(nodes::concat([nodes::text(scheme, span), host], span))
        }
    }
}

/// How something in its network reaches an exposed service.
pub(crate) struct Door {
    /// The listener it is behind.
    pub(crate) listener: Address,
    /// The declaration whose load balancer lets callers in: it takes their security groups as contributions.
    pub(crate) guard: Address,
    /// The name that its certificate is for, if it has one.
    pub(crate) name: Option<Node>,
    /// What must be there before something calls: its place behind the load balancer.
    pub(crate) ready: Vec<Address>,
}

/// How something in its network reaches a service; `None` if it is not exposed.
pub(crate) fn door(decl: &Decl, out: &Lowering<'_>) -> Option<Door> {
    let (arguments, span) = arguments(decl)?;
    let own = match written(decl)? {
        Written::Own(front) => front,
        Written::Behind(of, _) => Front::of_balancer(out.decl(&of)?),
    };
    let host = arguments.items("hosts").first().and_then(nodes::node);
    let name = host.or_else(|| own.fields.node("domain"));
    let secure = balancer::is_https(&own);
    Some(Door {
        listener: own.listener(),
        guard: own.decl.address.clone(),
        name: name.filter(|_| secure).map(|node| Node { span, ..node }),
        ready: vec![decl.address.clone()],
    })
}

/// The dimensions of its metrics at its load balancer; `None` if it has none.
pub(super) fn dimensions(decl: &Decl, span: Span) -> Option<Vec<(&'static str, Node)>> {
    let balancer = match written(decl)? {
        Written::Own(front) => front.address(),
        Written::Behind(of, _) => of,
    };
    let targets = decl.address.part(TARGETS);
    Some(vec![
        (
            "LoadBalancer",
            nodes::attribute(&balancer, "LoadBalancerFullName", span),
        ),
        (
            "TargetGroup",
            nodes::attribute(&targets, "TargetGroupFullName", span),
        ),
    ])
}
