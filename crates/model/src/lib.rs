//! From trees to checked, evaluated declarations: names, types, environments, evaluation.
//!
//! In: the trees of a stack's files, a [`Vocabulary`](formwork_schema::Vocabulary) (kinds and resource types) and
//! the jailed [`Files`](formwork_schema::Files). Out: a [`Program`] (names resolved, types checked), and for each
//! environment a [`Stack`](formwork_schema::Stack), with diagnostics. Pure: the same files in any order give the
//! same bytes; no clock, network or environment variable is read.
//!
//! Reading order: `items` (what the files hold), `library` (files that are used), `neighbours` (other stacks), `settings` (stack and env blocks),
//! `components` (each a space of names), `graph` (who needs whom), `check` (types), `eval` (values), `program` (the
//! public face).

mod check;
mod components;
mod environments;
mod errors;
mod eval;
mod expectations;
mod graph;
mod items;
mod library;
mod meant;
mod meta;
mod names;
mod neighbours;
mod program;
mod render;
mod rings;
mod set;
mod settings;
mod shapes;
mod walk;

pub use environments::{ChooseEnvError, EnvInfo};
pub use errors::CODES;
pub use expectations::{Planned, TestInfo};
pub use program::{GivenStack, Inputs, Program, SourceFile, TestRun, UsedStack, check, load};
pub use set::{SetValue, eval_expression, parse_set};
