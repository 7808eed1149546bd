//! Who the calls are made as: the chain of credentials, the role of the environment, and the clients of each region.

use crate::clients::Clients;
use crate::failure::{failure, lacks};
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_http_client::tls::{Provider as Tls, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use formwork_provider::{Failure, FailureClass, Identity};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// How AWS is reached. Nothing of this comes from a stack file but the region and the role of its environment.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The stack's region, by its AWS name.
    pub region: Arc<str>,
    /// A profile of the shared configuration, instead of the default one.
    pub profile: Option<String>,
    /// An endpoint for every service, instead of AWS's own and of `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
    /// A role to take on, as ARN.
    pub role: Option<Arc<str>>,
    /// The HTTP client, where a test brings its own.
    pub http: Option<SharedHttpClient>,
}

/// A signed-in account.
pub(crate) struct Account {
    config: SdkConfig,
    identity: Identity,
    /// When the credentials end.
    expires: Option<SystemTime>,
    regions: Mutex<BTreeMap<Arc<str>, Arc<Clients>>>,
}

/// How long a call may take to connect, and to answer: uploads of code are the slowest.
const TIMES: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(120));

impl Account {
    /// Signs in, and asks AWS who that is.
    ///
    /// # Errors
    /// There are no credentials, they are over, or the role cannot be taken on.
    pub(crate) async fn open(options: &Options) -> Result<Self, Failure> {
        let config = configured(options).await?;
        let expires = match config.credentials_provider() {
            Some(provider) => {
                let given = provider.provide_credentials().await;
                given.map_err(no_credentials)?.expiry()
            }
            None => return Err(signed_out(NOWHERE)),
        };
        let sts = aws_sdk_sts::Client::new(&config);
        let caller = sts.get_caller_identity().send().await.map_err(failure)?;
        let account = caller.account().ok_or_else(|| lacks("account"))?;
        let identity = Identity {
            provider: "aws",
            account: account.into(),
            caller: caller.arn().unwrap_or(account).into(),
        };
        Ok(Account {
            config,
            identity,
            expires,
            regions: Mutex::default(),
        })
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// The clients of a region.
    pub(crate) fn clients(&self, region: &Arc<str>) -> Arc<Clients> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let made = regions.entry(Arc::clone(region)).or_insert_with(|| {
            let there = Region::new(region.to_string());
            let config = self.config.to_builder().region(there).build();
            Arc::new(Clients::new(config, Arc::clone(region)))
        });
        Arc::clone(made)
    }
}

/// The engine alone repeats calls: it knows which of them are safe, and keeps the rates of all.
async fn configured(options: &Options) -> Result<SdkConfig, Failure> {
    let http = options.http.clone().unwrap_or_else(|| {
        aws_smithy_http_client::Builder::new()
            .tls_provider(Tls::Rustls(CryptoMode::Ring))
            .build_https()
    });
    let (connect, answer) = TIMES;
    let times = TimeoutConfig::builder()
        .connect_timeout(connect)
        .operation_attempt_timeout(answer)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(options.region.to_string()))
        .retry_config(RetryConfig::disabled())
        .timeout_config(times);
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = &options.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    let config = loader.load().await;
    let Some(role) = &options.role else {
        return Ok(config);
    };
    let provider = AssumeRoleProvider::builder(role.to_string())
        .session_name("formwork")
        .configure(&config)
        .build()
        .await;
    let provider = aws_credential_types::provider::SharedCredentialsProvider::new(provider);
    Ok(config.to_builder().credentials_provider(provider).build())
}

/// Where the chain of credentials looks.
const NOWHERE: &str =
    "no credentials were found in the environment, in ~/.aws, or from the machine";

fn no_credentials(error: CredentialsError) -> Failure {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => signed_out(NOWHERE),
        other => signed_out(DisplayErrorContext(&other)),
    }
}

fn signed_out(why: impl Display) -> Failure {
    Failure::new(
        FailureClass::AccessDenied(None),
        "NotSignedIn",
        why.to_string(),
    )
}
