//! What is reported of a pool.

use formwork_diag::{Code, Diagnostic, Severity, Span, safe};

/// A field of instances on Fargate.
pub(super) fn machines_only(name: &str, span: Span, capacity: Span, word: &str) -> Diagnostic {
    Diagnostic::error(
        Code("batch::fargate"),
        format!("`{name}` speaks of instances, and `{word}` has none"),
        span,
        "for instances only",
    )
    .label(capacity, "has no instances")
    .help("take it out, or write `capacity = ec2` or `capacity = spot`")
}

/// Fewer at most than at least.
pub(super) fn vcpus(min: i64, max: i64, span: Span, most: Option<Span>) -> Diagnostic {
    let found = Diagnostic::error(
        Code("batch::vcpus"),
        format!("at least {min} and at most {max} vCPUs do not go together"),
        span,
        "more than `max_vcpus`",
    );
    let found = match most {
        Some(most) => found.label(most, "the most"),
        None => found,
    };
    found.help(format!(
        "write at most `min_vcpus = {max}`, or a larger `max_vcpus`"
    ))
}

/// Instances that are always there.
pub(super) fn never_idle(min: i64, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::batch_never_idle"),
        Severity::Warning,
        format!("{min} vCPUs are paid for also while there are no jobs"),
    )
    .label(span, "always there")
    .help("write `min_vcpus = 0`, or say why: `allow lint::batch_never_idle, \"…\"`")
}

/// Something that is no type of instance.
pub(super) fn instance_type(name: &str, span: Span) -> Diagnostic {
    let lower = name.to_ascii_lowercase();
    let found = Diagnostic::error(
        Code("batch::instance_type"),
        format!("`{}` is no type or family of instances", safe(name)),
        span,
        "not `family` or `family.size`",
    );
    if lower != name {
        return found.help(format!("types are in lower case: `{}`", safe(&lower)));
    }
    found.help(
        "write a family such as `\"m7i\"`, a type such as `\"c7g.4xlarge\"`, or `\"optimal\"`",
    )
}

/// Instances of two processors.
pub(super) fn two_archs(second: (&str, Span), first: (&str, Span)) -> Diagnostic {
    Diagnostic::error(
        Code("batch::arch"),
        format!(
            "`{}` and `{}` have different processors, and a pool has one",
            safe(first.0),
            safe(second.0)
        ),
        second.1,
        "another processor",
    )
    .label(first.1, "the first one")
    .help(
        "make a pool for each processor; `g` behind the generation (`m7g`) is Arm, the rest is x86",
    )
}

/// A way to choose Spot instances without any.
pub(super) fn spot_allocation(word: &str, span: Span, capacity: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::allocation"),
        format!("`{word}` chooses Spot instances"),
        span,
        "for `spot` only",
    )
    .label(capacity, "not Spot")
    .help("write `allocation = best_fit_progressive`, or `capacity = spot`")
}

/// A way to choose Spot instances that are taken back soon.
pub(super) fn interrupted(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code("lint::batch_spot_best_fit"),
        Severity::Warning,
        "the cheapest Spot instances are those that AWS takes back first",
    )
    .label(span, "looks at the price only")
    .help("write `allocation = spot_price_capacity_optimized`, or say why: `allow lint::batch_spot_best_fit, \"…\"`")
}

/// A script that is not known at plan.
pub(super) fn script_not_known(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code("batch::user_data"),
        "the script of an instance must be known at plan",
        span,
        "holds what is known after apply only",
    )
    .help("write the script out; what an instance is to know of AWS it can ask for, or read from a `parameter`")
}
