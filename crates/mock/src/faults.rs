//! The seams by which tests make calls fail, hang and crash; every fault that fires is counted.

use crate::cloud::Cloud;
use crate::file::CloudFile;
use crate::object::Phase;
use crate::{CloudError, failures};
use formwork_provider::{Failure, Reply, Request};
use std::collections::BTreeMap;

/// Decides which calls go wrong.
pub trait Faults: Send {
    /// What happens to a call; `call` counts the calls from 1.
    fn before(&mut self, call: u64, request: &Request) -> Fault;

    /// Whether a commit fails as on a full disk; `commit` counts the commits tried, from 1.
    fn refuses_commit(&mut self, _commit: u64) -> bool {
        false
    }
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It fails and has no effect.
    FailBefore(Failure),
    /// It has its effect and the answer is lost.
    FailAfter(Failure),
    /// It fails, and has its effect later.
    FailThenApply {
        /// The answer.
        failure: Failure,
        /// Virtual milliseconds until it has its effect.
        after: u64,
    },
    /// It has its effect and another answer is given: an empty list, an old object, one that makes no sense.
    AnswerInstead(Reply),
    /// It is delivered twice; the second answer is given.
    Twice,
    /// The create gives an id and then fails, for this reason.
    CreationFails(String),
    /// The create gives an id and then never ends.
    Stuck,
    /// The caller dies before it has its effect.
    CrashBefore,
    /// The caller dies after it had its effect, without the answer.
    CrashAfter,
}

impl Fault {
    /// The word it is counted under.
    fn word(&self) -> Option<&'static str> {
        match self {
            Fault::None => None,
            Fault::FailBefore(_) => Some("fail-before"),
            Fault::FailAfter(_) => Some("fail-after"),
            Fault::FailThenApply { .. } => Some("fail-then-apply"),
            Fault::AnswerInstead(_) => Some("answer-instead"),
            Fault::Twice => Some("twice"),
            Fault::CreationFails(_) => Some("creation-fails"),
            Fault::Stuck => Some("stuck"),
            Fault::CrashBefore => Some("crash-before"),
            Fault::CrashAfter => Some("crash-after"),
        }
    }
}

/// The faults of a cloud and their counts.
#[derive(Default)]
pub(crate) struct FaultBook {
    faults: Option<Box<dyn Faults>>,
    counts: BTreeMap<&'static str, u64>,
    calls: u64,
    commits: u64,
}

impl FaultBook {
    pub(crate) fn set(&mut self, faults: Option<Box<dyn Faults>>) {
        self.faults = faults;
    }

    pub(crate) fn is_set(&self) -> bool {
        self.faults.is_some()
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    /// Counts calls that go by without a fault.
    pub(crate) fn pass(&mut self, calls: usize) {
        self.calls += calls as u64;
    }

    pub(crate) fn before(&mut self, request: &Request) -> Fault {
        self.calls += 1;
        let Some(faults) = &mut self.faults else {
            return Fault::None;
        };
        let fault = faults.before(self.calls, request);
        if let Some(word) = fault.word() {
            *self.counts.entry(word).or_insert(0) += 1;
        }
        fault
    }

    pub(crate) fn refuses_commit(&mut self, file: &CloudFile) -> Option<CloudError> {
        self.commits += 1;
        let refused = self.faults.as_mut()?.refuses_commit(self.commits);
        refused.then(|| {
            *self.counts.entry("refused-commit").or_insert(0) += 1;
            CloudError::DiskFull {
                path: file.path().to_owned(),
            }
        })
    }
}

impl Cloud {
    /// How often each sort of fault has fired.
    pub fn fault_counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.faults.counts
    }

    /// Turns a create that was answered into one that fails for a reason, or never ends.
    pub(crate) fn doom(
        &mut self,
        request: &Request,
        answer: Result<Reply, Failure>,
        why: Option<String>,
    ) -> Result<Reply, Failure> {
        let reply = answer?;
        let (Request::Create { target, .. }, None) = (request, &request.target().slice) else {
            return Ok(reply);
        };
        let id = match &reply {
            Reply::Done(live) => live.id.clone(),
            Reply::Pending { id, .. } => id.clone(),
            _ => return Ok(reply),
        };
        let place = self.place(&target.type_name, &target.region);
        let object = self.world.by_id(&target.type_name, place, &id).cloned();
        let mut object = object.ok_or_else(|| failures::missing(&target.type_name, &id))?;
        let until = match why {
            Some(_) => self.now().saturating_add(1),
            None => u64::MAX,
        };
        object.head.phase = Phase::Creating {
            until,
            failure: why,
        };
        let reply = self.pending(&object);
        self.world.put(object);
        Ok(reply)
    }
}
