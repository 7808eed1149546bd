//! What AWS's schemas lack, for every type: derived from names and formats, then completed by hand-written overlays.

mod attributes;
mod derive;
mod references;
mod written;

pub(crate) use written::{OverlayText, overlays};

use formwork_schema::ResourceType;

/// Fills the overlay of a type: what can be derived, then what is written.
pub(crate) fn complete(ty: &mut ResourceType, written: Option<&OverlayText>) {
    derive::derive(ty);
    if written.is_none_or(|written| !written.names_it()) {
        derive::derive_alphabet(ty);
    }
    if let Some(written) = written {
        written.apply(ty);
    }
}
