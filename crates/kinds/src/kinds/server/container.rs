//! `server_container`: a container service of Lightsail, at a fixed price a node and month.

use super::errors;
use crate::cost::{Charge, Costed};
use crate::images;
use crate::kinds::function;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props, seconds};
use crate::registry::Kind;
use crate::specs::{
    attribute, between, call, duration, field, items, kind, numbers, object, pattern,
};
use crate::values::{self, Read};
use formwork_schema::{Decl, FieldSpec, Fields, KindSpec, Node, Type, Val, Value};

/// The processor that containers run on: Lightsail guide, "Container services".
const ARCH: &str = "x86_64";

/// The kind `server_container`.
pub(crate) struct ServerContainer;

impl Kind for ServerContainer {
    fn spec(&self) -> KindSpec {
        KindSpec {
            name: "server_container",
            doc: "Containers on Lightsail: one to twenty nodes of one size, with HTTPS.",
            fields: fields(),
            attributes: vec![
                attribute("name", "ServiceName", "Its name."),
                attribute("arn", "ContainerArn", "Its ARN."),
                attribute("url", "Url", "Where it answers."),
                attribute(
                    "principal",
                    "PrincipalArn",
                    "The ARN of its role, for the policy of a registry it pulls from.",
                ),
            ],
            verbs: Vec::new(),
            events: Vec::new(),
            metrics: Vec::new(),
            usage: None,
        }
    }

    fn cost(&self, of: &Costed<'_>) -> Option<Vec<Charge>> {
        let service = of.main()?;
        let power = service.text("Power")?;
        let nodes = service.number("Scale")?;
        let price = format!("lightsail.container.{power}");
        Some(vec![Charge::fixed(
            format!("{nodes} × {power}"),
            price,
            nodes,
        )])
    }

    fn lower(&self, decl: &Decl, out: &mut Lowering<'_>) {
        let fields = &decl.fields;
        let span = decl.name_span;
        let power = fields.word("power").unwrap_or("nano");
        let power_span = fields.span("power").unwrap_or(span);
        let nodes_count = fields.node("nodes").unwrap_or_else(|| nodes::int(1, span));
        let props = Props::of(decl)
            .maybe("ServiceName", fields.node("name"))
            .put("Power", nodes::text(power, power_span))
            .put("Scale", nodes_count)
            .maybe("IsDisabled", disabled(decl))
            .maybe("ContainerServiceDeployment", deployment(decl, out))
            .maybe("PublicDomainNames", domains(decl, out))
            .maybe("PrivateRegistryAccess", registry(decl));
        out.emit(
            decl,
            Emit::main("AWS::Lightsail::Container", props.finish()),
        );
    }

    fn properties(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("name", "ServiceName"),
            ("power", "Power"),
            ("nodes", "Scale"),
            ("containers", "ContainerServiceDeployment"),
            ("endpoint", "ContainerServiceDeployment"),
            ("domains", "PublicDomainNames"),
            ("pull_from_ecr", "PrivateRegistryAccess"),
            ("enabled", "IsDisabled"),
        ]
    }
}

fn fields() -> Vec<FieldSpec> {
    let domain = call(
        "domain",
        vec![
            field(
                "certificate",
                kind("server_certificate"),
                "The certificate.",
            )
            .required(),
            field(
                "names",
                Type::String.list(),
                "Names of it under which the service answers.",
            )
            .required()
            .constraint(items(1, 10)),
        ],
        1,
    );
    vec![
        field(
            "power",
            Type::words("power", &["nano", "micro", "small", "medium", "large", "xlarge"]),
            "How large a node is: 0.5, 1, 2, 4, 8 or 16 GB of memory.",
        )
        .default("nano"),
        field("nodes", Type::Int, "How many nodes there are.")
            .default("1")
            .constraint(numbers(1, 20)),
        field(
            "containers",
            object("container", container_fields()).map(),
            "What runs on each node, by name.",
        )
        .constraint(items(1, 10)),
        field(
            "endpoint",
            object("endpoint", endpoint_fields()),
            "The container and port that answer at the service's address.",
        ),
        field("domains", domain.list(), "Domains of your own, at most four.")
            .known()
            .constraint(items(1, 4)),
        field(
            "pull_from_ecr",
            Type::Bool,
            "Makes a role with which it pulls from private registries; their policy must name `principal`.",
        )
        .default("false"),
        field("enabled", Type::Bool, "Whether it answers; nodes are paid for either way.")
            .default("true")
            .known(),
        field("name", Type::String, "Its name.").constraint(pattern(
            "^([a-z0-9]{1,2}|[a-z0-9][a-z0-9-]{0,61}[a-z0-9])$",
            "1 to 63 small letters, digits and `-`, a letter or digit at both ends",
        )),
    ]
}

