//! What tests came to: a line each, and how many hold.

use super::paint::Paint;
use formwork_diag::{Diagnostics, Sources, report};
use serde_json::json;
use std::sync::Arc;

/// A test that was run.
pub(crate) struct Ran {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// The environment; empty if nobody could say which.
    pub(crate) env: Arc<str>,
    /// How many expectations it has.
    pub(crate) expectations: usize,
    /// How many of them do not hold; all of them if the stack could not be planned.
    pub(crate) failed: usize,
    /// Why.
    pub(crate) found: Diagnostics,
}

impl Ran {
    /// Whether all that it expects holds.
    pub(crate) fn passed(&self) -> bool {
        !self.found.has_errors() && self.failed == 0
    }
}

/// The line of a test.
pub(crate) fn line(ran: &Ran, paint: Paint) -> String {
    let count = match ran.expectations {
        1 => "1 expectation".to_owned(),
        count => format!("{count} expectations"),
    };
    let (word, rest) = match (ran.passed(), ran.failed) {
        (true, _) => (paint.green("ok    "), count),
        (false, failed) => (paint.red("FAILED"), format!("{failed} of {count}")),
    };
    format!("{word}  {} ({})   {}", ran.name, ran.env, paint.dim(&rest))
}

/// How many passed and failed.
pub(crate) fn summary(all: &[Ran]) -> String {
    if all.is_empty() {
        return "The stack has no tests.".to_owned();
    }
    let passed = all.iter().filter(|ran| ran.passed()).count();
    let tests = if all.len() == 1 { "test" } else { "tests" };
    format!(
        "{} {tests}: {passed} passed, {} failed.",
        all.len(),
        all.len() - passed
    )
}

/// The same for machines.
pub(crate) fn json(sources: &Sources, all: &[Ran]) -> String {
    let tests: Vec<_> = all
        .iter()
        .map(|ran| {
            json!({
                "name": ran.name,
                "env": ran.env,
                "passed": ran.passed(),
                "expectations": ran.expectations,
                "failed": ran.failed,
                "diagnostics": report(sources, &ran.found).diagnostics,
            })
        })
        .collect();
    let passed = all.iter().filter(|ran| ran.passed()).count();
    let whole = json!({ "tests": tests, "passed": passed, "failed": all.len() - passed });
    serde_json::to_string_pretty(&whole).unwrap_or_default()
}
