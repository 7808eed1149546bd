//! The engine against a cloud double that fails in every way a cloud fails.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod catalog;
mod cloud;
#[path = "../../../../tests/faults/late.rs"]
mod late;
mod plans;

mod answers;
mod chaos;
mod crash;
mod doubt;
mod driver;
mod order;
mod resume;
mod stops;
