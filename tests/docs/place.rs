//! A folder for one example of a page: its files, code to pack, and the commands that are run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Folders of code that examples refer to without showing them.
const CODE: [&str; 7] = ["code", "src", "resize", "api", "layer", "f", "build"];

/// A folder of its own, with a `formwork.root`.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    /// An empty one, but for the code that examples refer to.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("formwork.root"), "").unwrap();
        for folder in CODE {
            let folder = dir.path().join(folder);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("index.js"), "exports.handler = 1").unwrap();
            fs::write(folder.join("index.py"), "def handler(e, c): pass").unwrap();
            fs::write(folder.join("bootstrap"), "#!/bin/sh\n").unwrap();
            fs::write(folder.join("Dockerfile"), "FROM scratch\n").unwrap();
        }
        Place(dir)
    }

    /// Writes a block of a page: what follows a line `// file: PATH` is that file, what stands before is `main.stack`.
    pub(crate) fn lay(&self, block: &str) {
        for (at, part) in block.split("// file: ").enumerate() {
            match (at, part.trim().is_empty()) {
                (0, true) => {}
                (0, false) => self.write("main.stack", part),
                _ => {
                    let (path, text) = part.split_once('\n').unwrap_or((part, ""));
                    self.write(path, text);
                }
            }
        }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs a line of a shell here, with this build's `formwork` on the simulated cloud.
    pub(crate) fn run(&self, line: &str) -> Output {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_formwork"));
        let found = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(self.0.path());
        command.env_clear().env("PATH", found);
        command
            .env("HOME", self.0.path())
            .env("CI", "true")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("NO_COLOR", "1");
        command.env("FORMWORK_PROVIDER", "mock");
        command.output().unwrap()
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}
