//! Services. One is done when its newest deployment is: when all that should run runs and what was there has ended.

use super::{retag, trouble};
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, settled};
use crate::shape::{Object, fields, fill, put, show};
use async_trait::async_trait;
use aws_sdk_ecs::types::{
    Deployment, DeploymentRolloutState as Rollout, Service as Described, ServiceField,
};
use formwork_provider::{Failure, Live, Reply};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// `AWS::ECS::Service`, by `<ARN>|<cluster>`.
pub(crate) struct Service;

// What creates, updates and reads have in common.
fields!(settings {
    availability_zone_rebalancing,
    capacity_provider_strategy,
    deployment_configuration,
    deployment_controller,
    desired_count,
    enable_ecs_managed_tags = "EnableECSManagedTags",
    enable_execute_command,
    health_check_grace_period_seconds,
    load_balancers,
    network_configuration,
    placement_constraints,
    placement_strategy = "PlacementStrategies",
    platform_version,
    propagate_tags,
    service_registries,
    task_definition,
});

// What is sent but not read back.
fields!(unread {
    gateway_connectors,
    monitoring,
    service_connect_configuration,
    volume_configurations,
    vpc_lattice_configurations,
});

/// How many services are described at once: ECS API, DescribeServices.
const AT_ONCE: usize = 10;

#[async_trait]
impl Resource for Service {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let [arn, cluster] = at.ids()?;
        Ok(described(at, cluster, &[arn])
            .await?
            .first()
            .map(|one| live(at, one, cluster)))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let cluster = cluster(&object)?;
        let sent = settings!(fill at.clients.ecs().create_service(), object);
        let sent = unread!(fill sent, object);
        let sent =
            fill!(sent, object, { launch_type, role, scheduling_strategy, service_name, tags })
                .cluster(&cluster)
                .client_token(token);
        // A first deployment is new in any case.
        object.elsewhere(&["ForceNewDeployment"]);
        object.finish()?;
        let output = sent.send().await.map_err(failure)?;
        let arn = output.service.and_then(|service| service.service_arn);
        settled(
            self,
            at,
            &format!("{}|{cluster}", arn.ok_or_else(|| lacks("service"))?),
        )
        .await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let [arn, cluster] = at.ids()?;
        let object = change.object();
        let sent = settings!(fill at.clients.ecs().update_service(), object);
        let sent = unread!(fill sent, object);
        let forced = match object.object("ForceNewDeployment")? {
            Some(forced) => forced.get("EnableForceNewDeployment")?.unwrap_or(false),
            // ECS API, UpdateService, capacityProviderStrategy: only with a new deployment.
            None => change.changed.contains_key("CapacityProviderStrategy"),
        };
        object.elsewhere(&[at.tag_property()]);
        object.finish()?;
        if change.changed.keys().any(|name| name != at.tag_property()) {
            let sent = sent
                .cluster(cluster)
                .service(arn)
                .set_force_new_deployment(forced.then_some(true));
            sent.send().await.map_err(failure)?;
        }
        retag(at, arn, change).await?;
        settled(self, at, at.id()?).await
    }

    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let [arn, cluster] = at.ids()?;
        let gone = at
            .clients
            .ecs()
            .delete_service()
            .cluster(cluster)
            .service(arn);
        match found(gone.force(true).send().await.map_err(failure)) {
            Ok(Some(_)) => self.poll(at, true).await,
            Ok(None) => Ok(Reply::Deleted),
            // What is gone is shown as inactive for a while, and cannot be deleted again.
            Err(failure) if failure.code == "ServiceNotActiveException" => Ok(Reply::Deleted),
            Err(failure) => Err(failure),
        }
    }

    async fn find(&self, at: &At<'_>, wanted: &Map<String, Json>) -> Result<Vec<Live>, Failure> {
        let object = Object::new(wanted);
        let cluster = cluster(&object)?;
        let name: Option<String> = object.get("ServiceName")?;
        let Some(name) = name.as_deref().or(at.target.name.as_deref()) else {
            return Ok(Vec::new());
        };
        let all = described(at, &cluster, &[name]).await?;
        Ok(all.iter().map(|one| live(at, one, &cluster)).collect())
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let [arn, cluster] = at.ids()?;
        let services = described(at, cluster, &[arn]).await?;
        let Some(service) = services.first() else {
            return Ok(if deleting {
                Reply::Deleted
            } else {
                Reply::Absent
            });
        };
        if deleting {
            let running = service.running_count();
            return Ok(at.pending(at.id()?, format!("{running} of its tasks still run")));
        }
        if let Some(deployment) = trouble::failed_deployment(service) {
            return Err(trouble::failure_of(at, cluster, service, deployment).await);
        }
        match primary(service).filter(|one| one.rollout_state() == Some(&Rollout::InProgress)) {
            Some(deployment) => Ok(at.pending(at.id()?, trouble::progress(service, deployment))),
            None => Ok(Reply::Done(live(at, service, cluster))),
        }
    }

    async fn read_many(&self, all: &[At<'_>]) -> Vec<Result<Option<Live>, Failure>> {
        let mut by_cluster: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut answers: Vec<Result<Option<Live>, Failure>> = Vec::with_capacity(all.len());
        for (number, at) in all.iter().enumerate() {
            if let Ok([_, cluster]) = at.ids() {
                by_cluster.entry(cluster).or_default().push(number);
            }
            answers.push(at.ids::<2>().map(|_| None));
        }
        for (cluster, numbers) in by_cluster {
            for batch in numbers.chunks(AT_ONCE) {
                read_batch(all, cluster, batch, &mut answers).await;
            }
        }
        answers
    }
}

