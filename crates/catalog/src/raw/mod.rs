//! Checks raw `resource` declarations against the shapes of their type.

mod pattern;

pub use pattern::pattern;
