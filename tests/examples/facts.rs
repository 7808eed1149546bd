//! What each example promises of the resources it becomes, and one change of each.

mod apis;
mod containers;
mod jobs;

use crate::place::Place;
use serde_json::Value;

/// The expanded resources of an example.
pub(crate) struct Resources<'a> {
    all: &'a [Value],
}

impl<'a> Resources<'a> {
    pub(crate) fn new(expanded: &'a Value) -> Self {
        Resources {
            all: expanded["resources"].as_array().unwrap(),
        }
    }

    /// The properties of the resource at an address.
    fn at(&self, address: &str) -> &'a Value {
        let found = self
            .all
            .iter()
            .find(|resource| resource["address"] == address);
        let all: Vec<&str> = self
            .all
            .iter()
            .filter_map(|resource| resource["address"].as_str())
            .collect();
        &found.unwrap_or_else(|| panic!("no {address} among {all:?}"))["properties"]
    }

    fn of_type(&self, type_name: &str) -> Vec<&'a Value> {
        self.all
            .iter()
            .filter(|resource| resource["type"] == type_name)
            .collect()
    }

    /// All texts of all policies, for what must or must not be in one.
    fn policies(&self) -> String {
        let types = ["AWS::IAM::RolePolicy", "AWS::IAM::Policy", "AWS::IAM::Role"];
        types
            .iter()
            .flat_map(|name| self.of_type(name))
            .map(ToString::to_string)
            .collect()
    }
}

/// Checks the facts of an example and gives their number.
pub(crate) fn check(example: &str, resources: &Resources<'_>) -> usize {
    let facts: Vec<(&str, bool)> = match example {
        "hello-world" => hello_world(resources),
        "thumbnails" => thumbnails(resources),
        "cron" => cron(resources),
        "serverless-api" => apis::serverless_api(resources),
        "rest-api-keys" => apis::rest_api_keys(resources),
        "websocket-chat" => apis::websocket_chat(resources),
        "batch-images" => jobs::batch_images(resources),
        "nightly-batch" => jobs::nightly_batch(resources),
        "container-service" => containers::container_service(resources),
        "ec2-cluster" => containers::ec2_cluster(resources),
        "lightsail-lamp" => lightsail_lamp(resources),
        "lightsail-ha" => lightsail_ha(resources),
        "components" => components(resources),
        other => panic!("no facts of {other}"),
    };
    for (fact, holds) in &facts {
        assert!(holds, "{example}: {fact}");
    }
    facts.len()
}

fn components(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let ship = resources.at("queue.step[\"ship\"].jobs");
    let intake = resources.at("function.intake/policy").to_string();
    let steps = ["charge", "pack", "ship"];
    let functions = resources.of_type("AWS::Lambda::Function");
    let mut sends = steps.iter().map(|name| format!("queue.step[\\\"{name}"));
    vec![
        (
            "a step is a function of its own",
            functions.len() == steps.len() + 1,
        ),
        (
            "a message is seen again after six times its limit",
            ship["VisibilityTimeout"] == 1800,
        ),
        (
            "what fails five times is kept",
            ship["RedrivePolicy"].to_string().contains('5'),
        ),
        (
            "the intake may send to every step",
            sends.all(|queue| intake.contains(&queue)),
        ),
        (
            "the intake may receive nothing",
            !intake.contains("ReceiveMessage"),
        ),
        (
            "two alarms a step",
            resources.of_type("AWS::CloudWatch::Alarm").len() == 2 * steps.len(),
        ),
    ]
}

fn hello_world(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let function = resources.at("function.hello");
    let policies = resources.policies();
    vec![
        (
            "the runtime is Python 3.13",
            function["Runtime"] == "python3.13",
        ),
        (
            "memory is counted in megabytes",
            function["MemorySize"] == 128,
        ),
        (
            "the time limit is counted in seconds",
            function["Timeout"] == 5,
        ),
        (
            "the greeting is an environment variable",
            function["Environment"]["Variables"]["GREETING"] == "Hello",
        ),
        (
            "logs end",
            resources
                .of_type("AWS::Logs::LogGroup")
                .iter()
                .all(|group| group["properties"]["RetentionInDays"] == 30),
        ),
        (
            "the role may write logs",
            policies.contains("logs:PutLogEvents"),
        ),
        (
            "the role may do nothing to buckets",
            !policies.contains("s3:"),
        ),
    ]
}

