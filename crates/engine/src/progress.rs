//! What users are told while a run goes on, and its form as JSON lines.

use formwork_plan::Verb;
use formwork_provider::FailureClass;
use formwork_schema::Address;
use serde_json::{Value as Json, json};
use std::fmt;
use std::sync::Arc;

/// The version of the event lines.
const VERSION: u32 = 1;

/// Something that happened to an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// Its number in the plan.
    pub operation: usize,
    /// The object.
    pub address: Address,
    /// What is done to it.
    pub verb: Verb,
    /// How far it is.
    pub phase: Phase,
    /// Milliseconds since it began, on the provider's clock.
    pub elapsed: u64,
}

/// How far an operation is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// It begins.
    Started,
    /// It waits, and for what.
    Waiting(Waiting),
    /// It is done; the id of the object, where there is one.
    Complete(Option<Arc<str>>),
    /// It failed: why.
    Failed(String),
    /// It was not begun, because this one failed.
    Skipped(Address),
    /// It was begun and is not done, because the run was interrupted.
    Interrupted,
}

/// Why an operation waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The cloud works on it; its own word for that.
    Working(String),
    /// The cloud said to slow down.
    Throttled,
    /// A new role is not yet seen everywhere.
    Role,
    /// Something still uses the object.
    InUse,
    /// Another change of it is under way.
    Busy,
    /// What it needs is not yet seen.
    NotSeen,
    /// A call got no answer.
    Unanswered,
    /// It is found out whether a call that got no answer took effect.
    Resolving,
}

impl Waiting {
    /// Why a failed call is not made again at once.
    pub(crate) fn after(class: &FailureClass) -> Self {
        match class {
            FailureClass::Throttle => Waiting::Throttled,
            FailureClass::IamPropagation => Waiting::Role,
            FailureClass::InUse => Waiting::InUse,
            FailureClass::Conflict | FailureClass::AlreadyExists => Waiting::Busy,
            FailureClass::NotFound => Waiting::NotSeen,
            _ => Waiting::Unanswered,
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Waiting::Working(what) => what,
            Waiting::Throttled => "throttled",
            Waiting::Role => "role not yet assumable",
            Waiting::InUse => "still in use",
            Waiting::Busy => "another change is under way",
            Waiting::NotSeen => "what it needs is not yet seen",
            Waiting::Unanswered => "no answer, trying again",
            Waiting::Resolving => "finding out whether the call took effect",
        })
    }
}

/// A progress report as a line of `--events`. `seq` counts lines from 1; `ts` is the time in RFC 3339.
pub fn event_json(seq: u64, ts: &str, progress: &Progress) -> Json {
    let (kind, message) = match &progress.phase {
        Phase::Started => ("apply_start", String::new()),
        Phase::Waiting(waiting) => ("apply_progress", waiting.to_string()),
        Phase::Complete(_) => ("apply_complete", String::new()),
        Phase::Failed(why) => ("apply_errored", why.clone()),
        Phase::Skipped(because) => ("apply_errored", format!("not begun: {because} failed")),
        Phase::Interrupted => ("apply_errored", "interrupted".to_owned()),
    };
    let mut line = json!({
        "v": VERSION,
        "seq": seq,
        "ts": ts,
        "type": kind,
        "addr": progress.address.to_string(),
        "action": progress.verb,
        "elapsed_ms": progress.elapsed,
        "msg": message,
    });
    if let (Phase::Complete(Some(id)), Some(map)) = (&progress.phase, line.as_object_mut()) {
        map.insert("id".into(), Json::String(id.to_string()));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{Phase, Progress, Waiting, event_json};
    use formwork_plan::Verb;
    use formwork_schema::Address;

    #[test]
    fn a_line_has_the_documented_fields() {
        let progress = Progress {
            operation: 3,
            address: Address::new("function", "resize"),
            verb: Verb::Create,
            phase: Phase::Waiting(Waiting::Role),
            elapsed: 30_000,
        };
        let line = event_json(12, "2026-01-01T00:00:00Z", &progress).to_string();
        for part in [
            r#""v":1"#,
            r#""seq":12"#,
            r#""type":"apply_progress""#,
            r#""addr":"function.resize""#,
            r#""action":"create""#,
            r#""elapsed_ms":30000"#,
            r#""msg":"role not yet assumable""#,
        ] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
    }
}
