//! Usage plans: how much callers with a key may ask for, of which stages.

use super::patch::{add, plain, remove, replace, segment};
use super::{arn, items, retagged};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_apigateway::operation::get_usage_plan::GetUsagePlanOutput;
use aws_sdk_apigateway::types::{
    ApiStage, PatchOperation, QuotaPeriodType, QuotaSettings, ThrottleSettings,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};

/// `AWS::ApiGateway::UsagePlan`, by its id.
pub(crate) struct UsagePlan;

words!(QuotaPeriodType);
shape!(ApiStage {
    api_id,
    stage,
    throttle
});
shape!(QuotaSettings {
    limit,
    offset,
    period
});
shape!(ThrottleSettings {
    burst_limit,
    rate_limit
});

fields!(settings { api_stages, description, name = "UsagePlanName", quota, throttle });

#[async_trait]
impl Resource for UsagePlan {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let id = at.id()?;
        let Some(plan) = described(at, id).await? else {
            return Ok(None);
        };
        let mut map = Map::new();
        settings!(show map, plan);
        put(&mut map, "Id", &id.to_owned());
        map.retain(|_, value| !value.as_array().is_some_and(Vec::is_empty));
        Ok(Some(at.live(
            id,
            map,
            plan.tags.unwrap_or_default().into_iter().collect(),
        )))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let sent = at.clients.apigateway().create_usage_plan();
        let sent = settings!(fill sent, object);
        let sent = sent.set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let id = output.id.ok_or_else(|| lacks("id"))?;
        settled(self, at, &id).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let id = at.id()?;
        let there = described(at, id)
            .await?
            .ok_or_else(|| lacks("usage plan"))?;
        let object = change.object();
        object.elsewhere(&[
            "ApiStages",
            "Description",
            "Quota",
            "Throttle",
            "UsagePlanName",
        ]);
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        let wanted = Object::new(change.wanted);
        let paths = [("Description", "/description"), ("UsagePlanName", "/name")];
        let mut patches = plain(&paths, change.wanted, |property| {
            change.touches(&[property])
        });
        if change.touches(&["Throttle"]) {
            patches.extend(throttle("/throttle", wanted.get("Throttle")?.as_ref()));
        }
        if change.touches(&["Quota"]) {
            patches.extend(quota(wanted.get("Quota")?.as_ref()));
        }
        if change.touches(&["ApiStages"]) {
            let stages: Vec<ApiStage> = wanted.get("ApiStages")?.unwrap_or_default();
            patches.extend(served(there.api_stages(), &stages));
        }
        send(at, id, patches).await?;
        if change.touches(&[at.tag_property()]) {
            retagged!(
                at,
                arn(at, &format!("usageplans/{id}")),
                there.tags,
                change.wanted
            );
        }
        settled(self, at, id).await
    }

    /// Without its stages first, which keep it: API Gateway API, DeleteUsagePlan.
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let id = at.id()?;
        let Some(there) = described(at, id).await? else {
            return Ok(Reply::Deleted);
        };
        send(at, id, served(there.api_stages(), &[])).await?;
        let gone = at
            .clients
            .apigateway()
            .delete_usage_plan()
            .usage_plan_id(id)
            .send()
            .await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    /// Plans of the name, for their tags to tell.
    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let name: Option<String> = Object::new(wanted).get("UsagePlanName")?;
        let mut plans = items!(at.clients.apigateway().get_usage_plans());
        plans.retain(|plan| plan.name == name);
        let each = plans.into_iter().map(|plan| {
            let mut map = Map::new();
            show!(map, plan, { description, name = "UsagePlanName" });
            let tags = plan.tags.unwrap_or_default().into_iter().collect();
            at.live(plan.id.unwrap_or_default(), map, tags)
        });
        Ok(each.collect())
    }
}

async fn described(at: &At<'_>, id: &str) -> Result<Option<GetUsagePlanOutput>, Failure> {
    let asked = at
        .clients
        .apigateway()
        .get_usage_plan()
        .usage_plan_id(id)
        .send()
        .await;
    found(asked.map_err(failure))
}

async fn send(at: &At<'_>, id: &str, patches: Vec<PatchOperation>) -> Result<(), Failure> {
    if !patches.is_empty() {
        let sent = at
            .clients
            .apigateway()
            .update_usage_plan()
            .usage_plan_id(id);
        sent.set_patch_operations(Some(patches))
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

fn throttle(path: &str, wanted: Option<&ThrottleSettings>) -> Vec<PatchOperation> {
    match wanted {
        Some(limits) => vec![
            replace(format!("{path}/rateLimit"), limits.rate_limit.to_string()),
            replace(format!("{path}/burstLimit"), limits.burst_limit.to_string()),
        ],
        None => vec![remove(path)],
    }
}

fn quota(wanted: Option<&QuotaSettings>) -> Vec<PatchOperation> {
    match wanted {
        Some(quota) => {
            let period = quota
                .period()
                .map(QuotaPeriodType::as_str)
                .unwrap_or_default();
            vec![
                replace("/quota/limit", quota.limit.to_string()),
                replace("/quota/period", period),
                replace("/quota/offset", quota.offset.to_string()),
            ]
        }
        None => vec![remove("/quota")],
    }
}

/// The stage as plans name it: API Gateway API, UpdateUsagePlan, `/apiStages`.
fn name(stage: &ApiStage) -> String {
    let (api, stage) = (stage.api_id(), stage.stage());
    format!("{}:{}", api.unwrap_or_default(), stage.unwrap_or_default())
}

/// Leads from the stages that are served to those that are wanted, each with the limits of its routes.
fn served(there: &[ApiStage], wanted: &[ApiStage]) -> Vec<PatchOperation> {
    let mut patches = Vec::new();
    for old in there
        .iter()
        .filter(|old| !wanted.iter().any(|new| name(new) == name(old)))
    {
        let gone = aws_sdk_apigateway::types::Op::Remove;
        let patch = PatchOperation::builder()
            .op(gone)
            .path("/apiStages")
            .value(name(old));
        patches.push(patch.build());
    }
    for new in wanted {
        let old = there.iter().find(|old| name(new) == name(old));
        if old.is_none() {
            patches.push(add("/apiStages", name(new)));
        }
        let path = |route: &str| format!("/apiStages/{}/throttle/{}", name(new), segment(route));
        let limits = old.and_then(|old| old.throttle()).into_iter().flatten();
        let kept = |route: &str| new.throttle().is_some_and(|all| all.contains_key(route));
        patches.extend(
            limits
                .filter(|(route, _)| !kept(route))
                .map(|(route, _)| remove(path(route))),
        );
        let mut limits: Vec<_> = new.throttle().into_iter().flatten().collect();
        limits.sort_by_key(|(route, _)| route.as_str());
        for (route, limit) in limits {
            patches.extend(throttle(&path(route), Some(limit)));
        }
    }
    patches
}