fn container_fields() -> Vec<FieldSpec> {
    let protocol = Type::words("protocol", &["http", "https", "tcp", "udp"]);
    vec![
        images::image_field("The image: a declaration, `\"nginx:1.29\"`, one of ECR, or `\":NAME.LABEL.NUMBER\"` pushed to the service.")
            .required(),
        field(
            "command",
            Type::String.list(),
            "What runs instead of the image's own command.",
        ),
        field("env", Type::String.map(), "Environment variables."),
        field(
            "ports",
            protocol.map(),
            "Ports it listens on: `{ \"8080\" = http }`.",
        ),
    ]
}

fn endpoint_fields() -> Vec<FieldSpec> {
    let second = seconds(1);
    let health = vec![
        field("path", Type::String, "The path that must answer.")
            .default("\"/\"")
            .constraint(pattern("^/.{0,255}$", "a path such as `/health`")),
        field("codes", Type::String, "Codes that are good: `\"200-299\"`.").default("\"200-499\""),
        field("interval", duration(), "How often it is asked.")
            .default("5s")
            .constraint(between(seconds(5), seconds(300), Some(second))),
        field("timeout", duration(), "How long an answer may take.")
            .default("2s")
            .constraint(between(seconds(2), seconds(60), Some(second))),
        field(
            "healthy_after",
            Type::Int,
            "So many good answers make it healthy.",
        )
        .default("2")
        .constraint(numbers(2, 10)),
        field(
            "unhealthy_after",
            Type::Int,
            "So many bad ones make it unhealthy.",
        )
        .default("2")
        .constraint(numbers(2, 10)),
    ];
    vec![
        field("container", Type::String, "The container's name.")
            .required()
            .known(),
        field("port", Type::Int, "The port it listens on.")
            .required()
            .constraint(numbers(1, 65_535)),
        field(
            "health",
            object("health", health),
            "When it counts as healthy.",
        ),
    ]
}

fn disabled(decl: &Decl) -> Option<Node> {
    let enabled = decl.fields.flag("enabled")?;
    Some(Node::new(!enabled, decl.fields.span("enabled")?))
}

fn registry(decl: &Decl) -> Option<Node> {
    let active = decl.fields.node("pull_from_ecr")?;
    let span = active.span;
    let role = Node::map([("IsActive", active)], span);
    Some(Node::map([("EcrImagePullerRole", role)], span))
}

/// The containers by name, in the order of their names.
fn containers(decl: &Decl) -> Vec<(&str, &Val, &Fields)> {
    let all = decl.fields.object("containers").into_iter();
    let mut all: Vec<(&str, &Val, &Fields)> = all
        .flat_map(|all| all.iter())
        .filter_map(|(name, val)| match &val.value {
            Value::Object(fields) => Some((&**name, val, fields)),
            _ => None,
        })
        .collect();
    all.sort_by_key(|(name, ..)| *name);
    all
}

fn deployment(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let all = containers(decl);
    let span = decl
        .fields
        .span("containers")
        .or(decl.fields.span("endpoint"))?;
    let made: Vec<Node> = all
        .iter()
        .map(|(name, val, fields)| container(decl, (name, val, fields), out))
        .collect();
    let props = Props::new(span)
        .put("Containers", Node::list(made, span))
        .maybe("PublicEndpoint", endpoint(decl, &all, out));
    Some(props.node())
}

fn container(decl: &Decl, of: (&str, &Val, &Fields), out: &mut Lowering<'_>) -> Node {
    let (name, val, fields) = of;
    let span = val.span;
    let at = decl
        .fields
        .object("containers")
        .and_then(|all| all.name_span(name))
        .unwrap_or(span);
    let good = name.len() <= 53
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if !good {
        out.report(errors::container_name(name, at));
    }
    let image = fields.get("image").and_then(|val| image(decl, val, out));
    let mut props = Props::new(span)
        .put("ContainerName", nodes::text(name, at))
        .maybe("Image", image)
        .maybe("Command", fields.node("command"));
    if let (Some(env), Some(span)) = (fields.object("env"), fields.span("env")) {
        let mut variables = Vec::new();
        for (name, val) in env.iter() {
            function::check_secret(decl, name, val, out);
            let variable = Props::new(val.span)
                .set("Variable", &**name)
                .maybe("Value", nodes::node(val));
            variables.push(variable.node());
        }
        props = props.put("Environment", Node::list(variables, span));
    }
    if let (Some(ports), Some(span)) = (fields.object("ports"), fields.span("ports")) {
        let mut open = Vec::new();
        for (port, val) in ports.iter() {
            let at = ports.name_span(port).unwrap_or(val.span);
            if !port.parse::<u16>().is_ok_and(|port| port > 0) {
                out.report(errors::container_port(port, at));
            }
            let protocol = match &val.value {
                Value::Word(word) => word.to_ascii_uppercase(),
                _ => "HTTP".to_owned(),
            };
            let entry = Props::new(at)
                .set("Port", &**port)
                .put("Protocol", nodes::text(&protocol, val.span));
            open.push(entry.node());
        }
        props = props.put("Ports", Node::list(open, span));
    }
    props.node()
}

