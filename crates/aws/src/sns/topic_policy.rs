//! Policies of topics: an attribute that every topic has.

use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, read_id, settled};
use crate::shape::{Object, put};
use crate::sns::topic_arn;
use async_trait::async_trait;
use formwork_provider::{Failure, FailureClass, Live, Reply};
use serde_json::{Map, Value as Json, json};

/// `AWS::SNS::TopicPolicy`; CloudFormation makes up an id, here it is the ARN of its topic.
pub(crate) struct TopicPolicy;

/// The id of the policy that SNS gives to a topic without one.
const DEFAULT: &str = "__default_policy_ID";

#[async_trait]
impl Resource for TopicPolicy {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let arn = topic_arn(at, at.id()?);
        let asked = at
            .clients
            .sns()
            .get_topic_attributes()
            .topic_arn(&arn)
            .send()
            .await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let text = output.attributes.and_then(|mut all| all.remove("Policy"));
        let document = text.and_then(|text| serde_json::from_str::<Json>(&text).ok());
        let own =
            document.filter(|policy| policy.get("Id").and_then(Json::as_str) != Some(DEFAULT));
        Ok(own.map(|document| {
            let mut map = Map::new();
            put(&mut map, "Id", &arn);
            map.insert("Topics".to_owned(), json!([arn]));
            map.insert("PolicyDocument".to_owned(), document);
            at.live(arn, map, Default::default())
        }))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let arn = set(at, wanted).await?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let arn = set(at, change.wanted).await?;
        settled(self, at, &arn).await
    }

    /// A topic has always a policy: it gets the one back that it was born with.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let arn = topic_arn(at, at.id()?);
        let gone = at.clients.sns().set_topic_attributes().topic_arn(&arn);
        let gone = gone
            .attribute_name("Policy")
            .attribute_value(default(at, &arn).to_string());
        found(gone.send().await.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let arn = topic(&Object::new(wanted))?;
        Ok(read_id(self, at, &arn).await?.into_iter().collect())
    }
}

/// The ARN of the only topic; kinds make a policy a topic.
fn topic(object: &Object<'_>) -> Result<String, Failure> {
    let topics: Vec<String> = object.get("Topics")?.unwrap_or_default();
    match topics.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(Failure::new(
            FailureClass::InvalidInput(Some("Topics".to_owned())),
            "OneTopic",
            "a policy for several topics is written once for each of them",
        )),
    }
}

async fn set(at: &At<'_>, wanted: &Map<String, Json>) -> Result<String, Failure> {
    let object = Object::new(wanted);
    let arn = topic(&object)?;
    let policy = object.document("PolicyDocument").unwrap_or_default();
    object.elsewhere(&["Id"]);
    object.finish()?;
    let sent = at.clients.sns().set_topic_attributes().topic_arn(&arn);
    let sent = sent.attribute_name("Policy").attribute_value(policy);
    sent.send().await.map_err(failure)?;
    Ok(arn)
}

/// What CreateTopic gives: the owner's account may do everything with the topic (SNS API, GetTopicAttributes).
fn default(at: &At<'_>, arn: &str) -> Json {
    json!({
        "Version": "2008-10-17",
        "Id": DEFAULT,
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": [
                "SNS:GetTopicAttributes",
                "SNS:SetTopicAttributes",
                "SNS:AddPermission",
                "SNS:RemovePermission",
                "SNS:DeleteTopic",
                "SNS:Subscribe",
                "SNS:ListSubscriptionsByTopic",
                "SNS:Publish",
            ],
            "Resource": arn,
            "Condition": { "StringEquals": { "AWS:SourceOwner": at.account } },
        }],
    })
}
