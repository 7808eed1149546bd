//! The run that came last: how far its plan is, so that it can go on, and what it was allowed to lose.

use crate::{Intent, IntentAction, ObjectKey, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The plan that was applied last. Several runs of the same plan, one after the other, count as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// The plan's digest.
    pub plan: Arc<str>,
    /// The serial of the state when it was first begun.
    pub from: u64,
    /// Whether it came to an end by itself.
    pub ended: bool,
    /// Whether all of it was done.
    pub complete: bool,
    /// The objects whose data it may lose: nobody is asked again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub losses: BTreeSet<ObjectKey>,
    /// The objects it has changed. What it has made and deleted shows in the objects that are there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub updated: BTreeSet<ObjectKey>,
    /// The objects it has deleted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub deleted: BTreeSet<ObjectKey>,
}

impl LastRun {
    /// The run of a plan that begins, perhaps again.
    pub(crate) fn begin(
        last: Option<LastRun>,
        run: u64,
        plan: &Arc<str>,
        losses: Vec<ObjectKey>,
    ) -> Self {
        let again = last.filter(|last| last.plan == *plan && !last.complete);
        let first = LastRun {
            plan: plan.clone(),
            from: run,
            ended: false,
            complete: false,
            losses: BTreeSet::new(),
            updated: BTreeSet::new(),
            deleted: BTreeSet::new(),
        };
        LastRun {
            ended: false,
            losses: losses.into_iter().collect(),
            ..again.unwrap_or(first)
        }
    }

    /// Notes an outcome of one of its own operations; those of earlier plans, found open, are none of its doing.
    pub(crate) fn note(&mut self, intent: &Intent, key: &ObjectKey, outcome: &Outcome) {
        let done = match outcome {
            _ if intent.operation.run < self.from => return,
            Outcome::Updated { .. } => &mut self.updated,
            Outcome::Deleted if intent.action == IntentAction::Delete => &mut self.deleted,
            _ => return,
        };
        done.insert(key.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{RUN, begin, created, end, intent};
    use crate::{Operation, Record, State};
    use serde_json::{Map, json};

    const ADDRESS: &str = "queue.orders";

    fn began(plan: &str, run: u64, losses: &[ObjectKey]) -> Record {
        Record::Began {
            run,
            plan: plan.into(),
            tool: "0.1.0".into(),
            losses: losses.to_vec(),
            uses: Vec::new(),
        }
    }

    fn ended(complete: bool) -> Record {
        Record::Ended { run: RUN, complete }
    }

    fn key() -> ObjectKey {
        ObjectKey {
            address: ADDRESS.parse().unwrap(),
            generation: 0,
        }
    }

    fn fold(records: &[Record]) -> State {
        let mut state = State::default();
        records.iter().for_each(|record| state.apply(record));
        state
    }

    fn settled() -> [Record; 2] {
        let create = intent(0, IntentAction::Create, ADDRESS);
        [begin(create), end(0, created("id-1", json!({})))]
    }

    fn update(run: u64) -> [Record; 2] {
        let operation = Operation { run, number: 5 };
        let intent = Intent {
            operation,
            ..intent(5, IntentAction::Update, ADDRESS)
        };
        let outcome = Outcome::Updated {
            attributes: Map::new(),
            stamp: Some("2".into()),
        };
        [begin(intent), Record::Outcome { operation, outcome }]
    }

    #[test]
    fn runs_of_one_plan_count_as_one_until_it_is_done() {
        let mut records = vec![began("p", 3, &[key()])];
        records.extend(settled());
        records.extend(update(RUN));
        records.push(ended(false));
        records.push(began("p", 9, &[]));
        let last = fold(&records).last.unwrap();
        assert_eq!((last.from, last.ended, last.complete), (3, false, false));
        assert!(last.updated.contains(&key()));
        assert!(last.losses.is_empty(), "each run says what it may lose");
        records.push(ended(true));
        assert!(fold(&records).last.unwrap().complete);
        records.push(began("p", 11, &[]));
        assert_eq!(fold(&records).last.unwrap().from, 11);
    }

    #[test]
    fn another_plan_or_record_ends_it() {
        let mut records = vec![began("p", 3, &[key()]), ended(false)];
        records.push(began("q", 5, &[]));
        let last = fold(&records).last.unwrap();
        assert_eq!((&*last.plan, last.from), ("q", 5));
        assert!(last.losses.is_empty());
        let mut records = vec![began("p", 3, &[]), ended(false)];
        records.push(Record::Forgotten {
            address: key().address,
            generation: 0,
        });
        assert_eq!(fold(&records).last, None);
    }

    #[test]
    fn what_an_earlier_plan_began_is_not_its_doing() {
        let mut records = settled().to_vec();
        records.push(began("p", 20, &[]));
        records.extend(update(4));
        assert!(fold(&records).last.unwrap().updated.is_empty());
        let gone = |action| {
            let mut records = vec![began("p", 3, &[]), begin(intent(1, action, ADDRESS))];
            records.push(end(1, Outcome::Deleted));
            fold(&records).last.unwrap().deleted.len()
        };
        assert_eq!(
            gone(IntentAction::Create),
            0,
            "it came to nothing by itself"
        );
        assert_eq!(gone(IntentAction::Delete), 1);
    }
}
