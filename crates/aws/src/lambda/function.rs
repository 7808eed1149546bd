//! Functions: configuration and code are changed by calls of their own, one after the other.

use crate::clients::Clients;
use crate::failure::{failure, found, lacks};
use crate::resource::{At, Change, Resource, retag, settled};
use crate::shape::{Misfit, Object, Shape, fields, put, shape, show, words};
use async_trait::async_trait;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{
    ApplicationLogLevel, Architecture, DeadLetterConfig, Environment, EnvironmentResponse,
    EphemeralStorage, FileSystemConfig, FunctionCode, FunctionConfiguration, ImageConfig,
    LastUpdateStatus, LogFormat, LoggingConfig, PackageType, RecursiveLoop, Runtime, SnapStart,
    SnapStartApplyOn, State, SystemLogLevel, TracingConfig, TracingMode, UpdateRuntimeOn,
    VpcConfig, VpcConfigResponse,
};
use formwork_provider::{Failure, FailureClass, Listed, Listing, Live, Page, Reply};
use serde_json::{Map, Value as Json, json};

/// `AWS::Lambda::Function`, by its name.
pub(crate) struct Function;

words!(
    ApplicationLogLevel,
    Architecture,
    LogFormat,
    PackageType,
    RecursiveLoop,
    Runtime,
    SnapStartApplyOn,
    SystemLogLevel,
    TracingMode,
    UpdateRuntimeOn,
);
shape!(DeadLetterConfig { target_arn });
shape!(Environment { variables });
shape!(EphemeralStorage { size });
shape!(FileSystemConfig {
    arn,
    local_mount_path
});
shape!(ImageConfig {
    command,
    entry_point,
    working_directory
});
shape!(LoggingConfig {
    application_log_level,
    log_format,
    log_group,
    system_log_level
});
shape!(SnapStart { apply_on });
shape!(TracingConfig { mode });
shape!(VpcConfig {
    subnet_ids,
    security_group_ids,
    ipv6_allowed_for_dual_stack
});

// What creates and updates of the configuration both send, beside the name and the code.
fields!(configuration {
    dead_letter_config,
    description,
    environment,
    ephemeral_storage,
    file_system_configs,
    handler,
    image_config,
    kms_key_arn,
    layers,
    logging_config,
    memory_size,
    role,
    runtime,
    snap_start,
    timeout,
    tracing_config,
    vpc_config,
});

/// Properties that [`configuration!`] sends.
const CONFIGURATION: &[&str] = &[
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "SnapStart",
    "Timeout",
    "TracingConfig",
    "VpcConfig",
];

/// Properties that have calls of their own.
const APART: &[&str] = &[
    "CodeSigningConfigArn",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "RuntimeManagementConfig",
];

#[async_trait]
impl Resource for Function {
    async fn read(&self, at: &At<'_>) -> Result<Option<Live>, Failure> {
        let (lambda, name) = (at.clients.lambda(), at.id()?);
        let asked = lambda.get_function().function_name(name).send().await;
        let Some(output) = found(asked.map_err(failure))? else {
            return Ok(None);
        };
        let function = output.configuration.ok_or_else(|| lacks("configuration"))?;
        let mut map = shown(&function);
        if let Some(limit) = output
            .concurrency
            .and_then(|c| c.reserved_concurrent_executions)
        {
            put(&mut map, "ReservedConcurrentExecutions", &limit);
        }
        let tags = output.tags.unwrap_or_default().into_iter().collect();
        let mut live = at.live(name, map, tags);
        live.pending = pending(&function);
        live.stamp = function.revision_id.map(Into::into);
        Ok(Some(live))
    }

    async fn create(
        &self,
        at: &At<'_>,
        wanted: &Map<String, Json>,
        _token: &str,
    ) -> Result<Reply, Failure> {
        let object = Object::new(wanted);
        let name: String = object.get("FunctionName")?.unwrap_or_default();
        let code = code(at, &object)?;
        let sent = at.clients.lambda().create_function().function_name(&name);
        let sent = configuration!(fill sent, object)
            .code(code)
            .set_architectures(object.get("Architectures")?)
            .set_package_type(object.get("PackageType")?)
            .set_code_signing_config_arn(object.get("CodeSigningConfigArn")?)
            .set_tags(Some(at.tags(wanted).into_iter().collect()));
        object.elsewhere(&[at.tag_property()]);
        object.elsewhere(APART);
        object.finish()?;
        sent.send().await.map_err(failure)?;
        if APART.iter().any(|name| wanted.contains_key(*name)) {
            wait(at, &name).await?;
            apart(at, &name, &object).await?;
        }
        settled(self, at, &name).await
    }