fn thumbnails(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let function = resources.at("function.resize");
    let notifications = resources.at("bucket.uploads/notifications").to_string();
    let table = resources.at("table.pictures");
    let policies = resources.policies();
    let permissions = resources.of_type("AWS::Lambda::Permission");
    vec![
        (
            "a thumbnail has 50 pixels",
            function["Environment"]["Variables"]["EDGE"] == "50",
        ),
        (
            "the function runs on arm64",
            function["Architectures"][0] == "arm64",
        ),
        (
            "only pictures under incoming/ start it",
            notifications.contains("incoming/") && notifications.contains(".png"),
        ),
        (
            "the bucket may call the function, for this account only",
            permissions.iter().any(|permission| {
                permission["properties"]["Principal"] == "s3.amazonaws.com"
                    && permission["properties"].get("SourceAccount").is_some()
            }),
        ),
        (
            "the function reads uploads only under incoming/",
            policies.contains("incoming/*") && policies.contains("s3:GetObject"),
        ),
        (
            "the function writes items",
            policies.contains("dynamodb:PutItem"),
        ),
        (
            "no policy allows everything",
            !policies.contains("\"*:*\"") && !policies.contains("\"Action\":\"*\""),
        ),
        (
            "the table is keyed by id",
            table["KeySchema"][0]["AttributeName"] == "id",
        ),
        (
            "failures are kept for 14 days",
            resources.at("queue.failed")["MessageRetentionPeriod"] == 1_209_600,
        ),
        (
            "no bucket is public",
            resources
                .of_type("AWS::S3::Bucket")
                .iter()
                .filter(|bucket| bucket["slice"].is_null())
                .all(|bucket| {
                    bucket["properties"]["PublicAccessBlockConfiguration"]["BlockPublicPolicy"]
                        == true
                }),
        ),
    ]
}

fn cron(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let schedules = resources.of_type("AWS::Scheduler::Schedule");
    let texts: String = schedules.iter().map(ToString::to_string).collect();
    let alarm = resources.at("alarm.silent");
    vec![
        ("there are two schedules", schedules.len() == 2),
        (
            "one is every five minutes",
            texts.contains("rate(5 minutes)"),
        ),
        (
            "one is on working mornings",
            texts.contains("cron(0 7 ? * MON-FRI *)"),
        ),
        ("that one has a time zone", texts.contains("Europe/Oslo")),
        ("the alarm watches errors", alarm["MetricName"] == "Errors"),
        (
            "the alarm looks at a quarter of an hour",
            alarm["Period"] == 900,
        ),
        (
            "the report may publish",
            resources.policies().contains("sns:Publish"),
        ),
    ]
}

fn lightsail_lamp(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let server = resources.at("server.web");
    let ports = server["Networking"]["Ports"].as_array().unwrap();
    let port = |number: i64| {
        ports
            .iter()
            .find(|port| port["FromPort"] == number)
            .unwrap()
    };
    let alarms = resources.of_type("AWS::Lightsail::Alarm");
    vec![
        (
            "the template is LAMP",
            server["BlueprintId"] == "lamp_8_bitnami",
        ),
        (
            "the size is the least for it",
            server["BundleId"] == "micro_3_0",
        ),
        ("three ports are open", ports.len() == 3),
        (
            "SSH is open to the office only",
            port(22)["Cidrs"][0] == "203.0.113.0/24"
                && port(22)["Ipv6Cidrs"].as_array().unwrap().is_empty(),
        ),
        (
            "everybody sees the site",
            port(443)["Cidrs"][0] == "0.0.0.0/0",
        ),
        (
            "the disk is attached by a part of its own",
            resources.at("server.web/disks")["Hardware"]["Disks"][0]["Path"] == "/dev/xvdf",
        ),
        (
            "the address is attached by a part of its own",
            resources.at("server_address.front/attachment")["AttachedTo"]
                == "${server.web.InstanceName}",
        ),
        (
            "disk and server share a zone",
            resources.at("server_disk.data")["AvailabilityZone"] == server["AvailabilityZone"],
        ),
        (
            "the disk is copied every day",
            resources.at("server_disk.data")["AddOns"][0]["AddOnType"] == "AutoSnapshot",
        ),
        (
            "both alarms go by e-mail",
            alarms.len() == 2
                && alarms
                    .iter()
                    .all(|alarm| alarm["properties"]["ContactProtocols"][0] == "Email"),
        ),
    ]
}

