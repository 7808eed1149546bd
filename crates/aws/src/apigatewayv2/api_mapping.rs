//! What of a domain leads to which API.

use super::{items, like};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put};
use async_trait::async_trait;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGatewayV2::ApiMapping`, by its id and its domain.
pub(crate) struct ApiMapping;

fields!(settings {
    api_id,
    api_mapping_key,
    stage,
});

#[async_trait]
impl Resource for ApiMapping {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [mapping, domain] = at.ids()?;
        let asked = at
            .clients
            .apigatewayv2()
            .get_api_mapping()
            .domain_name(domain)
            .api_mapping_id(mapping);
        let Some(output) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, output);
        put(&mut map, "DomainName", &domain.to_owned());
        put(&mut map, "ApiMappingId", &mapping.to_owned());
        Ok(Some(at.live(at.id()?, map, Default::default())))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let domain: String = object.get("DomainName")?.unwrap_or_default();
        let sent = at
            .clients
            .apigatewayv2()
            .create_api_mapping()
            .domain_name(&domain);
        let sent = settings!(fill sent, object);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let mapping = output.api_mapping_id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &format!("{mapping}|{domain}")).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [mapping, domain] = at.ids()?;
        // The API is required where only the stage changes: API Gateway v2 API, UpdateApiMapping.
        let object = Object::new(change.wanted);
        let sent = at
            .clients
            .apigatewayv2()
            .update_api_mapping()
            .domain_name(domain)
            .api_mapping_id(mapping);
        let sent = settings!(fill sent, object);
        object.elsewhere(&["DomainName"]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [mapping, domain] = at.ids()?;
        let gone = at
            .clients
            .apigatewayv2()
            .delete_api_mapping()
            .domain_name(domain)
            .api_mapping_id(mapping);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Those that say the same.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let domain: String = object.get("DomainName")?.unwrap_or_default();
        let all = items!(
            at.clients
                .apigatewayv2()
                .get_api_mappings()
                .domain_name(&domain)
        );
        let ids = all.into_iter().filter_map(|one| {
            let mapping = one.api_mapping_id?;
            Some(format!("{mapping}|{domain}"))
        });
        like(self, at, wanted, ids.collect()).await
    }
}
