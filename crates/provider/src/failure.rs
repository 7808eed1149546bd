//! Why a call failed, in classes that decide what the engine does.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What the engine does about a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureClass {
    /// Slow down and repeat.
    Throttle,
    /// A role is not yet seen everywhere: repeat densely, not for ever.
    IamPropagation,
    /// Something it needs is not there (or not yet seen).
    NotFound,
    /// An object of that name is there already.
    AlreadyExists,
    /// Something still uses it: a delete waits.
    InUse,
    /// Another change is under way: repeat.
    Conflict,
    /// The cloud does not take this value; the property path, if the cloud says it.
    InvalidInput(Option<String>),
    /// Not allowed; the action that is missing, if the cloud says it.
    AccessDenied(Option<String>),
    /// A limit of the account.
    Quota,
    /// No answer: it may or may not have happened.
    Timeout,
    /// A fault of the cloud: it may or may not have happened.
    Transient,
    /// The object cannot be emptied or deleted because it holds data.
    HoldsData,
    /// A creation that ended in failure after its id was given.
    CreationFailed,
    /// A reply or request that should not be possible.
    Bug,
}

impl FailureClass {
    /// Whether the call may have taken effect although it failed.
    pub fn effect_unknown(&self) -> bool {
        matches!(self, FailureClass::Timeout | FailureClass::Transient)
    }

    /// Whether the same call may succeed if it is repeated later.
    pub fn repeatable(&self) -> bool {
        matches!(
            self,
            FailureClass::Throttle
                | FailureClass::IamPropagation
                | FailureClass::Conflict
                | FailureClass::InUse
                | FailureClass::Timeout
                | FailureClass::Transient
        )
    }
}

/// A failed call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What to do about it.
    pub class: FailureClass,
    /// The cloud's code: `InvalidParameterValueException`.
    pub code: String,
    /// The cloud's message.
    pub message: String,
    /// The cloud's request id, if it gave one.
    pub request_id: Option<String>,
    /// Milliseconds the cloud asks to wait.
    pub retry_after: Option<u64>,
}

impl Failure {
    /// A failure without request id.
    pub fn new(class: FailureClass, code: impl Into<String>, message: impl Into<String>) -> Self {
        Failure {
            class,
            code: code.into(),
            message: message.into(),
            request_id: None,
            retry_after: None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
