//! Alarms: PutMetricAlarm overwrites the whole.

use crate::clients::Clients;
use crate::failure::{failure, found};
use crate::resource::{At, Change, Resource, listed_tags, retag, settled};
use crate::shape::{Object, fields, put, shape, words};
use async_trait::async_trait;
use aws_sdk_cloudwatch::types::{
    AlarmType, ComparisonOperator, Dimension, Metric, MetricAlarm, MetricDataQuery, MetricStat,
    StandardUnit, Statistic, Tag,
};
use formwork_provider::{Failure, Listed, Listing, Live, Page, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::CloudWatch::Alarm`, by its name.
pub(crate) struct Alarm;

words!(ComparisonOperator, StandardUnit, Statistic);
shape!(Dimension { name, value });
shape!(Metric {
    namespace,
    metric_name,
    dimensions
});
shape!(MetricDataQuery {
    id,
    metric_stat,
    expression,
    label,
    return_data,
    period,
    account_id
});
shape!(MetricStat {
    metric,
    period,
    stat,
    unit
});
shape!(Tag { key, value });

fields!(alarm {
    actions_enabled,
    alarm_actions,
    alarm_description,
    alarm_name,
    comparison_operator,
    datapoints_to_alarm,
    dimensions,
    evaluate_low_sample_count_percentile,
    evaluation_periods,
    extended_statistic,
    insufficient_data_actions,
    metric_name,
    metrics,
    namespace,
    ok_actions = "OKActions",
    period,
    statistic,
    threshold,
    threshold_metric_id,
    treat_missing_data,
    unit,
});

#[async_trait]
impl Resource for Alarm {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let name = at.id()?;
        let asked = at.clients.cloudwatch().describe_alarms().alarm_names(name);
        let asked = asked.alarm_types(AlarmType::MetricAlarm).send().await;
        let alarms = asked.map_err(failure)?.metric_alarms.unwrap_or_default();
        let Some(alarm) = alarms
            .into_iter()
            .find(|alarm| alarm.alarm_name() == Some(name))
        else {
            return Ok(None);
        };
        let tags = tags(at, &arn(at, name)).await?;
        Ok(Some(at.live(name, shown(&alarm), tags)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.cloudwatch().put_metric_alarm();
        let sent = alarm!(fill sent, object).set_tags(object.get(at.tag_property())?);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        let name: String = object.get("AlarmName")?.unwrap_or_default();
        settled(self, at, &name).await
    }

    /// Tags are left alone where an alarm is overwritten: CloudWatch API, PutMetricAlarm, Tags.
    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (cloudwatch, name) = (at.clients.cloudwatch(), at.id()?);
        let object = Object::new(change.wanted);
        let sent = alarm!(fill cloudwatch.put_metric_alarm(), object).alarm_name(name);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        if change.touches(&[at.tag_property()]) {
            let arn = arn(at, name);
            retag!(
                tags(at, &arn).await?,
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
            .delete_alarms()
            .alarm_names(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn list(&self, clients: &Clients, listing: &Listing) -> Result<Option<Page>, Failure> {
        let asked = clients
            .cloudwatch()
            .describe_alarms()
            .alarm_types(AlarmType::MetricAlarm);
        let asked = asked
            .max_records(PAGE)
            .set_next_token(listing.page.as_deref().map(str::to_owned));
        let output = asked.send().await.map_err(failure)?;
        let objects = output
            .metric_alarms
            .unwrap_or_default()
            .into_iter()
            .map(|alarm| Listed {
                id: alarm.alarm_name().unwrap_or_default().into(),
                properties: shown(&alarm),
                ..Listed::default()
            });
        Ok(Some(Page {
            objects: objects.collect(),
            next: output.next_token.map(Into::into),
        }))
    }
}

/// How many alarms a page holds at most: CloudWatch API, DescribeAlarms, MaxRecords.
const PAGE: i32 = 100;

fn shown(alarm: &MetricAlarm) -> Map<String, Json> {
    let mut map = Map::new();
    alarm!(show map, *alarm);
    put(&mut map, "Arn", &alarm.alarm_arn);
    // What is not set is not said to be empty.
    map.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
    map
}

fn arn(at: &At<'_>, name: &str) -> String {
    let (partition, region) = (at.partition(), at.clients.region());
    format!(
        "arn:{partition}:cloudwatch:{region}:{}:alarm:{name}",
        at.account
    )
}

async fn tags(at: &At<'_>, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let asked = at
        .clients
        .cloudwatch()
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await;
    let tags = found(asked.map_err(failure))?
        .and_then(|output| output.tags)
        .unwrap_or_default();
    let pairs = tags
        .into_iter()
        .filter_map(|tag| Some((tag.key?, tag.value?)));
    Ok(pairs.collect())
}
