//! Provisioned concurrency of versions and aliases: a setting with calls and a life of its own.

use crate::failure::{failure, found};
use crate::resource::At;
use crate::shape::Object;
use aws_sdk_lambda::types::ProvisionedConcurrencyStatusEnum as Status;
use formwork_provider::{Failure, FailureClass};
use serde_json::{Map, Value as Json, json};

const PROPERTY: &str = "ProvisionedConcurrencyConfig";

/// Adds what is provisioned to shown properties; whether Lambda still works on it.
pub(super) async fn show(
    at: &At<'_>,
    function: &str,
    qualifier: &str,
    map: &mut Map<String, Json>,
) -> Result<bool, Failure> {
    let asked = at.clients.lambda().get_provisioned_concurrency_config();
    let asked = asked
        .function_name(function)
        .qualifier(qualifier)
        .send()
        .await;
    let Some(output) = found(asked.map_err(failure))? else {
        return Ok(false);
    };
    if output.status() == Some(&Status::Failed) {
        let reason = output.status_reason().unwrap_or("Lambda gives no reason");
        return Err(Failure::new(
            FailureClass::CreationFailed,
            "ProvisionedConcurrency",
            reason,
        ));
    }
    if let Some(number) = output.requested_provisioned_concurrent_executions() {
        map.insert(
            PROPERTY.to_owned(),
            json!({ "ProvisionedConcurrentExecutions": number }),
        );
    }
    Ok(output.status() == Some(&Status::InProgress))
}

/// Provisions what is wanted; nothing, where nothing is.
pub(super) async fn settle(
    at: &At<'_>,
    function: &str,
    qualifier: &str,
    wanted: &Object<'_>,
) -> Result<(), Failure> {
    let lambda = at.clients.lambda();
    match wanted.object(PROPERTY)? {
        Some(config) => {
            let sent = lambda.put_provisioned_concurrency_config();
            let sent = sent.function_name(function).qualifier(qualifier);
            let number = config.get("ProvisionedConcurrentExecutions")?;
            config.finish()?;
            let sent = sent.set_provisioned_concurrent_executions(number);
            sent.send().await.map_err(failure)?;
        }
        None => {
            let gone = lambda.delete_provisioned_concurrency_config();
            let gone = gone
                .function_name(function)
                .qualifier(qualifier)
                .send()
                .await;
            found(gone.map_err(failure))?;
        }
    }
    Ok(())
}
