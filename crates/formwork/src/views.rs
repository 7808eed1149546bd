//! What a person or a machine sees: one module a subject, each a function from data to text.

pub(crate) mod access;
pub(crate) mod cost;
pub(crate) mod drift;
pub(crate) mod graph;
pub(crate) mod history;
pub(crate) mod outcome;
pub(crate) mod outputs;
pub(crate) mod paint;
pub(crate) mod plan;
pub(crate) mod resources;
pub(crate) mod schema;
pub(crate) mod structure;
pub(crate) mod tests;
pub(crate) mod values;
