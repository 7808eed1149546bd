//! The SDK clients of one region, each made when it is first needed.

use aws_types::SdkConfig;
use std::sync::{Arc, OnceLock};

/// The clients of a region.
pub(crate) struct Clients {
    config: SdkConfig,
    region: Arc<str>,
    slots: Slots,
}

impl Clients {
    pub(crate) fn new(config: SdkConfig, region: Arc<str>) -> Self {
        Clients {
            config,
            region,
            slots: Slots::default(),
        }
    }

    /// The region by its AWS name.
    pub(crate) fn region(&self) -> &Arc<str> {
        &self.region
    }

    #[allow(
        dead_code,
        reason = "a client may be there before the first type of its service"
    )]
    /// S3: buckets go into the path where an endpoint was given, whose host names nobody has set up.
    pub(crate) fn s3(&self) -> &aws_sdk_s3::Client {
        self.slots.s3.get_or_init(|| {
            let config = aws_sdk_s3::config::Builder::from(&self.config)
                .force_path_style(self.config.endpoint_url().is_some());
            aws_sdk_s3::Client::from_conf(config.build())
        })
    }
}

macro_rules! clients {
    ($($name:ident: $sdk:ident),* $(,)?) => {
        #[allow(dead_code, reason = "a client may be there before the first type of its service")]
        #[derive(Default)]
        struct Slots {
            s3: OnceLock<aws_sdk_s3::Client>,
            $( $name: OnceLock<$sdk::Client>, )*
        }

        #[allow(dead_code, reason = "a client may be there before the first type of its service")]
        impl Clients {
            $(
                pub(crate) fn $name(&self) -> &$sdk::Client {
                    self.slots.$name.get_or_init(|| $sdk::Client::new(&self.config))
                }
            )*
        }
    };
}

clients! {
    acm: aws_sdk_acm,
    apigateway: aws_sdk_apigateway,
    apigatewayv2: aws_sdk_apigatewayv2,
    applicationautoscaling: aws_sdk_applicationautoscaling,
    autoscaling: aws_sdk_autoscaling,
    batch: aws_sdk_batch,
    cloudcontrol: aws_sdk_cloudcontrol,
    cloudformation: aws_sdk_cloudformation,
    cloudwatch: aws_sdk_cloudwatch,
    dynamodb: aws_sdk_dynamodb,
    ec2: aws_sdk_ec2,
    ecr: aws_sdk_ecr,
    ecs: aws_sdk_ecs,
    efs: aws_sdk_efs,
    elb: aws_sdk_elasticloadbalancingv2,
    events: aws_sdk_eventbridge,
    iam: aws_sdk_iam,
    kms: aws_sdk_kms,
    lambda: aws_sdk_lambda,
    lightsail: aws_sdk_lightsail,
    logs: aws_sdk_cloudwatchlogs,
    route53: aws_sdk_route53,
    scheduler: aws_sdk_scheduler,
    secretsmanager: aws_sdk_secretsmanager,
    sns: aws_sdk_sns,
    sqs: aws_sdk_sqs,
    ssm: aws_sdk_ssm,
    sts: aws_sdk_sts,
    tagging: aws_sdk_resourcegroupstagging,
}
