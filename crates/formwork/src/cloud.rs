//! The cloud that a command works on: the simulated one beneath the stack's root, or an account of AWS.

#[cfg(feature = "aws")]
mod aws;

use crate::cli::{ProviderArgs, ProviderName, StackArgs};
use crate::failure::{Exit, Failure};
use crate::pipeline::{MOCK_ACCOUNT, cloud_failure};
use crate::stack::{Opened, catalog};
use formwork_diag::Code;
use formwork_mock::{Cloud as SimulatedCloud, MockProvider};
use formwork_plan::Header;
use formwork_provider::Provider;
use formwork_state::Binding;
use formwork_store::account_file;
use std::path::Path;
use std::sync::Arc;

/// A cloud, with the account that a state is bound to.
pub(crate) struct Cloud {
    /// The account, 12 digits.
    pub(crate) account: Arc<str>,
    /// The role that is taken on there, if the environment names one.
    pub(crate) role: Option<Arc<str>>,
    reached: Reached,
}

enum Reached {
    Mock,
    #[cfg(feature = "aws")]
    Aws(Arc<dyn Provider>),
}

/// Whether the file of the simulated cloud may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clouds {
    /// It is made if it is not there.
    Made,
    /// Without a file, an empty cloud in memory is looked at.
    Found,
}

impl Cloud {
    /// Signs in where that is needed. The account is that of the environment, or the one that was signed in to; a
    /// difference between the two stops before anything is read or changed.
    pub(crate) fn reach(
        arguments: &ProviderArgs,
        opened: &Opened,
        env: &str,
    ) -> Result<Self, Failure> {
        let wanted = opened.program.environment(env);
        let account = wanted.as_ref().and_then(|env| env.account.clone());
        match arguments.provider {
            ProviderName::Mock => Ok(Cloud {
                account: account.unwrap_or_else(|| MOCK_ACCOUNT.into()),
                role: wanted.and_then(|env| env.role),
                reached: Reached::Mock,
            }),
            #[cfg(feature = "aws")]
            ProviderName::Aws => aws::reach(arguments, opened, wanted),
            #[cfg(not(feature = "aws"))]
            ProviderName::Aws => Err(not_built_in()),
        }
    }

    /// The cloud of a saved plan.
    #[cfg_attr(
        not(feature = "aws"),
        expect(unused_variables, reason = "only AWS is reached by them")
    )]
    pub(crate) fn reach_again(
        arguments: &ProviderArgs,
        header: &Header,
        root: &Path,
    ) -> Result<Self, Failure> {
        match &*header.provider {
            "mock" => Ok(Cloud {
                account: header.account.clone(),
                role: header.role.clone(),
                reached: Reached::Mock,
            }),
            #[cfg(feature = "aws")]
            "aws" => aws::reach_again(arguments, header, root),
            _ => Err(not_built_in()),
        }
    }

    /// The provider, for a stack beneath `root`.
    pub(crate) fn open(
        &self,
        root: &Path,
        binding: &Binding,
        clouds: Clouds,
    ) -> Result<Arc<dyn Provider>, Failure> {
        match &self.reached {
            Reached::Mock => Ok(Arc::new(open_mock(root, binding, clouds)?)),
            #[cfg(feature = "aws")]
            Reached::Aws(provider) => Ok(Arc::clone(provider)),
        }
    }
}

/// The simulated cloud of a stack, and what it belongs to.
pub(crate) struct Simulated {
    /// The cloud.
    pub(crate) cloud: SimulatedCloud,
    /// The stack's region by its AWS name.
    pub(crate) region: Arc<str>,
}

/// Opens the simulated cloud of a stack, to be prepared.
pub(crate) fn simulated(arguments: &StackArgs) -> Result<Simulated, Failure> {
    // The account can be prepared for a stack that is not right yet.
    let opened = crate::stack::open(&arguments.path)?;
    let env = opened.environment(arguments.env.as_deref())?;
    let binding = opened.binding(ProviderName::Mock.name(), &env, MOCK_ACCOUNT);
    let region = opened.program.environment(&env).map(|env| env.region);
    let root = &opened.project.root;
    Ok(Simulated {
        cloud: open_simulated(root, &binding, Clouds::Made)?,
        region: region.unwrap_or_default(),
    })
}

fn not_built_in() -> Failure {
    Failure::new(
        Exit::Usage,
        Code("usage::provider"),
        "this build has no AWS provider",
    )
    .help("add `--provider mock` (or FORMWORK_PROVIDER=mock) for the simulated cloud")
}

fn open_mock(root: &Path, binding: &Binding, clouds: Clouds) -> Result<MockProvider, Failure> {
    let cloud = open_simulated(root, binding, clouds)?;
    MockProvider::new(cloud).map_err(|error| cloud_failure(&error))
}

/// The simulated account of a stack beneath `root`.
fn open_simulated(
    root: &Path,
    binding: &Binding,
    clouds: Clouds,
) -> Result<SimulatedCloud, Failure> {
    let path = account_file(root, binding);
    let catalog = Arc::new(catalog());
    let cloud = match clouds {
        Clouds::Found if !path.exists() => SimulatedCloud::in_memory(catalog, &binding.account),
        _ => SimulatedCloud::open(&path, catalog, &binding.account),
    };
    cloud.map_err(|error| cloud_failure(&error))
}

#[cfg(test)]
mod tests {
    use super::not_built_in;
    use crate::failure::Exit;

    #[test]
    fn a_build_without_a_provider_says_what_to_do() {
        let failure = not_built_in();
        let diagnostic = &failure.diagnostics.0[0];
        assert_eq!(
            (failure.exit, diagnostic.code.0),
            (Exit::Usage, "usage::provider")
        );
        assert!(diagnostic.help.is_some());
    }
}
