//! The virtual clock: it moves when a caller waits and when a rate bucket is empty, never by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Virtual milliseconds since the cloud's file was made; shared by the cloud and its provider.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    /// The time.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Moves to `time`, never back.
    pub(crate) fn reach(&self, time: u64) {
        self.0.fetch_max(time, Ordering::AcqRel);
    }
}
