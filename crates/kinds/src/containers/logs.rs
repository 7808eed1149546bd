//! Where containers log to: a group of their declaration's own, one that is named, another driver, or nowhere.

use super::{Launch, environment, errors};
use crate::access::Statement;
use crate::kinds::log_group;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::specs::{call, field, items, kind};
use crate::values::{Read, call as called, resource};
use formwork_schema::{Address, Decl, FieldSpec, Node, Prop, Type};

/// The part that is the group of a declaration's own.
const GROUP: &str = "log_group";

/// Drivers that Fargate has besides `awslogs`: ECS API reference, LogConfiguration, logDriver.
const ON_FARGATE: &[&str] = &["awsfirelens", "splunk"];

/// The field `logs`.
pub(super) fn logs_field() -> FieldSpec {
    let drivers = Type::words(
        "log driver",
        &[
            "awsfirelens",
            "splunk",
            "fluentd",
            "gelf",
            "journald",
            "json_file",
            "syslog",
        ],
    );
    let driver = call(
        "driver",
        vec![
            field(
                "name",
                drivers,
                "The driver; Fargate has `awsfirelens` and `splunk`.",
            )
            .required(),
            field("options", Type::String.map(), "Its options."),
            field(
                "secrets",
                Type::one_of([kind("secret"), kind("parameter"), Type::String]).map(),
                "Options whose values are secret.",
            )
            .constraint(items(1, 20)),
        ],
        1,
    );
    field(
        "logs",
        Type::one_of([kind("log_group"), driver, Type::words("logs", &["off"])]),
        "Where it logs to, instead of a log group of its own: a `log_group`, another driver, or `off`.",
    )
    .known()
}

/// Where containers log to.
#[derive(Debug, Clone)]
pub(crate) struct Logs {
    /// Driver and options that are the same for all containers; `None` if they log nowhere.
    driver: Option<(String, Props, Option<Node>)>,
    /// What the role that starts them needs.
    pub(crate) statements: Vec<Statement>,
    /// The group, if it is one of the stack.
    pub(crate) group: Option<Address>,
}

/// Where the containers of a declaration log to; emits a group of its own, unless it names something else.
pub(crate) fn lower(decl: &Decl, launch: Launch, out: &mut Lowering<'_>) -> Logs {
    let fields = &decl.fields;
    let Some(val) = fields.get("logs") else {
        let props = Props::of(decl).maybe(
            "RetentionInDays",
            log_group::retention(decl, "log_retention", out),
        );
        let own = Emit::part(GROUP, "AWS::Logs::LogGroup", props.finish());
        let own = out.emit(decl, own);
        return to_group(decl, own, out);
    };
    if let Some(span) = fields
        .name_span("log_retention")
        .filter(|_| fields.get("log_retention").is_some())
    {
        out.report(errors::retention_of_none(span, val.span));
    }
    if let Some(group) = resource(val) {
        return to_group(decl, group.address.clone(), out);
    }
    let Some(other) = called(val) else {
        out.lint(decl, errors::no_logs(val.span));
        return Logs {
            driver: None,
            statements: Vec::new(),
            group: None,
        };
    };
    let name = other.arguments.word("name").unwrap_or("awsfirelens");
    let at = other.arguments.span("name").unwrap_or(val.span);
    if launch == Launch::Fargate && !ON_FARGATE.contains(&name) {
        out.report(errors::log_driver(name, at));
    }
    let mut options = Props::new(val.span);
    for (name, val) in other
        .arguments
        .object("options")
        .into_iter()
        .flat_map(|all| all.iter())
    {
        options = options.maybe(name, nodes::node(val));
    }
    let mut statements = Vec::new();
    let mut secret = Vec::new();
    for (name, val) in other
        .arguments
        .object("secrets")
        .into_iter()
        .flat_map(|all| all.iter())
    {
        if let Some((from, needed)) = environment::secret(val, out) {
            statements.extend(needed);
            let option = Props::new(val.span)
                .set("Name", &**name)
                .put("ValueFrom", from);
            secret.push(option.node());
        }
    }
    let secret = (!secret.is_empty()).then(|| Node::list(secret, val.span));
    Logs {
        driver: Some((name.replace('_', "-"), options, secret)),
        statements,
        group: None,
    }
}

fn to_group(decl: &Decl, group: Address, out: &Lowering<'_>) -> Logs {
    let span = decl.fields.span("logs").unwrap_or(decl.name_span);
    let options = Props::new(span)
        .put(
            "awslogs-group",
            nodes::attribute(&group, "LogGroupName", span),
        )
        .set("awslogs-region", &*out.region(decl));
    Logs {
        driver: Some(("awslogs".to_owned(), options, None)),
        statements: vec![log_group::write_statement(nodes::attribute(
            &group, "Arn", span,
        ))],
        group: Some(group),
    }
}

impl Logs {
    /// The configuration of a container whose streams begin with `prefix`; `None` if it logs nowhere.
    pub(crate) fn configuration(&self, prefix: &str) -> Option<Node> {
        let (driver, options, secret) = self.driver.as_ref()?;
        let options = match driver.as_str() {
            "awslogs" => options.clone().set("awslogs-stream-prefix", prefix),
            _ => options.clone(),
        };
        let empty = options.is_empty();
        let options = options.node();
        let span = options.span;
        let props = Props::new(span)
            .put("LogDriver", Node::new(Prop::from(driver.as_str()), span))
            .maybe("Options", (!empty).then_some(options))
            .maybe("SecretOptions", secret.clone());
        Some(props.node())
    }
}
