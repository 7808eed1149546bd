//! Rate buckets of AWS's APIs: published limits where there are any, careful guesses elsewhere.

use formwork_schema::ApiFamily;

/// Name, burst, calls a second. Sources: the "quotas" page of each service's guide; what has no published limit
/// says so.
const FAMILIES: &[(&str, f64, f64)] = &[
    ("apigateway", 40.0, 10.0), // API Gateway quotas: all operations 10/s, burst 40
    ("apigateway-deploy", 1.0, 0.2), // CreateDeployment: 1 per 5 s
    ("apigateway-domain", 1.0, 0.0333), // domain names: 1 per 30 s
    ("apigateway-resource", 5.0, 5.0), // CreateResource: 5/s
    ("apigateway-restapi", 1.0, 0.333), // CreateRestApi, regional: 1 per 3 s
    ("apigateway-usage", 1.0, 0.05), // UpdateUsagePlan, UpdateAccount: 1 per 20 s
    ("apigateway-vpclink", 1.0, 0.0667), // VpcLink v2: 1 per 15 s
    ("autoscaling", 10.0, 5.0), // unpublished
    ("batch", 3.0, 3.0),        // unpublished but for SubmitJob
    ("cloudwatch", 3.0, 3.0),   // CloudWatch quotas: PutMetricAlarm 3/s
    ("dynamodb", 250.0, 10.0),  // DynamoDB quotas: 500 table operations at once, 250 with indexes
    ("ec2", 50.0, 5.0),         // EC2 request throttling: mutating 50, 5/s
    ("ec2-rules", 50.0, 5.0),   // security group rules: 50, 5/s
    ("ecr", 5.0, 5.0),          // unpublished
    ("ecs-capacity", 10.0, 1.0), // ECS throttling: capacity provider modify
    ("ecs-cluster", 20.0, 1.0), // ECS throttling: cluster modify
    ("ecs-service", 50.0, 5.0), // ECS throttling: service modify
    ("ecs-task", 20.0, 1.0),    // ECS throttling: task definition modify
    ("elasticloadbalancing", 20.0, 3.0), // ELBv2 throttling: mutating
    ("elasticloadbalancing-create", 10.0, 0.2), // ELBv2 throttling: CreateLoadBalancer
    ("events", 50.0, 50.0),     // EventBridge quotas: PutRule 50/s
    ("iam", 5.0, 5.0),          // unpublished; global
    ("kms", 5.0, 5.0),          // KMS quotas: CreateKey 5/s
    ("lambda", 15.0, 15.0),     // Lambda quotas: control plane 15/s, all together
    ("lightsail", 2.0, 2.0),    // unpublished; throttles with HTTP 400
    ("logs", 10.0, 10.0),       // CloudWatch Logs quotas: CreateLogGroup 10/s
    ("route53", 5.0, 5.0),      // Route 53 quotas: all requests 5/s
    ("s3", 10.0, 10.0),         // unpublished for bucket operations
    ("scheduler", 250.0, 250.0), // EventBridge Scheduler quotas: 250/s
    ("secretsmanager", 50.0, 50.0), // Secrets Manager quotas: CreateSecret and others 50/s
    ("sns", 30.0, 30.0),        // SNS quotas: CreateTopic 30/s
    ("sqs", 20.0, 20.0),        // unpublished
    ("ssm", 40.0, 3.0),         // Systems Manager quotas: PutParameter 3/s
    ("other", 5.0, 5.0),        // no published limit
];

/// Services, and types where they differ from their service, with the bucket of their mutating calls.
const OF: &[(&str, &str)] = &[
    ("AWS::ApiGateway::Account", "apigateway-usage"),
    ("AWS::ApiGateway::Deployment", "apigateway-deploy"),
    ("AWS::ApiGateway::DomainName", "apigateway-domain"),
    ("AWS::ApiGateway::DomainNameV2", "apigateway-domain"),
    ("AWS::ApiGateway::Resource", "apigateway-resource"),
    ("AWS::ApiGateway::RestApi", "apigateway-restapi"),
    ("AWS::ApiGateway::UsagePlan", "apigateway-usage"),
    ("AWS::ApiGateway::", "apigateway"),
    ("AWS::ApiGatewayV2::Deployment", "apigateway-deploy"),
    ("AWS::ApiGatewayV2::DomainName", "apigateway-domain"),
    ("AWS::ApiGatewayV2::VpcLink", "apigateway-vpclink"),
    ("AWS::ApiGatewayV2::", "apigateway"),
    ("AWS::ApplicationAutoScaling::", "autoscaling"),
    ("AWS::AutoScaling::", "autoscaling"),
    ("AWS::Batch::", "batch"),
    ("AWS::CloudWatch::", "cloudwatch"),
    ("AWS::DynamoDB::", "dynamodb"),
    ("AWS::EC2::SecurityGroupEgress", "ec2-rules"),
    ("AWS::EC2::SecurityGroupIngress", "ec2-rules"),
    ("AWS::EC2::", "ec2"),
    ("AWS::ECR::", "ecr"),
    ("AWS::ECS::CapacityProvider", "ecs-capacity"),
    ("AWS::ECS::Cluster", "ecs-cluster"),
    ("AWS::ECS::TaskDefinition", "ecs-task"),
    ("AWS::ECS::", "ecs-service"),
    (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "elasticloadbalancing-create",
    ),
    ("AWS::ElasticLoadBalancingV2::", "elasticloadbalancing"),
    ("AWS::Events::", "events"),
    ("AWS::IAM::", "iam"),
    ("AWS::KMS::", "kms"),
    ("AWS::Lambda::", "lambda"),
    ("AWS::Lightsail::", "lightsail"),
    ("AWS::Logs::", "logs"),
    ("AWS::Route53::", "route53"),
    ("AWS::S3::", "s3"),
    ("AWS::Scheduler::", "scheduler"),
    ("AWS::SecretsManager::", "secretsmanager"),
    ("AWS::SNS::", "sns"),
    ("AWS::SQS::", "sqs"),
    ("AWS::SSM::", "ssm"),
];

/// A rate bucket by its name.
pub(crate) fn family(name: &str) -> Option<ApiFamily> {
    let found = FAMILIES.iter().find(|(known, _, _)| *known == name);
    found.map(|(name, burst, per_second)| ApiFamily {
        name: (*name).into(),
        burst: *burst,
        per_second: *per_second,
    })
}

/// The bucket of a type's mutating calls.
pub(crate) fn family_of(type_name: &str) -> &'static str {
    let found = OF.iter().find(|(known, _)| match known.ends_with("::") {
        true => type_name.starts_with(known),
        false => type_name == *known,
    });
    found.map_or("other", |(_, family)| family)
}
