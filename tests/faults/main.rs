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
use std::time::{Duration, Instant};

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

/// The microseconds something takes.
fn timed(what: impl FnOnce()) -> u64 {
    let begun = Instant::now();
    what();
    begun.elapsed().as_micros() as u64
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
    let path = dir.join(".formwork/mock/000000000000.db");
    if !path.exists() {
        return 0;
    }
    let catalog = std::sync::Arc::new(formwork_catalog::aws());
    let cloud = formwork_mock::Cloud::open(&path, catalog, "000000000000").unwrap();
    cloud.list(None).len()
}

/// Puts data into the table, so that its loss must be allowed.
fn fill(dir: &Path) {
    let path = dir.join(".formwork/mock/000000000000.db");
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
    let takes = timed(|| drop(expect(dir.path(), APPLY)));
    let whole = live(dir.path());
    assert!(whole >= 10, "only {whole} objects");
    let mut kills = 0;
    for round in 0..24u64 {
        fill(dir.path());
        let after = takes * (round + 1) / 24;
        kills += usize::from(killed(dir.path(), DESTROY, after));
        kills += usize::from(killed(dir.path(), APPLY, after));
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

/// The objects that were created, by address and generation, as often as they were.
fn created(dir: &Path) -> Vec<String> {
    let path = dir.join(".formwork/mock/000000000000.db");
    let catalog = std::sync::Arc::new(formwork_catalog::aws());
    let cloud = formwork_mock::Cloud::open(&path, catalog, "000000000000").unwrap();
    let effects = cloud.effects().unwrap().into_iter();
    let creates = effects.filter(|effect| effect.verb == formwork_mock::Verb::Create);
    let mut all: Vec<String> = creates
        .map(|effect| {
            format!(
                "{}#{}",
                effect.address.unwrap_or_default(),
                effect.generation
            )
        })
        .collect();
    all.sort();
    all
}

/// A saved plan that was killed goes on, makes nothing twice, and is then used up.
#[test]
fn a_saved_plan_killed_anywhere_is_applied_again_and_goes_on() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/thumbnails");
    let plan: &[&str] = &["plan", "--provider", "mock", "--out", "saved.plan"];
    let apply: &[&str] = &["apply", "saved.plan", "--yes"];
    let place = || {
        let dir = tempfile::tempdir().unwrap();
        copy(&example, dir.path());
        fs::write(dir.path().join("formwork.root"), "").unwrap();
        expect(dir.path(), plan);
        dir
    };
    let (whole, takes) = {
        let dir = place();
        let takes = timed(|| drop(expect(dir.path(), apply)));
        (created(dir.path()), takes)
    };
    let (mut went_on, mut not_begun) = (0, 0);
    for round in 0..20u64 {
        let dir = place();
        if !killed(dir.path(), apply, takes * (round + 1) / 20) {
            continue;
        }
        let output = command(dir.path(), apply).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.code() {
            // Killed after its end was recorded.
            Some(7) => {}
            Some(0) if said.contains("cut short") => went_on += 1,
            Some(0) => not_begun += 1,
            other => panic!("round {round}: {other:?}\n{said}"),
        }
        let again = command(dir.path(), apply).output().unwrap();
        assert_eq!(again.status.code(), Some(7), "round {round}: it is used up");
        let said = expect(dir.path(), &["plan", "--provider", "mock"]);
        assert!(said.contains("Nothing to do"), "round {round}:\n{said}");
        assert_eq!(created(dir.path()), whole, "round {round}");
    }
    println!("{went_on} went on, {not_begun} had not begun");
    assert!(went_on >= 1, "{went_on} went on: the delays no longer fit");
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
