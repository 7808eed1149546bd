//! What is reported of a cluster.

use formwork_diag::{Code, Diagnostic, Severity, Span, safe};

/// Something that lies in a network, without one.
pub(super) fn no_network(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("cluster::network"),
        format!("`{name}` needs a network, and this cluster is in none"),
        span,
        "in which network?",
    )
    .help("write `network = …`; a cluster for Fargate alone needs none")
}

/// A network without a subnet.
pub(super) fn no_subnets(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("cluster::network"),
        "this network has no subnet for instances",
        span,
        "no subnets",
    )
    .help("name a network with subnets")
}

/// Fewer at most than at least.
pub(super) fn count(min: i64, max: i64, span: Span, most: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("cluster::count"),
        format!("at least {min} and at most {max} instances do not go together"),
        span,
        "more than `max`",
    );
    let found = match most {
        Some(most) => found.label(most, "the most"),
        None => found,
    };
    found.help(format!("write at most `min = {max}`, or a larger `max`"))
}

/// Something that is no type of instance.
pub(super) fn instance_type(name: &str, span: Span) -> Diagnostic {
    let lower = name.to_ascii_lowercase();
    let found = Diagnostic::error(
        Code("cluster::instance_type"),
        format!("`{}` is no type of instance", safe(name)),
        span,
        "not `family.size`",
    );
    if lower != name {
        return found.help(format!("types are in lower case: `{}`", safe(&lower)));
    }
    found.help("write a type such as `\"m7g.large\"`")
}

/// Instances of two processors.
pub(super) fn two_archs(second: (&str, Span), first: (&str, Span)) -> Diagnostic {
    Diagnostic::error(
        Code("cluster::arch"),
        format!(
            "`{}` and `{}` have different processors, and a cluster's instances have one",
            safe(first.0),
            safe(second.0)
        ),
        second.1,
        "another processor",
    )
    .label(first.1, "the first one")
    .help("make a cluster for each; `g` behind the generation (`m7g`) is Arm, the rest is x86")
}

/// A system that is there for x86 only.
pub(super) fn system(name: &str, span: Span, first: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("cluster::arch"),
        format!("there is no `{name}` for Arm"),
        span,
        "for x86 only",
    );
    let found = match first {
        Some(first) => found.label(first, "Arm"),
        None => found,
    };
    found.help(
        "name types with x86 and the chip, such as `\"g6.xlarge\"`, or an image by `image_id`",
    )
}

/// Metrics of services and tasks that nobody keeps.
pub(super) fn insights_off(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::insights_off"),
        Severity::Advice,
        "CloudWatch keeps no metrics of each task",
    )
    .label(span, "no insights")
    .help("write `insights = enabled`, which costs by the metric")
}
