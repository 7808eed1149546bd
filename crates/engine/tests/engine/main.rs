//! The engine against a cloud double that fails in every way a cloud fails.

mod catalog;
mod cloud;
#[path = "../../../../tests/faults/late.rs"]
mod late;
mod plans;

mod answers;
mod crash;
mod doubt;
mod driver;
mod order;
mod stops;
