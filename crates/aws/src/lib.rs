//! The provider of real AWS, through its SDKs.
//!
//! In: the engine's requests, in CloudFormation's properties. Out: AWS's answers in the same form, or failures by class.
//! Read [`resource`] first (what a type has to offer), then any `<service>/<resource>.rs`; [`shape`] has the mapping
//! between properties and the SDKs' types. What no file here makes natively goes through Cloud Control.

mod account;
mod clients;
mod failure;
mod provider;
mod registry;
mod resource;
mod shape;

mod apigateway;
mod apigatewayv2;
mod applicationautoscaling;
mod autoscaling;
mod batch;
mod certificatemanager;
mod cloudcontrol;
mod cloudwatch;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod efs;
mod elasticloadbalancingv2;
mod events;
mod iam;
mod kms;
mod lambda;
mod logs;
mod route53;
mod s3;
mod scheduler;
mod secretsmanager;
mod sns;
mod sqs;
mod ssm;

pub use account::Options;
pub use provider::AwsProvider;
pub use resource::Packages;
