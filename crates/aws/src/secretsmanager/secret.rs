//! Secrets. A value is sent, and never read back.

use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, listed_tags, retag, settled};
use crate::shape::{Object, fill, put, shape, show};
use async_trait::async_trait;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::{ReplicaRegionType, Tag};
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::SecretsManager::Secret`, by its ARN.
pub(crate) struct Secret;

shape!(ReplicaRegionType { region, kms_key_id });
shape!(Tag { key, value });

#[async_trait]
impl Resource for Secret {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let Some(secret) = described(at).await? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, secret, { arn = "Id", name, description, kms_key_id, r#type });
        let replicas = replicas(&secret);
        if !replicas.is_empty() {
            put(&mut map, "ReplicaRegions", &replicas);
        }
        let id = secret.arn().ok_or_else(|| lacks("ARN"))?;
        Ok(Some(at.live(id, map, tags(&secret))))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at
            .clients
            .secretsmanager()
            .create_secret()
            .client_request_token(token);
        let sent = fill!(sent, object, {
            name,
            description,
            kms_key_id,
            add_replica_regions = "ReplicaRegions",
            r#type,
        });
        let sent = sent
            .set_secret_string(value(at, &object).await?)
            .set_tags(Some(listed_tags!(Tag, at.tags(wanted))));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(|error| buried(failure(error)))?;
        let id = output.arn.ok_or_else(|| lacks("ARN"))?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (secrets, id) = (at.clients.secretsmanager(), at.id()?);
        let wanted = Object::new(change.wanted);
        if change.touches(&[
            "Description",
            "KmsKeyId",
            "SecretString",
            "GenerateSecretString",
            "Type",
        ]) {
            let mut sent = secrets
                .update_secret()
                .secret_id(id)
                .description(wanted.get::<String>("Description")?.unwrap_or_default())
                .set_type(wanted.get("Type")?);
            if change.touches(&["KmsKeyId"]) {
                sent = sent.kms_key_id(wanted.get::<String>("KmsKeyId")?.unwrap_or_default());
            }
            if change.touches(&["SecretString", "GenerateSecretString"]) {
                sent = sent
                    .client_request_token(change.token)
                    .set_secret_string(value(at, &wanted).await?);
            }
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["ReplicaRegions"]) {
            replicate(at, id, &wanted).await?;
        }
        if change.touches(&[at.tag_property()]) {
            let there = described(at).await?.ok_or_else(|| lacks("secret"))?;
            retag!(
                tags(&there),
                at.tags(change.wanted),
                |set| secrets
                    .tag_resource()
                    .secret_id(id)
                    .set_tags(Some(listed_tags!(Tag, set))),
                |keys| secrets
                    .untag_resource()
                    .secret_id(id)
                    .set_tag_keys(Some(keys)),
            );
        }
        let object = change.object();
        object.elsewhere(KNOWN);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        settled(self, at, id).await
    }

    /// It can be restored for 30 days, unless it was said that data may be lost: Secrets Manager API, DeleteSecret.
    async fn delete(&self, at: &At<'_>, force: bool) -> Result<Reply, Failure> {
        if described(at).await?.is_none() {
            return Ok(Reply::Deleted);
        }
        let gone = at
            .clients
            .secretsmanager()
            .delete_secret()
            .secret_id(at.id()?);
        let gone = match force {
            true => gone.force_delete_without_recovery(true),
            false => gone,
        };
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// Properties that updates see to.
const KNOWN: &[&str] = &[
    "Description",
    "GenerateSecretString",
    "KmsKeyId",
    "ReplicaRegions",
    "SecretString",
    "Type",
];

/// The secret; one that is only waiting to be gone is not there.
async fn described(at: &At<'_>) -> Result<Option<DescribeSecretOutput>, Failure> {
    let asked = at
        .clients
        .secretsmanager()
        .describe_secret()
        .secret_id(at.id()?)
        .send()
        .await;
    Ok(found(asked.map_err(failure))?.filter(|secret| secret.deleted_date().is_none()))
}

fn tags(secret: &DescribeSecretOutput) -> BTreeMap<String, String> {
    let pairs = secret
        .tags()
        .iter()
        .filter_map(|tag| Some((tag.key.clone()?, tag.value.clone()?)));
    pairs.collect()
}

fn replicas(secret: &DescribeSecretOutput) -> Vec<ReplicaRegionType> {
    let each = secret.replication_status().iter().map(|replica| {
        ReplicaRegionType::builder()
            .set_region(replica.region.clone())
            .set_kms_key_id(replica.kms_key_id.clone())
            .build()
    });
    each.collect()
}

/// The value: as it is given, or made up by Secrets Manager now.
async fn value(at: &At<'_>, object: &Object<'_>) -> Result<Option<String>, Failure> {
    let given: Option<String> = object.get("SecretString")?;
    let Some(made) = object.object("GenerateSecretString")? else {
        return Ok(given);
    };
    let asked = at.clients.secretsmanager().get_random_password();
    let asked = fill!(asked, made, {
        exclude_characters,
        exclude_lowercase,
        exclude_numbers,
        exclude_punctuation,
        exclude_uppercase,
        include_space,
        password_length,
        require_each_included_type,
    });
    let template: Option<String> = made.get("SecretStringTemplate")?;
    let key: Option<String> = made.get("GenerateStringKey")?;
    made.finish()?;
    let password = asked.send().await.map_err(failure)?.random_password;
    let password = password.ok_or_else(|| lacks("password"))?;
    let (Some(template), Some(key)) = (template, key) else {
        return Ok(Some(password));
    };
    let mut all: Map<String, Json> = serde_json::from_str(&template).map_err(|_| {
        let path = "GenerateSecretString/SecretStringTemplate".to_owned();
        let class = FailureClass::InvalidInput(Some(path));
        Failure::new(class, "NotSent", "the template is no object of JSON")
    })?;
    all.insert(key, password.into());
    Ok(Some(Json::Object(all).to_string()))
}

async fn replicate(at: &At<'_>, id: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let secrets = at.clients.secretsmanager();
    let wanted: Vec<ReplicaRegionType> = wanted.get("ReplicaRegions")?.unwrap_or_default();
    let there = described(at).await?.ok_or_else(|| lacks("secret"))?;
    let there = replicas(&there);
    let named = |all: &[ReplicaRegionType], one: &ReplicaRegionType| {
        all.iter().any(|other| other.region == one.region)
    };
    let gone = there.iter().filter(|one| !named(&wanted, one));
    let gone: Vec<String> = gone.filter_map(|one| one.region.clone()).collect();
    if !gone.is_empty() {
        let sent = secrets.remove_regions_from_replication().secret_id(id);
        sent.set_remove_replica_regions(Some(gone))
            .send()
            .await
            .map_err(failure)?;
    }
    let new: Vec<_> = wanted
        .iter()
        .filter(|one| !named(&there, one))
        .cloned()
        .collect();
    if !new.is_empty() {
        let sent = secrets.replicate_secret_to_regions().secret_id(id);
        sent.set_add_replica_regions(Some(new))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

/// A name is taken for as long as its last secret can be restored; to wait for that helps nobody.
fn buried(failure: Failure) -> Failure {
    match failure.message.contains("scheduled for deletion") {
        true => Failure {
            class: FailureClass::InvalidInput(Some("Name".to_owned())),
            message: format!(
                "{}: the secret that had this name can still be restored; restore it, or delete it for good with \
                 `aws secretsmanager delete-secret --force-delete-without-recovery`",
                failure.message
            ),
            ..failure
        },
        false => failure,
    }
}
