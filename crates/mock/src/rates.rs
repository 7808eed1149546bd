//! Token buckets of the APIs, filled by virtual time.

use formwork_schema::ApiFamily;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The buckets that have been drawn from; every bucket starts full.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    buckets: BTreeMap<Arc<str>, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: u64,
}

impl Buckets {
    /// Milliseconds from `now` until a call of the family may be made.
    pub(crate) fn wait(&mut self, family: &ApiFamily, now: u64) -> u64 {
        let bucket = self.bucket(family, now);
        if bucket.tokens >= 1.0 || family.per_second <= 0.0 {
            return 0;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive and far below 2^53"
        )]
        let wait = ((1.0 - bucket.tokens) / family.per_second * 1000.0).ceil() as u64;
        wait.max(1)
    }

    /// Takes the room of one call.
    pub(crate) fn take(&mut self, family: &ApiFamily, now: u64) {
        let bucket = self.bucket(family, now);
        bucket.tokens = (bucket.tokens - 1.0).max(0.0);
    }

    fn bucket(&mut self, family: &ApiFamily, now: u64) -> &mut Bucket {
        let bucket = self
            .buckets
            .entry(Arc::clone(&family.name))
            .or_insert(Bucket {
                tokens: family.burst.max(1.0),
                at: now,
            });
        #[expect(clippy::cast_precision_loss, reason = "spans are far below 2^53 ms")]
        let seconds = now.saturating_sub(bucket.at) as f64 / 1000.0;
        bucket.tokens = (bucket.tokens + seconds * family.per_second).min(family.burst.max(1.0));
        bucket.at = now;
        bucket
    }
}

#[cfg(test)]
mod tests {
    use super::Buckets;
    use formwork_schema::ApiFamily;

    #[test]
    fn a_burst_then_the_rate() {
        let family = ApiFamily {
            name: "lambda".into(),
            burst: 2.0,
            per_second: 4.0,
        };
        let mut buckets = Buckets::default();
        for _ in 0..2 {
            assert_eq!(buckets.wait(&family, 0), 0);
            buckets.take(&family, 0);
        }
        assert_eq!(buckets.wait(&family, 0), 250);
        assert_eq!(buckets.wait(&family, 100), 150);
        assert_eq!(buckets.wait(&family, 250), 0);
    }
}
