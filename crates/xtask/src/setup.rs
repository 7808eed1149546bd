//! What the tests need and a machine may lack: looked for, installed where that can be done, else named.

use crate::run;
use std::path::Path;

/// Names under which Chromium is installed.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Makes sure of a browser for the tests of pages.
///
/// # Errors
/// There is none, and none can be installed.
pub(crate) fn browser(root: &Path) -> Result<(), String> {
    if BROWSERS
        .iter()
        .any(|name| run::available(name, &["--version"]))
    {
        return Ok(());
    }
    package(root, "chromium")
}

/// Installs a Debian package; a system without apt or a user other than root is told its name.
fn package(root: &Path, name: &str) -> Result<(), String> {
    let missing = |why: String| format!("the tests need `{name}`: install it by hand ({why})");
    run::shown(root, "apt-get", &["update", "-qq"]).map_err(missing)?;
    let install = ["install", "-y", "-qq", "--no-install-recommends", name];
    run::shown(root, "apt-get", &install).map_err(missing)
}
