//! What lies in a bucket: every version of every object, and the markers of deleted ones.

use crate::failure::{failure, found};
use crate::shape::Misfit;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use formwork_provider::{Failure, FailureClass};

/// How many versions and markers there are; of more than a page (1,000: S3 API, ListObjectVersions) those of the first.
pub(super) async fn count(s3: &Client, bucket: &str) -> Result<Option<u64>, Failure> {
    let asked = s3.list_object_versions().bucket(bucket).send().await;
    let page = match asked.map_err(failure) {
        // Who may not list does not know.
        Err(failure) if matches!(failure.class, FailureClass::AccessDenied(_)) => return Ok(None),
        other => found(other)?,
    };
    Ok(page
        .and_then(|page| u64::try_from(page.versions().len() + page.delete_markers().len()).ok()))
}

/// Deletes all of it, page by page.
pub(super) async fn empty(s3: &Client, bucket: &str) -> Result<(), Failure> {
    loop {
        let asked = s3.list_object_versions().bucket(bucket).send().await;
        let Some(page) = found(asked.map_err(failure))? else {
            return Ok(());
        };
        let objects = identifiers(&page)?;
        if objects.is_empty() {
            return Ok(());
        }
        let delete = Delete::builder()
            .set_objects(Some(objects))
            .quiet(true)
            .build();
        let delete = delete.map_err(|error| Misfit::new(error.to_string()))?;
        let gone = s3.delete_objects().bucket(bucket).delete(delete);
        let output = gone.send().await.map_err(failure)?;
        if let Some(refused) = output.errors().first() {
            let code = refused.code().unwrap_or("Failed");
            let message = format!(
                "{}: {}",
                refused.key().unwrap_or_default(),
                refused.message().unwrap_or("S3 gives no reason")
            );
            return Err(Failure::new(FailureClass::HoldsData, code, message));
        }
    }
}

fn identifiers(page: &ListObjectVersionsOutput) -> Result<Vec<ObjectIdentifier>, Misfit> {
    let versions = page
        .versions()
        .iter()
        .map(|one| (one.key(), one.version_id()));
    let markers = page
        .delete_markers()
        .iter()
        .map(|one| (one.key(), one.version_id()));
    let all = versions.chain(markers).map(|(key, version)| {
        let object = ObjectIdentifier::builder();
        let object = object
            .key(key.unwrap_or_default())
            .set_version_id(version.map(str::to_owned));
        object
            .build()
            .map_err(|error| Misfit::new(error.to_string()))
    });
    all.collect()
}
