//! Tests of the jail: paths are resolved by their words alone, and no link leads out.

use super::*;
use std::fs;
use tempfile::TempDir;

/// `root/` with a few files, and `outside/` beside it.
fn bench() -> (TempDir, Jail) {
    let temporary = tempfile::tempdir().unwrap();
    let root = temporary.path().join("root");
    fs::create_dir_all(root.join("app/code")).unwrap();
    fs::create_dir(temporary.path().join("outside")).unwrap();
    fs::write(root.join("app/main.stack"), "stack app {}").unwrap();
    fs::write(root.join("policy.json"), "{}").unwrap();
    fs::write(temporary.path().join("outside/secret"), "secret").unwrap();
    let jail = Jail::new(&root).unwrap();
    (temporary, jail)
}

#[test]
fn paths_are_resolved_from_the_file_they_stand_in() {
    let (_temporary, jail) = bench();
    let resolve = |from, path| jail.resolve(from, path).map(|path| path.to_string());
    for (from, path, resolved) in [
        ("app/main.stack", "./code", "app/code"),
        ("app/main.stack", "code//x/.", "app/code/x"),
        ("app/main.stack", "../policy.json", "policy.json"),
        ("app/main.stack", ".", "app"),
        ("app/main.stack", "..", ""),
        ("main.stack", "", ""),
        ("main.stack", "a/../b", "b"),
        ("main.stack", "...", "..."),
    ] {
        assert_eq!(resolve(from, path).as_deref(), Ok(resolved), "{path}");
    }
    for path in [
        "../../x",
        "code/../../../x",
        "/etc/passwd",
        "\\\\host\\x",
        "C:\\x",
        "c:x",
    ] {
        assert_eq!(
            resolve("app/main.stack", path),
            Err(FilesError::OutsideRoot),
            "{path}"
        );
    }
}

#[test]
fn texts_are_read_beneath_the_root() {
    let (_temporary, jail) = bench();
    assert_eq!(
        jail.read_text("app/main.stack").as_deref(),
        Ok("stack app {}")
    );
    assert_eq!(jail.read_text("app/../policy.json").as_deref(), Ok("{}"));
    for (path, error) in [
        ("../outside/secret", FilesError::OutsideRoot),
        ("/etc/passwd", FilesError::OutsideRoot),
        ("gone", FilesError::Missing),
        ("policy.json/x", FilesError::Missing),
        ("a\0b", FilesError::Missing),
        ("app", io_error("a folder, not a file")),
    ] {
        assert_eq!(jail.read_text(path), Err(error), "{path}");
    }
    assert!(jail.exists("app/code") && jail.exists("policy.json"));
    assert!(!jail.exists("gone") && !jail.exists("../outside/secret"));
}

#[test]
fn texts_are_utf8_and_at_most_a_mebibyte() {
    let (_temporary, jail) = bench();
    let limit = usize::try_from(TEXT_LIMIT).unwrap();
    fs::write(jail.root().join("most"), "x".repeat(limit)).unwrap();
    fs::write(jail.root().join("more"), "x".repeat(limit + 1)).unwrap();
    fs::write(jail.root().join("binary"), [0x66, 0xff]).unwrap();
    assert_eq!(jail.read_text("most").unwrap().len(), limit);
    assert_eq!(
        jail.read_text("more"),
        Err(FilesError::TooLarge { limit: 1 << 20 })
    );
    assert_eq!(jail.read_text("binary"), Err(FilesError::NotText));
}

#[test]
fn content_is_read_once_in_the_life_of_a_jail() {
    let (_temporary, jail) = bench();
    let first = jail.read_text("policy.json").unwrap();
    fs::write(jail.root().join("policy.json"), "changed").unwrap();
    assert_eq!(jail.read_text("policy.json").unwrap(), first);
    let again = Jail::new(jail.root()).unwrap();
    assert_eq!(again.read_text("policy.json").as_deref(), Ok("changed"));
}

#[test]
fn the_root_must_be_a_folder() {
    let (_temporary, jail) = bench();
    assert_eq!(
        Jail::new(&jail.root().join("gone")).err(),
        Some(FilesError::Missing)
    );
    let file = jail.root().join("policy.json");
    assert_eq!(Jail::new(&file).err(), Some(io_error("not a folder")));
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_within_the_root_are_followed() {
        let (_temporary, jail) = bench();
        symlink("../policy.json", jail.root().join("app/policy")).unwrap();
        symlink("app", jail.root().join("alias")).unwrap();
        symlink(jail.root().join("app"), jail.root().join("absolute")).unwrap();
        for path in ["app/policy", "alias/policy", "absolute/policy"] {
            assert_eq!(jail.read_text(path).as_deref(), Ok("{}"), "{path}");
        }
    }

    #[test]
    fn links_out_of_the_root_are_refused_wherever_they_stand() {
        let (temporary, jail) = bench();
        let outside = temporary.path().join("outside");
        symlink(&outside, jail.root().join("out")).unwrap();
        symlink("../../outside/secret", jail.root().join("app/secret")).unwrap();
        symlink("out", jail.root().join("twice")).unwrap();
        // Out and in again: what lies on the way is nobody's business.
        symlink(jail.root().join("app"), outside.join("back")).unwrap();
        for path in [
            "out/secret",
            "app/secret",
            "twice/secret",
            "out/back/main.stack",
            "out",
        ] {
            assert_eq!(
                jail.read_text(path),
                Err(FilesError::LinkOutsideRoot),
                "{path}"
            );
            assert!(!jail.exists(path), "{path}");
        }
        // A root that is itself reached by a link is where that leads.
        symlink(jail.root(), outside.join("root")).unwrap();
        let other = Jail::new(&outside.join("root")).unwrap();
        assert_eq!(other.root(), jail.root());
    }

    #[test]
    fn links_in_circles_and_to_nothing_are_errors() {
        let (_temporary, jail) = bench();
        symlink("b", jail.root().join("a")).unwrap();
        symlink("a", jail.root().join("b")).unwrap();
        symlink("gone", jail.root().join("dangling")).unwrap();
        assert!(matches!(jail.read_text("a"), Err(FilesError::Io { .. })));
        assert_eq!(jail.read_text("dangling"), Err(FilesError::Missing));
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let (_temporary, jail) = bench();
        let pipe = jail.root().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert_eq!(jail.read_text("pipe"), Err(io_error("not a regular file")));
    }
}
