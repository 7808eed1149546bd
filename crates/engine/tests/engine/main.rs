//! The engine against a cloud double that fails in every way a cloud fails.

mod catalog;
mod cloud;
mod plans;

mod answers;
mod crash;
mod doubt;
mod driver;
mod order;
mod stops;
