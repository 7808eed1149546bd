//! Processor and memory: what Fargate has together, and what goes with what.

use super::{Container, Launch, errors};
use crate::lowering::Lowering;
use crate::nodes;
use crate::values::Read;
use formwork_diag::Span;
use formwork_schema::{Fields, Node, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Units of a vCPU.
const UNITS: i64 = 1024;

/// Memory that goes with a number of CPU units, in megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Memory {
    /// So many each.
    Each(&'static [i64]),
    /// From the first to the second, in steps of the third.
    Steps(i64, i64, i64),
}

impl Memory {
    /// The least.
    fn least(self) -> i64 {
        match self {
            Memory::Each(all) => all.first().copied().unwrap_or(0),
            Memory::Steps(least, ..) => least,
        }
    }

    fn has(self, memory: i64) -> bool {
        match self {
            Memory::Each(all) => all.contains(&memory),
            Memory::Steps(least, most, step) => {
                (least..=most).contains(&memory) && (memory - least) % step == 0
            }
        }
    }

    /// The least that holds `memory`, or the most there is.
    fn nearest(self, memory: i64) -> i64 {
        let (least, most, step) = match self {
            Memory::Each(all) => {
                let fits = all.iter().find(|each| **each >= memory);
                return fits.or(all.last()).copied().unwrap_or(0);
            }
            Memory::Steps(least, most, step) => (least, most, step),
        };
        let above = (memory - least).max(0);
        (least + (above + step - 1) / step * step).min(most)
    }

    /// In words: `1, 2, 3 or 4 GB`, `8 to 30 GB`.
    pub(super) fn words(self) -> String {
        match self {
            Memory::Each(all) => listed(all.iter().copied()),
            Memory::Steps(least, most, step) if (most - least) / step < 4 => {
                let steps = (0..=(most - least) / step).map(|at| least + at * step);
                listed(steps)
            }
            Memory::Steps(least, most, GB) => format!("{} to {} GB", gb(least), gb(most)),
            Memory::Steps(least, most, step) => {
                format!(
                    "{} to {} GB in steps of {} GB",
                    gb(least),
                    gb(most),
                    gb(step)
                )
            }
        }
    }
}

fn listed(all: impl Iterator<Item = i64>) -> String {
    let all: Vec<String> = all.map(gb).collect();
    match all.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last} GB", first.join(", ")),
        all => format!("{} GB", all.concat()),
    }
}

/// Gigabytes as they are read: `0.5`, `8`.
pub(super) fn gb(megabytes: i64) -> String {
    let gigabytes = Decimal::from(megabytes) / Decimal::from(GB);
    gigabytes.round_dp(2).normalize().to_string()
}

const GB: i64 = 1024;

/// What Fargate has: ECS developer guide, "Task CPU and memory" of Fargate.
const MATRIX: &[(i64, Memory)] = &[
    (256, Memory::Each(&[512, GB, 2 * GB])),
    (512, Memory::Steps(GB, 4 * GB, GB)),
    (1024, Memory::Steps(2 * GB, 8 * GB, GB)),
    (2048, Memory::Steps(4 * GB, 16 * GB, GB)),
    (4096, Memory::Steps(8 * GB, 30 * GB, GB)),
    (8192, Memory::Steps(16 * GB, 60 * GB, 4 * GB)),
    (16_384, Memory::Steps(32 * GB, 120 * GB, 8 * GB)),
    (32_768, Memory::Each(&[60 * GB, 120 * GB, 244 * GB])),
];

/// How large a task is.
#[derive(Debug, Clone)]
pub(crate) struct Size {
    /// CPU units, 1024 a vCPU.
    pub(crate) units: i64,
    /// Megabytes of memory.
    pub(crate) memory: i64,
    cpu_span: Span,
    memory_span: Span,
}

impl Size {
    /// CPU units as ECS takes them for a task: a string.
    pub(crate) fn cpu_node(&self) -> Node {
        nodes::text(&self.units.to_string(), self.cpu_span)
    }

    /// vCPUs as Batch takes them: a string such as `0.25`.
    pub(crate) fn vcpus_node(&self) -> Node {
        let vcpus = Decimal::from(self.units) / Decimal::from(UNITS);
        nodes::text(&vcpus.normalize().to_string(), self.cpu_span)
    }

    /// Megabytes as ECS and Batch take them: a string.
    pub(crate) fn memory_node(&self) -> Node {
        nodes::text(&self.memory.to_string(), self.memory_span)
    }
}

