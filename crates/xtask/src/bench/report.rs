//! The table of a benchmark, and the page that holds the last one.

use super::Row;
use std::fmt::Write;

/// The table as Markdown: times in milliseconds, growth exponents, peaks and ratios.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut out =
        String::from("| mix | resources | command | time | peak | growth | Terraform | ratio |\n");
    out.push_str("|---|---:|---|---:|---:|---:|---:|---:|\n");
    for (at, row) in rows.iter().enumerate() {
        let smaller = rows
            .iter()
            .take(at)
            .rev()
            .find(|other| other.mix == row.mix);
        for (name, measured) in &row.ours {
            let growth = smaller.and_then(|smaller| growth(smaller, row, name));
            let theirs = row
                .theirs
                .iter()
                .find(|(theirs, _)| theirs == name)
                .map(|(_, measured)| measured);
            let _ = writeln!(
                out,
                "| {} | {} | {name} | {:.0} ms | {:.0} MB | {} | {} | {} |",
                row.mix,
                row.size,
                measured.time.as_secs_f64() * 1e3,
                measured.peak as f64 / 1024.0,
                growth.map_or(String::new(), |growth| format!("{growth:.2}")),
                theirs.map_or(String::new(), |theirs| format!(
                    "{:.0} ms",
                    theirs.time.as_secs_f64() * 1e3
                )),
                theirs.map_or(String::new(), |theirs| {
                    format!(
                        "{:.0}×",
                        theirs.time.as_secs_f64() / measured.time.as_secs_f64()
                    )
                }),
            );
        }
    }
    out
}

/// The exponent by which the time grows from one size to the next: 1 is linear.
fn growth(smaller: &Row, larger: &Row, command: &str) -> Option<f64> {
    let time = |row: &Row| {
        let found = row.ours.iter().find(|(name, _)| *name == command);
        found.map(|(_, measured)| measured.time.as_secs_f64())
    };
    let sizes = larger.size as f64 / smaller.size as f64;
    Some((time(larger)? / time(smaller)?).ln() / sizes.ln())
}

/// docs/performance.md with a table.
pub(crate) fn page(table: &str) -> String {
    format!(
        "# Performance\n\n\
         Whole processes on generated stacks: {}, {} cores, {}. One resource in ten is a root, the others \
         refer to two earlier ones, at most forty deep; `parameters` is raw SSM parameters only, `mixed` is 50% \
         parameters, 20% functions, 15% roles, 15% queues. Terraform runs the same graph of `terraform_data`: no \
         provider work on either side; ours with durable commits of every intent and outcome. Growth is the exponent \
         from the next smaller size: 1 is linear.\n\n\
         Made by `cargo xtask bench --write`.\n\n{table}",
        processor(),
        std::thread::available_parallelism().map_or(0, usize::from),
        today(),
    )
}

/// The model of the processor, as the system names it.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = text.lines().find(|line| line.starts_with("model name"));
    let model = named.and_then(|line| line.split_once(": "));
    model.map_or_else(
        || "a processor without a name".to_owned(),
        |(_, model)| model.trim().to_owned(),
    )
}

/// The date, in UTC.
fn today() -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "+%F"])
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_default()
}
