//! What task definitions are made of: containers, what they are told, and what they mount.

use crate::shape::{shape, words};
use aws_sdk_ecs::types::{
    ApplicationProtocol, Compatibility, ContainerCondition, ContainerDefinition,
    ContainerDependency, ContainerRestartPolicy, CpuArchitecture, Device, DeviceCgroupPermission,
    DockerVolumeConfiguration, EfsAuthorizationConfig, EfsAuthorizationConfigIam,
    EfsTransitEncryption, EfsVolumeConfiguration, EnvironmentFile, EnvironmentFileType,
    EphemeralStorage, FSxWindowsFileServerAuthorizationConfig,
    FSxWindowsFileServerVolumeConfiguration, FirelensConfiguration, FirelensConfigurationType,
    HealthCheck, HostEntry, HostVolumeProperties, IpcMode, KernelCapabilities, LinuxParameters,
    MountPoint, NetworkMode, OsFamily, PidMode, PortMapping, ProxyConfiguration,
    ProxyConfigurationType, RepositoryCredentials, ResourceRequirement, ResourceType,
    RuntimePlatform, S3FilesVolumeConfiguration, Scope, SystemControl,
    TaskDefinitionPlacementConstraint, TaskDefinitionPlacementConstraintType, Tmpfs,
    TransportProtocol, Ulimit, UlimitName, VersionConsistency, Volume, VolumeFrom,
};

words!(
    ApplicationProtocol,
    Compatibility,
    ContainerCondition,
    CpuArchitecture,
    DeviceCgroupPermission,
    EfsAuthorizationConfigIam,
    EfsTransitEncryption,
    EnvironmentFileType,
    FirelensConfigurationType,
    IpcMode,
    NetworkMode,
    OsFamily,
    PidMode,
    ProxyConfigurationType,
    ResourceType,
    Scope,
    TaskDefinitionPlacementConstraintType,
    TransportProtocol,
    UlimitName,
    VersionConsistency,
);
shape!(ContainerDefinition {
    command,
    cpu,
    credential_specs,
    depends_on,
    disable_networking,
    dns_search_domains,
    dns_servers,
    docker_labels,
    docker_security_options,
    entry_point,
    environment,
    environment_files,
    essential,
    extra_hosts,
    firelens_configuration,
    health_check,
    hostname,
    image,
    interactive,
    links,
    linux_parameters,
    log_configuration,
    memory,
    memory_reservation,
    mount_points,
    name,
    port_mappings,
    privileged,
    pseudo_terminal,
    readonly_root_filesystem,
    repository_credentials,
    resource_requirements,
    restart_policy,
    secrets,
    start_timeout,
    stop_timeout,
    system_controls,
    ulimits,
    user,
    version_consistency,
    volumes_from,
    working_directory,
});
shape!(ContainerDependency {
    condition,
    container_name
});
shape!(ContainerRestartPolicy {
    enabled,
    ignored_exit_codes,
    restart_attempt_period
});
shape!(Device {
    container_path,
    host_path,
    permissions
});
shape!(DockerVolumeConfiguration {
    autoprovision,
    driver,
    driver_opts,
    labels,
    scope
});
shape!(EfsAuthorizationConfig { access_point_id, iam = "IAM" });
shape!(EfsVolumeConfiguration {
    authorization_config,
    file_system_id = "FilesystemId",
    root_directory,
    transit_encryption,
    transit_encryption_port,
});
shape!(EnvironmentFile { r#type, value });
shape!(EphemeralStorage { size_in_gib = "SizeInGiB" });
shape!(FSxWindowsFileServerAuthorizationConfig {
    credentials_parameter,
    domain
});
shape!(FSxWindowsFileServerVolumeConfiguration {
    authorization_config,
    file_system_id,
    root_directory,
});
shape!(FirelensConfiguration { options, r#type });
shape!(HealthCheck {
    command,
    interval,
    retries,
    start_period,
    timeout
});
shape!(HostEntry {
    hostname,
    ip_address
});
shape!(HostVolumeProperties { source_path });
shape!(KernelCapabilities { add, drop });
shape!(LinuxParameters {
    capabilities,
    devices,
    init_process_enabled,
    max_swap,
    shared_memory_size,
    swappiness,
    tmpfs,
});
shape!(MountPoint {
    container_path,
    read_only,
    source_volume
});
shape!(PortMapping {
    app_protocol,
    container_port,
    container_port_range,
    host_port,
    name,
    protocol,
});
shape!(ProxyConfiguration { container_name, properties = "ProxyConfigurationProperties", r#type });
shape!(RepositoryCredentials {
    credentials_parameter
});
shape!(ResourceRequirement { r#type, value });
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
shape!(SystemControl { namespace, value });
shape!(TaskDefinitionPlacementConstraint { expression, r#type });
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
    configured_at_launch,
    docker_volume_configuration,
    efs_volume_configuration = "EFSVolumeConfiguration",
    fsx_windows_file_server_volume_configuration = "FSxWindowsFileServerVolumeConfiguration",
    host,
    name,
    s3files_volume_configuration = "S3FilesVolumeConfiguration",
});
shape!(VolumeFrom {
    read_only,
    source_container
});
