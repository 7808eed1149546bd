//! The folder of a state: where it lies, how it is made and made durable, and what the file system's errors mean.

use formwork_state::{Binding, StoreError};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The folder of all states beneath a root.
const FOLDER: &str = ".formwork";

/// The folder of a state: `<root>/.formwork/<provider>/<stack>/<env>`.
///
/// Characters of a name that could mean something to a file system are written as `%` and two hex digits, so that no
/// name leads elsewhere.
pub fn state_dir(root: &Path, binding: &Binding) -> PathBuf {
    root.join(FOLDER)
        .join(component(&binding.provider))
        .join(component(&binding.stack))
        .join(component(&binding.env))
}

/// The file of a simulated account, which all stacks beneath a root share: `<root>/.formwork/<provider>/<account>.db`.
/// No stack has a name with a dot in it.
pub fn account_file(root: &Path, binding: &Binding) -> PathBuf {
    let folder = root.join(FOLDER).join(component(&binding.provider));
    folder.join(format!("{}.db", component(&binding.account)))
}

fn component(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for (at, byte) in name.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if plain || (byte == b'.' && at > 0) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The file that remembers the newest record seen of the state in `dir`: `.formwork/seen/<provider>/<stack>/<env>`,
/// apart from the state, so that putting back an older copy of its folder does not put back the witness too.
pub(crate) fn witness_path(dir: &Path) -> PathBuf {
    let top = dir
        .ancestors()
        .find(|folder| folder.file_name().is_some_and(|name| name == FOLDER));
    match top.and_then(|top| Some((top, dir.strip_prefix(top).ok()?))) {
        Some((top, rest)) if rest != Path::new("") => top.join("seen").join(rest),
        _ => dir.join("seen"),
    }
}

/// Creates a folder for the owner only, with those above it, and makes their entries durable.
pub(crate) fn create_private(dir: &Path) -> Result<(), StoreError> {
    if dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|parent| *parent != Path::new(""));
    if let Some(parent) = parent {
        create_private(parent)?;
    }
    match builder().create(dir) {
        // Another process may have been first.
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(dir, &error)),
        _ => sync_folder(parent.unwrap_or(Path::new("."))),
    }
}

#[cfg(unix)]
fn builder() -> std::fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn builder() -> std::fs::DirBuilder {
    std::fs::DirBuilder::new()
}

/// Makes the entries of a folder durable: without this a new file can be lost with its name.
pub(crate) fn sync_folder(dir: &Path) -> Result<(), StoreError> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(dir)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| failed(dir, &error))
}

/// Opens a file for reading and writing, created for the owner only if it is not there.
pub(crate) fn open_private(path: &Path) -> Result<File, StoreError> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(|error| failed(path, &error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = file.metadata().map_err(|error| failed(path, &error))?;
        if found.permissions().mode() & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(0o600))
                .map_err(|error| failed(path, &error))?;
        }
    }
    Ok(file)
}

/// What an error of the file system means for a store.
pub(crate) fn failed(path: &Path, error: &io::Error) -> StoreError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull { path },
        _ => StoreError::Io {
            path,
            message: error.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(env: &str) -> Binding {
        Binding {
            provider: "mock".into(),
            account: "000000000000".into(),
            stack: "shop".into(),
            env: env.into(),
        }
    }

    #[test]
    fn every_state_has_its_own_folder_beneath_the_root() {
        let root = Path::new("/r");
        let dir = |env| state_dir(root, &binding(env));
        assert_eq!(dir("pr-1.x"), Path::new("/r/.formwork/mock/shop/pr-1.x"));
        assert_eq!(dir(".."), Path::new("/r/.formwork/mock/shop/%2E."));
        assert_eq!(
            dir("a/../b"),
            Path::new("/r/.formwork/mock/shop/a%2F..%2Fb")
        );
        assert_eq!(dir("é"), Path::new("/r/.formwork/mock/shop/%C3%A9"));
        assert_ne!(dir("a%2F"), dir("a/"));
    }

    #[test]
    fn the_witness_lies_apart_from_the_state() {
        let dir = state_dir(Path::new("/r"), &binding("dev"));
        assert_eq!(
            witness_path(&dir),
            Path::new("/r/.formwork/seen/mock/shop/dev")
        );
        assert_eq!(witness_path(Path::new("/x/y")), Path::new("/x/y/seen"));
        assert_eq!(
            witness_path(Path::new("/.formwork")),
            Path::new("/.formwork/seen")
        );
    }

    #[cfg(unix)]
    #[test]
    fn folders_and_files_are_the_owners_only() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let temporary = tempfile::tempdir().unwrap();
        let dir = temporary.path().join("a/b");
        create_private(&dir).unwrap();
        create_private(&dir).unwrap();
        assert_eq!((mode(&dir), mode(dir.parent().unwrap())), (0o700, 0o700));
        let file = dir.join("f");
        std::fs::write(&file, "x").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        open_private(&file).unwrap();
        open_private(&dir.join("g")).unwrap();
        assert_eq!((mode(&file), mode(&dir.join("g"))), (0o600, 0o600));
        assert_eq!(std::fs::read(&file).unwrap(), b"x");
    }
}
