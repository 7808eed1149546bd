//! What goes together in a pool: capacity, instances, and the processors they have.

use super::errors;
use crate::lowering::Lowering;
use crate::values::{Read, call};
use formwork_diag::Span;
use formwork_schema::{Decl, Val, Value};

/// What a pool is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capacity {
    /// Instances on demand.
    Ec2,
    /// Spot instances.
    Spot,
    /// Fargate.
    Fargate,
    /// Spare capacity of Fargate.
    FargateSpot,
}

impl Capacity {
    /// What Batch calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Capacity::Ec2 => "EC2",
            Capacity::Spot => "SPOT",
            Capacity::Fargate => "FARGATE",
            Capacity::FargateSpot => "FARGATE_SPOT",
        }
    }

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Capacity::Ec2 => "ec2",
            Capacity::Spot => "spot",
            Capacity::Fargate => "fargate",
            Capacity::FargateSpot => "fargate_spot",
        }
    }

    /// Whether it is made of instances.
    pub(crate) fn is_ec2(self) -> bool {
        matches!(self, Capacity::Ec2 | Capacity::Spot)
    }
}

/// What a pool is made of, as written.
pub(crate) fn capacity(decl: &Decl) -> Capacity {
    let spot = decl.fields.get("capacity").and_then(call).is_some();
    match decl.fields.word("capacity") {
        _ if spot => Capacity::Spot,
        Some("spot") => Capacity::Spot,
        Some("ec2") => Capacity::Ec2,
        Some("fargate_spot") => Capacity::FargateSpot,
        _ => Capacity::Fargate,
    }
}

/// The processor of instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arch {
    /// `x86_64`.
    X86,
    /// `arm64`.
    Arm,
}

impl Arch {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Arch::X86 => "x86_64",
            Arch::Arm => "arm64",
        }
    }
}

/// The processor that a pool's instances have; `None` for Fargate, where the job says it.
pub(crate) fn arch(decl: &Decl) -> Option<Arch> {
    if !capacity(decl).is_ec2() {
        return None;
    }
    let first = decl.fields.items("instance_types").first();
    Some(first.and_then(text).map_or(Arch::X86, arch_of))
}

fn text(val: &Val) -> Option<&str> {
    match &val.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The processor of a type, family or choice of Batch: in the names of instances with Graviton a `g` follows the
/// generation (EC2 user guide, "Instance type naming conventions"); `a1` was the first.
pub(crate) fn arch_of(name: &str) -> Arch {
    let family = name.split('.').next().unwrap_or(name);
    if family == "default_arm64" || family == "a1" {
        return Arch::Arm;
    }
    let rest = family.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let options = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.len() > options.len() && options.starts_with('g') {
        true => Arch::Arm,
        false => Arch::X86,
    }
}

/// Fields that only instances have.
const MACHINES_ONLY: &[&str] = &[
    "instance_types",
    "min_vcpus",
    "allocation",
    "image_type",
    "image_id",
    "disk",
    "user_data",
    "key_pair",
    "placement_group",
    "scale_down_after",
];

/// Checks what no single field's constraint can say.
pub(super) fn check(decl: &Decl, capacity: Capacity, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let at = fields.span("capacity").unwrap_or(decl.name_span);
    if !capacity.is_ec2() {
        for name in MACHINES_ONLY {
            let given = fields.get(name).and_then(|_| fields.name_span(name));
            if let Some(span) = given {
                out.report(errors::machines_only(name, span, at, capacity.word()));
            }
        }
        return;
    }
    check_range(decl, out);
    check_types(decl, out);
    let allocation = fields.word("allocation");
    if let (Some(word), Some(span)) = (allocation, fields.span("allocation"))
        && word.starts_with("spot_")
        && capacity != Capacity::Spot
    {
        out.report(errors::spot_allocation(word, span, at));
    }
    if let (Some("best_fit"), Some(span), Capacity::Spot) =
        (allocation, fields.span("allocation"), capacity)
    {
        out.lint(decl, errors::interrupted(span));
    }
}

fn check_range(decl: &Decl, out: &mut Lowering<'_>) {
    let fields = &decl.fields;
    let (min, max) = (fields.int("min_vcpus"), fields.int("max_vcpus"));
    if let (Some(min), Some(max), Some(span)) = (min, max, fields.span("min_vcpus")) {
        if min > max {
            out.report(errors::vcpus(min, max, span, fields.span("max_vcpus")));
        } else if min > 0 {
            out.lint(decl, errors::never_idle(min, span));
        }
    }
}

/// Types have the form of types, and one processor.
fn check_types(decl: &Decl, out: &mut Lowering<'_>) {
    let mut first: Option<(Arch, &str, Span)> = None;
    for val in decl.fields.items("instance_types") {
        let Some(name) = text(val) else {
            continue;
        };
        if !is_type(name) {
            out.report(errors::instance_type(name, val.span));
            continue;
        }
        let arch = arch_of(name);
        match first {
            None => first = Some((arch, name, val.span)),
            Some((known, other, span)) if known != arch => {
                out.report(errors::two_archs((name, val.span), (other, span)));
            }
            Some(_) => {}
        }
    }
}

/// A family, a type, or a choice of Batch.
pub(crate) fn is_type(name: &str) -> bool {
    if matches!(name, "optimal" | "default_x86_64" | "default_arm64") {
        return true;
    }
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let (family, size) = match name.split_once('.') {
        Some((family, size)) => (family, Some(size)),
        None => (name, None),
    };
    let generation = family.bytes().any(|byte| byte.is_ascii_digit());
    let begins = family.starts_with(|c: char| c.is_ascii_lowercase());
    begins && generation && word(family) && size.is_none_or(word)
}

#[cfg(test)]
mod tests {
    use super::{Arch, arch_of, is_type};

    #[test]
    fn processors_follow_from_names() {
        for name in [
            "m7g",
            "c7gn.large",
            "t4g.nano",
            "im4gn",
            "x2gd",
            "a1",
            "g5g",
            "default_arm64",
        ] {
            assert_eq!(arch_of(name), Arch::Arm, "{name}");
        }
        for name in [
            "m7i",
            "g4dn.xlarge",
            "g6e",
            "p5",
            "c6a",
            "optimal",
            "u-6tb1",
            "hpc7a",
        ] {
            assert_eq!(arch_of(name), Arch::X86, "{name}");
        }
    }

    #[test]
    fn types_have_a_generation() {
        assert!(
            is_type("m7i")
                && is_type("c7g.4xlarge")
                && is_type("u-6tb1.metal")
                && is_type("optimal")
        );
        assert!(!is_type("large") && !is_type("M7i") && !is_type("m7i.") && !is_type("7i"));
    }
}
