//! The zip of an artifact: the same bytes whenever and wherever it is made from the same content.

use crate::Jail;
use crate::jail::failed;
use crate::tree::{BYTES_LIMIT, Content, Executable, TreeDigest};
use formwork_schema::{Artifact, FilesError};
use std::io::{Cursor, Write};
use std::path::Path;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Why an artifact could not be zipped.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The folder is not any more what the artifact says.
    #[error("{path} was changed since it was planned ({file}); plan again")]
    Changed {
        /// Root-relative path of the folder.
        path: String,
        /// The file that differs, within it.
        file: String,
    },
    /// A file cannot be had.
    #[error("{file}: {error}")]
    File {
        /// Root-relative path of the file.
        file: String,
        /// Why.
        error: FilesError,
    },
    /// The zip cannot be written.
    #[error("the zip of {path} cannot be made: {error}")]
    Zip {
        /// Root-relative path of the folder.
        path: String,
        /// Why.
        error: ZipError,
    },
}

/// Zips an artifact beneath `root`: sorted names, 1980-01-01, modes 0644 and 0755, deflated.
///
/// # Errors
/// A file cannot be read, or its content is not what the artifact says: what is uploaded is what was planned.
pub fn zip(artifact: &Artifact, root: &Path) -> Result<Vec<u8>, ArchiveError> {
    let located = Jail::new(root).and_then(|jail| Ok((jail.locate(&artifact.path)?, jail)));
    let (top, jail) = located.map_err(|error| ArchiveError::File {
        file: artifact.path.to_string(),
        error,
    })?;
    let zip_failed = |error| ArchiveError::Zip {
        path: artifact.path.to_string(),
        error,
    };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut tree = TreeDigest::new();
    for file in &artifact.files {
        let path = if top.is_dir() {
            format!("{}/{}", artifact.path, file.name)
        } else {
            artifact.path.to_string()
        };
        let (executable, bytes) = read(&jail, &path)?;
        let content = Content::of(executable, &bytes);
        if content.short() != *file.digest {
            return Err(changed(artifact, &file.name));
        }
        tree.add_content(&file.name, &content);
        add(&mut writer, &file.name, executable, &bytes).map_err(zip_failed)?;
    }
    if tree.finish() != *artifact.digest {
        return Err(changed(artifact, "its list of files"));
    }
    Ok(writer.finish().map_err(zip_failed)?.into_inner())
}

fn changed(artifact: &Artifact, file: &str) -> ArchiveError {
    ArchiveError::Changed {
        path: artifact.path.to_string(),
        file: file.to_owned(),
    }
}

fn read(jail: &Jail, path: &str) -> Result<(Executable, Vec<u8>), ArchiveError> {
    let read = || {
        let found = jail
            .locate(path)?
            .metadata()
            .map_err(|error| failed(&error))?;
        Ok((Executable::of(&found), jail.read(path, BYTES_LIMIT)?))
    };
    read().map_err(|error| ArchiveError::File {
        file: path.to_owned(),
        error,
    })
}

fn add(
    writer: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: &str,
    executable: Executable,
    bytes: &[u8],
) -> Result<(), ZipError> {
    let mode = match executable {
        Executable::Yes => 0o755,
        Executable::No => 0o644,
    };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(mode);
    writer.start_file(name, options)?;
    writer.write_all(bytes)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_schema::Files;
    use std::fs;
    use std::io::Read;
    use tempfile::TempDir;
    use zip::ZipArchive;

    fn folder(names: &[&str]) -> TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in names {
            let path = root.path().join("code").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("content of {name} ").repeat(500)).unwrap();
        }
        root
    }

    fn artifact(root: &Path, path: &str) -> Artifact {
        let artifact = Jail::new(root).unwrap().artifact(path).unwrap();
        artifact.as_ref().clone()
    }

    #[test]
    fn the_same_content_gives_the_same_bytes() {
        let first = folder(&["main.py", "lib/b.py", "é.txt"]);
        let second = folder(&["é.txt", "lib/b.py", "main.py"]);
        let file = fs::File::options()
            .write(true)
            .open(second.path().join("code/main.py"));
        file.unwrap()
            .set_modified(std::time::SystemTime::UNIX_EPOCH)
            .unwrap();
        let zipped = |root: &TempDir| zip(&artifact(root.path(), "code"), root.path()).unwrap();
        let bytes = zipped(&first);
        assert_eq!(bytes, zipped(&first));
        assert_eq!(bytes, zipped(&second));
        assert!(bytes.len() < 2000, "not compressed: {} bytes", bytes.len());
    }

    #[test]
    fn the_zip_holds_sorted_files_with_fixed_times_and_modes() {
        let root = folder(&["run", "a/b", "a.txt"]);
        let executable = cfg!(unix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::Permissions::from_mode(0o777);
            fs::set_permissions(root.path().join("code/run"), mode).unwrap();
            let mode = fs::Permissions::from_mode(0o600);
            fs::set_permissions(root.path().join("code/a.txt"), mode).unwrap();
        }
        let bytes = zip(&artifact(root.path(), "code"), root.path()).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut found = Vec::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            let name = file.name().unwrap().into_owned();
            assert_eq!(text, format!("content of {name} ").repeat(500));
            assert_eq!(file.last_modified(), Some(DateTime::DEFAULT));
            found.push((name, file.unix_mode().unwrap() & 0o777));
        }
        let run = if executable { 0o755 } else { 0o644 };
        let expected = [("a.txt", 0o644), ("a/b", 0o644), ("run", run)];
        assert_eq!(found, expected.map(|(name, mode)| (name.to_owned(), mode)));
    }

    #[test]
    fn a_single_file_lies_at_the_top() {
        let root = folder(&["main.py"]);
        let bytes = zip(&artifact(root.path(), "code/main.py"), root.path()).unwrap();
        let whole = zip(&artifact(root.path(), "code"), root.path()).unwrap();
        assert_eq!(bytes, whole);
    }

    #[test]
    fn what_was_not_planned_is_not_zipped() {
        let root = folder(&["a", "b"]);
        let planned = artifact(root.path(), "code");
        let bytes = zip(&planned, root.path()).unwrap();
        fs::write(root.path().join("code/c"), "new").unwrap();
        assert_eq!(zip(&planned, root.path()).unwrap(), bytes);

        fs::write(root.path().join("code/b"), "changed").unwrap();
        let error = zip(&planned, root.path()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "code was changed since it was planned (b); plan again"
        );
        fs::remove_file(root.path().join("code/b")).unwrap();
        let error = zip(&planned, root.path()).unwrap_err();
        assert_eq!(error.to_string(), "code/b: no such file or folder");

        let mut forged = artifact(root.path(), "code");
        forged.files.pop();
        assert!(matches!(
            zip(&forged, root.path()),
            Err(ArchiveError::Changed { .. })
        ));
    }
}
