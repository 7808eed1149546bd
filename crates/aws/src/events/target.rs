//! Targets of rules: who gets the event, in what form, and what happens when they do not.

use crate::shape::{shape, words};
use aws_sdk_eventbridge::types::{
    AppSyncParameters, AssignPublicIp, AwsVpcConfiguration, BatchArrayProperties, BatchParameters,
    BatchRetryStrategy, CapacityProviderStrategyItem, EcsParameters, HttpParameters,
    InputTransformer, KinesisParameters, LaunchType, NetworkConfiguration, PlacementConstraint,
    PlacementConstraintType, PlacementStrategy, PlacementStrategyType, PropagateTags,
    RedshiftDataParameters, RetryPolicy, RunCommandParameters, RunCommandTarget,
    SageMakerPipelineParameter, SageMakerPipelineParameters, SqsParameters, Target,
};

words!(
    AssignPublicIp,
    LaunchType,
    PlacementConstraintType,
    PlacementStrategyType,
    PropagateTags
);
shape!(AppSyncParameters { graph_ql_operation = "GraphQLOperation" });
shape!(AwsVpcConfiguration {
    subnets,
    security_groups,
    assign_public_ip
});
shape!(BatchArrayProperties { size });
shape!(BatchParameters {
    job_definition,
    job_name,
    array_properties,
    retry_strategy
});
shape!(BatchRetryStrategy { attempts });
shape!(CapacityProviderStrategyItem {
    capacity_provider,
    weight,
    base
});
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
    placement_strategy = "PlacementStrategies",
    propagate_tags,
    reference_id,
    tags = "TagList",
});
shape!(HttpParameters {
    path_parameter_values,
    header_parameters,
    query_string_parameters
});
shape!(InputTransformer {
    input_paths_map,
    input_template
});
shape!(KinesisParameters { partition_key_path });
shape!(NetworkConfiguration { awsvpc_configuration = "AwsVpcConfiguration" });
shape!(PlacementConstraint { r#type, expression });
shape!(PlacementStrategy { r#type, field });
shape!(RedshiftDataParameters {
    secret_manager_arn,
    database,
    db_user,
    sql,
    statement_name,
    with_event,
    sqls,
});
shape!(RetryPolicy {
    maximum_retry_attempts,
    maximum_event_age_in_seconds
});
shape!(RunCommandParameters {
    run_command_targets
});
shape!(RunCommandTarget { key, values });
shape!(SageMakerPipelineParameter { name, value });
shape!(SageMakerPipelineParameters {
    pipeline_parameter_list
});
shape!(SqsParameters { message_group_id });
shape!(Target {
    id,
    arn,
    role_arn,
    input,
    input_path,
    input_transformer,
    kinesis_parameters,
    run_command_parameters,
    ecs_parameters,
    batch_parameters,
    sqs_parameters,
    http_parameters,
    redshift_data_parameters,
    sage_maker_pipeline_parameters,
    dead_letter_config,
    retry_policy,
    app_sync_parameters,
});
