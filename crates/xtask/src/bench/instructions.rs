//! Instructions of `check` and `plan`, counted by callgrind: a guard against regressions that a busy machine cannot blur.

use super::generate;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Resources of the stack that is measured.
const SIZE: usize = 1_000;

/// Where the counts stand that are held to be normal, by command.
const BASELINE: &str = "docs/instructions.toml";

/// How much more than the baseline is a regression, in percent.
const TOLERANCE: u64 = 15;

/// What is measured.
const COMMANDS: [(&str, &[&str]); 2] = [
    ("check", &["check"]),
    ("plan", &["plan", "--provider", "mock"]),
];

/// Instructions by command.
pub(crate) type Counts = BTreeMap<String, u64>;

/// Counts the instructions of each command on a stack of 1,000 parameters.
///
/// # Errors
/// valgrind is not there or a command fails.
pub(crate) fn count(binary: &Path, scratch: &Path) -> Result<Counts, String> {
    let folder = scratch.join("instructions");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let text = generate::stack(&generate::graph(SIZE), false);
    std::fs::write(folder.join("main.stack"), text).map_err(|error| error.to_string())?;
    std::fs::write(folder.join("formwork.root"), "").map_err(|error| error.to_string())?;
    let mut counts = Counts::new();
    for (name, arguments) in COMMANDS {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=callgrind.out"])
            .arg(binary)
            .args(arguments)
            .current_dir(&folder)
            .env("CI", "true")
            .output()
            .map_err(|error| format!("valgrind: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let counted = collected(&said).filter(|_| output.status.success());
        let counted = counted.ok_or_else(|| format!("callgrind of `{name}` failed:\n{said}"))?;
        counts.insert(name.to_owned(), counted);
    }
    Ok(counts)
}

/// The number after callgrind's `Collected :`.
fn collected(said: &str) -> Option<u64> {
    let (_, number) = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))?;
    number.trim().parse().ok()
}

/// The counts as a line of the table's page.
pub(crate) fn line(counts: &Counts) -> String {
    let each = counts
        .iter()
        .map(|(name, count)| format!("{name} {:.1} million", *count as f64 / 1e6));
    let each: Vec<String> = each.collect();
    format!("Instructions at {SIZE} parameters: {}.\n", each.join(", "))
}

/// Compares counts with the baseline, or makes them the baseline.
///
/// # Errors
/// A command takes more than the tolerance; there is no baseline.
pub(crate) fn guard(root: &Path, counts: &Counts, write: bool) -> Result<(), String> {
    let path = root.join(BASELINE);
    if write {
        let mut text = format!(
            "# Instructions of whole processes on {SIZE} parameters; made by `cargo xtask bench --instructions --write`.\n"
        );
        for (name, count) in counts {
            text.push_str(&format!("{name} = {count}\n"));
        }
        return std::fs::write(&path, text).map_err(|error| format!("{BASELINE}: {error}"));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{BASELINE}: {error}"))?;
    let baseline: Counts = toml::from_str(&text).map_err(|error| format!("{BASELINE}: {error}"))?;
    let slower = regressions(&baseline, counts);
    match slower.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}\nfind out why, or accept it with `cargo xtask bench --instructions --write`",
            slower.join("\n")
        )),
    }
}

/// What takes more than the tolerance above its baseline, or has none.
fn regressions(baseline: &Counts, counts: &Counts) -> Vec<String> {
    let mut out = Vec::new();
    for (name, count) in counts {
        match baseline.get(name) {
            None => out.push(format!("`{name}` has no baseline in {BASELINE}")),
            Some(known) if *count > known + known * TOLERANCE / 100 => out.push(format!(
                "`{name}` takes {count} instructions, {TOLERANCE}% more than {known} and beyond"
            )),
            Some(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(check: u64) -> Counts {
        Counts::from([("check".to_owned(), check)])
    }

    #[test]
    fn more_than_the_tolerance_is_a_regression() {
        let baseline = counts(1_000);
        assert!(regressions(&baseline, &counts(1_150)).is_empty());
        assert_eq!(regressions(&baseline, &counts(1_151)).len(), 1);
        assert_eq!(regressions(&Counts::new(), &counts(1)).len(), 1);
    }

    #[test]
    fn the_count_is_what_callgrind_says() {
        let said = "==7== Events    : Ir\n==7== Collected : 59655766\n==7==\n";
        assert_eq!(collected(said), Some(59_655_766));
        assert_eq!(collected("valgrind: no such tool"), None);
    }
}