/// Reads up to ten services of one cluster.
async fn read_batch(
    all: &[At<'_>],
    cluster: &str,
    numbers: &[usize],
    answers: &mut [Result<Option<Live>, Failure>],
) {
    let asked: Vec<(usize, &At<'_>, &str)> = numbers
        .iter()
        .filter_map(|number| {
            let at = all.get(*number)?;
            let [arn, _] = at.ids().ok()?;
            Some((*number, at, arn))
        })
        .collect();
    let Some((_, first, _)) = asked.first() else {
        return;
    };
    let arns: Vec<&str> = asked.iter().map(|(_, _, arn)| *arn).collect();
    let services = described(first, cluster, &arns).await;
    for (number, at, arn) in asked {
        let Some(answer) = answers.get_mut(number) else {
            continue;
        };
        *answer = match &services {
            Ok(services) => {
                let own = services.iter().find(|one| one.service_arn() == Some(arn));
                Ok(own.map(|one| live(at, one, cluster)))
            }
            Err(failure) => Err(failure.clone()),
        };
    }
}

fn cluster(object: &Object<'_>) -> Result<String, Failure> {
    let cluster: Option<String> = object.get("Cluster")?;
    Ok(cluster.unwrap_or_else(|| "default".to_owned()))
}

/// The services that are there; one that was deleted is shown for a while.
async fn described(
    at: &At<'_>,
    cluster: &str,
    services: &[&str],
) -> Result<Vec<Described>, Failure> {
    let services = services
        .iter()
        .map(|service| (*service).to_owned())
        .collect();
    let asked = at.clients.ecs().describe_services().cluster(cluster);
    let asked = asked
        .set_services(Some(services))
        .include(ServiceField::Tags);
    let output = found(asked.send().await.map_err(failure))?;
    let all = output
        .and_then(|output| output.services)
        .unwrap_or_default();
    Ok(all
        .into_iter()
        .filter(|one| one.status() != Some("INACTIVE"))
        .collect())
}

/// The newest deployment.
fn primary(service: &Described) -> Option<&Deployment> {
    service
        .deployments()
        .iter()
        .find(|one| one.status() == Some("PRIMARY"))
}

fn live(at: &At<'_>, service: &Described, cluster: &str) -> Live {
    let mut map = Map::new();
    settings!(show map, *service);
    show!(map, *service, {
        launch_type,
        role_arn = "Role",
        scheduling_strategy,
        service_arn,
        service_name,
        service_name = "Name",
        tags,
    });
    // As it was asked for: by name or by ARN.
    put(&mut map, "Cluster", &cluster.to_owned());
    let id = format!("{}|{cluster}", service.service_arn().unwrap_or_default());
    let mut live = at.seen(id, map);
    let rollout = primary(service).and_then(|deployment| deployment.rollout_state());
    live.pending = rollout == Some(&Rollout::InProgress) || service.status() == Some("DRAINING");
    live
}
