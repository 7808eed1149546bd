//! Names that the planner cannot choose by itself, because they must end in something.

use crate::lowering::Lowering;
use crate::nodes;
use formwork_schema::{Decl, Node};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What the name of a fifo queue or topic ends in.
const FIFO: &str = ".fifo";

/// A name for a fifo object of at most `most` characters: stack, environment and label, with a hash where mapping or
/// cutting lost anything.
pub(crate) fn fifo(decl: &Decl, most: usize, out: &Lowering<'_>) -> Node {
    let label = &decl.address.label;
    let plain = format!("{}-{}-{label}", out.stack.name, out.stack.env);
    let mapped: String = plain
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let lost = mapped != plain || decl.address.key.is_some();
    let room = most.saturating_sub(FIFO.len());
    let name = if lost || mapped.len() > room {
        let whole = format!("{}\n{}\n{}", out.stack.name, out.stack.env, decl.address);
        let mut hash = String::new();
        for byte in Sha256::digest(whole.as_bytes()).iter().take(3) {
            _ = write!(hash, "{byte:02x}");
        }
        let kept: String = mapped.chars().take(room.saturating_sub(7)).collect();
        format!("{kept}-{hash}{FIFO}")
    } else {
        format!("{mapped}{FIFO}")
    };
    nodes::text(&name, decl.name_span)
}
