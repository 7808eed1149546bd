//! References that AWS's schemas tell: by the format of a property, or by its name where that is plain.

use super::derive::visit;
use formwork_schema::{Path, Reference, ResourceType, ShapeKind};

/// Formats of AWS's schemas, the type they mean and the property of it that the value holds.
const FORMATS: &[(&str, &str, &str)] = &[
    (
        "AWS::ACM::Certificate.Arn",
        "AWS::CertificateManager::Certificate",
        "CertificateArn",
    ),
    (
        "AWS::EC2::SecurityGroup.Id",
        "AWS::EC2::SecurityGroup",
        "GroupId",
    ),
    ("AWS::EC2::Subnet.Id", "AWS::EC2::Subnet", "SubnetId"),
    ("AWS::EC2::VPC.Id", "AWS::EC2::VPC", "VpcId"),
    ("AWS::IAM::Role.Arn", "AWS::IAM::Role", "Arn"),
    ("AWS::KMS::Key.Arn", "AWS::KMS::Key", "Arn"),
    ("AWS::KMS::Key.Id", "AWS::KMS::Key", "KeyId"),
    ("AWS::Lambda::Function.Arn", "AWS::Lambda::Function", "Arn"),
    (
        "AWS::Logs::LogGroup.Name",
        "AWS::Logs::LogGroup",
        "LogGroupName",
    ),
    (
        "AWS::Route53::HostedZone.Id",
        "AWS::Route53::HostedZone",
        "Id",
    ),
    ("AWS::S3::Bucket.Name", "AWS::S3::Bucket", "BucketName"),
    ("AWS::SNS::Topic.Arn", "AWS::SNS::Topic", "TopicArn"),
    ("AWS::SQS::Queue.Arn", "AWS::SQS::Queue", "Arn"),
];

