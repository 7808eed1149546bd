//! Tests of finding a stack: which files belong to it, where its root is, and every way in which there is none.

use super::*;
use formwork_diag::{Diagnostic, Sources};
use std::fs;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn diagnostic(path: &Path) -> (Diagnostic, Sources) {
    let mut sources = Sources::new();
    let error = load_stack(path).unwrap_err();
    let diagnostic = error.diagnostic(&mut sources);
    assert!(diagnostic.is_error() && diagnostic.help.is_some());
    (diagnostic, sources)
}

/// The code, message and help for a path that holds no stack, with the folder's own name taken out.
fn said(root: &TempDir, path: &Path) -> (&'static str, String, String) {
    let (diagnostic, _) = diagnostic(path);
    let plain = |text: &str| text.replace(&shown(root.path()), "ROOT");
    let help = plain(&diagnostic.help.unwrap());
    (diagnostic.code.0, plain(&diagnostic.message), help)
}

#[test]
fn a_folder_is_all_stack_files_directly_in_it() {
    let root = folder(&[
        ("app/main.stack", "main"),
        ("app/a.stack", "a"),
        ("app/.#main.stack", "an editor's"),
        ("app/.stack", "no name"),
        ("app/notes.txt", ""),
        ("app/lib/c.stack", "c"),
        ("app/folder.stack/x.stack", "x"),
        ("formwork.root", ""),
    ]);
    let path = root.path().join("app");
    let project = load_stack(&path).unwrap();
    assert_eq!(project.root, root.path().canonicalize().unwrap());
    assert_eq!(&*project.dir, "app");
    let files: Vec<_> = project
        .files
        .iter()
        .map(|file| (&*file.path, &*file.text))
        .collect();
    assert_eq!(files, [("app/a.stack", "a"), ("app/main.stack", "main")]);
    assert_eq!(*project.files[0].name, *shown(&path.join("a.stack")));
    assert_eq!(
        load_stack(&root.path().join("app/folder.stack"))
            .unwrap()
            .files
            .len(),
        1
    );
}

#[test]
fn a_file_is_itself_alone() {
    let root = folder(&[("main.stack", "main"), ("a.stack", "a")]);
    let path = root.path().join("main.stack");
    let project = load_stack(&path).unwrap();
    assert_eq!((&*project.dir, project.files.len()), ("", 1));
    assert_eq!(*project.files[0].name, *shown(&path));
    assert_eq!(&*project.files[0].path, "main.stack");
}

#[test]
fn names_are_shown_as_they_were_given() {
    assert_eq!(joined(Path::new("."), "a.stack"), "a.stack");
    assert_eq!(joined(Path::new("./x"), "a.stack"), "./x/a.stack");
    assert_eq!(joined(Path::new("../x/"), "a.stack"), "../x/a.stack");
    assert_eq!(parent(Path::new("a.stack")), Path::new("."));
}

#[test]
fn the_root_is_the_nearest_marked_folder_else_its_own() {
    let root = folder(&[
        ("repository/.git", "a file, as in a worktree"),
        ("repository/team/formwork.root", ""),
        ("repository/team/app/main.stack", ""),
        ("repository/other/main.stack", ""),
        ("plain/sub/main.stack", ""),
    ]);
    let at = |path: &str| root.path().canonicalize().unwrap().join(path);
    for (path, expected) in [
        ("repository/team/app", "repository/team"),
        ("repository/team/app/main.stack", "repository/team"),
        ("repository/team", "repository/team"),
        ("repository/other", "repository"),
        ("plain/sub", "plain/sub"),
        ("plain/sub/main.stack", "plain/sub"),
    ] {
        assert_eq!(find_root(&at(path)), Ok(at(expected)), "{path}");
    }
}

#[test]
fn a_missing_path_names_what_is_near() {
    let root = folder(&[("main.stack", ""), ("shop/main.stack", ""), ("empty/x", "")]);
    let at = |path: &str| root.path().join(path);
    let (code, message, help) = said(&root, &at("mian.stack"));
    assert_eq!(code, "project::missing");
    assert_eq!(message, "`ROOT/mian.stack` does not exist");
    assert_eq!(help, "did you mean `ROOT/main.stack`?");
    let (_, _, help) = said(&root, &at("quite_another"));
    assert_eq!(help, "there is `ROOT/main.stack` and `ROOT/shop`");
    let (_, _, help) = said(&root, &at("empty/gone"));
    assert_eq!(help, "give a stack file or a folder with stack files in it");
    let (_, _, help) = said(&root, &at("gone/gone/gone"));
    assert_eq!(help, "give a stack file or a folder with stack files in it");
    assert!(matches!(
        load_stack(&at("main.stack/x")),
        Err(ProjectError::Missing { .. })
    ));
    assert!(matches!(
        find_root(&at("gone")),
        Err(ProjectError::Missing { .. })
    ));
}