    async fn update(&self, at: &At<'_>, change: &Change<'_>) -> Result<Reply, Failure> {
        let (lambda, name) = (at.clients.lambda(), at.id()?);
        let wanted = Object::new(change.wanted);
        if change.touches(&["Code", "Architectures"]) {
            let code = code(at, &wanted)?;
            let sent = lambda
                .update_function_code()
                .function_name(name)
                .set_zip_file(code.zip_file)
                .set_s3_bucket(code.s3_bucket)
                .set_s3_key(code.s3_key)
                .set_s3_object_version(code.s3_object_version)
                .set_image_uri(code.image_uri)
                .set_architectures(wanted.get("Architectures")?);
            sent.send().await.map_err(failure)?;
            wait(at, name).await?;
        }
        if change.touches(CONFIGURATION) {
            let sent = lambda.update_function_configuration().function_name(name);
            let sent = configuration!(fill sent, change.object());
            sent.send().await.map_err(failure)?;
            wait(at, name).await?;
        }
        if change.touches(APART) {
            apart(at, name, &change.object()).await?;
            if change
                .removed
                .iter()
                .any(|name| &**name == "ReservedConcurrentExecutions")
            {
                let gone = lambda.delete_function_concurrency().function_name(name);
                found(gone.send().await.map_err(failure))?;
            }
            if change
                .removed
                .iter()
                .any(|name| &**name == "CodeSigningConfigArn")
            {
                let gone = lambda
                    .delete_function_code_signing_config()
                    .function_name(name);
                found(gone.send().await.map_err(failure))?;
            }
        }
        if change.touches(&[at.tag_property()]) {
            let asked = lambda
                .get_function()
                .function_name(name)
                .send()
                .await
                .map_err(failure)?;
            let there = asked.tags.unwrap_or_default().into_iter().collect();
            let arn = asked
                .configuration
                .and_then(|function| function.function_arn);
            let arn = arn.ok_or_else(|| lacks("ARN"))?;
            retag!(
                there,
                at.tags(change.wanted),
                |set| lambda
                    .tag_resource()
                    .resource(&arn)
                    .set_tags(Some(set.into_iter().collect())),
                |keys| lambda
                    .untag_resource()
                    .resource(&arn)
                    .set_tag_keys(Some(keys)),
            );
        }
        settled(self, at, name).await
    }

    /// Out of its network first, so that its interfaces go with it and not up to 40 minutes later: Lambda guide, "Giving
    /// Lambda functions access to resources in a VPC".
    async fn delete(&self, at: &At<'_>, _force: bool) -> Result<Reply, Failure> {
        let (lambda, name) = (at.clients.lambda(), at.id()?);
        let asked = lambda
            .get_function_configuration()
            .function_name(name)
            .send()
            .await;
        let Some(function) = found(asked.map_err(failure))? else {
            return Ok(Reply::Deleted);
        };
        let network = function.vpc_config.as_ref();
        if network.is_some_and(|network| !network.subnet_ids().is_empty()) {
            let none = VpcConfig::builder()
                .set_subnet_ids(Some(Vec::new()))
                .set_security_group_ids(Some(Vec::new()))
                .build();
            let sent = lambda
                .update_function_configuration()
                .function_name(name)
                .vpc_config(none);
            sent.send().await.map_err(failure)?;
            wait(at, name).await?;
        }
        let gone = lambda.delete_function().function_name(name).send().await;
        found(gone.map_err(failure))?;
        Ok(Reply::Deleted)
    }

    async fn poll(&self, at: &At<'_>, deleting: bool) -> Result<Reply, Failure> {
        let name = at.id()?;
        let asked = at
            .clients
            .lambda()
            .get_function_configuration()
            .function_name(name);
        let Some(function) = found(asked.send().await.map_err(failure))? else {
            return Ok(if deleting {
                Reply::Deleted
            } else {
                Reply::Absent
            });
        };
        let reason = |text: Option<&str>| text.unwrap_or("Lambda gives no reason").to_owned();
        if function.state() == Some(&State::Failed) {
            return Err(Failure::new(
                FailureClass::CreationFailed,
                "Failed",
                reason(function.state_reason()),
            ));
        }
        if function.state() == Some(&State::Pending) {
            return Ok(at.pending(name, "becoming active"));
        }
        if function.last_update_status() == Some(&LastUpdateStatus::InProgress) {
            return Ok(at.pending(name, "updating"));
        }
        settled(self, at, name).await
    }

    async fn list(&self, clients: &Clients, listing: &Listing) -> Result<Option<Page>, Failure> {
        let asked = clients.lambda().list_functions().max_items(50);
        let asked = asked.set_marker(listing.page.as_deref().map(str::to_owned));
        let output = asked.send().await.map_err(failure)?;
        let objects = output
            .functions
            .unwrap_or_default()
            .into_iter()
            .map(|function| Listed {
                id: function.function_name().unwrap_or_default().into(),
                properties: shown(&function),
                pending: pending(&function),
                stamp: function.revision_id.map(Into::into),
            });
        Ok(Some(Page {
            objects: objects.collect(),
            next: output.next_marker.map(Into::into),
        }))
    }
}

