//! Errors of the SDKs, put into the classes that decide what is done about them.
//!
//! AWS has no common list of codes: what a code means follows from its words (`…NotFoundException`, `NoSuchEntity`), and
//! where services use one code for several things from the words of the message. The phrases stand below, a source each.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use formwork_provider::{Failure, FailureClass};
use std::error::Error;

/// A call that ended in an error of an SDK.
pub(crate) type Refused<E> = SdkError<E, HttpResponse>;

/// The failure that an error of an SDK is.
pub(crate) fn failure<E>(error: Refused<E>) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match &error {
        SdkError::ServiceError(refused) => {
            let response = refused.raw();
            let meta = refused.err().meta();
            let status = response.status().as_u16();
            let code = meta.code().unwrap_or("").to_owned();
            // What cannot be understood says why in its sources.
            let message = match meta.message() {
                Some(message) => message.to_owned(),
                None if response.status().is_success() => chain(&error),
                None => String::new(),
            };
            let code = match code.is_empty() {
                true => format!("HTTP {status}"),
                false => code,
            };
            Failure {
                class: classify(&code, &message, status),
                code,
                message,
                request_id: request_id(response),
                retry_after: retry_after(response),
            }
        }
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => unanswered(&error),
        SdkError::DispatchFailure(dispatch) if dispatch.is_user() => {
            let message = chain(&error);
            match credentials(&message) {
                true => Failure::new(FailureClass::AccessDenied(None), "NotSignedIn", message),
                false => Failure::new(FailureClass::InvalidInput(None), "NotSent", message),
            }
        }
        SdkError::DispatchFailure(_) => {
            let message = chain(&error);
            match credentials(&message) {
                true => Failure::new(FailureClass::AccessDenied(None), "NotSignedIn", message),
                false => Failure::new(FailureClass::Timeout, "NoAnswer", message),
            }
        }
        _ => Failure::new(FailureClass::InvalidInput(None), "NotSent", chain(&error)),
    }
}

/// What was found, or `None` if AWS says that it is certainly not there.
///
/// # Errors
/// Any failure but `NotFound`.
pub(crate) fn found<T>(result: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.class == FailureClass::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// A reply without what every reply of its kind has.
pub(crate) fn lacks(what: &str) -> Failure {
    Failure::new(
        FailureClass::Bug,
        "IncompleteReply",
        format!("AWS's reply has no {what}"),
    )
}

fn unanswered(error: &(dyn Error + 'static)) -> Failure {
    Failure::new(FailureClass::Timeout, "NoAnswer", chain(error))
}

/// The words of an error and of what it came from.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = error.source();
    }
    text
}

fn credentials(message: &str) -> bool {
    ["credentials", "identity", "SSO", "profile"]
        .iter()
        .any(|word| message.contains(word))
}

fn request_id(response: &HttpResponse) -> Option<String> {
    let names = ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"];
    let mut found = names
        .iter()
        .filter_map(|name| response.headers().get(*name));
    found.next().map(str::to_owned)
}

/// Milliseconds, from seconds (RFC 9110, section 10.2.3).
fn retry_after(response: &HttpResponse) -> Option<u64> {
    let seconds: u64 = response.headers().get("retry-after")?.parse().ok()?;
    Some(seconds.saturating_mul(1000))
}

/// What a code and its message mean.
fn classify(code: &str, message: &str, status: u16) -> FailureClass {
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if has(THROTTLES) || status == 429 || says(&["Rate exceeded", "rate limit"]) {
        return FailureClass::Throttle;
    }
    if says(PROPAGATION) {
        return FailureClass::IamPropagation;
    }
    if has(&[
        "AccessDenied",
        "UnauthorizedOperation",
        "AuthorizationError",
        "NotAuthorized",
    ]) || says(&["is not authorized to perform"])
        || code == "HTTP 403"
    {
        return FailureClass::AccessDenied(action(message));
    }
    if has(SIGNED_OUT) {
        return FailureClass::AccessDenied(None);
    }
    if has(&["NotEmpty"]) {
        return FailureClass::HoldsData;
    }
    if has(ABSENT) && !has(&["InUse"]) || says(ABSENT_WORDS) {
        return FailureClass::NotFound;
    }
    if has(&[
        "AlreadyExist",
        "AlreadyOwned",
        "EntityExists",
        "NameExists",
        "ResourceExists",
        "Duplicate",
    ]) || says(&[
        "already exists",
        "already exist",
        "already in use by",
        "already associated",
    ]) {
        return FailureClass::AlreadyExists;
    }
    if has(BUSY) || says(BUSY_WORDS) {
        return FailureClass::Conflict;
    }
    if has(USED) || says(USED_WORDS) {
        return FailureClass::InUse;
    }
    if has(&[
        "LimitExceeded",
        "Quota",
        "TooMany",
        "OverLimit",
        "InsufficientCapacity",
    ]) {
        return FailureClass::Quota;
    }
    // A reply that says success and cannot be read: it may have happened.
    if !(300..500).contains(&status)
        || has(&["InternalError", "InternalFailure", "ServiceUnavailable"])
    {
        return FailureClass::Transient;
    }
    if status == 404 {
        return FailureClass::NotFound;
    }
    if has(&["Conflict"]) || status == 409 {
        return FailureClass::Conflict;
    }
    FailureClass::InvalidInput(member(message))
}

/// SDK guide, "Retry behavior": codes that say to slow down.
const THROTTLES: &[&str] = &[
    "Throttl",
    "TooManyRequests",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "SlowDown",
    "RequestThrottled",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
    "ProvisionedThroughputExceeded",
];

