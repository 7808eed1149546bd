//! Strings that patterns take, tried in order.

use crate::raw::pattern;
use formwork_schema::Shape;

/// Strings by the ending of the property name; tried first.
const BY_NAME: &[(&str, &str)] = &[
    ("RoleArn", "arn:aws:iam::999999999999:role/example"),
    ("Role", "arn:aws:iam::999999999999:role/example"),
    (
        "CertificateArn",
        "arn:aws:acm:us-east-1:999999999999:certificate/01234567-89ab-cdef-0123-456789abcdef",
    ),
    ("TopicArn", "arn:aws:sns:us-east-1:999999999999:example"),
    (
        "StreamARN",
        "arn:aws:kinesis:us-east-1:999999999999:stream/example",
    ),
    ("BucketARN", "arn:aws:s3:::example"),
    ("VpcId", "vpc-0123456789abcdef0"),
    ("SubnetId", "subnet-0123456789abcdef0"),
    ("Subnets", "subnet-0123456789abcdef0"),
    ("SubnetIds", "subnet-0123456789abcdef0"),
    ("SecurityGroupIds", "sg-0123456789abcdef0"),
    ("ImageId", "ami-0123456789abcdef0"),
    ("InstanceType", "t3.micro"),
    ("AvailabilityZone", "us-east-1a"),
    ("CidrBlock", "10.0.0.0/16"),
    ("CidrIp", "10.0.0.0/16"),
    ("DomainName", "www.example.com"),
    ("Domain", "example"),
    ("ScheduleExpression", "rate(5 minutes)"),
    ("RouteKey", "GET /example"),
    ("IpProtocol", "tcp"),
    ("Protocol", "https"),
    ("Principal", "s3.amazonaws.com"),
    ("Action", "lambda:InvokeFunction"),
    ("Event", "s3:ObjectCreated:*"),
    ("AliasName", "alias/example"),
    ("FunctionVersion", "1"),
    ("Qualifier", "$LATEST"),
    ("LogGroupName", "/example"),
];

/// Strings for patterns, from plain ones to special ones.
const CANDIDATES: &[&str] = &[
    "example",
    "example-name",
    "Example",
    "a",
    "1",
    "12",
    "100",
    "/",
    "/example",
    "GET",
    "example.com",
    "www.example.com",
    "https://example.com/",
    "https://example.com",
    "someone@example.com",
    "999999999999",
    "10.0.0.0/16",
    "10.0.0.1",
    "us-east-1",
    "us-east-1a",
    "2026-01-01T00:00:00Z",
    "01234567-89ab-cdef-0123-456789abcdef",
    "arn:aws:iam::999999999999:role/example",
    "arn:aws:lambda:us-east-1:999999999999:function:example",
    "arn:aws:lambda:us-east-1:999999999999:layer:example:1",
    "arn:aws:lambda:us-east-1:999999999999:code-signing-config:csc-0123456789abcdef0",
    "arn:aws:lambda:us-east-1:999999999999:capacity-provider:example",
    "arn:aws:sqs:us-east-1:999999999999:example",
    "arn:aws:sns:us-east-1:999999999999:example",
    "arn:aws:s3:::example",
    "arn:aws:kms:us-east-1:999999999999:key/01234567-89ab-cdef-0123-456789abcdef",
    "arn:aws:events:us-east-1:999999999999:event-bus/example",
    "arn:aws:events:us-east-1:999999999999:connection/example/01234567-89ab-cdef-0123-456789abcdef",
    "arn:aws:secretsmanager:us-east-1:999999999999:secret:example-abcdef",
    "arn:aws:acm:us-east-1:999999999999:certificate/01234567-89ab-cdef-0123-456789abcdef",
    "arn:aws:apigateway:us-east-1::/domainnames/www.example.com",
    "arn:aws:batch:us-east-1:999999999999:compute-environment/example",
    "arn:aws:batch:us-east-1:999999999999:job-queue/example",
    "arn:aws:signer:us-east-1:999999999999:/signing-profiles/example/0123456789",
    "arn:aws:elasticfilesystem:us-east-1:999999999999:access-point/fsap-0123456789abcdef0",
    "arn:aws:elasticloadbalancing:us-east-1:999999999999:targetgroup/example/0123456789abcdef",
    "arn:aws:elasticloadbalancing:us-east-1:999999999999:loadbalancer/app/example/0123456789abcdef",
    "arn:aws:kinesis:us-east-1:999999999999:stream/example",
    "arn:aws:firehose:us-east-1:999999999999:deliverystream/example",
    "arn:aws:wafv2:us-east-1:999999999999:regional/webacl/example/01234567-89ab-cdef-0123-456789abcdef",
    "arn:aws:signer:us-east-1:999999999999:/signing-profiles/example/0123456789",
    "vpc-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "sg-0123456789abcdef0",
    "fs-0123456789abcdef0",
    "ami-0123456789abcdef0",
    "/mnt/example",
    "alias/example",
    "{}",
    "t3.micro",
    "rate(5 minutes)",
    "0.5",
    "example_name",
    "us-east-1_example",
    "lambda.amazonaws.com",
    "ecs.amazonaws.com",
    "1:1",
    "tcp",
    "aws",
    "0123456789abcdef",
    "0123456789abcdef0123456789abcdef",
    "999999999999.dkr.ecr.us-east-1.amazonaws.com",
    "public.ecr.aws",
];

/// A string that a shape takes, best one that looks like what the property of this name holds.
pub fn text_for(shape: &Shape, name: &str) -> Option<String> {
    let regex = shape.pattern.as_deref().and_then(pattern);
    let fits = |text: &str| {
        let length = text.chars().count() as u64;
        let (least, most) = shape.length;
        let matches = regex
            .as_ref()
            .is_none_or(|regex| regex.is_match(text).unwrap_or(false));
        least.is_none_or(|least| length >= least)
            && most.is_none_or(|most| length <= most)
            && matches
    };
    if let Some(text) = shape.allowed.iter().find_map(|json| json.as_str()) {
        return Some(text.to_owned());
    }
    let own = BY_NAME.iter().filter(|(ending, _)| name.ends_with(ending));
    let own = own
        .max_by_key(|(ending, _)| ending.len())
        .map(|(_, text)| *text);
    let arn = name
        .to_lowercase()
        .ends_with("arn")
        .then(|| CANDIDATES.iter().filter(|text| text.starts_with("arn:")));
    let named = own.into_iter().chain(arn.into_iter().flatten().copied());
    let found = named
        .chain(CANDIDATES.iter().copied())
        .find(|text| fits(text));
    found.map(str::to_owned).or_else(|| {
        let long = "example-".repeat(16);
        let least = usize::try_from(shape.length.0.unwrap_or(0)).ok()?;
        let long = long.get(..least.min(long.len()))?.to_owned();
        fits(&long).then_some(long)
    })
}
