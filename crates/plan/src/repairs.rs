//! The operations that bring interrupted work to its end.

use crate::item::Item;
use crate::recover::Repair;
use crate::{Recovery, Step};
use formwork_state::Outcome;

/// One operation of the repairs of an item.
pub(crate) struct Repairing {
    pub(crate) generation: u32,
    pub(crate) step: Step,
    /// Milliseconds it is expected to take.
    pub(crate) expected: u32,
    /// The operation before it, by its place among these.
    pub(crate) after: Option<usize>,
    /// Whether what is done to the object itself waits for it; not so the deletion of another one.
    pub(crate) first: bool,
}

/// The operations of all repairs of an item, each after what it needs.
pub(crate) fn repairing(item: &Item<'_>) -> Vec<Repairing> {
    let times = item.ty.overlay.times;
    let mut out: Vec<Repairing> = Vec::new();
    let mut before = None;
    for repair in &item.repairs {
        let at = out.len();
        match repair {
            Repair::Record {
                recovery,
                generation,
                ..
            } => out.push(Repairing {
                generation: *generation,
                step: Step::Recover(recovery.clone()),
                expected: 0,
                after: None,
                first: true,
            }),
            Repair::Settle { intent, id } => out.push(Repairing {
                generation: intent.generation,
                step: Step::Settle {
                    type_name: intent.type_name.clone(),
                    slice: intent.slice.clone(),
                    region: intent.region.clone(),
                    id: id.clone(),
                    name: intent.name.clone(),
                    intent: intent.operation,
                },
                expected: times.0,
                after: before,
                first: true,
            }),
            Repair::Surplus {
                intent,
                id,
                generation,
                data,
                closes,
            } => {
                out.push(Repairing {
                    generation: *generation,
                    step: Step::Delete {
                        type_name: intent.type_name.clone(),
                        slice: intent.slice.clone(),
                        region: intent.region.clone(),
                        id: id.clone(),
                        name: intent.name.clone(),
                        force: false,
                        data: *data,
                    },
                    expected: times.2,
                    after: before,
                    first: false,
                });
                let outcome = Outcome::Deleted;
                let intent = intent.operation;
                let record = Repairing {
                    generation: *generation,
                    step: Step::Recover(Recovery { intent, outcome }),
                    expected: 0,
                    after: Some(at),
                    first: false,
                };
                out.extend(closes.then_some(record));
                continue;
            }
        }
        before = before.or(Some(at));
    }
    out
}
