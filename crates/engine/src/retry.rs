//! How long to wait before a failed call is made again, and when to give up.

use formwork_provider::{Failure, FailureClass};

/// The longest an operation goes on failing, whatever the classes: one hour.
const LONGEST: u64 = 3_600_000;

/// Waits that grow from `first` by `factor` (in percent) up to `most`, for `total` milliseconds in all.
struct Policy {
    first: u64,
    factor: u64,
    most: u64,
    total: u64,
}

/// What has gone wrong with an operation so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble {
    class: Option<FailureClass>,
    /// When this class of failure began.
    since: u64,
    /// When the first failure was.
    first: u64,
    /// Failures of this class in a row.
    count: u32,
}

impl Trouble {
    /// Counts a failure: the milliseconds to wait, or `None` when it is time to give up. `salt` spreads operations
    /// that fail together, the same way on every run.
    pub(crate) fn next(&mut self, failure: &Failure, now: u64, salt: usize) -> Option<u64> {
        let policy = policy(&failure.class)?;
        if self.class.is_none() {
            self.first = now;
        }
        if self.class.as_ref() != Some(&failure.class) {
            self.class = Some(failure.class.clone());
            self.since = now;
            self.count = 0;
        }
        let spent = now.saturating_sub(self.since);
        if spent >= policy.total || now.saturating_sub(self.first) >= LONGEST {
            return None;
        }
        let mut wait = policy.first;
        for _ in 0..self.count.min(64) {
            wait = (wait * policy.factor / 100).min(policy.most);
        }
        self.count += 1;
        let wait = wait + jitter(salt, self.count, wait / 4);
        Some(wait.max(failure.retry_after.unwrap_or(0)))
    }
}

/// A number below `range`, made from the operation's number and the count alone.
fn jitter(salt: usize, count: u32, range: u64) -> u64 {
    let mut mixed = (salt as u64) << 32 | u64::from(count);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % range.max(1)
}

fn policy(class: &FailureClass) -> Option<Policy> {
    let (first, factor, most, total) = match class {
        FailureClass::Throttle => (500, 200, 20_000, 900_000),
        // Densely: most roles are seen within seconds; never for ever.
        FailureClass::IamPropagation => (250, 120, 2_000, 900_000),
        FailureClass::Conflict => (500, 160, 10_000, 900_000),
        // A network interface of a function may take 40 minutes to go.
        FailureClass::InUse => (1_000, 160, 20_000, 2_700_000),
        FailureClass::NotFound => (500, 200, 8_000, 60_000),
        // A name that is said to exist and cannot be read: on its way in or out.
        FailureClass::AlreadyExists => (500, 200, 10_000, 300_000),
        FailureClass::Timeout | FailureClass::Transient => (300, 200, 10_000, 300_000),
        FailureClass::InvalidInput(_)
        | FailureClass::AccessDenied(_)
        | FailureClass::Quota
        | FailureClass::HoldsData
        | FailureClass::CreationFailed
        | FailureClass::Bug => return None,
    };
    Some(Policy {
        first,
        factor,
        most,
        total,
    })
}

#[cfg(test)]
mod tests {
    use super::Trouble;
    use formwork_provider::{Failure, FailureClass};

    fn total(class: FailureClass) -> (u64, u32, u64) {
        let failure = Failure::new(class, "X", "x");
        let (mut trouble, mut now, mut count, mut first) = (Trouble::default(), 0, 0, 0);
        while let Some(wait) = trouble.next(&failure, now, 7) {
            first = if count == 0 { wait } else { first };
            now += wait;
            count += 1;
        }
        (now, count, first)
    }

    #[test]
    fn waits_are_dense_for_roles_and_end() {
        let (spent, count, first) = total(FailureClass::IamPropagation);
        assert!((250..320).contains(&first), "{first}");
        assert!((900_000..910_000).contains(&spent), "{spent}");
        assert!(count > 300, "{count}");
        let (spent, _, _) = total(FailureClass::InUse);
        assert!((2_700_000..2_730_000).contains(&spent), "{spent}");
        assert_eq!(total(FailureClass::Quota), (0, 0, 0));
    }

    #[test]
    fn retry_after_is_honoured_and_operations_spread() {
        let mut failure = Failure::new(FailureClass::Throttle, "X", "x");
        failure.retry_after = Some(9_000);
        assert_eq!(Trouble::default().next(&failure, 0, 1), Some(9_000));
        failure.retry_after = None;
        let first = |salt| Trouble::default().next(&failure, 0, salt);
        assert_eq!(first(1), first(1));
        assert!((0..8).any(|salt| first(salt) != first(1)));
    }
}
