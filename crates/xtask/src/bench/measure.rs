//! Time and peak memory of a whole process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a process took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// From start to end, by the wall clock.
    pub(crate) time: Duration,
    /// The largest resident size seen, in KiB; 0 where the system does not tell.
    pub(crate) peak: u64,
}

/// Runs a program in `dir` to its end.
///
/// # Errors
/// It cannot be started or fails; what it said last is in the message.
pub(crate) fn command(
    dir: &Path,
    program: &str,
    arguments: &[&str],
    env: &[(&str, &str)],
) -> Result<Measured, String> {
    let log = dir.join("bench.log");
    let file = std::fs::File::create(&log).map_err(|error| error.to_string())?;
    let errors = file.try_clone().map_err(|error| error.to_string())?;
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(dir)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        peak = peak.max(resident_peak(child.id()));
        std::thread::sleep(Duration::from_micros(500));
    };
    let time = start.elapsed();
    if status.success() {
        return Ok(Measured { time, peak });
    }
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    let tail: Vec<&str> = said.lines().rev().take(20).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    Err(format!(
        "`{program} {}` ended with {status}:\n{}",
        arguments.join(" "),
        tail.join("\n")
    ))
}

/// `VmHWM` of a process in KiB.
fn resident_peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok())
        .unwrap_or(0)
}
