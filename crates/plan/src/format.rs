//! The saved plan: versioned JSON that is read with caps, its digest, and what makes it stale.

mod node;
mod saved;
mod stale;

pub use stale::{Stale, verify};

use crate::Plan;
use crate::names::hex;
use saved::SavedPlan;
use sha2::{Digest, Sha256};

/// The version written and read.
const VERSION: u32 = 2;
/// The most bytes of a saved plan.
const LARGEST: usize = 256 * 1024 * 1024;
/// The most changes and operations.
const MOST: usize = 2_000_000;

/// A text that is no saved plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanFormatError {
    /// Not JSON of the expected form.
    #[error("not a saved plan: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Written by another version of the tool.
    #[error("saved in plan format {found}; this version reads format {VERSION}: plan again")]
    Version {
        /// The format found.
        found: u32,
    },
    /// More than is ever read.
    #[error("the saved plan is too large")]
    TooLarge,
    /// Parts that do not fit together.
    #[error("not a saved plan: {0}")]
    Broken(&'static str),
}

/// Writes a plan. The same plan gives the same text.
///
/// # Errors
/// A value that has no JSON form.
pub fn encode(plan: &Plan) -> Result<String, PlanFormatError> {
    Ok(serde_json::to_string(&SavedPlan::of(plan))?)
}

/// Reads a plan.
///
/// # Errors
/// Not a saved plan, of another version, or larger than is ever read.
pub fn decode(text: &str) -> Result<Plan, PlanFormatError> {
    #[derive(serde::Deserialize)]
    struct Version {
        v: u32,
    }
    if text.len() > LARGEST {
        return Err(PlanFormatError::TooLarge);
    }
    let version: Version = serde_json::from_str(text)?;
    if version.v != VERSION {
        return Err(PlanFormatError::Version { found: version.v });
    }
    let saved: SavedPlan = serde_json::from_str(text)?;
    if saved.changes.len() > MOST || saved.operations.len() > MOST {
        return Err(PlanFormatError::TooLarge);
    }
    saved.plan()
}

/// The id of a plan: the SHA-256 of its saved form, in hex.
///
/// # Errors
/// A value that has no JSON form.
pub fn digest(plan: &Plan) -> Result<String, PlanFormatError> {
    Ok(hex(&Sha256::digest(encode(plan)?.as_bytes())))
}