fn lightsail_ha(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let servers = resources.of_type("AWS::Lightsail::Instance");
    let zone = |at: usize| &servers[at]["properties"]["AvailabilityZone"];
    let database = resources.at("server_database.orders");
    let balancer = resources.at("server_balancer.front");
    let bucket = resources.at("server_bucket.pictures");
    let located = |type_name: &str| resources.of_type(type_name).len() == 1;
    vec![
        ("there are two servers", servers.len() == 2),
        ("they are in two zones", zone(0) != zone(1)),
        (
            "the balancer knows both",
            balancer["AttachedInstances"].as_array().unwrap().len() == 2,
        ),
        (
            "the balancer asks for their health",
            balancer["HealthCheckPath"] == "/health",
        ),
        (
            "the database has a standby",
            database["RelationalDatabaseBundleId"] == "micro_ha_2_0",
        ),
        (
            "the database is not public",
            database.get("PubliclyAccessible").is_none(),
        ),
        (
            "no password is in the file",
            database.get("MasterUserPassword").is_none(),
        ),
        (
            "nobody reads the bucket but the servers",
            bucket["AccessRules"]["GetObject"] == "private"
                && bucket["ResourcesReceivingAccess"].as_array().unwrap().len() == 2,
        ),
        (
            "the certificate waits for its records",
            resources.at("server_balancer.front/certificate")["HttpsRedirectionEnabled"] == true
                && resources
                    .at("server_balancer.front/certificate")
                    .get("IsAttached")
                    .is_none(),
        ),
        (
            "one distribution and one zone",
            located("AWS::Lightsail::Distribution") && located("AWS::Lightsail::Domain"),
        ),
    ]
}

/// Changes an example as a user would.
pub(crate) fn change(example: &str, place: &Place) {
    match example {
        "hello-world" => place.replace("main.stack", "memory  = 128MB", "memory  = 256MB"),
        "thumbnails" => {
            place.replace("main.stack", "timeout = 30s", "timeout = 45s");
            place.replace("resize/index.py", "\"done\"", "\"made\"");
        }
        "cron" => place.replace("main.stack", "every(5min)", "every(10min)"),
        "batch-images" => place.replace("main.stack", "timeout = 20min", "timeout = 30min"),
        "nightly-batch" => {
            place.replace("main.stack", "retries = 2", "retries = 3");
            place.replace(
                "main.stack",
                "on     = [collect.succeeded]",
                "on     = [every(1d)]",
            );
        }
        "websocket-chat" => place.replace("main.stack", "disconnect = left", ""),
        "serverless-api" => place.replace(
            "main.stack",
            "\"GET /health\" = route(health, auth = public)",
            "",
        ),
        "container-service" => place.replace("main.stack", "\"Hello\"", "\"Good day\""),
        "ec2-cluster" => place.replace("main.stack", "max      = most", "max      = most + 1"),
        "lightsail-lamp" => place.replace("main.stack", "[http, https,", "[https,"),
        "lightsail-ha" => {
            place.replace("main.stack", "sticky      = 1h\n", "");
            place.replace("main.stack", "bundle      = medium", "bundle      = large");
        }
        "rest-api-keys" => {
            place.replace("main.stack", "monthly(10_000)", "monthly(20_000)");
            place.replace("main.stack", "keys = [\"globex\"]", "keys = [\"hooli\"]");
            place.replace("main.stack", "\"up\\\":true", "\"up\\\":1");
        }
        "components" => {
            place.replace("main.stack", "pack = 1min, ", "");
            place.replace("lib/watch.stack", "= 1h", "= 30min");
        }
        other => panic!("no change of {other}"),
    }
}
