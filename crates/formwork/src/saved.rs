//! Saved plans: told from stack files, read back, refused when anything they were made from has changed.

use crate::failure::{Exit, Failure};
use crate::shim::decode_plan;
use formwork_diag::{Code, Sources};
use formwork_plan::Plan;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The most bytes of a plan file.
const LIMIT: u64 = 512 << 20;

/// Whether a path names a saved plan: a file that is not a stack file and begins as a plan does.
pub(crate) fn is_plan(path: &Path) -> bool {
    let stack = path.extension().is_some_and(|end| end == "stack");
    path.is_file() && !stack && begins_with_brace(path)
}

fn begins_with_brace(path: &Path) -> bool {
    use std::io::Read;
    let mut first = [0u8; 1];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && first == *b"{"
}

/// Reads a saved plan.
pub(crate) fn read(path: &Path) -> Result<Plan, Failure> {
    let size = std::fs::metadata(path)
        .map_err(|error| Failure::file(path, &error))?
        .len();
    if size > LIMIT {
        return Err(Failure::new(
            Exit::Failed,
            Code("plan::file"),
            format!("{}: too large for a plan", path.display()),
        ));
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    decode_plan(&text).map_err(|error| {
        Failure::new(
            Exit::Failed,
            Code("plan::file"),
            format!("{}: {error}", path.display()),
        )
        .help("make a new plan: `formwork plan --out FILE`")
    })
}

/// The texts a plan was made from, read again in their order, so that its spans point into them.
pub(crate) fn sources(plan: &Plan) -> Result<Sources, Failure> {
    let mut sources = Sources::new();
    for file in &plan.header.sources {
        let text = std::fs::read_to_string(&*file.name)
            .map_err(|_| stale(&format!("{} cannot be read", file.name)))?;
        if digest(text.as_bytes()) != *file.digest {
            return Err(stale(&format!("{} has changed", file.name)));
        }
        sources.add(file.name.clone(), text);
    }
    Ok(sources)
}

/// The saved plan no longer fits.
pub(crate) fn stale(why: &str) -> Failure {
    Failure::new(
        Exit::Stale,
        Code("plan::stale"),
        format!("the saved plan no longer fits: {why}"),
    )
    .help("nothing was done; make a new plan: `formwork plan --out FILE`")
}

/// SHA-256 in hex.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
