//! A copy of an example in a folder of its own, and the real command run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of all examples.
pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// A folder that goes away with the value.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    provider: &'static str,
    environment: Vec<(&'static str, String)>,
}

impl Place {
    /// A copy of an example.
    pub(crate) fn of(example: &str) -> Self {
        let place = Place::empty();
        copy(&examples().join(example), place.path());
        place
    }

    /// An empty folder.
    pub(crate) fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("formwork.root"), "").unwrap();
        Place {
            dir,
            provider: "mock",
            environment: Vec::new(),
        }
    }

    /// The same on another provider, reached by what the environment says.
    #[allow(dead_code, reason = "for tests of other providers")]
    pub(crate) fn on(
        mut self,
        provider: &'static str,
        environment: Vec<(&'static str, String)>,
    ) -> Self {
        self.provider = provider;
        self.environment = environment;
        self
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Runs the command on the place's provider and gives its standard output.
    pub(crate) fn expect(&self, arguments: &[&str], exit: i32) -> String {
        let mut all = arguments.to_vec();
        if !["check", "fmt", "expand", "init", "test"].contains(&arguments[0]) {
            all.extend(["--provider", self.provider]);
        }
        self.run(&all, exit)
    }

    /// Runs the command and gives its standard output.
    pub(crate) fn run(&self, arguments: &[&str], exit: i32) -> String {
        self.outcome(arguments, exit).0
    }

    /// Runs the command and gives its standard output and error.
    pub(crate) fn outcome(&self, arguments: &[&str], exit: i32) -> (String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_formwork"))
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("CI", "true")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.environment.iter().cloned())
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            output.status.code(),
            Some(exit),
            "formwork {}\n{out}\n{err}",
            arguments.join(" ")
        );
        (out, err)
    }

    /// The example is valid, without warnings.
    pub(crate) fn check(&self) {
        let out = self.expect(&["check"], 0);
        assert!(out.contains("is valid"), "{out}");
    }

    /// The plan is empty, and says so in one line.
    pub(crate) fn nothing_to_do(&self) {
        let out = self.expect(&["plan", "--detailed-exitcode", "--refresh", "full"], 0);
        assert!(out.contains("Nothing to do"), "{out}");
    }

    /// Replaces text in one of its files.
    pub(crate) fn replace(&self, file: &str, from: &str, to: &str) {
        let path = self.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Every file with its content.
    pub(crate) fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut pending = vec![self.path().to_path_buf()];
        while let Some(dir) = pending.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => pending.push(path),
                    false => _ = found.insert(path.clone(), fs::read(path).unwrap()),
                }
            }
        }
        found
    }
}

/// Compares a plan with the example's `expect.plan`; `UPDATE=1` rewrites it.
pub(crate) fn compare(example: &str, planned: &str) {
    compare_file(example, "expect.plan", planned);
}

/// Compares a plan with a file of the example; `UPDATE=1` rewrites it.
pub(crate) fn compare_file(example: &str, file: &str, planned: &str) {
    let path = examples().join(example).join(file);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, planned).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(expected, planned, "{}", path.display());
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
