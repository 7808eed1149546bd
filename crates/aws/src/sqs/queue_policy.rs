//! Policies of queues: an attribute of each queue that they are for.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource};
use crate::shape::Object;
use async_trait::async_trait;
use aws_sdk_sqs::types::QueueAttributeName;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json, json};

/// `AWS::SQS::QueuePolicy`; CloudFormation makes up an id, here it is the URL of its queue.
pub(crate) struct QueuePolicy;

#[async_trait]
impl Resource for QueuePolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let url = at.id()?;
        let policy = QueueAttributeName::Policy;
        let asked = at.clients.sqs().get_queue_attributes().queue_url(url);
        let asked = asked.attribute_names(policy.clone()).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let text = output.attributes.and_then(|mut all| all.remove(&policy));
        let document = text.and_then(|text| serde_json::from_str::<Json>(&text).ok());
        Ok(document.map(|document| {
            let mut map = Map::new();
            map.insert("Id".to_owned(), url.into());
            map.insert("Queues".to_owned(), json!([url]));
            map.insert("PolicyDocument".to_owned(), document);
            at.live(url, map, Default::default())
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let url = put(at, wanted).await?;
        crate::resource::settled(self, at, &url).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let url = put(at, change.wanted).await?;
        crate::resource::settled(self, at, &url).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .sqs()
            .set_queue_attributes()
            .queue_url(at.id()?)
            .attributes(QueueAttributeName::Policy, "")
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let url = queue(&Object::new(wanted))?;
        let target = formwork_provider::Target {
            id: Some(url.as_str().into()),
            ..at.target.clone()
        };
        let at = At {
            target: &target,
            ..*at
        };
        Ok(self.read(&at).await?.into_iter().collect())
    }
}

/// The URL of the only queue; kinds make a policy a queue.
fn queue(object: &Object<'_>) -> Result<String, Failure> {
    let queues: Vec<String> = object.get("Queues")?.unwrap_or_default();
    match queues.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(Failure::new(
            FailureClass::InvalidInput(Some("Queues".to_owned())),
            "OneQueue",
            "a policy for several queues is written once for each of them",
        )),
    }
}

async fn put(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let url = queue(&object)?;
    let policy = object.document("PolicyDocument").unwrap_or_default();
    object.elsewhere(&["Id"]);
    object.finish()?;
    let sent = at.clients.sqs().set_queue_attributes().queue_url(&url);
    let sent = sent.attributes(QueueAttributeName::Policy, policy).send();
    sent.await.map_err(failure)?;
    Ok(url)
}
