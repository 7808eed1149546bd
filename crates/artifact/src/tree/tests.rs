//! Tests of code folders: what belongs to them, and what changes their digest.

use super::*;
use formwork_schema::Files;
use std::fs;
use tempfile::TempDir;

struct Folder {
    root: TempDir,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Folder {
            root: tempfile::tempdir().unwrap(),
        };
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().join("code").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn try_read(&self) -> Result<Artifact, FilesError> {
        let jail = Jail::new(self.root.path()).unwrap();
        jail.artifact("code")
            .map(|artifact| artifact.as_ref().clone())
    }

    fn read(&self) -> Artifact {
        self.try_read().unwrap()
    }

    fn names(&self) -> Vec<String> {
        let files = self.read().files;
        files
            .into_iter()
            .map(|file| file.name.to_string())
            .collect()
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_digest_is_written_down() {
    // printf -- '-print(1)\n' | sha256sum, and so on: it must never change, or every function is deployed again.
    let artifact = Folder::new(&[("main.py", "print(1)\n"), ("lib/b.py", "")]).read();
    let files: Vec<_> = artifact
        .files
        .iter()
        .map(|file| (&*file.name, &*file.digest))
        .collect();
    assert_eq!(
        files,
        [
            ("lib/b.py", "3973e022e93220f9"),
            ("main.py", "0aa08aaef540d88b")
        ]
    );
    assert_eq!(
        &*artifact.digest,
        "a97693bb156e9c34fe95850f7d2efa0c7e6fcbfdacc34317737922abba7ab874"
    );
    assert_eq!((artifact.bytes, &*artifact.path), (9, "code"));
}

#[test]
fn names_contents_and_the_executable_bit_make_the_digest() {
    let folder = Folder::new(&[("a", "1"), ("b", "2")]);
    let first = folder.read().digest;
    assert_eq!(Folder::new(&[("b", "2"), ("a", "1")]).read().digest, first);
    assert_ne!(Folder::new(&[("a", "2"), ("b", "1")]).read().digest, first);
    assert_ne!(Folder::new(&[("a", "1"), ("c", "2")]).read().digest, first);
    assert_ne!(Folder::new(&[("a", "12"), ("b", "")]).read().digest, first);
    assert_ne!(
        Folder::new(&[("a", "1"), ("b", "2"), ("c", "")])
            .read()
            .digest,
        first
    );
    assert_ne!(
        Folder::new(&[("x/a", "1"), ("x/b", "2")]).read().digest,
        first
    );
    // A folder without files is none.
    fs::create_dir(folder.at("empty")).unwrap();
    assert_eq!(folder.read().digest, first);
}

#[cfg(unix)]
#[test]
fn other_permissions_and_times_do_not_count() {
    let folder = Folder::new(&[("a", "1")]);
    set_mode(&folder.at("a"), 0o644);
    let first = folder.read();
    for mode in [0o600, 0o666, 0o654, 0o645] {
        set_mode(&folder.at("a"), mode);
        assert_eq!(folder.read(), first, "{mode:o}");
    }
    let file = File::options().write(true).open(folder.at("a")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .unwrap();
    assert_eq!(folder.read(), first);
    set_mode(&folder.at("a"), 0o755);
    let executable = folder.read();
    assert_ne!(executable.digest, first.digest);
    assert_ne!(executable.files, first.files);
    set_mode(&folder.at("a"), 0o700);
    assert_eq!(folder.read(), executable);
}

#[test]
fn traces_of_tools_do_not_belong_to_code() {
    let folder = Folder::new(&[
        (".env.example", ""),
        (".git/HEAD", ""),
        (".formwork/x", ""),
        ("__pycache__/a.pyc", ""),
        ("lib/__pycache__/a.txt", ""),
        ("lib/a.pyc", ""),
        ("lib/a.py", ""),
        ("lib/.DS_Store", ""),
        ("node_modules/.cache/x", ""),
        ("node_modules/pad/index.js", ""),
        ("other/.cache/x", ""),
    ]);
    let expected = [
        ".env.example",
        "lib/a.py",
        "node_modules/pad/index.js",
        "other/.cache/x",
    ];
    assert_eq!(folder.names(), expected);
}

#[test]
fn a_formworkignore_takes_out_what_it_names() {
    let folder = Folder::new(&[
        (".formworkignore", "*.md\n/tests/\n!KEEP.md\n"),
        (".gitignore", "main.py\n"),
        ("README.md", ""),
        ("KEEP.md", ""),
        ("main.py", ""),
        ("tests/a.py", ""),
        ("lib/tests/a.py", ""),
        ("lib/.formworkignore", "b.py\n"),
        ("lib/b.py", ""),
        ("b.py", ""),
    ]);
    // Rules outside the folder do not reach into it.
    fs::write(folder.root.path().join(".formworkignore"), "main.py\n").unwrap();
    let expected = [".gitignore", "KEEP.md", "b.py", "lib/tests/a.py", "main.py"];
    assert_eq!(folder.names(), expected);

    folder.write(".formworkignore", "{a\n");
    let Err(FilesError::Io { message }) = folder.try_read() else {
        panic!("a rule that means nothing was passed over");
    };
    assert!(message.starts_with(".formworkignore: "), "{message}");
}

#[test]
fn nothing_left_is_an_error() {
    let folder = Folder::new(&[(".git/HEAD", "")]);
    assert_eq!(folder.try_read(), Err(FilesError::Empty));
    folder.write(".formworkignore", "*");
    folder.write("a", "1");
    assert_eq!(folder.try_read(), Err(FilesError::Empty));
    let jail = Jail::new(folder.root.path()).unwrap();
    assert_eq!(jail.artifact("gone").err(), Some(FilesError::Missing));
    assert_eq!(jail.artifact("../x").err(), Some(FilesError::OutsideRoot));
}

#[test]
fn a_single_file_is_code_under_its_own_name() {
    let folder = Folder::new(&[("run.sh", "echo")]);
    let jail = Jail::new(folder.root.path()).unwrap();
    let artifact = jail.artifact("code/run.sh").unwrap();
    assert_eq!(&*artifact.files[0].name, "run.sh");
    assert_eq!(artifact.digest, folder.read().digest);
}

#[test]
fn larger_than_lambda_takes_is_refused_without_reading_it() {
    let folder = Folder::new(&[("a", "1")]);
    let large = File::create(folder.at("large")).unwrap();
    large.set_len(BYTES_LIMIT).unwrap();
    assert_eq!(
        folder.try_read(),
        Err(FilesError::TooLarge { limit: 262_144_000 })
    );
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_that_stay_beneath_the_root_are_their_targets() {
        let folder = Folder::new(&[("a/x.py", "1"), ("main.py", "2")]);
        let copied = Folder::new(&[
            ("a/x.py", "1"),
            ("main.py", "2"),
            ("b/x.py", "1"),
            ("c.py", "3"),
        ]);
        fs::write(folder.root.path().join("shared.py"), "3").unwrap();
        symlink("a", folder.at("b")).unwrap();
        symlink("../shared.py", folder.at("c.py")).unwrap();
        assert_eq!(folder.read(), copied.read());
        // A link that leads to the folder itself.
        symlink("code", folder.root.path().join("alias")).unwrap();
        let jail = Jail::new(folder.root.path()).unwrap();
        assert_eq!(jail.artifact("alias").unwrap().digest, copied.read().digest);
    }

    #[test]
    fn links_out_of_the_root_are_refused() {
        let outside = Folder::new(&[("secret", "1")]);
        for target in [outside.at("secret"), outside.at("")] {
            let folder = Folder::new(&[("main.py", "")]);
            symlink(target, folder.at("link")).unwrap();
            assert_eq!(folder.try_read(), Err(FilesError::LinkOutsideRoot));
        }
    }

    #[test]
    fn rules_are_not_read_through_links() {
        let outside = Folder::new(&[("secret", "{a secret\n")]);
        for name in [".formworkignore", "lib/.formworkignore"] {
            let folder = Folder::new(&[("lib/main.py", "")]);
            symlink(outside.at("secret"), folder.at(name)).unwrap();
            let error = io_error(".formworkignore: not a regular file");
            assert_eq!(folder.try_read(), Err(error), "{name}");
        }
        // Nor those of a folder that is outside.
        let rules = Folder::new(&[(".formworkignore", "{a secret\n"), ("x", "")]);
        let folder = Folder::new(&[("main.py", "")]);
        symlink(rules.at(""), folder.at("lib")).unwrap();
        assert_eq!(folder.try_read(), Err(FilesError::LinkOutsideRoot));
    }

    #[test]
    fn links_in_circles_to_nothing_and_other_things_are_said() {
        for (target, said) in [(".", "loop"), ("gone", "No such file")] {
            let folder = Folder::new(&[("main.py", "")]);
            symlink(target, folder.at("link")).unwrap();
            let Err(FilesError::Io { message }) = folder.try_read() else {
                panic!("{said}: {:?}", folder.try_read());
            };
            assert!(
                message.contains(said) && message.contains("link"),
                "{message}"
            );
        }
        let folder = Folder::new(&[("main.py", "")]);
        let made = std::process::Command::new("mkfifo")
            .arg(folder.at("pipe"))
            .status();
        assert!(made.unwrap().success());
        assert_eq!(folder.try_read(), Err(io_error("pipe: not a regular file")));
    }
}
