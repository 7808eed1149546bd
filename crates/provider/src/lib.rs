//! What a provider is: the calls the engine makes, the replies it gets, and the classes of failure.
//!
//! In: a [`Request`]. Out: a [`Reply`] or a [`Failure`]. The simulated cloud and AWS implement [`Provider`]; the
//! planner knows neither.

mod failure;
mod request;
mod secret;

pub use failure::{Failure, FailureClass};
pub use request::{
    Listed, Listing, Live, OwnerTags, Page, Reply, Request, TAG_ADDRESS, TAG_ENV, TAG_GENERATION,
    TAG_STACK, Target,
};

pub use secret::SecretValue;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A boxed future, as every provider method gives.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who the calls are made as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name: `mock`, `aws`.
    pub provider: &'static str,
    /// The account, 12 digits.
    pub account: Arc<str>,
    /// Who: an ARN, or `simulated`.
    pub caller: Arc<str>,
}

/// How a provider's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// By the wall clock.
    Real,
    /// Only by [`Provider::sleep`], and by calls that come before their rate bucket has room: both end at once and move
    /// the clock. So whoever waits lets what is under way end first, and nobody else keeps rate buckets.
    Virtual,
}

/// A cloud.
pub trait Provider: Send + Sync {
    /// Who the calls are made as. Asked before anything else.
    fn identity(&self) -> Answer<'_, Result<Identity, Failure>>;

    /// Reads many objects, batched where the cloud can; one answer per target, in order. `None`: not there.
    fn read(&self, targets: Vec<Target>) -> Answer<'_, Vec<Result<Option<Live>, Failure>>>;

    /// One page of a list of a type's objects. `None`: the cloud has no such list, and its objects are read one by one.
    fn list(&self, _listing: Listing) -> Answer<'_, Result<Option<Page>, Failure>> {
        Box::pin(async { Ok(None) })
    }

    /// Makes one call. A mutating request is durable at the cloud before the reply.
    fn call(&self, request: Request) -> Answer<'_, Result<Reply, Failure>>;

    /// Gives a secret a value; the version it gets. The value goes into this call alone.
    fn put_secret(
        &self,
        _secret: Target,
        _value: SecretValue,
    ) -> Answer<'_, Result<Arc<str>, Failure>> {
        Box::pin(async { Err(without_secrets()) })
    }

    /// Takes the value of a secret away; the secret itself stays.
    fn clear_secret(&self, _secret: Target) -> Answer<'_, Result<(), Failure>> {
        Box::pin(async { Err(without_secrets()) })
    }

    /// The version of a secret's value; `None` if it has none.
    fn secret_version(&self, _secret: Target) -> Answer<'_, Result<Option<Arc<str>>, Failure>> {
        Box::pin(async { Err(without_secrets()) })
    }

    /// Waits. The simulated cloud moves its virtual clock instead of waiting.
    fn sleep(&self, milliseconds: u64) -> Answer<'_, ()>;

    /// Milliseconds on the provider's clock: real, or virtual for the simulated cloud.
    fn now(&self) -> u64;

    /// How time passes; the simulated cloud says `Virtual` unless it runs in real time.
    fn time(&self) -> Time {
        Time::Real
    }
}

fn without_secrets() -> Failure {
    let message = "this provider keeps no secrets";
    Failure::new(FailureClass::Bug, "NoSecrets", message)
}
