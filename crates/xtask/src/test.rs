//! `cargo xtask test`: everything that must hold, in one command.

use crate::{run, tidy};
use std::path::Path;

/// Runs tidy, all tests (with nextest where it is installed) and the doc tests.
///
/// # Errors
/// The first part that fails.
pub(crate) fn run(root: &Path, extra: &[String]) -> Result<(), String> {
    tidy::run(root)?;
    let mut arguments = vec!["--workspace", "--locked"];
    arguments.extend(extra.iter().map(String::as_str));
    if run::available("cargo", &["nextest", "--version"]) {
        let mut nextest = vec!["nextest", "run", "--no-fail-fast"];
        nextest.extend(&arguments);
        run::shown(root, "cargo", &nextest)?;
    } else {
        let mut plain = vec!["test", "--no-fail-fast", "--lib", "--bins", "--tests"];
        plain.extend(&arguments);
        run::shown(root, "cargo", &plain)?;
    }
    run::shown(
        root,
        "cargo",
        &["test", "--quiet", "--doc", "--workspace", "--locked"],
    )
}
