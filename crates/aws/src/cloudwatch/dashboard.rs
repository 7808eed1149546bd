//! Dashboards.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, listed_tags, retag, settled};
use crate::shape::{Object, put};
use async_trait::async_trait;
use aws_sdk_cloudwatch::types::Tag;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::CloudWatch::Dashboard`, by its name.
pub(crate) struct Dashboard;

#[async_trait]
impl Resource for Dashboard {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .cloudwatch()
            .get_dashboard()
            .dashboard_name(name)
            .send()
            .await;
        let Some(dashboard) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let mut map = Map::new();
        put(&mut map, "DashboardName", &name.to_owned());
        put(&mut map, "DashboardBody", &dashboard.dashboard_body);
        Ok(Some(at.live(name, map, tags(at, name).await?)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let name = set(at, wanted, Tagged::Now).await?;
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (cloudwatch, name) = (at.clients.cloudwatch(), at.id()?);
        if change.touches(&["DashboardBody"]) {
            set(at, change.wanted, Tagged::Apart).await?;
        }
        if change.touches(&[at.tag_property()]) {
            let arn = arn(at, name);
            retag!(
                tags(at, name).await?,
                at.tags(change.wanted),
                |set| cloudwatch
                    .tag_resource()
                    .resource_arn(&arn)
                    .set_tags(Some(listed_tags!(Tag, set))),
                |keys| cloudwatch
                    .untag_resource()
                    .resource_arn(&arn)
                    .set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, name).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .cloudwatch()
            .delete_dashboards()
            .dashboard_names(at.id()?);
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }
}

/// Tags are set where a dashboard is made, and left alone where it is overwritten.
async fn set(at: &At<'_>, wanted: &Map<String, Json>, tagged: Tagged) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let name: String = object.get("DashboardName")?.unwrap_or_default();
    let tags: Option<Vec<Tag>> = object.get(at.tag_property())?;
    let sent = at
        .clients
        .cloudwatch()
        .put_dashboard()
        .dashboard_name(&name)
        .set_dashboard_body(object.document("DashboardBody"))
        .set_tags(tags.filter(|_| tagged == Tagged::Now));
    object.finish()?;
    let output = sent.send().await.map_err(failure)?;
    // Widgets that CloudWatch does not understand are kept but not shown: CloudWatch API, PutDashboard.
    match output.dashboard_validation_messages().first() {
        Some(found) => Err(Failure::new(
            FailureClass::InvalidInput(Some("DashboardBody".to_owned())),
            "DashboardInvalid",
            format!(
                "{} {}",
                found.data_path().unwrap_or_default(),
                found.message().unwrap_or("CloudWatch gives no reason")
            ),
        )),
        None => Ok(name),
    }
}

/// Whether tags go with the call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tagged {
    Now,
    Apart,
}

fn arn(at: &At<'_>, name: &str) -> String {
    format!(
        "arn:{}:cloudwatch::{}:dashboard/{name}",
        at.partition(),
        at.account
    )
}

async fn tags(at: &At<'_>, name: &str) -> Result<BTreeMap<String, String>, Failure> {
    let asked = at
        .clients
        .cloudwatch()
        .list_tags_for_resource()
        .resource_arn(arn(at, name));
    let tags = found(asked.send().await.map_err(failure))?.and_then(|output| output.tags);
    let pairs = tags
        .unwrap_or_default()
        .into_iter()
        .filter_map(|tag| Some((tag.key?, tag.value?)));
    Ok(pairs.collect())
}
