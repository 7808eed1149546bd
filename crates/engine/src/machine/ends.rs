//! How operations end, how a run is stopped, and how it is closed.

use super::Machine;
use crate::Effect;
use crate::progress::Phase;
use crate::report::{Cause, Interrupted, OpFailure, Skipped, Stop};
use crate::resolve::{self, Known};
use crate::run::Stage;
use formwork_diag::Span;
use formwork_plan::Step;
use formwork_provider::FailureClass;
use formwork_state::{IntentAction, Outcome, Record};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Machine {
    /// The operation is done; its outcome is recorded.
    pub(super) fn done(&mut self, operation: usize, id: Option<Arc<str>>) {
        self.end(operation);
        self.report.done.push(operation);
        self.emit(operation, Phase::Complete(id));
        let graph = &self.graph;
        for next in graph.dependants(operation) {
            if let Some(run) = self.runs.get_mut(next) {
                run.needs = run.needs.saturating_sub(1);
                if run.needs == 0 && run.stage == Stage::Waiting {
                    self.ready.push(next);
                }
            }
        }
    }

    /// The operation failed; what is known of its outcome is recorded.
    pub(super) fn fail(&mut self, operation: usize, cause: Cause) {
        let span = match &cause {
            Cause::Call(failure) => self.span_of(operation, &failure.class),
            Cause::Drift(drifted) => drifted
                .first()
                .and_then(|one| self.property_span(operation, &one.property)),
            _ => None,
        };
        self.fail_at(operation, cause, span);
    }

    pub(super) fn fail_at(&mut self, operation: usize, cause: Cause, span: Option<Span>) {
        self.end(operation);
        self.emit(operation, Phase::Failed(cause.to_string()));
        let elapsed = self.now.saturating_sub(self.run_mut(operation).started);
        let planned = self.operation(operation);
        let declared = || self.plan.changes.get(planned.change)?.span;
        let failure = OpFailure {
            operation,
            address: planned.address.clone(),
            verb: planned.step.verb(),
            cause,
            span: span.or_else(declared),
            elapsed,
        };
        self.report.failed.push(failure);
        self.skip_dependants(operation);
    }

    fn span_of(&self, operation: usize, class: &FailureClass) -> Option<Span> {
        match class {
            FailureClass::InvalidInput(Some(path)) => self.property_span(operation, path),
            _ => None,
        }
    }

    fn property_span(&self, operation: usize, path: &str) -> Option<Span> {
        match &self.operation(operation).step {
            Step::Create(goal) | Step::Update { goal, .. } => {
                resolve::span_at(&goal.properties, path)
            }
            _ => None,
        }
    }

    fn skip_dependants(&mut self, because: usize) {
        let failed = self.operation(because).address.clone();
        let mut stack: Vec<usize> = self.graph.dependants(because).collect();
        while let Some(next) = stack.pop() {
            let run = self.run_mut(next);
            if run.stage != Stage::Waiting {
                continue;
            }
            run.stage = Stage::Ended;
            let now = self.now;
            self.run_mut(next).started = now;
            self.emit(next, Phase::Skipped(failed.clone()));
            let planned = self.operation(next);
            let skipped = Skipped {
                operation: next,
                address: planned.address.clone(),
                verb: planned.step.verb(),
                because,
            };
            self.report.skipped.push(skipped);
            stack.extend(self.graph.dependants(next));
        }
    }

    /// The operation was begun and stops before its end.
    pub(super) fn abandon(&mut self, operation: usize, called: bool) {
        self.end(operation);
        self.emit(operation, Phase::Interrupted);
        let planned = self.operation(operation);
        let interrupted = Interrupted {
            operation,
            address: planned.address.clone(),
            verb: planned.step.verb(),
            called,
        };
        self.report.interrupted.push(interrupted);
    }

    fn end(&mut self, operation: usize) {
        self.leave_place(operation);
        self.unreserve(operation);
        let run = self.run_mut(operation);
        if run.stage != Stage::Ended {
            run.stage = Stage::Ended;
            run.prepared = None;
            run.intent = None;
            run.removal = None;
            run.target = None;
            self.begun -= 1;
        }
    }

    /// Records that a durable intent will not be called any more, as far as that is known.
    pub(super) fn call_off(&mut self, operation: usize) {
        let unknown = self.run_mut(operation).unknown;
        self.close_intent(operation, "interrupted before the call");
        self.abandon(operation, unknown);
    }

    /// Closes the open intent of an operation that gives up, unless a call may have had an effect: then it stays
    /// open, and the next plan finds out.
    pub(super) fn close_intent(&mut self, operation: usize, reason: &str) {
        let run = self.run_mut(operation);
        let unknown = run.unknown;
        let Some(intent) = &run.intent else {
            return;
        };
        let action = intent.intent().action;
        let number = intent.intent().operation;
        let reason = reason.to_owned();
        match (unknown, action) {
            (false, _) => self.ledger.outcome(number, Outcome::NoEffect { reason }),
            (true, IntentAction::Update) => {
                self.ledger.outcome(number, Outcome::Uncertain { reason });
            }
            (true, IntentAction::Create | IntentAction::Delete) => {}
        }
    }

    /// The first request to stop: nothing new is begun, what runs is finished.
    pub(super) fn interrupt(&mut self) {
        if self.report.stopped.is_some() {
            return;
        }
        self.report.stopped = Some(Stop::Interrupted(1));
        for operation in 0..self.runs.len() {
            let run = self.run_mut(operation);
            if run.calling {
                continue;
            }
            match run.stage {
                // A call that waits for its turn, or to be repeated, is not made any more.
                Stage::Call => self.give_up_waiting(operation),
                Stage::Check => self.abandon(operation, false),
                _ => {}
            }
        }
    }

    fn give_up_waiting(&mut self, operation: usize) {
        let run = self.run_mut(operation);
        let creates = run
            .intent
            .as_ref()
            .is_some_and(|intent| intent.intent().action == IntentAction::Create);
        if run.unknown && creates {
            return self.resolve_unanswered(operation);
        }
        self.call_off(operation);
    }

    /// Stops at once. What was begun stays as the journal has it.
    pub(super) fn halt(&mut self, stop: Stop) {
        self.report.stopped = Some(stop);
        if self.closing.is_none() {
            for operation in 0..self.runs.len() {
                let run = self.run_mut(operation);
                if run.under_way() {
                    let called = run.first_call.is_some();
                    self.abandon(operation, called);
                }
            }
        }
        // Nothing can be written any more, or by this writer: what is not durable is as if it had not been recorded.
        let writes = !matches!(self.report.stopped, Some(Stop::Store(_) | Stop::LeaseLost));
        let append = self.ledger.flush();
        self.out.extend(append.filter(|_| writes));
        self.finish();
    }

    /// Records the outputs and the end when nothing is under way and nothing can begin.
    pub(super) fn close(&mut self) {
        if self.closing.is_some() || self.begun > 0 {
            return;
        }
        if self.report.stopped.is_none() && !(self.ready.is_empty() && self.rates.idle()) {
            return;
        }
        self.count_not_begun();
        self.report.outputs = self.outputs();
        let values = self.report.outputs.clone();
        self.ledger.record(Record::Outputs { values });
        let complete = self.report.complete();
        let run = self.run;
        self.ledger.record(Record::Ended { run, complete });
        self.closing = Some(self.ledger.state().serial);
    }

    fn count_not_begun(&mut self) {
        let runs = self.runs.iter();
        self.report.not_begun = runs.filter(|run| run.stage == Stage::Waiting).count();
    }

    /// The outputs that are known; one that is not keeps its last value.
    fn outputs(&self) -> BTreeMap<String, Json> {
        let state = self.ledger.state();
        let known = Known {
            state,
            account: &self.plan.header.account,
        };
        let values = self.plan.outputs.iter().filter_map(|output| {
            let value = output.value.to_json(&known).ok();
            let value = value.or_else(|| state.outputs.get(&*output.name).cloned());
            Some((output.name.to_string(), value?))
        });
        values.collect()
    }

    pub(super) fn finish(&mut self) {
        self.finished = true;
        self.count_not_begun();
        self.report.elapsed = self.now.saturating_sub(self.began);
        self.out.push(Effect::Release);
        let report = std::mem::take(&mut self.report);
        self.out.push(Effect::Finished(Box::new(report)));
    }
}
