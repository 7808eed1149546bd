//! What job definitions are made of: containers, what they take, and when they are tried again.
#![expect(
    deprecated,
    reason = "memory and vcpus are still properties of the type"
)]

use crate::shape::{shape, words};
use aws_sdk_batch::types::{
    AssignPublicIp, ConsumableResourceProperties, ConsumableResourceRequirement,
    ContainerProperties, Device, DeviceCgroupPermission, EcsProperties, EcsTaskProperties,
    EfsAuthorizationConfig, EfsAuthorizationConfigIam, EfsTransitEncryption,
    EfsVolumeConfiguration, EksContainer, EksContainerEnvironmentVariable,
    EksContainerResourceRequirements, EksContainerSecurityContext, EksContainerVolumeMount,
    EksEmptyDir, EksHostPath, EksMetadata, EksPersistentVolumeClaim, EksPodProperties,
    EksProperties, EksSecret, EksVolume, EphemeralStorage, EvaluateOnExit,
    FargatePlatformConfiguration, FirelensConfiguration, FirelensConfigurationType, Host,
    ImagePullSecret, JobDefinitionType, JobTimeout, KeyValuePair, LinuxParameters,
    LogConfiguration, LogDriver, MountPoint, NetworkConfiguration, NodeProperties,
    NodeRangeProperty, PlatformCapability, RepositoryCredentials, ResourceRequirement,
    ResourceType, RetryAction, RetryStrategy, RuntimePlatform, S3FilesVolumeConfiguration, Secret,
    TaskContainerDependency, TaskContainerProperties, Tmpfs, Ulimit, Volume,
};

words!(
    AssignPublicIp,
    DeviceCgroupPermission,
    EfsAuthorizationConfigIam,
    EfsTransitEncryption,
    FirelensConfigurationType,
    JobDefinitionType,
    LogDriver,
    PlatformCapability,
    ResourceType,
    RetryAction,
);
shape!(ConsumableResourceProperties {
    consumable_resource_list
});
shape!(ConsumableResourceRequirement {
    consumable_resource,
    quantity
});
shape!(ContainerProperties {
    command,
    enable_execute_command,
    environment,
    ephemeral_storage,
    execution_role_arn,
    fargate_platform_configuration,
    image,
    job_role_arn,
    linux_parameters,
    log_configuration,
    memory,
    mount_points,
    network_configuration,
    privileged,
    readonly_root_filesystem,
    repository_credentials,
    resource_requirements,
    runtime_platform,
    secrets,
    ulimits,
    user,
    vcpus,
    volumes,
});
shape!(Device {
    container_path,
    host_path,
    permissions
});
shape!(EcsProperties { task_properties });
shape!(EcsTaskProperties {
    containers,
    enable_execute_command,
    ephemeral_storage,
    execution_role_arn,
    ipc_mode,
    network_configuration,
    network_mode,
    pid_mode,
    platform_version,
    runtime_platform,
    task_role_arn,
    volumes,
});
shape!(EfsAuthorizationConfig {
    access_point_id,
    iam
});
shape!(EfsVolumeConfiguration {
    authorization_config,
    file_system_id,
    root_directory,
    transit_encryption,
    transit_encryption_port,
});
shape!(EksContainer {
    args,
    command,
    env,
    image,
    image_pull_policy,
    name,
    resources,
    security_context,
    volume_mounts,
});
shape!(EksContainerEnvironmentVariable { name, value });
shape!(EksContainerResourceRequirements { limits, requests });
shape!(EksContainerSecurityContext {
    allow_privilege_escalation,
    privileged,
    read_only_root_filesystem,
    run_as_group,
    run_as_non_root,
    run_as_user,
});
shape!(EksContainerVolumeMount {
    mount_path,
    name,
    read_only,
    sub_path
});
shape!(EksEmptyDir { medium, size_limit });
shape!(EksHostPath { path });
shape!(EksMetadata {
    annotations,
    labels,
    namespace
});
shape!(EksPersistentVolumeClaim {
    claim_name,
    read_only
});
shape!(EksPodProperties {
    containers,
    dns_policy,
    host_network,
    image_pull_secrets,
    init_containers,
    metadata,
    service_account_name,
    share_process_namespace,
    volumes,
});
shape!(EksProperties { pod_properties });
shape!(EksSecret {
    optional,
    secret_name
});
shape!(EksVolume {
    empty_dir,
    host_path,
    name,
    persistent_volume_claim,
    secret
});
shape!(EphemeralStorage { size_in_gib = "SizeInGiB" });
shape!(EvaluateOnExit {
    action,
    on_exit_code,
    on_reason,
    on_status_reason
});
shape!(FargatePlatformConfiguration { platform_version });
shape!(FirelensConfiguration { options, r#type });
shape!(Host { source_path });
shape!(ImagePullSecret { name });
shape!(JobTimeout {
    attempt_duration_seconds
});
shape!(KeyValuePair { name, value });
shape!(LinuxParameters {
    devices,
    init_process_enabled,
    max_swap,
    shared_memory_size,
    swappiness,
    tmpfs,
});
shape!(LogConfiguration {
    log_driver,
    options,
    secret_options
});
shape!(MountPoint {
    container_path,
    read_only,
    source_volume
});
shape!(NetworkConfiguration { assign_public_ip });
shape!(NodeProperties {
    main_node,
    node_range_properties,
    num_nodes
});
shape!(NodeRangeProperty {
    consumable_resource_properties,
    container,
    ecs_properties,
    eks_properties,
    instance_types,
    target_nodes,
});
shape!(RepositoryCredentials {
    credentials_parameter
});
shape!(ResourceRequirement { r#type, value });
shape!(RetryStrategy {
    attempts,
    evaluate_on_exit
});
shape!(RuntimePlatform {
    cpu_architecture,
    operating_system_family
});
shape!(S3FilesVolumeConfiguration {
    access_point_arn,
    file_system_arn,
    root_directory,
    transit_encryption_port,
});
shape!(Secret { name, value_from });
shape!(TaskContainerDependency {
    condition,
    container_name
});
shape!(TaskContainerProperties {
    command,
    depends_on,
    environment,
    essential,
    firelens_configuration,
    image,
    linux_parameters,
    log_configuration,
    mount_points,
    name,
    privileged,
    readonly_root_filesystem,
    repository_credentials,
    resource_requirements,
    secrets,
    start_timeout,
    stop_timeout,
    ulimits,
    user,
});
shape!(Tmpfs {
    container_path,
    mount_options,
    size
});
shape!(Ulimit {
    hard_limit,
    name,
    soft_limit
});
shape!(Volume {
    efs_volume_configuration,
    host,
    name,
    s3files_volume_configuration = "S3FilesVolumeConfiguration",
});
