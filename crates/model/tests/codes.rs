//! The table of codes is in order; that each has a page which shows it is tested with all pages (tests/docs).
#![allow(missing_docs, reason = "a test")]

use formwork_model::CODES;

#[test]
fn the_codes_are_sorted_and_differ() {
    assert!(CODES.is_sorted_by(|a, b| a < b));
}