#[test]
fn a_folder_without_stack_files_says_how_to_start() {
    let root = folder(&[
        ("empty/x.txt", ""),
        ("many/b/main.stack", ""),
        ("many/a/main.stack", ""),
    ]);
    let (code, message, help) = said(&root, &root.path().join("empty"));
    assert_eq!(code, "project::no_stack_files");
    assert_eq!(message, "no stack files in `ROOT/empty`");
    assert_eq!(
        help,
        "a stack file ends in `.stack`; `formwork init` starts one"
    );
    let (_, _, help) = said(&root, &root.path().join("many"));
    assert!(
        help.contains("ROOT/many/a") && help.contains("ROOT/many/b"),
        "{help}"
    );
}

#[test]
fn a_file_of_another_name_is_no_stack_file() {
    let root = folder(&[("plan.json", "{}")]);
    let (code, message, _) = said(&root, &root.path().join("plan.json"));
    assert_eq!(code, "project::not_a_stack_file");
    assert_eq!(message, "`ROOT/plan.json` is not a stack file");
}

#[test]
fn a_binary_file_is_shown_where_it_stops_being_text() {
    let root = folder(&[]);
    for (name, bytes, column, word) in [
        (
            "latin.stack",
            &b"stack a {}\n  // caf\xe9\n"[..],
            9,
            "\u{fffd}",
        ),
        ("zero.stack", b"stack a {}\n\0\0", 1, "\0"),
        ("cut.stack", b"stack a {}\n\xe2\x82", 1, "\u{fffd}"),
    ] {
        let path = root.path().join(name);
        fs::write(&path, bytes).unwrap();
        let (diagnostic, sources) = diagnostic(&path);
        assert_eq!(diagnostic.code.0, "project::not_text");
        let span = diagnostic.span().unwrap();
        assert_eq!(sources.slice(span), word);
        assert_eq!(
            sources.location(span),
            format!("{}:2:{column}", shown(&path))
        );
    }
}

#[test]
fn a_stack_file_has_at_most_16_mebibytes() {
    let root = folder(&[("main.stack", "")]);
    let path = root.path().join("main.stack");
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(FILE_LIMIT + 1).unwrap();
    let (code, message, _) = said(&root, &path);
    assert_eq!(code, "project::too_large");
    assert_eq!(message, "`ROOT/main.stack` is larger than 16777216 bytes");
    fs::write(&path, " ".repeat(usize::try_from(FILE_LIMIT).unwrap())).unwrap();
    assert!(load_stack(&path).is_ok());
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_out_of_the_root_is_refused() {
        let outside = folder(&[("secret.stack", "secret")]);
        let root = folder(&[("app/formwork.root", "")]);
        let link = root.path().join("app/main.stack");
        symlink(outside.path().join("secret.stack"), &link).unwrap();
        for path in [link, root.path().join("app")] {
            let (code, message, help) = said(&root, &path);
            assert_eq!(code, "project::outside_root");
            assert_eq!(
                message,
                "`ROOT/app/main.stack` leads out of the stack's root"
            );
            assert!(help.contains("formwork.root"), "{help}");
        }
    }

    #[test]
    fn a_stack_reached_by_a_link_is_where_it_leads() {
        let root = folder(&[("real/app/main.stack", "main"), ("real/formwork.root", "")]);
        symlink("real/app", root.path().join("alias")).unwrap();
        let project = load_stack(&root.path().join("alias")).unwrap();
        assert_eq!(
            project.root,
            root.path().canonicalize().unwrap().join("real")
        );
        assert_eq!(&*project.files[0].path, "app/main.stack");
        assert_eq!(
            *project.files[0].name,
            *shown(&root.path().join("alias/main.stack"))
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let root = folder(&[]);
        symlink("gone", root.path().join("main.stack")).unwrap();
        let (code, message, _) = said(&root, root.path());
        assert_eq!(code, "project::unreadable");
        assert_eq!(
            message,
            "`ROOT/main.stack` cannot be read: no such file or folder"
        );
        let pipe = root.path().join("pipe.stack");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let (code, message, _) = said(&root, &pipe);
        assert_eq!(code, "project::unreadable");
        assert!(message.ends_with("not a regular file"), "{message}");
    }
}