/// The image of a container; one of a private registry needs the role that pulls from it.
fn image(decl: &Decl, val: &Val, out: &mut Lowering<'_>) -> Option<Node> {
    // `:web.app.3` is an image that was pushed to the service itself.
    if matches!(&val.value, Value::String(text) if text.starts_with(':')) {
        return nodes::node(val);
    }
    let image = images::image(decl, val, out)?;
    if let Some((platform, _)) = image.platform.filter(|(platform, _)| *platform != ARCH) {
        out.report(errors::image_platform(platform, val.span));
    }
    let known = matches!(val.value, Value::String(_) | Value::Resource(_));
    let pulls = decl.fields.flag("pull_from_ecr") == Some(true);
    if known && image.outside.is_none() && !pulls {
        out.report(errors::no_pull(val.span));
    }
    Some(image.uri)
}

fn endpoint(decl: &Decl, all: &[(&str, &Val, &Fields)], out: &mut Lowering<'_>) -> Option<Node> {
    let endpoint = decl.fields.object("endpoint")?;
    let span = decl.fields.span("endpoint")?;
    if let Some((name, val)) = endpoint.text("container") {
        match all.iter().find(|(known, ..)| *known == &**name) {
            None => {
                let names: Vec<String> = all.iter().map(|(name, ..)| (*name).to_owned()).collect();
                out.report(errors::no_container(name, &names, val.span));
            }
            Some((_, _, fields)) => check_port(name, fields, endpoint, out),
        }
    }
    let health = endpoint.object("health").zip(endpoint.span("health"));
    let health = health.map(|(health, span)| {
        Props::new(span)
            .maybe("Path", health.node("path"))
            .maybe("SuccessCodes", health.node("codes"))
            .maybe("IntervalSeconds", health.amount("interval", "s"))
            .maybe("TimeoutSeconds", health.amount("timeout", "s"))
            .maybe("HealthyThreshold", health.node("healthy_after"))
            .maybe("UnhealthyThreshold", health.node("unhealthy_after"))
            .node()
    });
    let props = Props::new(span)
        .maybe("ContainerName", endpoint.node("container"))
        .maybe("ContainerPort", endpoint.node("port"))
        .maybe("HealthCheckConfig", health);
    Some(props.node())
}

fn check_port(name: &str, container: &Fields, endpoint: &Fields, out: &mut Lowering<'_>) {
    let (Some(port), Some(span)) = (endpoint.int("port"), endpoint.span("port")) else {
        return;
    };
    let ports = container.object("ports");
    if ports.is_some_and(|ports| values::is_wrong(ports, &port.to_string())) {
        return;
    }
    let protocol = ports.and_then(|ports| ports.word(&port.to_string()));
    match protocol {
        Some("http") => {}
        Some(other) => out.report(errors::endpoint_protocol(other, span)),
        None => {
            let open = ports.into_iter().flat_map(|ports| ports.iter());
            let open: Vec<String> = open.map(|(port, _)| port.to_string()).collect();
            out.report(errors::closed_port(name, port, &open, span));
        }
    }
}

fn domains(decl: &Decl, out: &mut Lowering<'_>) -> Option<Node> {
    let span = decl.fields.span("domains")?;
    let mut all = Vec::new();
    for val in decl.fields.items("domains") {
        let Some(call) = values::call(val) else {
            continue;
        };
        let Some(of) = call.arguments.resource("certificate") else {
            continue;
        };
        let at = call.arguments.span("certificate").unwrap_or(val.span);
        if let Some(certificate) = out.decl(&of.address) {
            let (here, wanted) = (out.region(certificate), out.region(decl));
            if here != wanted {
                out.report(errors::certificate_region(&here, &wanted, at));
            }
        }
        let domain = Props::new(val.span)
            .put(
                "CertificateName",
                nodes::attribute(&of.address, "CertificateName", at),
            )
            .maybe("DomainNames", call.arguments.node("names"));
        all.push(domain.node());
    }
    Some(Node::list(all, span))
}
