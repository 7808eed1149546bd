//! `cargo xtask bench`: whole processes on generated stacks, beside Terraform in the same run.

mod generate;
mod instructions;
mod measure;
mod report;
mod terraform;

use crate::run;
use measure::Measured;
use std::path::Path;
use std::time::Duration;

/// What is measured of one size of one mix.
pub(crate) struct Row {
    /// `parameters` or `mixed`.
    pub(crate) mix: &'static str,
    /// Resources.
    pub(crate) size: usize,
    /// By command, in order.
    pub(crate) ours: Vec<(&'static str, Measured)>,
    /// The same graph of `terraform_data`, by command; empty where it was not run.
    pub(crate) theirs: Vec<(&'static str, Measured)>,
}

/// Runs the benchmark over the sizes given (100, 1,000 and 10,000 without any; 100,000 on request); with
/// `--instructions`, only counts instructions and compares them with the baseline.
///
/// # Errors
/// The build or a measured command fails; more instructions than the baseline allows.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<(), String> {
    let write = arguments.iter().any(|argument| argument == "--write");
    let mut sizes: Vec<usize> = arguments
        .iter()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    if sizes.is_empty() {
        sizes = vec![100, 1_000, 10_000];
    }
    run::shown(
        root,
        "cargo",
        &[
            "build",
            "--release",
            "--no-default-features",
            "--package",
            "formwork",
        ],
    )?;
    let binary = binary(root);
    let scratch = root.join("target/bench");
    if arguments
        .iter()
        .any(|argument| argument == "--instructions")
    {
        let counts = instructions::count(&binary, &scratch)?;
        println!("{}", instructions::line(&counts));
        return instructions::guard(root, &counts, write);
    }
    let mut rows = Vec::new();
    for mix in ["parameters", "mixed"] {
        for &size in &sizes {
            rows.push(row(&binary, &scratch, mix, size, &rows)?);
        }
    }
    let mut table = report::table(&rows);
    if run::available("valgrind", &["--version"]) {
        let counts = instructions::count(&binary, &scratch)?;
        table.push_str(&format!("\n{}", instructions::line(&counts)));
    }
    println!("{table}");
    if write {
        let path = root.join("docs/performance.md");
        std::fs::write(&path, report::page(&table))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn binary(root: &Path) -> std::path::PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), Into::into);
    target.join("release/formwork")
}

fn row(
    binary: &Path,
    scratch: &Path,
    mix: &'static str,
    size: usize,
    before: &[Row],
) -> Result<Row, String> {
    eprintln!("bench: {mix}, {size} resources");
    let folder = scratch.join(format!("{mix}-{size}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let graph = generate::graph(size);
    let text = generate::stack(&graph, mix == "mixed");
    std::fs::write(folder.join("main.stack"), text).map_err(|error| error.to_string())?;
    std::fs::write(folder.join("formwork.root"), "").map_err(|error| error.to_string())?;
    let commands: [(&str, &[&str]); 5] = [
        ("check", &["check"]),
        ("plan", &["plan", "--provider", "mock"]),
        ("apply", &["apply", "--provider", "mock", "--yes"]),
        ("plan again", &["plan", "--provider", "mock"]),
        (
            "destroy",
            &[
                "destroy",
                "--provider",
                "mock",
                "--yes",
                "--allow-data-loss",
            ],
        ),
    ];
    let mut ours = Vec::new();
    for (name, arguments) in commands {
        let program = binary.display().to_string();
        ours.push((
            name,
            measure::command(&folder, &program, arguments, &[("CI", "true")])?,
        ));
    }
    let quick = |row: &Row| {
        row.theirs
            .iter()
            .all(|(_, measured)| measured.time < Duration::from_secs(60))
    };
    let worth = before
        .iter()
        .filter(|row| row.mix == mix && !row.theirs.is_empty())
        .all(quick);
    let theirs = match mix == "parameters" && worth && run::available("terraform", &["version"]) {
        true => terraform::measure(&folder.join("terraform"), &graph)?,
        false => Vec::new(),
    };
    Ok(Row {
        mix,
        size,
        ours,
        theirs,
    })
}
