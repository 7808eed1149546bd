//! Signing in to an account of AWS.

use super::{Cloud, Reached};
use crate::cli::ProviderArgs;
use crate::failure::{Exit, Failure};
use crate::pipeline::runtime;
use crate::saved;
use crate::stack::{Opened, catalog};
use formwork_aws::{AwsProvider, Options, Packages};
use formwork_diag::{Code, Diagnostic, Diagnostics, Severity};
use formwork_model::EnvInfo;
use formwork_plan::Header;
use formwork_schema::Artifact;
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Packs code folders beneath the stack's root.
struct Folders {
    root: PathBuf,
}

impl Packages for Folders {
    fn zip(&self, artifact: &Value) -> Result<Vec<u8>, String> {
        let inner = artifact.get("$artifact").unwrap_or(artifact);
        let artifact = Artifact::deserialize(inner).map_err(|error| error.to_string())?;
        formwork_artifact::zip(&artifact, &self.root).map_err(|error| error.to_string())
    }
}

pub(super) fn reach(
    arguments: &ProviderArgs,
    opened: &Opened,
    env: Option<EnvInfo>,
) -> Result<Cloud, Failure> {
    let options = Options {
        region: env
            .as_ref()
            .map(|env| env.region.clone())
            .unwrap_or_default(),
        role: env.as_ref().and_then(|env| env.role.clone()),
        profile: arguments.profile.clone(),
        endpoint: arguments.endpoint_url.clone(),
        http: None,
    };
    let cloud = connect(&options, &opened.project.root)?;
    if let Some(env) = env
        && env
            .account
            .as_ref()
            .is_some_and(|wanted| *wanted != cloud.account)
    {
        return Err(other_account(opened, &env, &cloud.account));
    }
    Ok(cloud)
}

/// The account of a saved plan; another one is refused before anything is done.
pub(super) fn reach_again(
    arguments: &ProviderArgs,
    header: &Header,
    root: &Path,
) -> Result<Cloud, Failure> {
    let options = Options {
        region: header.region.clone(),
        role: header.role.clone(),
        profile: arguments.profile.clone(),
        endpoint: arguments.endpoint_url.clone(),
        http: None,
    };
    let cloud = connect(&options, root)?;
    match cloud.account == header.account {
        true => Ok(cloud),
        false => Err(saved::stale(&format!(
            "it is for account {}, and these credentials are of {}",
            header.account, cloud.account
        ))),
    }
}

fn connect(options: &Options, root: &Path) -> Result<Cloud, Failure> {
    let folders = Arc::new(Folders {
        root: root.to_owned(),
    });
    let provider = runtime()?
        .block_on(AwsProvider::connect(options, Arc::new(catalog()), folders))
        .map_err(|failure| not_signed_in(&failure))?;
    Ok(Cloud {
        account: provider.account().clone(),
        role: options.role.clone(),
        reached: Reached::Aws(Arc::new(provider)),
    })
}

fn not_signed_in(failure: &formwork_provider::Failure) -> Failure {
    Failure::new(
        Exit::NotAllowed,
        Code("account::signed_out"),
        match &*failure.code {
            "NotSignedIn" => format!("not signed in to AWS: {}", failure.message),
            _ => format!("AWS does not take these credentials: {failure}"),
        },
    )
    .help("sign in (`aws sso login`, AWS_PROFILE, a role in CI), or add `--provider mock` for the simulated cloud")
}

fn other_account(opened: &Opened, env: &EnvInfo, found: &str) -> Failure {
    let wanted = env.account.as_deref().unwrap_or_default();
    let diagnostic = Diagnostic::new(
        Code("account::other"),
        Severity::Error,
        format!("environment `{}` is account {wanted}, but these credentials are of {found}", env.name),
    )
    .label(env.span, format!("lives in {wanted}"))
    .help(format!("use credentials of {wanted}, or let the environment take on a role there: `role = \"arn:aws:iam::{wanted}:role/…\"`"));
    Failure {
        exit: Exit::NotAllowed,
        sources: opened.sources.clone(),
        diagnostics: Diagnostics(vec![diagnostic]),
    }
}
