//! What kinds and statements are called elsewhere, in small letters without signs; `aws` before a name is passed over.

/// A kind, and its names in Terraform, CloudFormation and in what people say.
pub(super) const KINDS: &[(&str, &str)] = &[
    ("alarm", "cloudwatchmetricalarm cloudwatchalarm metricalarm"),
    ("batch_pool", "batchcomputeenvironment computeenvironment"),
    ("batch_queue", "batchjobqueue jobqueue"),
    ("bucket", "s3 s3bucket storage"),
    (
        "certificate",
        "acmcertificate certificatemanagercertificate acm",
    ),
    ("dashboard", "cloudwatchdashboard"),
    (
        "domain",
        "route53zone hostedzone route53hostedzone route53 route53record dns",
    ),
    (
        "event_bus",
        "eventbus cloudwatcheventbus eventseventbus eventbridge eventbridgebus",
    ),
    ("file_system", "efs efsfilesystem filesystem"),
    (
        "function",
        "lambda lambdafunction serverlessfunction awslambda",
    ),
    (
        "http_api",
        "apigatewayv2api apigatewayv2 serverlesshttpapi httpapi apigateway api",
    ),
    ("image", "dockerimage ecrimage container"),
    ("key", "kms kmskey"),
    (
        "layer",
        "lambdalayer lambdalayerversion serverlesslayerversion",
    ),
    ("log_group", "loggroup cloudwatchloggroup logsloggroup"),
    (
        "network",
        "vpc ec2vpc subnet internetgateway natgateway ec2subnet",
    ),
    ("parameter", "ssmparameter ssm"),
    ("policy", "iampolicy managedpolicy iammanagedpolicy"),
    ("queue", "sqs sqsqueue"),
    ("registry", "ecr ecrrepository repository"),
    ("rest_api", "apigatewayrestapi restapi serverlessapi"),
    ("role", "iamrole iam"),
    (
        "schedule",
        "schedulerschedule cloudwatcheventrule eventsrule cron cronjob rule",
    ),
    (
        "security_group",
        "securitygroup ec2securitygroup sg firewall",
    ),
    (
        "server",
        "lightsailinstance instance ec2instance vm ec2 machine",
    ),
    ("server_address", "lightsailstaticip staticip eip"),
    ("server_alarm", "lightsailalarm"),
    ("server_balancer", "lightsaillb lightsailloadbalancer"),
    ("server_bucket", "lightsailbucket"),
    (
        "server_cdn",
        "lightsaildistribution cdn cloudfront cloudfrontdistribution",
    ),
    ("server_certificate", "lightsailcertificate"),
    (
        "server_container",
        "lightsailcontainerservice lightsailcontainer",
    ),
    (
        "server_database",
        "lightsaildatabase rds rdsinstance dbinstance rdsdbinstance database",
    ),
    ("server_disk", "lightsaildisk volume ebsvolume"),
    ("server_dns", "lightsaildomain lightsaildomainentry"),
    ("table", "dynamodb dynamodbtable serverlesssimpletable"),
    ("topic", "sns snstopic"),
    ("websocket_api", "websocketapi websocket"),
    ("cluster", "ecscluster ecs"),
    ("service", "ecsservice fargateservice"),
    ("task", "ecstaskdefinition taskdefinition ecstask"),
    (
        "balancer",
        "lb alb loadbalancer elasticloadbalancingv2loadbalancer elb",
    ),
    ("batch_job", "batchjobdefinition jobdefinition"),
];

/// What to write instead, and the statements of other tools.
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    (
        "a value from outside is a param: `param memory: size = 512MB`",
        "variable variables parameters",
    ),
    (
        "a value with a name is a let: `let names = [\"a\", \"b\"]`",
        "local locals mappings",
    ),
    (
        "what another stack or file has comes in by `use net from \"../network\"`, a component by `use { worker } from \"./worker.stack\"`",
        "module include import",
    ),
    (
        "what exists already is looked up by `existing`: `existing bucket logs { name = \"…\" }`",
        "data",
    ),
    (
        "there is no provider to set up: account, role and region are those of the environment: `env prod { account = \"…\" }`",
        "provider providers terraform backend",
    ),
    ("a result is an output: `output url = web.url`", "outputs"),
    (
        "a declaration stands by itself: `bucket uploads {}`",
        "resources",
    ),
    (
        "each role is derived; what code may do is its `access`: `access = [uploads.read]`",
        "iamrolepolicyattachment iamrolepolicy iampolicydocument lambdapermission iamrolepolicy iampolicyattachment",
    ),
    (
        "the function says what starts it: `on = [uploads.created, every(5min)]`",
        "lambdaeventsourcemapping s3bucketnotification cloudwatcheventtarget lambdafunctioneventinvokeconfig",
    ),
    (
        "it comes with the bucket, as a field of it or by itself",
        "s3bucketpolicy s3bucketversioning s3bucketpublicaccessblock s3bucketcors s3bucketlifecycleconfiguration s3bucketacl",
    ),
    (
        "a topic says who hears it: `subscribers = [jobs]`, a function `on = [news.published]`",
        "snstopicsubscription subscription",
    ),
    (
        "it is a field of the API: `routes { \"GET /\" = hello }`",
        "apigatewayresource apigatewaymethod apigatewayintegration apigatewayv2route apigatewayv2integration apigatewayv2stage apigatewaydeployment apigatewaystage",
    ),
];
