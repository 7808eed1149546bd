//! Everything goes wrong at once, as a seed says: calls fail with and without effect, some take effect late, runs are
//! cut off. When the cloud is well again, the next run ends it.

use crate::catalog::WINDOW;
use crate::cloud::{Cloud, Fault, failure, timeout};
use crate::crash::{Engine, How, Stack, audit, changed, made, now, run};
use crate::plans::Bench;
use formwork_provider::{FailureClass, Provider, Request};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

type Counts = Arc<Mutex<BTreeMap<&'static str, u32>>>;

/// A generator of numbers: splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, range: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % range
    }
}

/// A quarter of the calls goes wrong.
fn faults(seed: u64, counts: Counts) -> impl FnMut(&Request) -> Fault + Send {
    let mut random = Random(seed);
    move |request| {
        let creates = matches!(request, Request::Create { .. });
        let (name, fault) = match random.below(32) {
            0 => ("lost call", Fault::Before(timeout())),
            1 => ("lost answer", Fault::After(timeout())),
            2 => (
                "fault after",
                Fault::After(failure(FailureClass::Transient)),
            ),
            3 => ("throttled", Fault::Before(failure(FailureClass::Throttle))),
            4 if request.mutates() => ("conflict", Fault::Before(failure(FailureClass::Conflict))),
            5 if creates => ("role", Fault::Before(failure(FailureClass::IamPropagation))),
            // Within the window in which creates may not be seen. What takes effect after its object was found broken
            // and deleted, nobody can see coming: the two are kept apart.
            6 if creates && seed.is_multiple_of(2) => {
                ("late", Fault::Late(timeout(), random.below(4_000)))
            }
            7 if creates && !seed.is_multiple_of(2) => ("broken", Fault::Breaks),
            8 if request.mutates() => (
                "denied",
                Fault::Before(failure(FailureClass::AccessDenied(None))),
            ),
            _ => return Fault::None,
        };
        *counts.lock().unwrap().entry(name).or_insert(0) += 1;
        fault
    }
}

/// Lives through a stack's time with faults and crashes; the seed repeats it.
fn live(seed: u64, counts: &Counts) -> Result<(), String> {
    let mut random = Random(seed ^ 0x5eed);
    let (mut bench, cloud) = (Bench::new(), Cloud::new());
    let gone: Stack = Vec::new();
    for stack in [made(), changed(), gone] {
        let bad = faults(seed, counts.clone());
        cloud.set_faults(Some(Box::new(bad)));
        for _ in 0..random.below(4) {
            let crash = Some(random.below(80));
            let how = How {
                crash,
                seed: random.below(1 << 32),
                engine: Engine::Real,
            };
            // Whether it ends, fails or is cut off: what counts is what comes after.
            let _ = run(&mut bench, &cloud, &stack, how);
        }
        cloud.set_faults(None);
        let how = How {
            crash: None,
            seed,
            engine: Engine::Real,
        };
        // A creation under way may still turn out to have failed; the run after that replaces it.
        if let Err(why) = run(&mut bench, &cloud, &stack, how) {
            match why.contains("CreationFailed") {
                true => run(&mut bench, &cloud, &stack, how)?,
                false => return Err(why),
            };
        }
        audit(&bench, &cloud, &stack)?;
        // What takes effect after its object was made again and deleted cannot be seen coming by anybody.
        now(cloud.sleep(u64::from(WINDOW)));
    }
    Ok(())
}

#[test]
fn whatever_went_wrong_the_next_good_run_ends_it() {
    let counts = Counts::default();
    for seed in 0..200 {
        if let Err(why) = live(seed, &counts) {
            panic!("seed {seed}: {why}");
        }
    }
    let counts = counts.lock().unwrap();
    let all = [
        "lost call",
        "lost answer",
        "fault after",
        "throttled",
        "conflict",
        "role",
        "late",
        "broken",
        "denied",
    ];
    for name in all {
        assert!(
            counts.get(name).is_some_and(|count| *count >= 10),
            "{name}: {counts:?}"
        );
    }
}