/// Property names that say what they refer to: service (or empty for any), name, type and its property.
const NAMES: &[(&str, &str, &str, &str)] = &[
    ("", "RoleArn", "AWS::IAM::Role", "Arn"),
    ("", "ExecutionRoleArn", "AWS::IAM::Role", "Arn"),
    ("", "TaskRoleArn", "AWS::IAM::Role", "Arn"),
    ("", "VpcId", "AWS::EC2::VPC", "VpcId"),
    ("", "SubnetId", "AWS::EC2::Subnet", "SubnetId"),
    ("", "SubnetIds/*", "AWS::EC2::Subnet", "SubnetId"),
    (
        "",
        "SecurityGroupIds/*",
        "AWS::EC2::SecurityGroup",
        "GroupId",
    ),
    ("", "UserPoolId", "AWS::Cognito::UserPool", "UserPoolId"),
    ("", "FileSystemId", "AWS::EFS::FileSystem", "FileSystemId"),
    (
        "",
        "TargetGroupArn",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "TargetGroupArn",
    ),
    (
        "",
        "LoadBalancerArn",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "LoadBalancerArn",
    ),
    (
        "",
        "ListenerArn",
        "AWS::ElasticLoadBalancingV2::Listener",
        "ListenerArn",
    ),
    (
        "",
        "AutoScalingGroupName",
        "AWS::AutoScaling::AutoScalingGroup",
        "AutoScalingGroupName",
    ),
    ("", "SecretId", "AWS::SecretsManager::Secret", "Id"),
    ("", "RouteTableId", "AWS::EC2::RouteTable", "RouteTableId"),
    ("", "NetworkAclId", "AWS::EC2::NetworkAcl", "Id"),
    (
        "",
        "InternetGatewayId",
        "AWS::EC2::InternetGateway",
        "InternetGatewayId",
    ),
    ("", "AllocationId", "AWS::EC2::EIP", "AllocationId"),
    (
        "",
        "NamespaceId",
        "AWS::ServiceDiscovery::HttpNamespace",
        "Id",
    ),
    (
        "",
        "DBSubnetGroupName",
        "AWS::RDS::DBSubnetGroup",
        "DBSubnetGroupName",
    ),
    (
        "",
        "DBClusterIdentifier",
        "AWS::RDS::DBCluster",
        "DBClusterIdentifier",
    ),
    ("", "TopicArn", "AWS::SNS::Topic", "TopicArn"),
    (
        "ApiGateway",
        "RestApiId",
        "AWS::ApiGateway::RestApi",
        "RestApiId",
    ),
    (
        "ApiGateway",
        "ResourceId",
        "AWS::ApiGateway::Resource",
        "ResourceId",
    ),
    (
        "ApiGateway",
        "ParentId",
        "AWS::ApiGateway::Resource",
        "ResourceId",
    ),
    (
        "ApiGateway",
        "DeploymentId",
        "AWS::ApiGateway::Deployment",
        "DeploymentId",
    ),
    (
        "ApiGateway",
        "AuthorizerId",
        "AWS::ApiGateway::Authorizer",
        "AuthorizerId",
    ),
    (
        "ApiGateway",
        "UsagePlanId",
        "AWS::ApiGateway::UsagePlan",
        "Id",
    ),
    (
        "ApiGateway",
        "RequestValidatorId",
        "AWS::ApiGateway::RequestValidator",
        "RequestValidatorId",
    ),
    ("ApiGatewayV2", "ApiId", "AWS::ApiGatewayV2::Api", "ApiId"),
    (
        "ApiGatewayV2",
        "IntegrationId",
        "AWS::ApiGatewayV2::Integration",
        "IntegrationId",
    ),
    (
        "ApiGatewayV2",
        "RouteId",
        "AWS::ApiGatewayV2::Route",
        "RouteId",
    ),
    (
        "ApiGatewayV2",
        "AuthorizerId",
        "AWS::ApiGatewayV2::Authorizer",
        "AuthorizerId",
    ),
    (
        "ApiGatewayV2",
        "DeploymentId",
        "AWS::ApiGatewayV2::Deployment",
        "DeploymentId",
    ),
    (
        "Lambda",
        "FunctionName",
        "AWS::Lambda::Function",
        "FunctionName",
    ),
    (
        "Logs",
        "LogGroupName",
        "AWS::Logs::LogGroup",
        "LogGroupName",
    ),
    ("IAM", "RoleName", "AWS::IAM::Role", "RoleName"),
    ("ECS", "Cluster", "AWS::ECS::Cluster", "ClusterName"),
    ("S3", "Bucket", "AWS::S3::Bucket", "BucketName"),
    ("Route53", "HostedZoneId", "AWS::Route53::HostedZone", "Id"),
];

/// The references of a type, in the order of its properties.
pub(super) fn derive(ty: &ResourceType) -> Vec<Reference> {
    let service = ty.name.split("::").nth(1).unwrap_or("");
    let mut found = Vec::new();
    visit(ty, &mut |path, shape| {
        if !matches!(shape.kind, ShapeKind::String) || ResourceType::covers(&ty.read_only, path) {
            return;
        }
        let by_format = shape.format.as_deref().and_then(|format| {
            let known = FORMATS.iter().find(|(known, _, _)| *known == format);
            known.map(|(_, target, property)| (*target, *property))
        });
        let by_name = NAMES.iter().find(|(of, name, _, _)| {
            (of.is_empty() || *of == service) && ends_with_name(path, name)
        });
        let target = by_format.or(by_name.map(|(_, _, target, property)| (*target, *property)));
        if let Some((target, property)) = target.filter(|(target, _)| *target != &*ty.name) {
            found.push(Reference {
                path: Path(path.into()),
                target: target.into(),
                property: property.into(),
                checked: true,
                blocks_delete: target.starts_with("AWS::EC2::"),
                exclusive: false,
            });
        }
    });
    found
}

fn ends_with_name(path: &str, name: &str) -> bool {
    match path.strip_suffix(name) {
        Some(before) => before.is_empty() || before.ends_with('/'),
        None => false,
    }
}
