//! Saved plans: told from stack files, read back, refused when anything they were made from has changed.

use crate::failure::{Exit, Failure};
use formwork_artifact::Jail;
use formwork_diag::{Code, Sources};
use formwork_plan::{Digested, Plan, PlanFormatError, decode};
use formwork_schema::Files;
use formwork_state::State;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;

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
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| no_plan(path, "not a saved plan: not text"))?;
    decode(&text).map_err(|error| no_plan(path, &error.to_string()))
}

fn no_plan(path: &Path, why: &str) -> Failure {
    let message = format!("{}: {why}", path.display());
    Failure::new(Exit::Failed, Code("plan::file"), message)
        .help("make a new plan: `formwork plan --out FILE`")
}

/// The texts a plan was made from, read again in their order, so that its spans point into them; and their digests.
pub(crate) fn sources(plan: &Plan) -> Result<(Sources, Vec<Digested>), Failure> {
    let mut sources = Sources::new();
    let mut digests = Vec::new();
    for file in &plan.header.sources {
        let text = std::fs::read_to_string(&*file.name)
            .map_err(|_| stale(&format!("{} cannot be read from here", file.name)))?;
        digests.push(Digested {
            name: file.name.clone(),
            digest: digest(text.as_bytes()).into(),
        });
        sources.add(file.name.clone(), text);
    }
    Ok((sources, digests))
}

/// The code a plan was made from, read again.
pub(crate) fn artifacts(plan: &Plan, root: &Path) -> Result<Vec<Digested>, Failure> {
    let jail = Jail::new(root).map_err(|error| stale(&error.to_string()))?;
    let again = |code: &Digested| {
        let found = jail.artifact(&code.name);
        let found = found.map_err(|error| stale(&format!("{}: {error}", code.name)))?;
        Ok(Digested {
            name: code.name.clone(),
            digest: found.digest.clone(),
        })
    };
    plan.header.artifacts.iter().map(again).collect()
}

/// A plan that has no saved form.
pub(crate) fn unwritable(path: &Path, error: &PlanFormatError) -> Failure {
    Failure::new(
        Exit::Failed,
        Code("plan::file"),
        format!("{}: {error}", path.display()),
    )
}

/// The digest by which a plan is applied once.
pub(crate) fn id(plan: &Plan) -> Result<Arc<str>, Failure> {
    let digest = formwork_plan::digest(plan);
    digest
        .map(Into::into)
        .map_err(|error| stale(&error.to_string()))
}

/// Whether a plan was begun, cut short, and is the last that was: then it goes on. One that is done is refused.
pub(crate) fn goes_on(plan: &Plan, id: &Arc<str>, state: &State) -> Result<bool, Failure> {
    if !state.plans.contains(id) {
        return Ok(false);
    }
    let last = state.last.as_ref().filter(|last| last.plan == *id);
    match last {
        Some(last) if last.complete => Err(stale("it was applied before")),
        Some(last) if last.from == plan.header.serial => Ok(true),
        _ => Err(stale(
            "it was applied before, and something else was done since",
        )),
    }
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
