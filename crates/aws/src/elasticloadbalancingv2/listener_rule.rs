//! Rules of listeners: one a priority.

use super::{retag, tags};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HostHeaderRewriteConfig, HttpHeaderConditionConfig,
    HttpRequestMethodConditionConfig, PathPatternConditionConfig, QueryStringConditionConfig,
    QueryStringKeyValuePair, RewriteConfig, Rule, RuleCondition, RulePriorityPair, RuleTransform,
    SourceIpAddressTypeEnum, SourceIpConditionConfig, TransformTypeEnum, UrlRewriteConfig,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ElasticLoadBalancingV2::ListenerRule`, by its ARN.
pub(crate) struct ListenerRule;

words!(SourceIpAddressTypeEnum, TransformTypeEnum);
shape!(HostHeaderConditionConfig {
    regex_values,
    values
});
shape!(HostHeaderRewriteConfig { rewrites });
shape!(HttpHeaderConditionConfig {
    http_header_name,
    regex_values,
    values
});
shape!(HttpRequestMethodConditionConfig { values });
shape!(PathPatternConditionConfig {
    regex_values,
    values
});
shape!(QueryStringConditionConfig { values });
shape!(QueryStringKeyValuePair { key, value });
shape!(RewriteConfig { regex, replace });
shape!(RuleCondition {
    field,
    host_header_config,
    http_header_config,
    http_request_method_config,
    path_pattern_config,
    query_string_config,
    regex_values,
    source_ip_config,
    values,
});
shape!(RuleTransform {
    host_header_rewrite_config,
    r#type,
    url_rewrite_config
});
shape!(SourceIpConditionConfig {
    ip_address_type,
    values
});
shape!(UrlRewriteConfig { rewrites });

fields!(settings {
    actions,
    conditions,
    transforms
});

#[async_trait]
impl Resource for ListenerRule {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let asked = at
            .clients
            .elb()
            .describe_rules()
            .rule_arns(at.id()?)
            .send()
            .await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        Ok(live(at, output.rules.unwrap_or_default()).await?.pop())
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = settings!(fill at.clients.elb().create_rule(), object)
            .set_listener_arn(object.get("ListenerArn")?)
            .set_priority(object.get("Priority")?)
            .set_tags(object.get("Tags")?);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let rule = output.rules.and_then(|all| all.into_iter().next());
        let arn = rule
            .and_then(|rule| rule.rule_arn)
            .ok_or_else(|| lacks("rule"))?;
        settled(self, at, &arn).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (elb, arn, wanted) = (at.clients.elb(), at.id()?, Object::new(change.wanted));
        if change.touches(&["Actions", "Conditions", "Transforms"]) {
            let reset = change.removed.iter().any(|name| &**name == "Transforms");
            let sent = settings!(fill elb.modify_rule(), wanted).rule_arn(arn);
            let sent = sent.set_reset_transforms(reset.then_some(true));
            sent.send().await.map_err(failure)?;
        }
        if change.touches(&["Priority"]) {
            let pair = RulePriorityPair::builder().rule_arn(arn);
            let pair = pair.set_priority(wanted.get("Priority")?).build();
            let sent = elb.set_rule_priorities().rule_priorities(pair);
            sent.send().await.map_err(failure)?;
        }
        retag(at, arn, change).await?;
        let object = change.object();
        object.elsewhere(&[
            "Actions",
            "Conditions",
            "Transforms",
            "Priority",
            at.tag_property(),
        ]);
        object.finish()?;
        settled(self, at, arn).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let gone = at
            .clients
            .elb()
            .delete_rule()
            .rule_arn(at.id()?)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let listener: Option<String> = Object::new(wanted).get("ListenerArn")?;
        let asked = at.clients.elb().describe_rules().set_listener_arn(listener);
        let mut pages = asked.into_paginator().items().send();
        let mut rules = Vec::new();
        while let Some(rule) = pages.next().await {
            match found(rule.map_err(failure))? {
                Some(rule) => rules.push(rule),
                None => return Ok(Vec::new()),
            }
        }
        live(at, rules).await
    }
}

async fn live(at: &At<'_>, rules: Vec<Rule>) -> Result<Vec<Live>, Failure> {
    let arns: Vec<String> = rules
        .iter()
        .filter_map(|rule| rule.rule_arn.clone())
        .collect();
    let mut tags = tags(at, &arns).await?;
    let all = rules.into_iter().map(|rule| {
        let arn = rule.rule_arn.clone().unwrap_or_default();
        let mut map = Map::new();
        settings!(show map, rule);
        show!(map, rule, { is_default, rule_arn });
        let priority = rule.priority().and_then(|text| text.parse::<i64>().ok());
        put(&mut map, "Priority", &priority);
        at.live(arn.as_str(), map, tags.remove(&arn).unwrap_or_default())
    });
    Ok(all.collect())
}