/// The size that `cpu` and `memory` say; on Fargate only pairs that it has, and at most `most` CPU units.
pub(crate) fn size(
    fields: &Fields,
    launch: Launch,
    most: i64,
    span: Span,
    out: &mut Lowering<'_>,
) -> Size {
    let cpu_span = fields.span("cpu").unwrap_or(span);
    let memory_span = fields.span("memory").unwrap_or(cpu_span);
    let units = fields.get("cpu").and_then(|val| units(&val.value));
    let wanted = fields
        .quantity("memory")
        .and_then(|memory| memory.whole("MB"));
    let sized = check_cpu(fields, out);
    let units = units.unwrap_or(256);
    let pair = MATRIX
        .iter()
        .find(|(known, _)| *known == units && units <= most);
    let size = |memory: i64| Size {
        units,
        memory,
        cpu_span,
        memory_span,
    };
    match (launch, pair) {
        (Launch::Instances(_), _) => size(wanted.unwrap_or((units * 2).max(512))),
        (Launch::Fargate, None) if !sized => size(wanted.unwrap_or(512)),
        (Launch::Fargate, None) => {
            let all = MATRIX.iter().map(|(units, _)| *units);
            let all: Vec<String> = all.filter(|units| *units <= most).map(vcpus).collect();
            out.report(errors::no_such_cpu(&written(fields, units), &all, cpu_span));
            size(wanted.unwrap_or(512))
        }
        (Launch::Fargate, Some((_, has))) => {
            let memory = wanted.unwrap_or(has.least());
            if !has.has(memory) {
                let right = has.nearest(memory);
                out.report(errors::fargate_size(
                    (&vcpus(units), fields.span("cpu")),
                    *has,
                    (memory, memory_span),
                    right,
                ));
            }
            size(memory)
        }
    }
}

/// Reports containers that together keep more of a task than it has: ECS API reference, ContainerDefinition.
pub(super) fn check_shares(
    size: &Size,
    containers: &[Container<'_>],
    task: &Fields,
    out: &mut Lowering<'_>,
) {
    if task.get("containers").is_none() {
        return;
    }
    let (mut kept_units, mut kept_memory) = (0, 0);
    for container in containers {
        let fields = container.fields;
        let whole = |name: &str| fields.quantity(name).and_then(|size| size.whole("MB"));
        kept_units += fields
            .get("cpu")
            .and_then(|val| units(&val.value))
            .unwrap_or(0);
        kept_memory += whole("memory_kept").or(whole("memory")).unwrap_or(0);
        let at = |name: &str| fields.span(name).unwrap_or(container.name_span);
        if kept_units > size.units {
            let (kept, has) = (vcpus(kept_units), vcpus(size.units));
            out.report(errors::shares(
                &kept,
                &has,
                "vCPU",
                at("cpu"),
                size.cpu_span,
            ));
            return;
        }
        if kept_memory > size.memory {
            let (kept, has) = (gb(kept_memory), gb(size.memory));
            out.report(errors::shares(
                &kept,
                &has,
                "GB",
                at("memory"),
                size.memory_span,
            ));
            return;
        }
    }
}

/// Whether `cpu` is a number of vCPUs: ECS API reference, RegisterTaskDefinition, 128 to 196,608 units.
pub(super) fn check_cpu(fields: &Fields, out: &mut Lowering<'_>) -> bool {
    let Some(Value::Number(vcpus)) = fields.get("cpu").map(|val| &val.value) else {
        return true;
    };
    let right = (Decimal::new(125, 3)..=Decimal::from(192)).contains(vcpus);
    if !right && let Some(span) = fields.span("cpu") {
        out.report(errors::cpu(*vcpus, span));
    }
    right
}

/// CPU units of a number of vCPUs.
pub(super) fn units(vcpus: &Value) -> Option<i64> {
    match vcpus {
        Value::Number(number) => (number * Decimal::from(UNITS)).to_i64(),
        _ => None,
    }
}

/// vCPUs as they were written, which may be no whole number of units.
fn written(fields: &Fields, units: i64) -> String {
    match fields.get("cpu").map(|val| &val.value) {
        Some(Value::Number(number)) => number.normalize().to_string(),
        _ => vcpus(units),
    }
}

/// vCPUs as they are read: `0.5`.
pub(super) fn vcpus(units: i64) -> String {
    let vcpus = Decimal::from(units) / Decimal::from(UNITS);
    vcpus.normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::{GB, MATRIX, Memory};

    fn of(units: i64) -> Memory {
        MATRIX.iter().find(|(known, _)| *known == units).unwrap().1
    }

    #[test]
    fn pairs_are_those_of_fargate() {
        assert!(of(256).has(512) && !of(256).has(1536) && !of(256).has(3 * GB));
        assert!(of(512).has(3 * GB) && !of(512).has(512) && !of(512).has(5 * GB));
        assert!(of(4096).has(30 * GB) && !of(4096).has(31 * GB));
        assert!(of(8192).has(20 * GB) && !of(8192).has(18 * GB));
        assert!(of(16_384).has(120 * GB) && !of(16_384).has(124 * GB));
        assert!(of(32_768).has(244 * GB) && !of(32_768).has(64 * GB));
    }

    #[test]
    fn pairs_are_said_in_words() {
        assert_eq!(of(256).words(), "0.5, 1 or 2 GB");
        assert_eq!(of(512).words(), "1, 2, 3 or 4 GB");
        assert_eq!(of(4096).words(), "8 to 30 GB");
        assert_eq!(of(8192).words(), "16 to 60 GB in steps of 4 GB");
        assert_eq!(of(32_768).words(), "60, 120 or 244 GB");
    }

    #[test]
    fn the_nearest_that_holds_it_is_offered() {
        assert_eq!(of(512).nearest(8 * GB), 4 * GB);
        assert_eq!(of(8192).nearest(17 * GB), 20 * GB);
        assert_eq!(of(256).nearest(600), GB);
    }
}
