//! What tasks of ECS run on, and how they are spread over it.

use super::errors;
use crate::containers::Launch;
use crate::kinds::cluster::{self, Home};
use crate::lowering::Lowering;
use crate::nodes::{self, Props};
use crate::values::{Read, call};
use formwork_diag::Span;
use formwork_schema::{Decl, Node, Val, Value};

/// What tasks run on.
pub(crate) struct Capacity {
    /// Whether on Fargate or on instances.
    pub(crate) launch: Launch,
    /// The capacity of the cluster, with weights.
    pub(crate) strategy: Node,
    /// How tasks are put on instances.
    pub(crate) strategies: Option<Node>,
    /// Where on instances they may not be.
    pub(crate) constraints: Option<Node>,
}

/// A part of the capacity, as written.
struct Part<'v> {
    word: &'v str,
    val: Option<&'v Val>,
    span: Span,
}

impl Part<'_> {
    fn on_instances(&self) -> bool {
        self.word == "instances"
    }
}

/// What the tasks of a declaration run on; what does not go together is reported.
pub(crate) fn read(decl: &Decl, home: &Home, out: &mut Lowering<'_>) -> Capacity {
    let span = decl.fields.span("capacity").unwrap_or(decl.name_span);
    let parts = parts(decl);
    let instances = parts.iter().find(|part| part.on_instances());
    let fargate = parts.iter().find(|part| !part.on_instances());
    if let (Some(instances), Some(fargate)) = (instances, fargate) {
        out.report(errors::two_launches(instances.span, fargate.span));
    }
    for (at, part) in parts.iter().enumerate() {
        if let Some(first) = parts.iter().take(at).find(|other| other.word == part.word) {
            out.report(errors::capacity_twice(part.word, part.span, first.span));
        }
    }
    check_bases(&parts, out);
    let launch = match instances {
        Some(part) => {
            if home.provider.is_none() {
                out.report(errors::no_instances(part.span, decl.fields.span("cluster")));
            }
            Launch::Instances(cluster::arch(&home.cluster, out))
        }
        None => Launch::Fargate,
    };
    if let (Launch::Fargate, Some(placed)) = (launch, decl.fields.span("placement")) {
        out.report(errors::placed_on_fargate(placed));
    }
    let items = parts.iter().filter_map(|part| item(part, home));
    let (strategies, constraints) = placement(decl, launch);
    Capacity {
        launch,
        strategy: Node::list(items.collect::<Vec<_>>(), span),
        strategies,
        constraints,
    }
}

fn parts(decl: &Decl) -> Vec<Part<'_>> {
    let span = decl.name_span;
    let Some(val) = decl.fields.get("capacity") else {
        return vec![Part {
            word: "fargate",
            val: None,
            span,
        }];
    };
    let all: Vec<&Val> = match &val.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![val],
    };
    all.into_iter()
        .filter_map(|val| {
            let word = match (&val.value, call(val)) {
                (_, Some(part)) => &*part.name,
                (Value::Word(word), _) => word,
                _ => return None,
            };
            Some(Part {
                word,
                val: Some(val),
                span: val.span,
            })
        })
        .collect()
}

/// Only one capacity has a base: ECS API reference, CapacityProviderStrategyItem.
fn check_bases(parts: &[Part<'_>], out: &mut Lowering<'_>) {
    let based = |part: &&Part<'_>| {
        let arguments = part.val.and_then(call).map(|call| &call.arguments);
        arguments
            .and_then(|all| all.int("base"))
            .is_some_and(|base| base > 0)
    };
    let mut with_base = parts.iter().filter(based);
    if let (Some(first), Some(second)) = (with_base.next(), with_base.next()) {
        out.report(errors::two_bases(second.span, first.span));
    }
}

fn item(part: &Part<'_>, home: &Home) -> Option<Node> {
    let provider = match part.word {
        "instances" => nodes::attribute(home.provider.as_ref()?, "Name", part.span),
        "fargate_spot" => nodes::text("FARGATE_SPOT", part.span),
        _ => nodes::text("FARGATE", part.span),
    };
    let arguments = part.val.and_then(call).map(|call| &call.arguments);
    let number = |name: &str, usual: i64| {
        let given = arguments.and_then(|all| all.node(name));
        given.unwrap_or_else(|| nodes::int(usual, part.span))
    };
    Some(
        Props::new(part.span)
            .put("CapacityProvider", provider)
            .put("Weight", number("weight", 1))
            .put("Base", number("base", 0))
            .node(),
    )
}

/// How tasks are put on instances: ECS developer guide, "Amazon ECS task placement".
fn placement(decl: &Decl, launch: Launch) -> (Option<Node>, Option<Node>) {
    if launch == Launch::Fargate {
        return (None, None);
    }
    let span = decl.fields.span("placement").unwrap_or(decl.name_span);
    let rule = |ty: &str, field: Option<&str>| {
        Props::new(span)
            .set("Type", ty)
            .maybe("Field", field.map(|field| nodes::text(field, span)))
            .node()
    };
    let zones = || rule("spread", Some("attribute:ecs.availability-zone"));
    let strategies = match decl.fields.word("placement") {
        Some("binpack") => vec![rule("binpack", Some("memory"))],
        Some("random") => vec![rule("random", None)],
        Some("one_each") => {
            let apart = Node::list([rule("distinctInstance", None)], span);
            return (Some(Node::list([zones()], span)), Some(apart));
        }
        _ => vec![zones(), rule("spread", Some("instanceId"))],
    };
    (Some(Node::list(strategies, span)), None)
}
