//! What services are made of: how they are deployed, reached and placed.

use crate::shape::{shape, words};
use aws_sdk_ecs::types::{
    AccessType, AdvancedConfiguration, AssignPublicIp, AvailabilityZoneRebalancing,
    AwsVpcConfiguration, CanaryConfiguration, DeploymentAlarms, DeploymentCircuitBreaker,
    DeploymentConfiguration, DeploymentController, DeploymentControllerType,
    DeploymentEarlySuccessCriteria, DeploymentLifecycleHook, DeploymentLifecycleHookAction,
    DeploymentLifecycleHookStage, DeploymentLifecycleHookTargetType,
    DeploymentLifecycleHookTimeoutConfiguration, DeploymentStrategy, EbsResourceType,
    EbsTagSpecification, GatewayConnector, GatewayConnectorFilters, GatewayConnectorHealthCheck,
    GatewayConnectorHealthCheckMatcher, GatewayConnectorHealthCheckProtocol, LaunchType,
    LinearConfiguration, LoadBalancer, MetricConfiguration, MonitoringConfiguration,
    NetworkConfiguration, PlacementConstraint, PlacementConstraintType, PlacementStrategy,
    PlacementStrategyType, PropagateTags, SchedulingStrategy, ServiceConnectAccessLogConfiguration,
    ServiceConnectAccessLoggingFormat, ServiceConnectClientAlias, ServiceConnectConfiguration,
    ServiceConnectIncludeQueryParameters, ServiceConnectService,
    ServiceConnectTestTrafficHeaderMatchRules, ServiceConnectTestTrafficHeaderRules,
    ServiceConnectTestTrafficRules, ServiceConnectTlsCertificateAuthority,
    ServiceConnectTlsConfiguration, ServiceManagedEbsVolumeConfiguration, ServiceRegistry,
    ServiceRevisionCleanup, ServiceVolumeConfiguration, TaskFilesystemType, ThresholdConfiguration,
    ThresholdType, TimeoutConfiguration, VpcLatticeAdvancedConfiguration, VpcLatticeConfiguration,
};

words!(
    AccessType,
    AssignPublicIp,
    AvailabilityZoneRebalancing,
    DeploymentControllerType,
    DeploymentLifecycleHookAction,
    DeploymentLifecycleHookStage,
    DeploymentLifecycleHookTargetType,
    DeploymentStrategy,
    EbsResourceType,
    GatewayConnectorHealthCheckProtocol,
    LaunchType,
    PlacementConstraintType,
    PlacementStrategyType,
    PropagateTags,
    SchedulingStrategy,
    ServiceConnectAccessLoggingFormat,
    ServiceConnectIncludeQueryParameters,
    ServiceRevisionCleanup,
    TaskFilesystemType,
    ThresholdType,
);
shape!(AdvancedConfiguration {
    alternate_target_group_arn,
    production_listener_rule,
    role_arn,
    test_listener_rule,
});
shape!(AwsVpcConfiguration {
    assign_public_ip,
    security_groups,
    subnets
});
shape!(CanaryConfiguration {
    canary_bake_time_in_minutes,
    canary_percent
});
shape!(DeploymentAlarms {
    alarm_names,
    enable,
    rollback
});
shape!(DeploymentCircuitBreaker {
    enable,
    reset_on_healthy_task,
    rollback,
    threshold_configuration,
});
shape!(DeploymentConfiguration {
    alarms,
    bake_time_in_minutes,
    canary_configuration,
    deployment_circuit_breaker,
    early_success_criteria,
    lifecycle_hooks,
    linear_configuration,
    maximum_percent,
    minimum_healthy_percent,
    strategy,
});
shape!(DeploymentController { r#type });
shape!(DeploymentEarlySuccessCriteria {
    enable,
    healthy_percent,
    source_service_revision_cleanup
});
shape!(DeploymentLifecycleHook {
    hook_target_arn,
    lifecycle_stages,
    role_arn,
    target_type,
    timeout_configuration,
});
shape!(DeploymentLifecycleHookTimeoutConfiguration {
    action,
    timeout_in_minutes
});
shape!(EbsTagSpecification {
    propagate_tags,
    resource_type,
    tags
});
shape!(GatewayConnector {
    filters,
    health_check,
    port_name
});
shape!(GatewayConnectorFilters { access_types });
shape!(GatewayConnectorHealthCheck {
    health_check_interval_seconds,
    health_check_path,
    health_check_port,
    health_check_protocol,
    health_check_timeout_seconds,
    healthy_threshold_count,
    matcher,
    unhealthy_threshold_count,
});
shape!(GatewayConnectorHealthCheckMatcher {
    grpc_code,
    http_code
});
shape!(LinearConfiguration {
    step_bake_time_in_minutes,
    step_percent
});
shape!(LoadBalancer {
    advanced_configuration,
    container_name,
    container_port,
    load_balancer_name,
    target_group_arn,
});
shape!(MetricConfiguration {
    metric_names,
    resolution_seconds
});
shape!(MonitoringConfiguration {
    metric_configurations
});
shape!(NetworkConfiguration {
    awsvpc_configuration
});
shape!(PlacementConstraint { expression, r#type });
shape!(PlacementStrategy { field, r#type });
shape!(ServiceConnectAccessLogConfiguration {
    format,
    include_query_parameters
});
shape!(ServiceConnectClientAlias {
    dns_name,
    port,
    test_traffic_rules
});
shape!(ServiceConnectConfiguration {
    access_log_configuration,
    enabled,
    log_configuration,
    namespace,
    services,
});
shape!(ServiceConnectService {
    client_aliases,
    discovery_name,
    ingress_port_override,
    port_name,
    timeout,
    tls,
});
shape!(ServiceConnectTestTrafficHeaderMatchRules { exact });
shape!(ServiceConnectTestTrafficHeaderRules { name, value });
shape!(ServiceConnectTestTrafficRules { header });
shape!(ServiceConnectTlsCertificateAuthority {
    aws_pca_authority_arn
});
shape!(ServiceConnectTlsConfiguration {
    issuer_certificate_authority,
    kms_key,
    role_arn
});
shape!(ServiceManagedEbsVolumeConfiguration {
    encrypted,
    filesystem_type,
    iops,
    kms_key_id,
    role_arn,
    size_in_gib = "SizeInGiB",
    snapshot_id,
    tag_specifications,
    throughput,
    volume_initialization_rate,
    volume_type,
});
shape!(ServiceRegistry {
    container_name,
    container_port,
    port,
    registry_arn
});
shape!(ServiceVolumeConfiguration { managed_ebs_volume = "ManagedEBSVolume", name });
shape!(ThresholdConfiguration { r#type, value });
shape!(TimeoutConfiguration {
    idle_timeout_seconds,
    per_request_timeout_seconds
});
shape!(VpcLatticeAdvancedConfiguration {
    alternate_target_group_arn,
    production_listener_rule,
    test_listener_rule,
});
shape!(VpcLatticeConfiguration {
    advanced_configuration,
    port_name,
    role_arn,
    target_group_arn
});