fn pending(function: &FunctionConfiguration) -> bool {
    function.state() == Some(&State::Pending)
        || function.last_update_status() == Some(&LastUpdateStatus::InProgress)
}

fn shown(function: &FunctionConfiguration) -> Map<String, Json> {
    let mut map = Map::new();
    show!(map, *function, {
        architectures,
        dead_letter_config,
        description,
        ephemeral_storage,
        file_system_configs,
        function_arn = "Arn",
        function_name,
        handler,
        kms_key_arn,
        logging_config,
        memory_size,
        package_type,
        role,
        runtime,
        timeout,
    });
    if let Some(EnvironmentResponse {
        variables: Some(variables),
        ..
    }) = function.environment()
    {
        map.insert(
            "Environment".to_owned(),
            json!({ "Variables": variables.show() }),
        );
    }
    let layers: Vec<String> = function
        .layers()
        .iter()
        .filter_map(|layer| layer.arn.clone())
        .collect();
    if !layers.is_empty() {
        put(&mut map, "Layers", &layers);
    }
    if let Some(mode) = function.tracing_config().and_then(|tracing| tracing.mode()) {
        map.insert("TracingConfig".to_owned(), json!({ "Mode": mode.as_str() }));
    }
    if let Some(image) = function
        .image_config_response()
        .and_then(|image| image.image_config())
    {
        put(&mut map, "ImageConfig", image);
    }
    if let Some(network) = function
        .vpc_config()
        .filter(|network| !network.subnet_ids().is_empty())
    {
        map.insert("VpcConfig".to_owned(), network_shown(network));
    }
    map
}

fn network_shown(network: &VpcConfigResponse) -> Json {
    let mut map = Map::new();
    show!(map, *network, { subnet_ids, security_group_ids, ipv6_allowed_for_dual_stack });
    Json::Object(map)
}

/// The code of a function: a zip that is made now, an object of S3, or an image.
fn code(at: &At<'_>, object: &Object<'_>) -> Result<FunctionCode, Failure> {
    let Some(json) = object.json("Code") else {
        return Err(Misfit::new("there is no code").within("Code").into());
    };
    let within = |misfit: Misfit| misfit.within("Code");
    if let Some(zip) = at.package(json).map_err(within)? {
        return Ok(FunctionCode::builder().zip_file(Blob::new(zip)).build());
    }
    let code = Object::of(json).map_err(within)?;
    let builder = FunctionCode::builder()
        .set_image_uri(code.get("ImageUri")?)
        .set_s3_bucket(code.get("S3Bucket")?)
        .set_s3_key(code.get("S3Key")?)
        .set_s3_object_version(code.get("S3ObjectVersion")?)
        .set_source_kms_key_arn(code.get("SourceKMSKeyArn")?);
    code.finish().map_err(within)?;
    Ok(builder.build())
}

/// What calls of their own set.
async fn apart(at: &At<'_>, name: &str, object: &Object<'_>) -> Result<(), Failure> {
    let lambda = at.clients.lambda();
    if let Some(limit) = object.get("ReservedConcurrentExecutions")? {
        let sent = lambda.put_function_concurrency().function_name(name);
        sent.reserved_concurrent_executions(limit)
            .send()
            .await
            .map_err(failure)?;
    }
    if let Some(config) = object.object("RuntimeManagementConfig")? {
        let sent = lambda
            .put_runtime_management_config()
            .function_name(name)
            .set_update_runtime_on(config.get("UpdateRuntimeOn")?)
            .set_runtime_version_arn(config.get("RuntimeVersionArn")?);
        sent.send().await.map_err(failure)?;
    }
    if let Some(recursive) = object.get::<RecursiveLoop>("RecursiveLoop")? {
        let sent = lambda.put_function_recursion_config().function_name(name);
        sent.recursive_loop(recursive)
            .send()
            .await
            .map_err(failure)?;
    }
    Ok(())
}

/// Waits until Lambda has done with the last change, for as long as it usually takes; a change that comes too early is
/// repeated by the engine.
async fn wait(at: &At<'_>, name: &str) -> Result<(), Failure> {
    for _ in 0..LOOKS {
        let asked = at
            .clients
            .lambda()
            .get_function_configuration()
            .function_name(name);
        let function = asked.send().await.map_err(failure)?;
        let busy = function.state() == Some(&State::Pending);
        match function.last_update_status() {
            Some(LastUpdateStatus::Failed) => {
                let reason = function
                    .last_update_status_reason()
                    .unwrap_or("Lambda gives no reason");
                let class = FailureClass::InvalidInput(None);
                return Err(Failure::new(class, "UpdateFailed", reason));
            }
            status if busy || status == Some(&LastUpdateStatus::InProgress) => {
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

const LOOKS: usize = 240;
