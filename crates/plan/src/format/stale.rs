//! What makes a saved plan stale.

use crate::{Digested, Header};
use std::fmt;
use std::sync::Arc;

/// A part of what a plan was made from that no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// It is for another stack, environment, provider, account or region: which of them, as planned, as now.
    Place(&'static str, Arc<str>, Arc<str>),
    /// It was made by another version of the tool: then, now.
    Tool(Arc<str>, Arc<str>),
    /// The state has moved on: the serial then and now.
    State(u64, u64),
    /// The state has the same serial and another history.
    History,
    /// It expired: at this time, seconds since 1970.
    Expired(u64),
    /// A source file was changed, added or taken away.
    Source(Arc<str>),
    /// A code folder was changed, added or taken away.
    Artifact(Arc<str>),
    /// The state of a stack that was read has moved on: the serial then and now.
    Used(Arc<str>, u64, u64),
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stale::Place(what, then, now) => {
                write!(
                    f,
                    "it was made for the {what} `{then}`, and this is `{now}`"
                )
            }
            Stale::Tool(then, now) => {
                write!(f, "it was made by formwork {then}, and this is {now}")
            }
            Stale::State(then, now) => {
                write!(
                    f,
                    "it was made from serial {then} of the state, which is now at {now}"
                )
            }
            Stale::History => f.write_str("the state has another history than when it was made"),
            Stale::Expired(_) => f.write_str("it has expired"),
            Stale::Source(name) => write!(f, "`{name}` was changed since"),
            Stale::Artifact(name) => write!(f, "the code in `{name}` was changed since"),
            Stale::Used(stack, then, now) => write!(
                f,
                "it was made from serial {then} of the state of `{stack}`, which is now at {now}"
            ),
        }
    }
}

/// What of a saved plan's header no longer holds. `now` is the header that a plan made now would have; its `made` is
/// the present time.
pub fn verify(saved: &Header, now: &Header) -> Vec<Stale> {
    let mut found = Vec::new();
    let places = [
        ("stack", &saved.stack, &now.stack),
        ("environment", &saved.env, &now.env),
        ("provider", &saved.provider, &now.provider),
        ("account", &saved.account, &now.account),
        ("region", &saved.region, &now.region),
    ];
    for (what, then, now) in places {
        if then != now {
            found.push(Stale::Place(what, then.clone(), now.clone()));
        }
    }
    if saved.tool != now.tool {
        found.push(Stale::Tool(saved.tool.clone(), now.tool.clone()));
    }
    if saved.serial != now.serial {
        found.push(Stale::State(saved.serial, now.serial));
    } else if saved.head != now.head {
        found.push(Stale::History);
    }
    if now.made >= saved.expires && saved.expires > 0 {
        found.push(Stale::Expired(saved.expires));
    }
    found.extend(differing(&saved.sources, &now.sources).map(Stale::Source));
    found.extend(differing(&saved.artifacts, &now.artifacts).map(Stale::Artifact));
    for then in &saved.uses {
        let now = now.uses.iter().find(|now| now.stack == then.stack);
        let now = now.map_or(0, |now| now.serial);
        if now != then.serial {
            found.push(Stale::Used(then.stack.clone(), then.serial, now));
        }
    }
    found
}

fn differing<'d>(then: &'d [Digested], now: &'d [Digested]) -> impl Iterator<Item = Arc<str>> + 'd {
    let changed = then.iter().filter(move |old| !now.contains(old));
    let added = now
        .iter()
        .filter(move |new| !then.iter().any(|old| old.name == new.name));
    changed.chain(added).map(|digested| digested.name.clone())
}
