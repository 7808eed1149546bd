//! Puts the pages of diagnostics and the examples into the binary, so that `explain` and `init` need no files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut code = String::new();
    table(&mut code, "PAGES", &root.join("docs/errors"), |name| {
        name.contains('/') && name.ends_with(".md")
    });
    table(&mut code, "BLUEPRINTS", &root.join("examples"), |name| {
        !name.ends_with("expect.plan")
    });
    if let Err(error) = fs::write(out.join("embedded.rs"), code) {
        println!("cargo::error=embedded.rs: {error}");
    }
}

/// A sorted table of `(path below the folder, content)`.
fn table(code: &mut String, name: &str, folder: &Path, wanted: impl Fn(&str) -> bool) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    walk(folder, &mut files);
    files.sort();
    let _ = writeln!(code, "pub(crate) const {name}: &[(&str, &[u8])] = &[");
    for file in files {
        let below = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .display()
            .to_string()
            .replace('\\', "/");
        if wanted(&below) {
            let _ = writeln!(
                code,
                "    ({below:?}, include_bytes!({:?})),",
                file.display().to_string()
            );
        }
    }
    code.push_str("];\n");
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden =
            entry.file_name().to_string_lossy().starts_with('.') || path.ends_with("__pycache__");
        match path.is_dir() {
            _ if hidden => {}
            true => walk(&path, files),
            false => files.push(path),
        }
    }
}
