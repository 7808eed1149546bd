//! Stores of journals: the durable one of this machine, and one in memory that fails on command.
//!
//! In: records to append, states to snapshot. Out: the verified fold of what is on disk. A store has one writer, who
//! holds an operating-system lock for as long as it lives, and any number of readers, who take no lock and create no
//! file.

mod database;
mod directory;
mod history;
mod load;
mod local;
mod lock;
pub mod memory;
mod witness;

pub use directory::{account_file, state_dir};
pub use history::Run;
pub use load::bound_to;
pub use local::{Access, LocalStore};
pub use lock::{Unlocked, holder, unlock};
