//! What the tests need and a machine may lack: looked for, installed where that can be done, else named.

use crate::run;
use std::fs;
use std::path::{Path, PathBuf};

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

/// What the tests of the AWS provider run against, all from PyPI, at the versions whose differences from AWS are known.
/// Without `cbor2` ministack answers the SDK's CloudWatch in JSON.
const SERVERS: &[&str] = &["moto[server]==5.2.5", "ministack==1.5.33", "cbor2", "boto3"];

/// Makes sure of the AWS servers: a Python environment in the cache folder, made anew when the list above changes.
///
/// # Errors
/// There is no Python that can make an environment, or the packages cannot be had.
pub(crate) fn aws_servers(root: &Path) -> Result<(), String> {
    let home = cache()?.join("aws-servers");
    let (list, mark) = (SERVERS.join("\n"), home.join("installed"));
    if fs::read_to_string(&mark).is_ok_and(|found| found == list) {
        return Ok(());
    }
    if !run::available("python3", &["-c", "import ensurepip, venv"]) {
        package(root, "python3-venv")?;
    }
    let folder = home.to_string_lossy();
    run::shown(root, "python3", &["-m", "venv", "--clear", &folder])?;
    let pip = home.join("bin/pip");
    let mut install = vec!["install", "--quiet"];
    install.extend(SERVERS);
    run::shown(root, &pip.to_string_lossy(), &install)?;
    fs::write(&mark, list).map_err(|error| format!("{}: {error}", mark.display()))
}

/// The folder for what tests need and clones share: tests/aws looks for it in the same place.
fn cache() -> Result<PathBuf, String> {
    let given = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"));
    let cache = given
        .or_else(home)
        .ok_or("neither XDG_CACHE_HOME nor HOME is set")?;
    let folder = cache.join("formwork");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
