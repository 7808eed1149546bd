//! What an apply came to: counts, outputs, what failed at the line that caused it, and how to go on.

use super::outputs;
use super::paint::Paint;
use crate::progress::elapsed;
use formwork_diag::{Code, Diagnostic, Diagnostics, Severity, safe};
use formwork_engine::{Cause, OpFailure, Report};
use formwork_plan::{Action, Operation, Plan, Verb};
use formwork_provider::FailureClass;
use serde_json::json;
use std::fmt::Write;

/// The end of an apply for people.
pub(crate) fn text(plan: &Plan, report: &Report, paint: Paint) -> String {
    let mut out = String::from("\n");
    let count = |verb: Verb| {
        let done = report.done.iter().filter_map(|at| plan.operations.get(*at));
        // An update that only says whose the object is, is not counted by the plan either.
        let counted = |operation: &&Operation| {
            let change = plan.changes.get(operation.change);
            operation.step.verb() == verb
                && (verb != Verb::Update || change.is_none_or(|change| !only_tags(change)))
        };
        done.filter(counted).count()
    };
    // A part that goes with its object needs no call of its own; the plan counts it among the deletions.
    let gone = report.done.iter().filter(|at| {
        let operation = plan.operations.get(**at);
        operation.is_some_and(|operation| {
            let change = plan.changes.get(operation.change);
            operation.step.verb() == Verb::Forget
                && change.is_some_and(|change| change.action == Action::Delete)
        })
    });
    let (created, updated, deleted) = (
        count(Verb::Create),
        count(Verb::Update),
        count(Verb::Delete) + gone.count(),
    );
    let recovered = count(Verb::Recover) + count(Verb::Settle);
    let mut line = format!("{created} created, {updated} changed, {deleted} destroyed");
    if recovered > 0 {
        let _ = write!(line, ", {recovered} recovered");
    }
    let adopted = count(Verb::Adopt);
    if adopted > 0 {
        let _ = write!(line, ", {adopted} adopted");
    }
    let simulated = if plan.header.provider.as_ref() == "mock" {
        " of simulated time"
    } else {
        ""
    };
    let time = format!("in {}{simulated}", elapsed(report.elapsed));
    let head = if report.complete() {
        paint.green("Done:")
    } else {
        paint.red("Not all was done:")
    };
    let _ = writeln!(out, "{head} {line} {}", paint.dim(&time));
    for skipped in &report.skipped {
        let _ = writeln!(out, "  not begun: {}", safe(&skipped.address.to_string()));
    }
    for interrupted in &report.interrupted {
        let doubt = if interrupted.called {
            "; whether it took effect is found out by the next plan"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "  cut short: {}{doubt}",
            safe(&interrupted.address.to_string())
        );
    }
    if report.not_begun > 0 {
        let _ = writeln!(out, "  {} operations were not begun", report.not_begun);
    }
    if !report.complete() {
        let _ = writeln!(
            out,
            "What was done is recorded. Mend the cause, then run the same command: it goes on from here."
        );
    }
    if report.complete() && !report.outputs.is_empty() {
        let _ = write!(out, "\n{}", outputs::text(&report.outputs));
    }
    out
}

