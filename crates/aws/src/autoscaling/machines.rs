//! What groups of machines are made of: which machines, how many of which sort, and how they come and go.

use crate::shape::{shape, words};
use aws_sdk_autoscaling::types::{
    AcceleratorCountRequest, AcceleratorManufacturer, AcceleratorName,
    AcceleratorTotalMemoryMiBRequest, AcceleratorType, AvailabilityZoneDistribution,
    AvailabilityZoneImpairmentPolicy, BareMetal, BaselineEbsBandwidthMbpsRequest,
    BaselinePerformanceFactorsRequest, BurstablePerformance, CapacityDistributionStrategy,
    CapacityReservationPreference, CapacityReservationSpecification, CapacityReservationTarget,
    CpuManufacturer, CpuPerformanceFactorRequest, DeletionProtection, DistributionSegment,
    ImpairedZoneHealthCheckBehavior, InstanceGeneration, InstanceLifecyclePolicy,
    InstanceMaintenancePolicy, InstanceRequirements, InstancesDistribution, LaunchTemplate,
    LaunchTemplateOverrides, LaunchTemplateSpecification, LifecycleHookSpecification, LocalStorage,
    LocalStorageType, MemoryGiBPerVCpuRequest, MemoryMiBRequest, MixedInstancesPolicy,
    NetworkBandwidthGbpsRequest, NetworkInterfaceCountRequest, PerformanceFactorReferenceRequest,
    RetentionAction, RetentionTriggers, Tag, TargetCapacityType, TotalLocalStorageGbRequest,
    TrafficSourceIdentifier, VCpuCountRequest,
};

words!(
    AcceleratorManufacturer,
    AcceleratorName,
    AcceleratorType,
    BareMetal,
    BurstablePerformance,
    CapacityDistributionStrategy,
    CapacityReservationPreference,
    CpuManufacturer,
    DeletionProtection,
    ImpairedZoneHealthCheckBehavior,
    InstanceGeneration,
    LocalStorage,
    LocalStorageType,
    RetentionAction,
    TargetCapacityType,
);
shape!(AcceleratorCountRequest { max, min });
shape!(AcceleratorTotalMemoryMiBRequest { max, min });
shape!(AvailabilityZoneDistribution {
    capacity_distribution_strategy
});
shape!(AvailabilityZoneImpairmentPolicy {
    impaired_zone_health_check_behavior,
    zonal_shift_enabled,
});
shape!(BaselineEbsBandwidthMbpsRequest { max, min });
shape!(BaselinePerformanceFactorsRequest { cpu });
shape!(CapacityReservationSpecification {
    capacity_reservation_preference,
    capacity_reservation_target,
});
shape!(CapacityReservationTarget {
    capacity_reservation_ids,
    capacity_reservation_resource_group_arns,
});
shape!(CpuPerformanceFactorRequest { references });
shape!(DistributionSegment {
    target_capacity_types
});
shape!(InstanceLifecyclePolicy { retention_triggers });
shape!(InstanceMaintenancePolicy {
    max_healthy_percentage,
    min_healthy_percentage
});
shape!(InstanceRequirements {
    accelerator_count,
    accelerator_manufacturers,
    accelerator_names,
    accelerator_total_memory_mib = "AcceleratorTotalMemoryMiB",
    accelerator_types,
    allowed_instance_types,
    bare_metal,
    baseline_ebs_bandwidth_mbps,
    baseline_performance_factors,
    burstable_performance,
    cpu_manufacturers,
    excluded_instance_types,
    instance_generations,
    local_storage,
    local_storage_types,
    max_spot_price_as_percentage_of_optimal_on_demand_price,
    memory_gib_per_v_cpu = "MemoryGiBPerVCpu",
    memory_mib = "MemoryMiB",
    network_bandwidth_gbps,
    network_interface_count,
    on_demand_max_price_percentage_over_lowest_price,
    require_hibernate_support,
    spot_max_price_percentage_over_lowest_price,
    total_local_storage_gb = "TotalLocalStorageGB",
    v_cpu_count,
});
shape!(InstancesDistribution {
    distribution_segments,
    on_demand_allocation_strategy,
    on_demand_base_capacity,
    on_demand_percentage_above_base_capacity,
    spot_allocation_strategy,
    spot_instance_pools,
    spot_max_price,
});
shape!(LaunchTemplate {
    launch_template_specification,
    overrides
});
shape!(LaunchTemplateOverrides {
    image_id,
    instance_requirements,
    instance_type,
    launch_template_specification,
    weighted_capacity,
});
shape!(LaunchTemplateSpecification {
    launch_template_id,
    launch_template_name,
    version
});
shape!(LifecycleHookSpecification {
    default_result,
    heartbeat_timeout,
    lifecycle_hook_name,
    lifecycle_transition,
    notification_metadata,
    notification_target_arn = "NotificationTargetARN",
    role_arn = "RoleARN",
});
shape!(MemoryGiBPerVCpuRequest { max, min });
shape!(MemoryMiBRequest { max, min });
shape!(MixedInstancesPolicy {
    instances_distribution,
    launch_template
});
shape!(NetworkBandwidthGbpsRequest { max, min });
shape!(NetworkInterfaceCountRequest { max, min });
shape!(PerformanceFactorReferenceRequest { instance_family });
shape!(RetentionTriggers {
    terminate_hook_abandon
});
shape!(Tag {
    key,
    propagate_at_launch,
    value
});
shape!(TotalLocalStorageGbRequest { max, min });
shape!(TrafficSourceIdentifier { identifier, r#type });
shape!(VCpuCountRequest { max, min });
