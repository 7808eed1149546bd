//! The pages of diagnostics and the examples, as the build script put them into the binary.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
