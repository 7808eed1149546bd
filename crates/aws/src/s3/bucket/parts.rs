//! The configurations of a bucket: which calls show, set and take away each.

use super::{lifecycle, notifications, website};
use crate::failure::{failure, found};
use crate::resource::At;
use crate::shape::{Object, Shape};
use aws_sdk_s3::Client;
use aws_sdk_s3::types::{
    AccelerateConfiguration, BucketLoggingStatus, LoggingEnabled, ObjectLockConfiguration,
    VersioningConfiguration,
};
use formwork_provider::Failure;
use serde_json::{Value as Json, json};

/// The properties, in the order in which they are set: versioning comes before what needs it.
pub(super) const PARTS: &[&str] = &[
    "PublicAccessBlockConfiguration",
    "OwnershipControls",
    "BucketEncryption",
    "VersioningConfiguration",
    "ObjectLockConfiguration",
    "LifecycleConfiguration",
    "CorsConfiguration",
    "LoggingConfiguration",
    "AccelerateConfiguration",
    "WebsiteConfiguration",
    "NotificationConfiguration",
];

/// What a call answers, or `None` where there is no such configuration.
macro_rules! asked {
    ($call:expr, $bucket:expr) => {
        found($call.bucket($bucket).send().await.map_err(failure))?
    };
}

/// A configuration as CloudFormation would show it.
pub(super) async fn get(s3: &Client, bucket: &str, part: &str) -> Result<Option<Json>, Failure> {
    Ok(match part {
        "PublicAccessBlockConfiguration" => asked!(s3.get_public_access_block(), bucket)
            .and_then(|output| output.public_access_block_configuration.show()),
        "OwnershipControls" => asked!(s3.get_bucket_ownership_controls(), bucket)
            .and_then(|output| output.ownership_controls.show()),
        "BucketEncryption" => asked!(s3.get_bucket_encryption(), bucket)
            .and_then(|output| output.server_side_encryption_configuration.show()),
        "VersioningConfiguration" => asked!(s3.get_bucket_versioning(), bucket)
            .and_then(|output| output.status)
            .map(|status| json!({ "Status": status.as_str() })),
        "ObjectLockConfiguration" => asked!(s3.get_object_lock_configuration(), bucket)
            .and_then(|output| output.object_lock_configuration.show()),
        "LifecycleConfiguration" => asked!(s3.get_bucket_lifecycle_configuration(), bucket)
            .map(|output| lifecycle::shown(output.rules())),
        "CorsConfiguration" => asked!(s3.get_bucket_cors(), bucket)
            .and_then(|output| output.cors_rules.show())
            .map(|rules| json!({ "CorsRules": rules })),
        "LoggingConfiguration" => {
            asked!(s3.get_bucket_logging(), bucket).and_then(|output| output.logging_enabled.show())
        }
        "AccelerateConfiguration" => asked!(s3.get_bucket_accelerate_configuration(), bucket)
            .and_then(|output| output.status)
            .map(|status| json!({ "AccelerationStatus": status.as_str() })),
        "WebsiteConfiguration" => {
            asked!(s3.get_bucket_website(), bucket).map(|output| website::shown(&output))
        }
        "NotificationConfiguration" => asked!(s3.get_bucket_notification_configuration(), bucket)
            .and_then(notifications::shown),
        _ => None,
    })
}

/// Sets what is wanted of a configuration whole, or takes it away.
pub(super) async fn set(
    at: &At<'_>,
    bucket: &str,
    part: &str,
    wanted: &Object<'_>,
) -> Result<(), Failure> {
    let s3 = at.clients.s3();
    /// Sets by one call, takes away by another.
    macro_rules! whole {
        ($put:ident, $field:ident, $delete:ident) => {
            match wanted.get(part)? {
                Some(configuration) => {
                    let sent = s3.$put().bucket(bucket).$field(configuration);
                    sent.send().await.map_err(failure)?;
                }
                None => {
                    asked!(s3.$delete(), bucket);
                }
            }
        };
    }
    match part {
        "PublicAccessBlockConfiguration" => {
            whole!(
                put_public_access_block,
                public_access_block_configuration,
                delete_public_access_block
            );
        }
        "OwnershipControls" => {
            whole!(
                put_bucket_ownership_controls,
                ownership_controls,
                delete_bucket_ownership_controls
            );
        }
        "BucketEncryption" => {
            whole!(
                put_bucket_encryption,
                server_side_encryption_configuration,
                delete_bucket_encryption
            );
        }
        "CorsConfiguration" => {
            whole!(put_bucket_cors, cors_configuration, delete_bucket_cors);
        }
        "LifecycleConfiguration" => match lifecycle::taken(wanted)? {
            Some(rules) => {
                let sent = s3.put_bucket_lifecycle_configuration().bucket(bucket);
                sent.lifecycle_configuration(rules)
                    .send()
                    .await
                    .map_err(failure)?;
            }
            None => {
                asked!(s3.delete_bucket_lifecycle(), bucket);
            }
        },
        "WebsiteConfiguration" => match website::taken(wanted)? {
            Some(website) => {
                let sent = s3.put_bucket_website().bucket(bucket);
                sent.website_configuration(website)
                    .send()
                    .await
                    .map_err(failure)?;
            }
            None => {
                asked!(s3.delete_bucket_website(), bucket);
            }
        },
        "NotificationConfiguration" => notifications::set(at, bucket, wanted).await?,
        _ => switch(at, bucket, part, wanted).await?,
    }
    Ok(())
}

/// Configurations that are only ever set: without one they are left as they are, or empty.
async fn switch(at: &At<'_>, bucket: &str, part: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let s3 = at.clients.s3();
    match part {
        "VersioningConfiguration" => {
            if let Some(versioning) = wanted.get::<VersioningConfiguration>(part)? {
                let sent = s3.put_bucket_versioning().bucket(bucket);
                sent.versioning_configuration(versioning)
                    .send()
                    .await
                    .map_err(failure)?;
            }
        }
        "ObjectLockConfiguration" => {
            if let Some(lock) = wanted.get::<ObjectLockConfiguration>(part)? {
                let sent = s3.put_object_lock_configuration().bucket(bucket);
                sent.object_lock_configuration(lock)
                    .send()
                    .await
                    .map_err(failure)?;
            }
        }
        "AccelerateConfiguration" => {
            if let Some(speed) = wanted.get::<AccelerateConfiguration>(part)? {
                let sent = s3.put_bucket_accelerate_configuration().bucket(bucket);
                sent.accelerate_configuration(speed)
                    .send()
                    .await
                    .map_err(failure)?;
            }
        }
        _ => {
            let logs: Option<LoggingEnabled> = wanted.get(part)?;
            let status = BucketLoggingStatus::builder().set_logging_enabled(logs);
            let sent = s3.put_bucket_logging().bucket(bucket);
            sent.bucket_logging_status(status.build())
                .send()
                .await
                .map_err(failure)?;
        }
    }
    Ok(())
}