/// What services say of a role that they do not see yet: of Lambda (CreateFunction), Scheduler (CreateSchedule), Batch,
/// ECS, API Gateway, S3 and KMS (policies with a new principal), SQS (a new queue policy), event source mappings.
const PROPAGATION: &[&str] = &[
    "cannot be assumed",
    "role defined for the function",
    "must allow AWS EventBridge Scheduler to assume the role",
    "Invalid principal in policy",
    "MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals",
    "one or more invalid principals",
    "Unable to assume role",
    "unable to assume the",
    "not authorized to assume",
    "Invalid IAM Instance Profile",
    "does not have permissions to call",
    "execution role does not have permissions",
    "Verify that the ECS service role",
    "Unable to validate the following destination configurations",
];

/// Sign-in that is missing, wrong or over.
const SIGNED_OUT: &[&str] = &[
    "ExpiredToken",
    "InvalidClientTokenId",
    "UnrecognizedClient",
    "SignatureDoesNotMatch",
    "MissingAuthenticationToken",
    "InvalidAccessKeyId",
    "AuthFailure",
    "OptInRequired",
    "Unauthenticated",
];

const ABSENT: &[&str] = &[
    "NotFound",
    "NoSuch",
    "DoesNotExist",
    "NonExistent",
    "UnknownResource",
];

/// What services say with a code that says less: ECS (ClientException), Batch, Step Functions, CloudWatch Logs.
const ABSENT_WORDS: &[&str] = &[
    "does not exist",
    "was not found",
    "not found.",
    "The specified rest api",
    "Unable to describe task definition",
];

const BUSY: &[&str] = &[
    "ConcurrentModification",
    "ConcurrentUpdate",
    "ConcurrentAccess",
    "OperationAborted",
    "UpdateInProgress",
    "IncorrectState",
    "IncorrectFileSystemLifeCycleState",
    "IncorrectMountTargetState",
    "ResourceContention",
    "QueueDeletedRecently",
    "UnmodifiableEntity",
];

/// Of changes that wait for another one: Lambda (ResourceConflictException), Lightsail, Batch, DynamoDB.
const BUSY_WORDS: &[&str] = &[
    "is currently in the following state",
    "in progress for resource",
    "another operation",
    "currently in progress",
    "is being modified",
    "is being updated",
    "is being deleted",
    "must be in a valid state",
    "wait until",
    "scheduled for deletion",
];

const USED: &[&str] = &[
    "InUse",
    "DependencyViolation",
    "DeleteConflict",
    "ClusterContains",
    "ResourceInUseFault",
];

/// Of deletes that wait for users: Batch (ClientException), ELB, Lightsail.
const USED_WORDS: &[&str] = &[
    "is currently in use",
    "is in use",
    "has a dependent object",
    "found existing JobQueue relationship",
    "Cannot delete, ",
    "must be disabled",
    "must detach all policies",
    "must remove ",
];

/// The action that was denied: IAM user guide, "Troubleshoot access denied error messages".
fn action(message: &str) -> Option<String> {
    let (_, after) = message.split_once("perform: ")?;
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && !":-*".contains(c));
    let action = after.get(..end.unwrap_or(after.len()))?;
    action.contains(':').then(|| action.to_owned())
}

/// The member that validation names: `Value '1' at 'memorySize' failed to satisfy constraint`.
fn member(message: &str) -> Option<String> {
    let (_, after) = message.split_once("at '")?;
    let (path, after) = after.split_once('\'')?;
    let segments = path.split('.').map(|name| {
        let mut letters = name.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    after
        .trim_start()
        .starts_with("failed")
        .then(|| segments.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::classify;
    use formwork_provider::FailureClass as Class;

    #[test]
    fn codes_mean_what_services_mean_by_them() {
        let cases: &[(&str, &str, u16, Class)] = &[
            (
                "TooManyRequestsException",
                "Rate exceeded",
                429,
                Class::Throttle,
            ),
            ("ThrottlingException", "", 400, Class::Throttle),
            ("TooManyTagsException", "", 400, Class::Quota),
            ("ResourceNotFoundException", "", 404, Class::NotFound),
            ("NoSuchEntity", "", 404, Class::NotFound),
            (
                "AWS.SimpleQueueService.NonExistentQueue",
                "",
                400,
                Class::NotFound,
            ),
            (
                "ClientException",
                "Unable to describe task definition.",
                400,
                Class::NotFound,
            ),
            (
                "ResourceConflictException",
                "Function already exist: f",
                409,
                Class::AlreadyExists,
            ),
            (
                "ResourceConflictException",
                "The operation cannot be performed at this time. An update is in progress for resource: f",
                409,
                Class::Conflict,
            ),
            (
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
                400,
                Class::IamPropagation,
            ),
            (
                "DependencyViolation",
                "has a dependent object",
                400,
                Class::InUse,
            ),
            ("BucketNotEmpty", "", 409, Class::HoldsData),
            ("DuplicateLoadBalancerName", "", 400, Class::AlreadyExists),
            ("InternalServerError", "", 500, Class::Transient),
            ("ExpiredTokenException", "", 400, Class::AccessDenied(None)),
            (
                "AccessDeniedException",
                "User: arn:aws:iam::1:user/u is not authorized to perform: lambda:CreateFunction on resource: x",
                403,
                Class::AccessDenied(Some("lambda:CreateFunction".to_owned())),
            ),
            (
                "ValidationException",
                "1 validation error detected: Value '1' at 'vpcConfig.subnetIds' failed to satisfy constraint",
                400,
                Class::InvalidInput(Some("VpcConfig/SubnetIds".to_owned())),
            ),
        ];
        for (code, message, status, class) in cases {
            assert_eq!(
                classify(code, message, *status),
                *class,
                "{code}: {message}"
            );
        }
    }
}
