//! The dependency graph of a stack, for people: as text for other tools, as a picture, as a page to walk about in.

mod layout;
mod page;
mod picture;
mod svg;
mod text;

pub(crate) use page::page;
pub(crate) use picture::Picture;
pub(crate) use svg::svg;
pub(crate) use text::{Nodes, graph};
