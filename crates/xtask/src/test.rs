//! `cargo xtask test`: everything that must hold, in one command.

use crate::{run, setup, tidy};
use std::path::Path;

/// Sets up what the tests need, then runs tidy, all tests (with nextest where it is installed) and the doc tests.
///
/// # Errors
/// The first part that fails.
pub(crate) fn run(root: &Path, extra: &[String]) -> Result<(), String> {
    tidy::run(root)?;
    setup::browser(root)?;
    setup::aws_servers(root)?;
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
