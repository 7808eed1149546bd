//! Rules of EventBridge: what matches starts a declaration, by its own policy or by a role.

use crate::access::{policy, trust};
use crate::errors;
use crate::lowering::{Emit, Lowering};
use crate::nodes::{self, Props};
use crate::patterns;
use crate::specs::{call, field, items};
use crate::triggers::{Caller, Start, Starter};
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Address, Call, Decl, FieldSpec, Fields, Node, Prop, Type};

/// The principal of EventBridge.
const EVENTS: &str = "events.amazonaws.com";

/// A rule to emit.
pub(crate) struct Rule {
    /// What its part, and what lets EventBridge in, is called: `orders` makes `rule_orders`; `""` makes `rule`.
    pub(crate) label: String,
    /// What it matches.
    pub(crate) pattern: Node,
    /// The name of its bus; the account's default bus without one.
    pub(crate) bus: Option<Node>,
    /// What its target is told of the event: names, and paths within it.
    pub(crate) values: Vec<(String, Node)>,
    /// The words that ask for it.
    pub(crate) span: Span,
}

/// What a user says of the events that start something: parameters of `matched(…)` and `event(…)`.
pub(crate) fn parameters() -> Vec<FieldSpec> {
    let texts = || Type::one_of([Type::String, Type::String.list()]);
    vec![
        field("source", texts(), "Only events of these sources: `\"shop.orders\"`, `\"aws.ec2\"`."),
        field("type", texts(), "Only events of these types (`detail-type`): `\"order placed\"`."),
        field(
            "detail",
            Type::Any,
            "Only events whose details match: `{ state = [\"running\"] }`.",
        ),
        field(
            "pattern",
            Type::Any,
            "The whole pattern in EventBridge's form, instead of the above.",
        ),
        field(
            "values",
            Type::String.map(),
            "What the target is told instead of the whole event: names and paths, `{ order = \"$.detail.id\" }`.",
        )
        .constraint(items(1, 100)),
    ]
}

/// The type of `event(source = "aws.ec2", …)`: events of the account's default bus.
pub(crate) fn event_type() -> Type {
    call("event", parameters(), 0)
}

/// Starts `decl` by events of the account's default bus; `count` is which of its `event(…)` this is, from 1.
pub(crate) fn on_event(decl: &Decl, call: &Call, span: Span, out: &mut Lowering<'_>) {
    let Some(pattern) = pattern(&call.arguments, span, out) else {
        out.report(errors::every_event(span));
        return;
    };
    let rule = Rule {
        label: String::new(),
        pattern,
        bus: None,
        values: values(&call.arguments, out),
        span,
    };
    start(decl, rule, out);
}

/// The pattern that arguments of an event say; `None` if they say nothing.
pub(crate) fn pattern(arguments: &Fields, span: Span, out: &mut Lowering<'_>) -> Option<Node> {
    if let Some(whole) = arguments.get("pattern") {
        for name in ["source", "type", "detail"] {
            if let Some(second) = arguments
                .name_span(name)
                .filter(|_| arguments.get(name).is_some())
            {
                out.report(errors::two_patterns(name, second, whole.span));
            }
        }
        patterns::check(whole, patterns::Level::Event, out);
        return nodes::node(whole);
    }
    let mut props = Props::new(span);
    for (name, property) in [("source", "source"), ("type", "detail-type")] {
        if let Some(node) = arguments.node(name) {
            props = props.put(property, listed(node));
        }
    }
    if let Some(detail) = arguments.get("detail") {
        patterns::check(detail, patterns::Level::Detail, out);
        props = props.maybe("detail", nodes::node(detail));
    }
    (!props.is_empty()).then(|| props.node())
}

/// A pattern that every event of a bus matches.
pub(crate) fn everything(span: Span) -> Node {
    let any = Node::map([("prefix", nodes::text("", span))], span);
    Node::map([("source", Node::list([any], span))], span)
}

/// What the target is told, checked to be paths.
pub(crate) fn values(arguments: &Fields, out: &mut Lowering<'_>) -> Vec<(String, Node)> {
    let Some(values) = arguments.object("values") else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, val) in values.iter() {
        if let Some((path, at)) = values.text(name)
            && !(path.starts_with("$.") || &**path == "$")
        {
            out.report(errors::no_event_path(path, at.span));
        }
        if let Some(node) = nodes::node(val) {
            all.push((name.to_string(), node));
        }
    }
    all
}

fn listed(node: Node) -> Node {
    let span = node.span;
    match node.prop {
        Prop::List(_) => node,
        _ => Node::list([node], span),
    }
}

