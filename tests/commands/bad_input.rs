//! Hostile and broken input that a transcript cannot hold: sizes, locks, damaged files, full disks.

use formwork_state::Binding;
use formwork_store::{Access, LocalStore};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

const STACK: &str = "stack small { region = eu_west_1 }\n\nqueue q { keep_messages = 7d }\n";

fn place(stack: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("formwork.root"), "").unwrap();
    fs::write(dir.path().join("main.stack"), stack).unwrap();
    dir
}

fn formwork(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_formwork"));
    command
        .args(arguments)
        .current_dir(dir)
        .env_clear()
        .env("CI", "true");
    command.output().unwrap()
}

fn expect(dir: &Path, arguments: &[&str], exit: i32) -> String {
    let output = formwork(dir, arguments);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        output.status.code(),
        Some(exit),
        "formwork {}\n{text}",
        arguments.join(" ")
    );
    text
}

fn state_dir(dir: &Path) -> PathBuf {
    dir.join(".formwork/mock/small/default")
}

fn binding() -> Binding {
    Binding {
        provider: "mock".into(),
        account: "000000000000".into(),
        stack: "small".into(),
        env: "default".into(),
    }
}

#[test]
fn a_megabyte_of_brackets_is_an_error_not_a_crash() {
    for text in [
        "[".repeat(1 << 20),
        "{".repeat(1 << 20),
        "(".repeat(1 << 20),
        "\"${".repeat(1 << 18),
        "!".repeat(1 << 20),
    ] {
        let dir = place(&format!("stack s {{ region = eu_west_1 }}\nlet a = {text}"));
        let said = expect(dir.path(), &["check"], 3);
        assert!(said.contains("syntax::"), "{said}");
        assert!(said.len() < 1 << 20, "{} bytes of output", said.len());
    }
}

#[test]
fn a_locked_state_is_told_with_its_holder() {
    let dir = place(STACK);
    expect(dir.path(), &["apply", "--provider", "mock", "--yes"], 0);
    let access = Access::Write {
        command: "apply".into(),
        wait: Duration::ZERO,
    };
    let held = LocalStore::open(&state_dir(dir.path()), &binding(), access).unwrap();
    let said = expect(dir.path(), &["apply", "--provider", "mock", "--yes"], 6);
    assert!(
        said.contains("state::locked") && said.contains(&std::process::id().to_string()),
        "{said}"
    );
    expect(dir.path(), &["state", "unlock", "--provider", "mock"], 6);
    expect(dir.path(), &["plan", "--provider", "mock"], 0);
    drop(held);
    expect(dir.path(), &["apply", "--provider", "mock", "--yes"], 0);
}

#[test]
fn a_damaged_state_stops_everything_and_is_left_as_it_is() {
    let dir = place(STACK);
    expect(dir.path(), &["apply", "--provider", "mock", "--yes"], 0);
    let path = state_dir(dir.path()).join("state.db");
    let whole = fs::read(&path).unwrap();
    for damage in [
        b"not a database at all".to_vec(),
        whole[..whole.len() / 3].to_vec(),
    ] {
        fs::write(&path, &damage).unwrap();
        for command in [
            vec!["plan"],
            vec!["apply", "--yes"],
            vec!["destroy", "--yes"],
        ] {
            let mut arguments = command.clone();
            arguments.extend(["--provider", "mock"]);
            let said = expect(dir.path(), &arguments, 1);
            assert!(said.contains("state.db"), "{said}");
            assert_eq!(
                fs::read(&path).unwrap(),
                damage,
                "{command:?} changed a damaged file"
            );
        }
    }
    fs::write(&path, &whole).unwrap();
    assert!(expect(dir.path(), &["plan", "--provider", "mock"], 0).contains("Nothing to do"));
}

#[test]
fn a_full_disk_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"])
        .arg(&disk)
        .status();
    let mounted = mounted.is_ok_and(|status| status.success());
    assert!(
        mounted,
        "a small disk cannot be mounted to be filled: run the tests as root, or where mounting is allowed"
    );
    let outcome = std::panic::catch_unwind(|| on_a_small_disk(&disk));
    let unmounted = Command::new("umount").arg(&disk).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    outcome.unwrap();
}

fn on_a_small_disk(disk: &Path) {
    fs::write(disk.join("formwork.root"), "").unwrap();
    fs::write(disk.join("main.stack"), STACK).unwrap();
    expect(disk, &["apply", "--provider", "mock", "--yes"], 0);
    let fill = disk.join("fill");
    let _ = fs::write(&fill, vec![0u8; 1 << 20]);
    fs::write(disk.join("main.stack"), STACK.replace("7d", "9d")).unwrap_or_default();
    let said = expect(disk, &["apply", "--provider", "mock", "--yes"], 1);
    assert!(said.contains("space") || said.contains("disk"), "{said}");
    fs::remove_file(&fill).unwrap();
    fs::write(disk.join("main.stack"), STACK.replace("7d", "9d")).unwrap();
    expect(disk, &["apply", "--provider", "mock", "--yes"], 0);
    assert!(expect(disk, &["plan", "--provider", "mock"], 0).contains("Nothing to do"));
}

#[test]
fn init_overwrites_nothing() {
    let dir = place(STACK);
    let said = expect(dir.path(), &["init", ".", "--blueprint", "cron"], 5);
    assert!(said.contains("init::exists"), "{said}");
    assert_eq!(
        fs::read_to_string(dir.path().join("main.stack")).unwrap(),
        STACK
    );
}

#[test]
fn a_parameter_that_is_too_large_is_told_with_its_size() {
    let text = format!(
        "stack s {{ region = eu_west_1 }}\n\nparameter p {{ value = \"{}\" }}\n",
        "x".repeat(4_100)
    );
    let dir = place(&text);
    let said = expect(dir.path(), &["check"], 3);
    assert!(
        said.contains("aws::parameter_size") && said.contains("4100"),
        "{said}"
    );
}

#[test]
fn a_chain_of_thousands_is_an_error_not_a_crash() {
    let dir = place(&format!(
        "stack s {{ region = eu_west_1 }}\n\noutput sum = {}1\n",
        "1 + ".repeat(20_000)
    ));
    let said = expect(dir.path(), &["check"], 3);
    // The parser's bound comes first; the evaluator has one of its own, `limits::depth`, for trees from elsewhere.
    assert!(
        said.contains("syntax::nesting") || said.contains("limits::depth"),
        "{said}"
    );
}
