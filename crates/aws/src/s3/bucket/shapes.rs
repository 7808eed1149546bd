//! Structures of S3 that are CloudFormation's under other names.

use crate::shape::{Misfit, Object, Shape, shape, words};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, AccelerateConfiguration, BlockedEncryptionTypes,
    BucketAccelerateStatus, BucketVersioningStatus, CorsConfiguration, CorsRule, DefaultRetention,
    EncryptionType, LoggingEnabled, NoncurrentVersionExpiration, NoncurrentVersionTransition,
    ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode, ObjectLockRule,
    ObjectOwnership, OwnershipControls, OwnershipControlsRule, PartitionDateSource,
    PartitionedPrefix, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    SimplePrefix, Tag, TargetObjectKeyFormat, Transition, TransitionStorageClass,
    VersioningConfiguration,
};
use serde_json::{Value as Json, json};

words!(
    BucketAccelerateStatus,
    BucketVersioningStatus,
    EncryptionType,
    ObjectLockEnabled,
    ObjectLockRetentionMode,
    ObjectOwnership,
    PartitionDateSource,
    ServerSideEncryption,
    TransitionStorageClass,
);
shape!(AbortIncompleteMultipartUpload {
    days_after_initiation
});
shape!(AccelerateConfiguration { status = "AccelerationStatus" });
shape!(BlockedEncryptionTypes { encryption_type });
shape!(CorsConfiguration { cors_rules });
shape!(CorsRule {
    id,
    allowed_headers,
    allowed_methods,
    allowed_origins,
    expose_headers = "ExposedHeaders",
    max_age_seconds = "MaxAge",
});
shape!(DefaultRetention { mode, days, years });
shape!(LoggingEnabled {
    target_bucket = "DestinationBucketName",
    target_prefix = "LogFilePrefix",
    target_object_key_format,
});
shape!(NoncurrentVersionExpiration {
    noncurrent_days,
    newer_noncurrent_versions
});
shape!(NoncurrentVersionTransition {
    noncurrent_days = "TransitionInDays",
    storage_class,
    newer_noncurrent_versions,
});
shape!(ObjectLockConfiguration {
    object_lock_enabled,
    rule
});
shape!(ObjectLockRule { default_retention });
shape!(OwnershipControls { rules });
shape!(OwnershipControlsRule { object_ownership });
shape!(PartitionedPrefix {
    partition_date_source
});
shape!(PublicAccessBlockConfiguration {
    block_public_acls,
    block_public_policy,
    ignore_public_acls,
    restrict_public_buckets,
});
shape!(ServerSideEncryptionByDefault {
    sse_algorithm = "SSEAlgorithm",
    kms_master_key_id = "KMSMasterKeyID",
});
shape!(ServerSideEncryptionConfiguration { rules = "ServerSideEncryptionConfiguration" });
shape!(ServerSideEncryptionRule {
    apply_server_side_encryption_by_default = "ServerSideEncryptionByDefault",
    bucket_key_enabled,
    blocked_encryption_types,
});
shape!(Tag { key, value });
shape!(TargetObjectKeyFormat {
    simple_prefix,
    partitioned_prefix
});
shape!(Transition { date = "TransitionDate", days = "TransitionInDays", storage_class });
shape!(VersioningConfiguration { status });

/// It says something by being there.
impl Shape for SimplePrefix {
    fn take(json: &Json) -> Result<Self, Misfit> {
        Object::of(json)?.finish()?;
        Ok(SimplePrefix::builder().build())
    }

    fn show(&self) -> Option<Json> {
        Some(json!({}))
    }
}
