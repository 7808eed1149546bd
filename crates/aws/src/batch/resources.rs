//! What compute environments are made of.
#![expect(deprecated, reason = "an image is still a property of the type")]

use crate::shape::{shape, words};
use aws_sdk_batch::types::{
    CeState, CeType, ComputeResource, ComputeResourceUpdate, ComputeScalingPolicy,
    ContainerInsights, CrAllocationStrategy, CrType, CrUpdateAllocationStrategy, Ec2Configuration,
    EcsSettings, EksConfiguration, LaunchTemplateSpecification,
    LaunchTemplateSpecificationOverride, UpdatePolicy, UserdataType,
};

words!(
    CeState,
    CeType,
    ContainerInsights,
    CrAllocationStrategy,
    CrType,
    CrUpdateAllocationStrategy,
    UserdataType,
);
shape!(ComputeResource {
    allocation_strategy,
    bid_percentage,
    capacity_tags,
    desiredv_cpus,
    ec2_configuration,
    ec2_key_pair,
    image_id,
    instance_role,
    instance_types,
    launch_template,
    maxv_cpus,
    minv_cpus,
    placement_group,
    scaling_policy,
    security_group_ids,
    spot_iam_fleet_role,
    subnets,
    tags,
    r#type,
});
shape!(ComputeResourceUpdate {
    allocation_strategy,
    bid_percentage,
    capacity_tags,
    desiredv_cpus,
    ec2_configuration,
    ec2_key_pair,
    image_id,
    instance_role,
    instance_types,
    launch_template,
    maxv_cpus,
    minv_cpus,
    placement_group,
    scaling_policy,
    security_group_ids,
    subnets,
    tags,
    r#type,
    update_to_latest_image_version,
});
shape!(ComputeScalingPolicy {
    min_scale_down_delay_minutes
});
shape!(Ec2Configuration {
    batch_image_status,
    image_id_override,
    image_kubernetes_version,
    image_type,
});
shape!(EcsSettings { container_insights });
shape!(EksConfiguration {
    eks_cluster_arn,
    kubernetes_namespace
});
shape!(LaunchTemplateSpecification {
    launch_template_id,
    launch_template_name,
    overrides,
    userdata_type,
    version,
});
shape!(LaunchTemplateSpecificationOverride {
    launch_template_id,
    launch_template_name,
    target_instance_types,
    userdata_type,
    version,
});
shape!(UpdatePolicy {
    job_execution_timeout_minutes,
    terminate_jobs_on_update
});
