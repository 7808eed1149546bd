//! A real stack through the whole pipeline, cut off everywhere, on the simulated cloud.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod adopt;
mod late;
mod thumbnails;
