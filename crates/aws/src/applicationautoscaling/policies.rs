//! What scaling policies are made of: metrics, targets and steps.

use crate::shape::{shape, words};
use aws_sdk_applicationautoscaling::types::{
    AdjustmentType, CustomizedMetricSpecification, MetricAggregationType, MetricDimension,
    MetricStatistic, MetricType, PolicyType, PredefinedMetricSpecification,
    PredictiveScalingCustomizedMetricSpecification, PredictiveScalingMaxCapacityBreachBehavior,
    PredictiveScalingMetric, PredictiveScalingMetricDataQuery, PredictiveScalingMetricDimension,
    PredictiveScalingMetricSpecification, PredictiveScalingMetricStat, PredictiveScalingMode,
    PredictiveScalingPolicyConfiguration, PredictiveScalingPredefinedLoadMetricSpecification,
    PredictiveScalingPredefinedMetricPairSpecification,
    PredictiveScalingPredefinedScalingMetricSpecification, StepAdjustment,
    StepScalingPolicyConfiguration, TargetTrackingMetric, TargetTrackingMetricDataQuery,
    TargetTrackingMetricDimension, TargetTrackingMetricStat,
    TargetTrackingScalingPolicyConfiguration,
};

words!(
    AdjustmentType,
    MetricAggregationType,
    MetricStatistic,
    MetricType,
    PolicyType,
    PredictiveScalingMaxCapacityBreachBehavior,
    PredictiveScalingMode,
);
shape!(CustomizedMetricSpecification {
    dimensions,
    metric_name,
    metrics,
    namespace,
    statistic,
    unit,
});
shape!(MetricDimension { name, value });
shape!(PredefinedMetricSpecification {
    predefined_metric_type,
    resource_label
});
shape!(PredictiveScalingCustomizedMetricSpecification {
    metric_data_queries
});
shape!(PredictiveScalingMetric {
    dimensions,
    metric_name,
    namespace
});
shape!(PredictiveScalingMetricDataQuery {
    expression,
    id,
    label,
    metric_stat,
    return_data
});
shape!(PredictiveScalingMetricDimension { name, value });
shape!(PredictiveScalingMetricSpecification {
    customized_capacity_metric_specification,
    customized_load_metric_specification,
    customized_scaling_metric_specification,
    predefined_load_metric_specification,
    predefined_metric_pair_specification,
    predefined_scaling_metric_specification,
    target_value,
});
shape!(PredictiveScalingMetricStat { metric, stat, unit });
shape!(PredictiveScalingPolicyConfiguration {
    max_capacity_breach_behavior,
    max_capacity_buffer,
    metric_specifications,
    mode,
    scheduling_buffer_time,
});
shape!(PredictiveScalingPredefinedLoadMetricSpecification {
    predefined_metric_type,
    resource_label,
});
shape!(PredictiveScalingPredefinedMetricPairSpecification {
    predefined_metric_type,
    resource_label,
});
shape!(PredictiveScalingPredefinedScalingMetricSpecification {
    predefined_metric_type,
    resource_label,
});
shape!(StepAdjustment {
    metric_interval_lower_bound,
    metric_interval_upper_bound,
    scaling_adjustment,
});
shape!(StepScalingPolicyConfiguration {
    adjustment_type,
    cooldown,
    metric_aggregation_type,
    min_adjustment_magnitude,
    step_adjustments,
});
shape!(TargetTrackingMetric {
    dimensions,
    metric_name,
    namespace
});
shape!(TargetTrackingMetricDataQuery {
    expression,
    id,
    label,
    metric_stat,
    return_data
});
shape!(TargetTrackingMetricDimension { name, value });
shape!(TargetTrackingMetricStat { metric, stat, unit });
shape!(TargetTrackingScalingPolicyConfiguration {
    customized_metric_specification,
    disable_scale_in,
    predefined_metric_specification,
    scale_in_cooldown,
    scale_out_cooldown,
    target_value,
});
