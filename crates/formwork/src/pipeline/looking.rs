//! Objects that are there before the stack: looked for before a plan is made.

use super::failures::observe_failure;
use super::runtime;
use crate::failure::Failure;
use crate::stack::catalog;
use formwork_kinds::Lowered;
use formwork_plan::{Live, Mode};
use formwork_provider::Provider;
use formwork_schema::{Address, Resource};
use formwork_state::Binding;
use std::collections::BTreeMap;

/// Looks for what the stack reads or takes over.
pub(super) fn look_up(
    lowered: &Lowered,
    mode: Mode,
    binding: &Binding,
    cloud: &dyn Provider,
) -> Result<BTreeMap<Address, Vec<Live>>, Failure> {
    let resources: &[Resource] = match mode {
        Mode::Apply => &lowered.resources,
        Mode::Destroy => &[],
    };
    let looking = formwork_engine::look_up(resources, &binding.account, catalog(), cloud);
    runtime()?
        .block_on(looking)
        .map_err(|error| observe_failure(&error))
}
