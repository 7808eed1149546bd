//! What is said of services that are not done: how far a deployment is, and why one failed.

use crate::resource::{At, failed};
use aws_sdk_ecs::types::{Deployment, DeploymentRolloutState as Rollout, DesiredStatus, Service};
use formwork_provider::Failure;

/// How many events, and how many stopped tasks, are shown of a failed deployment.
const SHOWN: usize = 5;

/// A deployment that failed, or that the circuit breaker takes back.
pub(super) fn failed_deployment(service: &Service) -> Option<&Deployment> {
    let rolled_back = |one: &&Deployment| {
        let reason = one.rollout_state_reason().unwrap_or_default();
        one.rollout_state() == Some(&Rollout::Failed) || reason.contains("rolling back")
    };
    service.deployments().iter().find(rolled_back)
}

/// How far a deployment is.
pub(super) fn progress(service: &Service, deployment: &Deployment) -> String {
    let (running, wanted) = (deployment.running_count(), deployment.desired_count());
    let mut text = format!("{running} of {wanted} tasks run");
    if deployment.failed_tasks() > 0 {
        text.push_str(&format!(", {} failed", deployment.failed_tasks()));
        if let Some(event) = service.events().first().and_then(|event| event.message()) {
            text.push_str(": ");
            text.push_str(event);
        }
    }
    text
}

/// The failure of a deployment: its reason, the last events of the service, and why tasks stopped.
pub(super) async fn failure_of(
    at: &At<'_>,
    cluster: &str,
    service: &Service,
    deployment: &Deployment,
) -> Failure {
    let mut text = deployment
        .rollout_state_reason()
        .unwrap_or("the deployment failed")
        .to_owned();
    for event in service
        .events()
        .iter()
        .filter_map(|event| event.message())
        .take(SHOWN)
    {
        text.push_str("\n  ");
        text.push_str(event);
    }
    for reason in stopped(at, cluster, service).await.unwrap_or_default() {
        text.push_str("\n  ");
        text.push_str(&reason);
    }
    failed(Some(&text))
}

/// Why tasks of the service stopped, as far as ECS still says it.
async fn stopped(at: &At<'_>, cluster: &str, service: &Service) -> Option<Vec<String>> {
    let ecs = at.clients.ecs();
    let tasks = ecs
        .list_tasks()
        .cluster(cluster)
        .service_name(service.service_name()?);
    let tasks = tasks
        .desired_status(DesiredStatus::Stopped)
        .send()
        .await
        .ok()?;
    let arns: Vec<String> = tasks.task_arns?.into_iter().take(SHOWN).collect();
    if arns.is_empty() {
        return None;
    }
    let described = ecs.describe_tasks().cluster(cluster).set_tasks(Some(arns));
    let mut reasons = Vec::new();
    for task in described.send().await.ok()?.tasks? {
        let stopped = task.stopped_reason().unwrap_or("it stopped");
        let containers = task.containers().iter().filter_map(|container| {
            let name = container.name()?;
            let code = container.exit_code.map(|code| format!("exit code {code}"));
            let reason = container.reason().map(str::to_owned);
            Some(format!("{name}: {}", reason.or(code)?))
        });
        let containers: Vec<String> = containers.collect();
        let line = match containers.is_empty() {
            true => stopped.to_owned(),
            false => format!("{stopped} ({})", containers.join("; ")),
        };
        if !reasons.contains(&line) {
            reasons.push(line);
        }
    }
    Some(reasons)
}