/// Emits a rule that starts `decl`, and what lets EventBridge do so.
pub(crate) fn start(decl: &Decl, rule: Rule, out: &mut Lowering<'_>) {
    let span = rule.span;
    let label = free(decl, &rule.label, out);
    let part = part("rule", &label);
    let address = decl.address.part(part.as_str());
    let caller = Caller {
        principal: EVENTS,
        source: nodes::attribute(&address, "Arn", span),
        label: match label.as_str() {
            "" => "events".to_owned(),
            label => format!("events_{label}"),
        },
        span,
    };
    let (target, after) = match out.admit(&decl.address, &caller) {
        Some(admission) => {
            let props = Props::new(span).put("Arn", admission.arn);
            (told(props, &rule.values, span), admission.after)
        }
        None => {
            let Some(start) = out.start(&decl.address, Starter::Rule(&rule.values), span) else {
                out.report(errors::no_event_target(&decl.address, span));
                return;
            };
            by_role(decl, start, span, out)
        }
    };
    let target = target.set("Id", "target").node();
    let props = Props::new(span)
        .put("EventPattern", rule.pattern)
        .maybe("EventBusName", rule.bus)
        .put("Targets", Node::list([target], span));
    let emit = Emit::part(part, "AWS::Events::Rule", props.finish());
    out.emit(decl, emit.after(after));
}

/// A target that EventBridge reaches by a role: the role, and what it may do, of all rules of one declaration.
fn by_role(decl: &Decl, start: Start, span: Span, out: &mut Lowering<'_>) -> (Props, Vec<Address>) {
    let account = out.account(span);
    let everyone = nodes::text(&format!("arn:{}:events:", out.partition(decl)), span);
    let rules = [
        everyone,
        nodes::text(&out.region(decl), span),
        nodes::text(":", span),
        account.clone(),
        nodes::text(":rule/*", span),
    ];
    let trust = trust(EVENTS, Some((nodes::concat(rules, span), account)), span);
    let role = Props::of(decl).put("AssumeRolePolicyDocument", trust);
    let role = Emit::part("rule_role", "AWS::IAM::Role", role.finish());
    let role = out.emit(decl, role);
    let allowed = Props::of(decl)
        .set("PolicyName", "start")
        .put("RoleName", nodes::attribute(&role, "RoleName", span))
        .put("PolicyDocument", policy(start.statements, span));
    let allowed = Emit::part("rule_policy", "AWS::IAM::RolePolicy", allowed.finish());
    let allowed = out.emit(decl, allowed);
    let props = start
        .props
        .put("Arn", start.arn)
        .put("RoleArn", nodes::attribute(&role, "Arn", span));
    (props, vec![allowed])
}

/// What a target is told instead of the event: an object of the values.
pub(crate) fn told(props: Props, values: &[(String, Node)], span: Span) -> Props {
    match values {
        [] => props,
        _ => props.put("InputTransformer", transformer(values, |inner| inner, span)),
    }
}

/// The input transformer by which values of an event get into what `wrap` makes of `{"name":<name>,…}`.
pub(crate) fn transformer(
    values: &[(String, Node)],
    wrap: impl Fn(String) -> String,
    span: Span,
) -> Node {
    let fields: Vec<String> = values
        .iter()
        .map(|(name, _)| format!("{name:?}:<{name}>"))
        .collect();
    template(values, &wrap(format!("{{{}}}", fields.join(","))), span)
}

/// The input transformer that puts values of an event into a template, where their names stand between `<` and `>`.
pub(crate) fn template(values: &[(String, Node)], template: &str, span: Span) -> Node {
    let paths = values
        .iter()
        .map(|(name, path)| (name.as_str(), path.clone()));
    Props::new(span)
        .put("InputPathsMap", Node::map(paths, span))
        .set("InputTemplate", template)
        .node()
}

/// A label whose rule is not there yet: several events of one bus may start one declaration.
fn free(decl: &Decl, label: &str, out: &Lowering<'_>) -> String {
    let taken = |label: &str| {
        let address = decl.address.part(part("rule", label).as_str());
        out.resource(&address).is_some()
    };
    let mut number = 1;
    let mut candidate = label.to_owned();
    while taken(&candidate) {
        number += 1;
        candidate = part(label, &number.to_string());
    }
    candidate
}

fn part(base: &str, label: &str) -> String {
    match (base, label) {
        (base, "") => base.to_owned(),
        ("", label) => label.to_owned(),
        (base, label) => format!("{base}_{label}"),
    }
}
