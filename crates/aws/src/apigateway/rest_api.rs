//! REST APIs, with all that is in them: one document is imported instead of calls for each route.

use super::patch::{include, plain, remove, replace, segment};
use super::{arn, items, retagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_apigateway::operation::get_rest_api::GetRestApiOutput;
use aws_sdk_apigateway::primitives::Blob;
use aws_sdk_apigateway::types::{
    ApiKeySourceType, EndpointConfiguration, EndpointType, IpAddressType, PatchOperation, PutMode,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::RestApi`, by its id.
pub(crate) struct RestApi;

words!(ApiKeySourceType, EndpointType, IpAddressType);
shape!(EndpointConfiguration {
    types,
    ip_address_type,
    vpc_endpoint_ids
});

fields!(settings {
    api_key_source = "ApiKeySourceType",
    binary_media_types,
    description,
    disable_execute_api_endpoint,
    endpoint_configuration,
    minimum_compression_size,
    name,
    version,
});

/// Properties that one patch puts whole.
const PLAIN: &[(&str, &str)] = &[
    ("ApiKeySourceType", "/apiKeySource"),
    ("Description", "/description"),
    ("DisableExecuteApiEndpoint", "/disableExecuteApiEndpoint"),
    ("Name", "/name"),
    ("Policy", "/policy"),
    ("Version", "/version"),
];

#[async_trait]
impl Resource for RestApi {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let Some(api) = described(at, id).await? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, api);
        show!(map, api, { root_resource_id });
        put(&mut map, "RestApiId", &id.to_owned());
        if let Some(policy) = api.policy().and_then(policy) {
            map.insert("Policy".to_owned(), policy);
        }
        map.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
        Ok(Some(at.live(
            id,
            map,
            api.tags.unwrap_or_default().into_iter().collect(),
        )))
    }

    /// Made with its tags first, so that it is known as ours whatever happens; then its document is imported.
    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.apigateway().create_rest_api();
        let sent = settings!(fill sent, object)
            .set_policy(object.document("Policy"))
            .set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.elsewhere(DOCUMENT);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.id.ok_or_else(|| lacks("id"))?;
        if wanted.contains_key("Body") {
            import(at, &id, &object).await?;
            restore(at, &id, wanted).await?;
        }
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = at.id()?;
        let object = change.object();
        object.elsewhere(
            &PLAIN
                .iter()
                .map(|(property, _)| *property)
                .collect::<Vec<_>>(),
        );
        object.elsewhere(&[at.tag_property()]);
        object.elsewhere(LISTS);
        object.elsewhere(DOCUMENT);
        object.finish()?;
        if change.touches(DOCUMENT) {
            import(at, id, &Object::new(change.wanted)).await?;
            restore(at, id, change.wanted).await?;
        }
        let there = described(at, id).await?.ok_or_else(|| lacks("API"))?;
        let mut patches = plain(PLAIN, change.wanted, |property| change.touches(&[property]));
        if change.touches(LISTS) {
            patches.extend(lists(&there, change.wanted)?);
        }
        send(at, id, patches).await?;
        if change.touches(&[at.tag_property()]) {
            retagged!(
                at,
                arn(at, &format!("restapis/{id}")),
                there.tags,
                change.wanted
            );
        }
        settled(self, at, id).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        if described(at, id).await?.is_none() {
            return Ok(Reply::Deleted);
        }
        let gone = at
            .clients
            .apigateway()
            .delete_rest_api()
            .rest_api_id(id)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// APIs of the name, for their tags to tell.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let name: Option<String> = Object::new(wanted).get("Name")?;
        let mut apis = items!(at.clients.apigateway().get_rest_apis());
        apis.retain(|api| api.name == name);
        apis.sort_by_key(|api| api.created_date.map(|date| date.as_nanos()));
        let each = apis.into_iter().map(|api| {
            let mut map = Map::new();
            settings!(show map, api);
            let tags = api.tags.unwrap_or_default().into_iter().collect();
            at.live(api.id.unwrap_or_default(), map, tags)
        });
        Ok(each.collect())
    }
}

/// What is imported, and how.
const DOCUMENT: &[&str] = &["Body", "FailOnWarnings", "Parameters"];

/// Properties that are put entry by entry.
const LISTS: &[&str] = &[
    "BinaryMediaTypes",
    "EndpointConfiguration",
    "MinimumCompressionSize",
];

async fn described(at: &At<'_>, id: &str) -> Result<Option<GetRestApiOutput>, Failure> {
    let asked = at
        .clients
        .apigateway()
        .get_rest_api()
        .rest_api_id(id)
        .send()
        .await;
    found(asked.map_err(failure))
}

/// A policy as API Gateway shows it: JSON with its quotes escaped once more.
fn policy(text: &str) -> Option<Json> {
    let plain = serde_json::from_str(text).ok();
    plain.or_else(|| serde_json::from_str(&text.replace("\\\"", "\"").replace("\\/", "/")).ok())
}

async fn import(at: &At<'_>, id: &str, wanted: &Object<'_>) -> Result<(), Failure> {
    let sent = at
        .clients
        .apigateway()
        .put_rest_api()
        .rest_api_id(id)
        .mode(PutMode::Overwrite)
        .set_fail_on_warnings(wanted.get("FailOnWarnings")?)
        .set_parameters(wanted.get("Parameters")?)
        .set_body(wanted.document("Body").map(Blob::new));
    sent.send().await.map_err(failure)?;
    Ok(())
}

/// An import takes names and settings from its document: what is said beside it is put back.
async fn restore(at: &At<'_>, id: &str, wanted: &Map<String, Json>) -> Result<(), Failure> {
    let there = described(at, id).await?.ok_or_else(|| lacks("API"))?;
    let mut patches = plain(PLAIN, wanted, |property| wanted.contains_key(property));
    patches.extend(lists(&there, wanted)?);
    send(at, id, patches).await
}

fn lists(
    there: &GetRestApiOutput,
    wanted: &Map<String, Json>,
) -> Result<Vec<PatchOperation>, Failure> {
    let object = Object::new(wanted);
    let mut patches = Vec::new();
    let media: Vec<String> = object.get("BinaryMediaTypes")?.unwrap_or_default();
    let gone = there
        .binary_media_types()
        .iter()
        .filter(|one| !media.contains(one));
    patches.extend(gone.map(|one| remove(format!("/binaryMediaTypes/{}", segment(one)))));
    let new = media
        .iter()
        .filter(|one| !there.binary_media_types().contains(one));
    patches.extend(new.map(|one| include(format!("/binaryMediaTypes/{}", segment(one)))));
    let size: Option<i32> = object.get("MinimumCompressionSize")?;
    if size != there.minimum_compression_size() {
        // Without a value compression is off: API Gateway guide, "Turn on payload compression".
        patches.push(match size {
            Some(size) => replace("/minimumCompressionSize", size.to_string()),
            None => replace("/minimumCompressionSize", ""),
        });
    }
    let configuration: Option<EndpointConfiguration> = object.get("EndpointConfiguration")?;
    if let (Some(new), Some(old)) = (configuration, there.endpoint_configuration()) {
        if let (Some(from), Some(to)) = (old.types().first(), new.types().first())
            && from != to
        {
            let path = format!("/endpointConfiguration/types/{}", from.as_str());
            patches.push(replace(path, to.as_str()));
        }
        let path = "/endpointConfiguration/vpcEndpointIds";
        for id in old
            .vpc_endpoint_ids()
            .iter()
            .filter(|id| !new.vpc_endpoint_ids().contains(id))
        {
            patches.push(
                PatchOperation::builder()
                    .op(aws_sdk_apigateway::types::Op::Remove)
                    .path(path)
                    .value(id)
                    .build(),
            );
        }
        for id in new
            .vpc_endpoint_ids()
            .iter()
            .filter(|id| !old.vpc_endpoint_ids().contains(id))
        {
            patches.push(super::patch::add(path, id));
        }
    }
    Ok(patches)
}

async fn send(at: &At<'_>, id: &str, patches: Vec<PatchOperation>) -> Result<(), Failure> {
    if !patches.is_empty() {
        let sent = at.clients.apigateway().update_rest_api().rest_api_id(id);
        sent.set_patch_operations(Some(patches))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}
