//! The real command, killed with KILL at many instants: the next apply converges, nothing is lost or made twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says by a panic what is wrong"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const APPLY: &[&str] = &["apply", "--provider", "mock", "--yes"];
const DESTROY: &[&str] = &[
    "destroy",
    "--provider",
    "mock",
    "--yes",
    "--allow-data-loss",
];

fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_formwork"));
    command
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("CI", "true")
        .stdin(Stdio::null());
    command
}

fn expect(dir: &Path, arguments: &[&str]) -> String {
    let output = command(dir, arguments).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "formwork {}: {}\n{out}\n{err}",
        arguments.join(" "),
        output.status
    );
    out
}

/// Starts a command and kills it after so many microseconds; says whether it was killed.
fn killed(dir: &Path, arguments: &[&str], after: u64) -> bool {
    let mut command = command(dir, arguments);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_micros(after));
    let _ = child.kill();
    !child.wait().unwrap().success()
}

/// How many objects the simulated cloud has.
fn live(dir: &Path) -> usize {
    let path = dir.join(".formwork/mock/thumbnails/dev/cloud.db");
    if !path.exists() {
        return 0;
    }
    let catalog = std::sync::Arc::new(formwork_catalog::aws());
    let cloud = formwork_mock::Cloud::open(&path, catalog, "000000000000").unwrap();
    cloud.list(None).len()
}

/// Puts data into the table, so that its loss must be allowed.
fn fill(dir: &Path) {
    let path = dir.join(".formwork/mock/thumbnails/dev/cloud.db");
    let catalog = std::sync::Arc::new(formwork_catalog::aws());
    let mut cloud = formwork_mock::Cloud::open(&path, catalog, "000000000000").unwrap();
    for table in cloud.list(Some("AWS::DynamoDB::Table")) {
        let put = cloud.put_content(&table.type_name, &table.region, &table.id, 3);
        put.unwrap();
    }
    cloud.commit().unwrap();
}

#[test]
fn killed_anywhere_the_next_apply_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/thumbnails");
    copy(&example, dir.path());
    fs::write(dir.path().join("formwork.root"), "").unwrap();
    expect(dir.path(), APPLY);
    let whole = live(dir.path());
    assert!(whole >= 10, "only {whole} objects");
    let mut kills = 0;
    for round in 0..24u64 {
        fill(dir.path());
        kills += usize::from(killed(dir.path(), DESTROY, 2_000 + round * 1_700));
        kills += usize::from(killed(dir.path(), APPLY, 2_000 + round * 1_700));
        expect(dir.path(), APPLY);
        let plan = expect(
            dir.path(),
            &["plan", "--provider", "mock", "--refresh", "full"],
        );
        assert!(plan.contains("Nothing to do"), "round {round}:\n{plan}");
        assert_eq!(
            live(dir.path()),
            whole,
            "round {round}: something was lost or made twice"
        );
    }
    println!("{kills} of 48 runs were killed before their end");
    assert!(
        kills >= 5,
        "only {kills} runs were killed: the delays no longer fit"
    );
    expect(dir.path(), DESTROY);
    assert_eq!(live(dir.path()), 0);
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            if entry.file_name() != ".formwork" {
                fs::create_dir_all(&target).unwrap();
                copy(&entry.path(), &target);
            }
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
