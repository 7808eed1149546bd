//! Which file makes which type: the second part of a type's name is its service's module.

use crate::resource::Resource;
use crate::{
    apigateway, apigatewayv2, applicationautoscaling, autoscaling, batch, certificatemanager,
    cloudcontrol, cloudwatch, dynamodb, ec2, ecr, ecs, efs, elasticloadbalancingv2, events, iam,
    kms, lambda, logs, route53, s3, scheduler, secretsmanager, sns, sqs, ssm,
};

/// What makes objects of a type: its own file, or Cloud Control.
pub(crate) fn resource(type_name: &str) -> &'static dyn Resource {
    native(type_name).unwrap_or(&cloudcontrol::Any)
}

/// The types with a file of their own, by service and name.
fn native(type_name: &str) -> Option<&'static dyn Resource> {
    let (service, name) = type_name.strip_prefix("AWS::")?.split_once("::")?;
    match service {
        "ApiGateway" => apigateway::resource(name),
        "ApiGatewayV2" => apigatewayv2::resource(name),
        "ApplicationAutoScaling" => applicationautoscaling::resource(name),
        "AutoScaling" => autoscaling::resource(name),
        "Batch" => batch::resource(name),
        "CertificateManager" => certificatemanager::resource(name),
        "CloudWatch" => cloudwatch::resource(name),
        "DynamoDB" => dynamodb::resource(name),
        "EC2" => ec2::resource(name),
        "ECR" => ecr::resource(name),
        "ECS" => ecs::resource(name),
        "EFS" => efs::resource(name),
        "ElasticLoadBalancingV2" => elasticloadbalancingv2::resource(name),
        "Events" => events::resource(name),
        "IAM" => iam::resource(name),
        "KMS" => kms::resource(name),
        "Lambda" => lambda::resource(name),
        "Logs" => logs::resource(name),
        "Route53" => route53::resource(name),
        "S3" => s3::resource(name),
        "SNS" => sns::resource(name),
        "SQS" => sqs::resource(name),
        "SSM" => ssm::resource(name),
        "Scheduler" => scheduler::resource(name),
        "SecretsManager" => secretsmanager::resource(name),
        _ => None,
    }
}
