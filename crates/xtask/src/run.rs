//! Runs other programs and says what failed.

use std::path::Path;
use std::process::Command;

/// Runs a program in `dir` with its output shown.
///
/// # Errors
/// It is not there, or it fails.
pub(crate) fn shown(dir: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    println!("$ {program} {}", arguments.join(" "));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(dir)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!(
            "`{program} {}` ended with {status}",
            arguments.join(" ")
        )),
        Err(error) => Err(format!("`{program}` could not be started: {error}")),
    }
}

/// Whether a program is there and answers.
pub(crate) fn available(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}
