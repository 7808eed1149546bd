//! Targets of schedules.

use crate::shape::{shape, words};
use aws_sdk_scheduler::types::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, DeadLetterConfig,
    EcsParameters, EventBridgeParameters, FlexibleTimeWindow, FlexibleTimeWindowMode,
    KinesisParameters, LaunchType, NetworkConfiguration, PlacementConstraint,
    PlacementConstraintType, PlacementStrategy, PlacementStrategyType, PropagateTags, RetryPolicy,
    SageMakerPipelineParameter, SageMakerPipelineParameters, ScheduleState, SqsParameters, Target,
};

words!(
    AssignPublicIp,
    FlexibleTimeWindowMode,
    LaunchType,
    PlacementConstraintType,
    PlacementStrategyType,
    PropagateTags,
    ScheduleState,
);
shape!(AwsVpcConfiguration {
    subnets,
    security_groups,
    assign_public_ip
});
shape!(CapacityProviderStrategyItem {
    capacity_provider,
    weight,
    base
});
shape!(DeadLetterConfig { arn });
shape!(EcsParameters {
    task_definition_arn,
    task_count,
    launch_type,
    network_configuration,
    platform_version,
    group,
    capacity_provider_strategy,
    enable_ecs_managed_tags = "EnableECSManagedTags",
    enable_execute_command,
    placement_constraints,
    placement_strategy,
    propagate_tags,
    reference_id,
    tags,
});
shape!(EventBridgeParameters {
    detail_type,
    source
});
shape!(FlexibleTimeWindow {
    mode,
    maximum_window_in_minutes
});
shape!(KinesisParameters { partition_key });
shape!(NetworkConfiguration {
    awsvpc_configuration
});
shape!(PlacementConstraint { r#type, expression });
shape!(PlacementStrategy { r#type, field });
shape!(RetryPolicy {
    maximum_event_age_in_seconds,
    maximum_retry_attempts
});
shape!(SageMakerPipelineParameter { name, value });
shape!(SageMakerPipelineParameters {
    pipeline_parameter_list
});
shape!(SqsParameters { message_group_id });
shape!(Target {
    arn,
    role_arn,
    dead_letter_config,
    retry_policy,
    input,
    ecs_parameters,
    event_bridge_parameters,
    kinesis_parameters,
    sage_maker_pipeline_parameters,
    sqs_parameters,
});
