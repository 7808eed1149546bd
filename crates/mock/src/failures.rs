//! The failures the simulated cloud gives, one constructor each.

use formwork_provider::{Failure, FailureClass};
use serde_json::Value as Json;

pub(crate) fn unknown_type(type_name: &str) -> Failure {
    Failure::new(
        FailureClass::InvalidInput(None),
        "TypeNotFoundException",
        format!("no type {type_name} in this region"),
    )
}

pub(crate) fn no_such_slice(type_name: &str, slice: &str) -> Failure {
    Failure::new(
        FailureClass::Bug,
        "UnknownSlice",
        format!("{type_name} has no slice {slice}"),
    )
}

pub(crate) fn unnamed(type_name: &str) -> Failure {
    Failure::new(
        FailureClass::Bug,
        "MissingIdentifier",
        format!("the call names no {type_name}: it has neither an id nor a name that is unique"),
    )
}

pub(crate) fn invalid(path: &str, message: impl Into<String>) -> Failure {
    Failure::new(
        FailureClass::InvalidInput(Some(path.to_owned())),
        "ValidationException",
        format!("{path}: {}", message.into()),
    )
}

pub(crate) fn create_only(path: &str) -> Failure {
    Failure::new(
        FailureClass::InvalidInput(Some(path.to_owned())),
        "NotUpdatable",
        format!("{path} cannot be changed: it is set when the object is created"),
    )
}

pub(crate) fn token_reused(token: &str) -> Failure {
    Failure::new(
        FailureClass::InvalidInput(None),
        "IdempotentParameterMismatch",
        format!("the token {token} was used with other parameters"),
    )
}

pub(crate) fn exists(type_name: &str, name: &str) -> Failure {
    Failure::new(
        FailureClass::AlreadyExists,
        "AlreadyExistsException",
        format!("a {type_name} named {name} is there already"),
    )
}

pub(crate) fn taken(type_name: &str, name: &str) -> Failure {
    Failure::new(
        FailureClass::AlreadyExists,
        "AlreadyExistsException",
        format!("the name {name} of {type_name} belongs to another account"),
    )
}

pub(crate) fn missing(type_name: &str, id: &str) -> Failure {
    Failure::new(
        FailureClass::NotFound,
        "ResourceNotFoundException",
        format!("no {type_name} {id}"),
    )
}

pub(crate) fn refers_to_nothing(path: &str, type_name: &str, value: &str) -> Failure {
    Failure::new(
        FailureClass::NotFound,
        "ResourceNotFoundException",
        format!("{path} refers to {type_name} {value}, which is not there"),
    )
}

pub(crate) fn role_not_seen(value: &str) -> Failure {
    Failure::new(
        FailureClass::IamPropagation,
        "InvalidParameterValueException",
        format!("The role defined for the function cannot be assumed: {value}"),
    )
}

pub(crate) fn busy(type_name: &str, id: &str, doing: &str) -> Failure {
    Failure::new(
        FailureClass::Conflict,
        "ResourceConflictException",
        format!("{type_name} {id} is {doing}"),
    )
}

pub(crate) fn in_use(type_name: &str, id: &str, by: &str) -> Failure {
    Failure::new(
        FailureClass::InUse,
        "ResourceInUseException",
        format!("{type_name} {id} is used by {by}"),
    )
}

pub(crate) fn holds_data(type_name: &str, id: &str, items: u64) -> Failure {
    Failure::new(
        FailureClass::HoldsData,
        "NotEmptyException",
        format!("{type_name} {id} is not empty: it holds {items} item(s)"),
    )
}

pub(crate) fn not_prepared(type_name: &str, id: &str, name: &str, wanted: &Json) -> Failure {
    Failure::new(
        FailureClass::InvalidInput(Some(name.to_owned())),
        "ClientException",
        format!("{type_name} {id} cannot be deleted while its {name} is not {wanted}"),
    )
}

pub(crate) fn elsewhere(type_name: &str, id: &str) -> Failure {
    Failure::new(
        FailureClass::AccessDenied(None),
        "AccessDeniedException",
        format!("{type_name} {id} belongs to another account"),
    )
}

pub(crate) fn throttled(family: &str, wait: u64) -> Failure {
    Failure {
        retry_after: Some(wait),
        ..Failure::new(
            FailureClass::Throttle,
            "ThrottlingException",
            format!("Rate exceeded ({family})"),
        )
    }
}

pub(crate) fn creation_failed(type_name: &str, id: &str, why: &str) -> Failure {
    Failure::new(
        FailureClass::CreationFailed,
        "CreateFailed",
        format!("{type_name} {id} could not be created: {why}"),
    )
}

pub(crate) fn unreadable(type_name: &str, id: &str, error: &serde_json::Error) -> Failure {
    Failure::new(
        FailureClass::Bug,
        "DamagedCloudFile",
        format!("the properties of {type_name} {id} in the cloud's file are no JSON: {error}"),
    )
}

pub(crate) fn unwritable(error: &crate::CloudError) -> Failure {
    Failure::new(
        FailureClass::Transient,
        "CloudFileUnwritable",
        format!("nothing was done: {error}"),
    )
}

pub(crate) fn worker_gone() -> Failure {
    Failure::new(
        FailureClass::Bug,
        "CloudStopped",
        "the simulated cloud has stopped",
    )
}