/// The end of an apply for machines.
pub(crate) fn json(plan: &Plan, report: &Report) -> String {
    let failed: Vec<_> = report
        .failed
        .iter()
        .map(|failure| json!({ "address": failure.address, "action": failure.verb, "message": failure.cause.to_string() }))
        .collect();
    let all = json!({
        "complete": report.complete(),
        "done": report.done.len(),
        "operations": plan.operations.len(),
        "failed": failed,
        "skipped": report.skipped.iter().map(|skipped| &skipped.address).collect::<Vec<_>>(),
        "interrupted": report.interrupted.iter().map(|cut| &cut.address).collect::<Vec<_>>(),
        "outputs": report.outputs,
    });
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

/// Whether all that changes of an object are the tags that say whose it is.
fn only_tags(change: &formwork_plan::Change) -> bool {
    match change.action {
        Action::Rename => true,
        Action::Adopt => formwork_plan::counted(change).change == 0,
        _ => false,
    }
}

/// What failed, each at the words of the stack file that caused it.
pub(crate) fn failures(report: &Report) -> Diagnostics {
    Diagnostics(report.failed.iter().map(failure).collect())
}

fn failure(failed: &OpFailure) -> Diagnostic {
    let verb = match failed.verb {
        Verb::Create => "created",
        Verb::Update => "changed",
        Verb::Delete => "deleted",
        Verb::Settle => "finished",
        Verb::Recover | Verb::Record | Verb::Forget | Verb::Adopt => "recorded",
    };
    let message = format!("`{}` could not be {verb}: {}", failed.address, failed.cause);
    let mut diagnostic = Diagnostic::new(code(&failed.cause), Severity::Error, message);
    if let Some(span) = failed.span {
        diagnostic = diagnostic.label(span, "the cause, or the declaration of it");
    }
    match help(&failed.cause) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn code(cause: &Cause) -> Code {
    match cause {
        Cause::Call(_) => Code("apply::refused"),
        Cause::Foreign { .. } => Code("apply::foreign"),
        Cause::Drift(_) | Cause::Gone(_) | Cause::Filled(_) => Code("apply::drift"),
        Cause::Unresolved(_) => Code("apply::unresolved"),
        Cause::Unknown(_) => Code("apply::unanswered"),
    }
}

fn help(cause: &Cause) -> Option<String> {
    Some(match cause {
        Cause::Foreign { .. } => {
            "it was not touched; choose another name, or delete the object if nobody needs it"
                .to_owned()
        }
        Cause::Filled(_) => {
            "nothing was deleted; plan again, and allow the loss if it is meant".to_owned()
        }
        Cause::Drift(_) | Cause::Gone(_) => {
            "nothing was overwritten; plan again to see what changed".to_owned()
        }
        Cause::Unknown(_) => "run the same command again: it finds out first".to_owned(),
        Cause::Unresolved(_) => return None,
        Cause::Call(failure) => match &failure.class {
            FailureClass::AccessDenied(Some(action)) => {
                format!("allow `{action}` to the identity in use, then run the same command")
            }
            FailureClass::AccessDenied(None) => "the identity in use may not do this".to_owned(),
            FailureClass::Quota => {
                "a limit of the account is reached; raise it or use less, then run the same command"
                    .to_owned()
            }
            FailureClass::HoldsData => {
                "it holds data; empty it, or write `force = true`, then run the same command"
                    .to_owned()
            }
            FailureClass::InvalidInput(_) => {
                "correct the value, then run the same command: it goes on from here".to_owned()
            }
            FailureClass::Bug => return None,
            _ => "mend the cause, then run the same command: it goes on from here".to_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_provider::Failure;
    use formwork_schema::Address;

    #[test]
    fn each_cause_has_its_code() {
        let failure = Failure::new(
            FailureClass::AccessDenied(Some("sqs:CreateQueue".into())),
            "AccessDenied",
            "no",
        );
        let causes = [
            (Cause::Call(failure.clone()), "apply::refused"),
            (
                Cause::Foreign {
                    object: "q".into(),
                    owner: "was not made by formwork".into(),
                },
                "apply::foreign",
            ),
            (Cause::Drift(Vec::new()), "apply::drift"),
            (Cause::Gone("q".into()), "apply::drift"),
            (Cause::Filled(2), "apply::drift"),
            (Cause::Unresolved("x".into()), "apply::unresolved"),
            (Cause::Unknown(failure), "apply::unanswered"),
        ];
        for (cause, code) in causes {
            let failed = OpFailure {
                operation: 0,
                address: Address::new("queue", "q"),
                verb: Verb::Create,
                cause,
                span: None,
                elapsed: 0,
            };
            let diagnostic = super::failure(&failed);
            assert_eq!(diagnostic.code.0, code);
            assert!(diagnostic.message.contains("queue.q"));
        }
    }
}
