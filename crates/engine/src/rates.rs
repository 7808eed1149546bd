//! One token bucket per family of AWS calls, shared by all operations, and the queues before them.

use crate::machine::Pacing;
use formwork_schema::{ApiFamily, Catalog};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

/// Taken for a family the catalog does not know.
const UNKNOWN: (f64, f64) = (5.0, 5.0);
/// Calls at once and a second where the provider keeps the rates.
const UNLIMITED: f64 = 1e12;
/// Of its full rate, what a family wins back by a call that was let through.
const RECOVERY: f64 = 0.02;
/// Of its full rate, what throttling leaves at least.
const LEAST: f64 = 0.02;

type Entry = (u64, Reverse<usize>);

/// The buckets of a plan.
#[derive(Debug)]
pub(crate) struct Rates {
    buckets: Vec<Bucket>,
    of: Vec<usize>,
}

#[derive(Debug)]
struct Bucket {
    burst: f64,
    full: f64,
    rate: f64,
    tokens: f64,
    at: u64,
    blocked_until: u64,
    /// Operations that may begin.
    fresh: BinaryHeap<Entry>,
    /// Calls that wait for a token.
    calls: BinaryHeap<Entry>,
    /// Operations begun that have not yet taken their token.
    reserved: usize,
    /// When a timer is set for.
    wake: Option<u64>,
}

impl Rates {
    pub(crate) fn new<'a>(
        families: impl Iterator<Item = &'a Arc<str>>,
        catalog: &dyn Catalog,
        pacing: Pacing,
    ) -> Self {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let mut buckets = Vec::new();
        let of = families
            .map(|family| {
                *known.entry(family).or_insert_with(|| {
                    let (burst, full) = match pacing {
                        Pacing::Buckets => rate(catalog.api_family(family)),
                        Pacing::Provider => (UNLIMITED, UNLIMITED),
                    };
                    buckets.push(Bucket::new(burst, full));
                    buckets.len() - 1
                })
            })
            .collect();
        Rates { buckets, of }
    }

    fn bucket(&mut self, operation: usize) -> Option<&mut Bucket> {
        self.buckets.get_mut(*self.of.get(operation)?)
    }

    /// The operation's needs are met.
    pub(crate) fn push_fresh(&mut self, operation: usize, priority: u64) {
        if let Some(bucket) = self.bucket(operation) {
            bucket.fresh.push((priority, Reverse(operation)));
        }
    }

    /// Whether no operation waits to begin.
    pub(crate) fn idle(&self) -> bool {
        self.buckets.iter().all(|bucket| bucket.fresh.is_empty())
    }

    /// The most urgent operation whose token will be there within `ahead` milliseconds. Intents are written ahead of
    /// their tokens so that a commit carries many, but not so far that a slow family takes all the places.
    pub(crate) fn pop_fresh(&mut self, now: u64, ahead: u64) -> Option<usize> {
        let buckets = self.buckets.iter_mut();
        let eligible = buckets.filter_map(|bucket| {
            let entry = *bucket.fresh.peek()?;
            let soon = bucket.reserved == 0 || bucket.wait(now, bucket.reserved + 1) <= ahead;
            soon.then_some((entry, bucket))
        });
        let (entry, bucket) = eligible.max_by_key(|(entry, _)| *entry)?;
        bucket.fresh.pop();
        bucket.reserved += 1;
        Some(entry.1.0)
    }

    /// The operation ended, or took its token: its place ahead is free.
    pub(crate) fn unreserve(&mut self, operation: usize) {
        if let Some(bucket) = self.bucket(operation) {
            bucket.reserved = bucket.reserved.saturating_sub(1);
        }
    }

    /// The operation wants to make a call.
    pub(crate) fn push_call(&mut self, operation: usize, priority: u64) {
        if let Some(bucket) = self.bucket(operation) {
            bucket.calls.push((priority, Reverse(operation)));
        }
    }

    /// The most urgent call of each family for which there is a token, one at a time.
    pub(crate) fn pop_call(&mut self, now: u64) -> Option<usize> {
        self.buckets.iter_mut().find_map(|bucket| bucket.take(now))
    }

    /// The families whose calls wait and for which no timer is set: their number and the milliseconds to wait.
    pub(crate) fn sleepers(&mut self, now: u64) -> Vec<(usize, u64)> {
        let mut out = Vec::new();
        for (number, bucket) in self.buckets.iter_mut().enumerate() {
            if bucket.calls.is_empty() {
                continue;
            }
            let wait = bucket.wait(now, 1).max(1);
            if bucket.wake.is_none_or(|due| due > now + wait) {
                bucket.wake = Some(now + wait);
                out.push((number, wait));
            }
        }
        out
    }

    /// The timer of a family ran out.
    pub(crate) fn woken(&mut self, family: usize, now: u64) {
        if let Some(bucket) = self.buckets.get_mut(family) {
            bucket.wake = bucket.wake.filter(|due| *due > now);
        }
    }

    /// The cloud said to slow down: half the rate, and nothing for a while.
    pub(crate) fn throttled(&mut self, operation: usize, now: u64, retry_after: Option<u64>) {
        if let Some(bucket) = self.bucket(operation) {
            bucket.refill(now);
            bucket.rate = (bucket.rate / 2.0).max(bucket.full * LEAST);
            bucket.tokens = 0.0;
            let pause = retry_after.unwrap_or(0);
            bucket.blocked_until = bucket.blocked_until.max(now + pause);
        }
    }

    /// The cloud took a call: a little faster again.
    pub(crate) fn accepted(&mut self, operation: usize) {
        if let Some(bucket) = self.bucket(operation) {
            bucket.rate = (bucket.rate + bucket.full * RECOVERY).min(bucket.full);
        }
    }
}

/// Calls at once and a second.
fn rate(family: Option<ApiFamily>) -> (f64, f64) {
    let (burst, full) = family.map_or(UNKNOWN, |family| (family.burst, family.per_second));
    (burst.max(1.0), full.max(0.001))
}

impl Bucket {
    fn new(burst: f64, full: f64) -> Self {
        Bucket {
            burst,
            full,
            rate: full,
            tokens: burst,
            at: 0,
            blocked_until: 0,
            fresh: BinaryHeap::new(),
            calls: BinaryHeap::new(),
            reserved: 0,
            wake: None,
        }
    }

    fn refill(&mut self, now: u64) {
        let passed = now.saturating_sub(self.at) as f64 / 1_000.0;
        self.tokens = (self.tokens + passed * self.rate).min(self.burst);
        self.at = self.at.max(now);
    }

    /// Milliseconds until the n-th token from now.
    fn wait(&mut self, now: u64, nth: usize) -> u64 {
        self.refill(now);
        let missing = (nth as f64 - self.tokens).max(0.0);
        let filling = (missing / self.rate * 1_000.0).ceil() as u64;
        filling.max(self.blocked_until.saturating_sub(now))
    }

    fn take(&mut self, now: u64) -> Option<usize> {
        self.calls.peek()?;
        self.refill(now);
        if self.tokens < 1.0 || now < self.blocked_until {
            return None;
        }
        self.tokens -= 1.0;
        self.calls.pop().map(|(_, Reverse(operation))| operation)
    }
}
