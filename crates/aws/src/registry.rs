//! Which file makes which type: the second part of a type's name is its service's module.

use crate::resource::Resource;
use crate::{
    applicationautoscaling, autoscaling, batch, certificatemanager, cloudcontrol, ec2, ecr, ecs,
    efs, elasticloadbalancingv2, iam, lambda, logs, route53, sqs,
};

/// What makes objects of a type: its own file, or Cloud Control.
pub(crate) fn resource(type_name: &str) -> &'static dyn Resource {
    native(type_name).unwrap_or(&cloudcontrol::Any)
}

/// The types with a file of their own, by service and name.
fn native(type_name: &str) -> Option<&'static dyn Resource> {
    let (service, name) = type_name.strip_prefix("AWS::")?.split_once("::")?;
    match service {
        "ApplicationAutoScaling" => applicationautoscaling::resource(name),
        "AutoScaling" => autoscaling::resource(name),
        "Batch" => batch::resource(name),
        "CertificateManager" => certificatemanager::resource(name),
        "EC2" => ec2::resource(name),
        "ECR" => ecr::resource(name),
        "ECS" => ecs::resource(name),
        "EFS" => efs::resource(name),
        "ElasticLoadBalancingV2" => elasticloadbalancingv2::resource(name),
        "IAM" => iam::resource(name),
        "Lambda" => lambda::resource(name),
        "Logs" => logs::resource(name),
        "Route53" => route53::resource(name),
        "SQS" => sqs::resource(name),
        _ => None,
    }
}
