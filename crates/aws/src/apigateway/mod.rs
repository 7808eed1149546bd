//! API Gateway: REST APIs. They are changed by patches: a path, and what to put there.

mod account;
mod api_key;
mod authorizer;
mod base_path_mapping;
mod deployment;
mod domain_name;
mod patch;
mod request_validator;
mod rest_api;
mod stage;
mod usage_plan;
mod usage_plan_key;

use crate::resource::{At, Resource};

/// What makes a type of this service.
pub(crate) fn resource(name: &str) -> Option<&'static dyn Resource> {
    Some(match name {
        "Account" => &account::Account,
        "ApiKey" => &api_key::ApiKey,
        "Authorizer" => &authorizer::Authorizer,
        "BasePathMapping" => &base_path_mapping::BasePathMapping,
        "Deployment" => &deployment::Deployment,
        "DomainName" => &domain_name::DomainName,
        "RequestValidator" => &request_validator::RequestValidator,
        "RestApi" => &rest_api::RestApi,
        "Stage" => &stage::Stage,
        "UsagePlan" => &usage_plan::UsagePlan,
        "UsagePlanKey" => &usage_plan_key::UsagePlanKey,
        _ => return None,
    })
}

/// The ARN of something of this service that can be tagged.
fn arn(at: &At<'_>, path: &str) -> String {
    format!(
        "arn:{}:apigateway:{}::/{path}",
        at.partition(),
        at.clients.region()
    )
}

/// Leads from the tags that are there to those that are wanted.
macro_rules! retagged {
    ($at:expr, $arn:expr, $there:expr, $wanted:expr) => {{
        let (gateway, arn) = ($at.clients.apigateway(), $arn);
        let there = $there.unwrap_or_default().into_iter().collect();
        $crate::resource::retag!(
            there,
            $at.tags($wanted),
            |set| gateway
                .tag_resource()
                .resource_arn(&arn)
                .set_tags(Some(set.into_iter().collect())),
            |keys| gateway
                .untag_resource()
                .resource_arn(&arn)
                .set_tag_keys(Some(keys)),
        );
    }};
}
use retagged;

/// All items of a list, page by page; none if what holds them is not there.
macro_rules! items {
    ($ask:expr) => {{
        let (mut all, mut page) = (Vec::new(), None);
        loop {
            let asked = $ask
                .limit($crate::apigateway::PAGE)
                .set_position(page)
                .send()
                .await;
            let Some(output) = $crate::failure::found(asked.map_err($crate::failure::failure))?
            else {
                break;
            };
            all.extend(output.items.unwrap_or_default());
            page = output.position;
            if page.is_none() {
                break;
            }
        }
        all
    }};
}
use items;

/// How many items a page holds at most: API Gateway API, "limit".
const PAGE: i32 = 500;
