//! Repositories of images, with their lifecycle and their policy, which calls of their own set.

use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, retag as lead_tags, settled, tag_list};
use crate::shape::{Object, Shape, fill, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_ecr::types::{
    EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability,
    ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType,
    Repository as Described, Tag,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json, json};

/// `AWS::ECR::Repository`, by its name.
pub(crate) struct Repository;

words!(
    EncryptionType,
    ImageTagMutability,
    ImageTagMutabilityExclusionFilterType
);
shape!(EncryptionConfiguration {
    encryption_type,
    kms_key
});
shape!(ImageScanningConfiguration { scan_on_push });
shape!(ImageTagMutabilityExclusionFilter {
    filter = "ImageTagMutabilityExclusionFilterValue",
    filter_type = "ImageTagMutabilityExclusionFilterType",
});
shape!(Tag { key, value });

#[async_trait]
impl Resource for Repository {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (ecr, name) = (at.clients.ecr(), at.id()?);
        let asked = ecr
            .describe_repositories()
            .repository_names(name)
            .send()
            .await;
        let output = found(asked.map_err(failure))?;
        let all = output
            .and_then(|output| output.repositories)
            .unwrap_or_default();
        let Some(repository) = all.into_iter().next() else {
            return Ok(None);
        };
        let mut map = shown(&repository);
        let asked = ecr
            .get_lifecycle_policy()
            .repository_name(name)
            .send()
            .await;
        if let Some(output) = found(asked.map_err(failure))? {
            let policy = json!({ "LifecyclePolicyText": output.lifecycle_policy_text });
            map.insert("LifecyclePolicy".to_owned(), policy);
        }
        let asked = ecr
            .get_repository_policy()
            .repository_name(name)
            .send()
            .await;
        let policy = found(asked.map_err(failure))?.and_then(|output| output.policy_text);
        if let Some(policy) = policy.and_then(|text| serde_json::from_str(&text).ok()) {
            map.insert("RepositoryPolicyText".to_owned(), policy);
        }
        let arn = repository.repository_arn().unwrap_or_default();
        let asked = ecr.list_tags_for_resource().resource_arn(arn).send().await;
        let tags = found(asked.map_err(failure))?.and_then(|output| output.tags);
        put(&mut map, "Tags", &tags);
        let mut live = at.seen(name, map);
        live.contents = images(at, name).await?;
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = fill!(at.clients.ecr().create_repository(), object, {
            encryption_configuration,
            image_scanning_configuration,
            image_tag_mutability,
            image_tag_mutability_exclusion_filters,
            repository_name,
            tags,
        });
        let name: String = object.get("RepositoryName")?.unwrap_or_default();
        // Emptied before its delete where the plan says so.
        object.elsewhere(&["EmptyOnDelete", "LifecyclePolicy", "RepositoryPolicyText"]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        policies(at, &name, &object).await?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (ecr, name) = (at.clients.ecr(), at.id()?);
        let (object, wanted) = (change.object(), Object::new(change.wanted));
        if change.touches(&["ImageTagMutability", "ImageTagMutabilityExclusionFilters"]) {
            let sent = ecr.put_image_tag_mutability().repository_name(name);
            let sent = fill!(sent, wanted, { image_tag_mutability, image_tag_mutability_exclusion_filters });
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["ImageScanningConfiguration"]) {
            let sent = ecr.put_image_scanning_configuration().repository_name(name);
            fill!(sent, wanted, { image_scanning_configuration })
                .send()
                .await
                .map_err(failure)?;
        }
        policies(at, name, &object).await?;
        let goes = |name: &str| change.removed.iter().any(|removed| &**removed == name);
        if goes("LifecyclePolicy") {
            let gone = ecr
                .delete_lifecycle_policy()
                .repository_name(name)
                .send()
                .await;
            found(gone.map_err(failure))?;
        }
        if goes("RepositoryPolicyText") {
            let gone = ecr
                .delete_repository_policy()
                .repository_name(name)
                .send()
                .await;
            found(gone.map_err(failure))?;
        }
        if change.touches(&[at.tag_property()]) {
            retag(at, name, change).await?;
        }
        object.elsewhere(&[
            "EmptyOnDelete",
            "ImageTagMutability",
            "ImageScanningConfiguration",
        ]);
        object.elsewhere(&["ImageTagMutabilityExclusionFilters", at.tag_property()]);
        object.finish()?;
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .ecr()
            .delete_repository()
            .repository_name(at.id()?);
        found(gone.force(force).send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

fn shown(repository: &Described) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *repository, {
        encryption_configuration,
        image_scanning_configuration,
        image_tag_mutability,
        image_tag_mutability_exclusion_filters,
        repository_arn = "Arn",
        repository_name,
        repository_uri,
    });
    map
}

/// How many images there are: none, or at least one.
async fn images(at: &At<'_>, name: &str) -> Result<Option<u64>, Failure> {
    let pages = at.clients.ecr().list_images().repository_name(name);
    let mut pages = pages.into_paginator().items().send();
    let mut count = 0;
    while let Some(image) = pages.next().await {
        match found(image.map_err(failure))? {
            Some(_) => count += 1,
            None => return Ok(None),
        }
    }
    Ok(Some(count))
}

/// What calls of their own set.
async fn policies(at: &At<'_>, name: &str, object: &Object<'_>) -> Result<(), Failure> {
    let ecr = at.clients.ecr();
    if let Some(lifecycle) = object.object("LifecyclePolicy")? {
        let sent = ecr.put_lifecycle_policy().repository_name(name);
        let sent = sent
            .set_lifecycle_policy_text(lifecycle.document("LifecyclePolicyText"))
            .set_registry_id(lifecycle.get("RegistryId")?);
        lifecycle
            .finish()
            .map_err(|misfit| misfit.within("LifecyclePolicy"))?;
        sent.send().await.map_err(failure)?;
    }
    if let Some(policy) = object.document("RepositoryPolicyText") {
        let sent = ecr
            .set_repository_policy()
            .repository_name(name)
            .policy_text(policy);
        sent.send().await.map_err(failure)?;
    }
    Ok(())
}

async fn retag(at: &At<'_>, name: &str, change: &Change<'_>) -> Result<(), Failure> {
    let ecr = at.clients.ecr();
    let asked = ecr
        .describe_repositories()
        .repository_names(name)
        .send()
        .await
        .map_err(failure)?;
    let repository = asked.repositories.and_then(|all| all.into_iter().next());
    let arn = repository
        .and_then(|one| one.repository_arn)
        .ok_or_else(|| lacks("ARN"))?;
    let there = ecr
        .list_tags_for_resource()
        .resource_arn(&arn)
        .send()
        .await
        .map_err(failure)?;
    let mut map = Map::new();
    map.extend(
        there
            .tags
            .show()
            .map(|tags| (at.tag_property().to_owned(), tags)),
    );
    lead_tags!(
        at.tags(&map),
        at.tags(change.wanted),
        |set| ecr
            .tag_resource()
            .resource_arn(&arn)
            .set_tags(Some(tag_list(&set)?)),
        |keys| ecr
            .untag_resource()
            .resource_arn(&arn)
            .set_tag_keys(Some(keys)),
    );
    Ok(())
}
