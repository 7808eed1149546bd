//! Aliases, with what of them is kept warm.

use crate::failure::{failure, found, lacks};
use crate::lambda::{provisioned, qualified};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Misfit, Object, put, show};
use async_trait::async_trait;
use aws_sdk_lambda::types::AliasRoutingConfiguration;
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;

/// `AWS::Lambda::Alias`, by its ARN.
pub(crate) struct Alias;

#[async_trait]
impl Resource for Alias {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let arn = at.id()?;
        let (function, name) = qualified(arn);
        let name = name.unwrap_or_default();
        let asked = at
            .clients
            .lambda()
            .get_alias()
            .function_name(function)
            .name(name);
        let Some(alias) = found(asked.send().await.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        show!(map, alias, { alias_arn, name, function_version, description });
        let own = function.rsplit(':').next().unwrap_or(function);
        put(&mut map, "FunctionName", &own.to_owned());
        let weights = alias
            .routing_config
            .and_then(|config| config.additional_version_weights);
        if let Some(weights) = weights.filter(|weights| !weights.is_empty()) {
            map.insert("RoutingConfig".to_owned(), shown(weights));
        }
        let warming = provisioned::show(at, function, name, &mut map).await?;
        let mut live = at.live(arn, map, Default::default());
        live.pending = warming;
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at
            .clients
            .lambda()
            .create_alias()
            .set_function_name(object.get("FunctionName")?)
            .set_name(object.get("Name")?)
            .set_function_version(object.get("FunctionVersion")?)
            .set_description(object.get("Description")?)
            .routing_config(weights(&object)?);
        object.elsewhere(&["ProvisionedConcurrencyConfig"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let arn = output.alias_arn.ok_or_else(|| lacks("ARN"))?;
        if wanted.contains_key("ProvisionedConcurrencyConfig") {
            let (function, name) = qualified(&arn);
            provisioned::settle(at, function, name.unwrap_or_default(), &object).await?;
        }
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let arn = at.id()?;
        let (function, name) = qualified(arn);
        let wanted = Object::new(change.wanted);
        if change.touches(&["FunctionVersion", "Description", "RoutingConfig"]) {
            let sent = at
                .clients
                .lambda()
                .update_alias()
                .function_name(function)
                .set_name(name.map(str::to_owned))
                .set_function_version(wanted.get("FunctionVersion")?)
                .description(wanted.get::<String>("Description")?.unwrap_or_default())
                .routing_config(weights(&wanted)?);
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["ProvisionedConcurrencyConfig"]) {
            provisioned::settle(at, function, name.unwrap_or_default(), &wanted).await?;
        }
        settled(self, at, arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (function, name) = qualified(at.id()?);
        let gone = at.clients.lambda().delete_alias().function_name(function);
        let gone = gone.set_name(name.map(str::to_owned)).send().await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let asked = at.clients.lambda().get_alias();
        let asked = asked.set_function_name(object.get("FunctionName")?);
        let asked = asked.set_name(object.get("Name")?).send().await;
        let arn = found(asked.map_err(failure))?.and_then(|alias| alias.alias_arn);
        let Some(arn) = arn else {
            return Ok(Vec::new());
        };
        Ok(read_id(self, at, &arn).await?.into_iter().collect())
    }
}

/// CloudFormation lists what Lambda maps.
fn shown(weights: HashMap<String, f64>) -> Json {
    let mut list: Vec<Json> = weights
        .into_iter()
        .map(|(version, weight)| json!({ "FunctionVersion": version, "FunctionWeight": weight }))
        .collect();
    list.sort_by_key(|one| one.get("FunctionVersion").map(Json::to_string));
    json!({ "AdditionalVersionWeights": list })
}

/// An empty map takes earlier weights away: Lambda API, UpdateAlias.
fn weights(object: &Object<'_>) -> Result<AliasRoutingConfiguration, Misfit> {
    let mut map = HashMap::new();
    if let Some(config) = object.object("RoutingConfig")? {
        let list = config
            .json("AdditionalVersionWeights")
            .and_then(Json::as_array);
        for one in list.into_iter().flatten() {
            let one = Object::of(one)?;
            let version: String = one.get("FunctionVersion")?.unwrap_or_default();
            map.insert(version, one.get("FunctionWeight")?.unwrap_or_default());
            one.finish()?;
        }
        config.finish()?;
    }
    let builder = AliasRoutingConfiguration::builder();
    Ok(builder.set_additional_version_weights(Some(map)).build())
}
