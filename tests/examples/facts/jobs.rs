//! What the examples of AWS Batch promise.

use super::Resources;

pub(super) fn batch_images(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let pool = &resources.at("batch_pool.spot_pool")["ComputeResources"];
    let job = resources.at("batch_job.resize");
    let container = &job["ContainerProperties"];
    let rule = resources.at("batch_job.resize/rule_uploads");
    let target = &rule["Targets"][0];
    let starts = resources.at("batch_job.resize/rule_policy").to_string();
    let may = resources.at("batch_job.resize/policy").to_string();
    let notifications = resources.at("bucket.uploads/notifications").to_string();
    vec![
        ("the machines are spare ones", pool["Type"] == "SPOT"),
        ("for seven tenths of the price", pool["BidPercentage"] == 70),
        ("none is there without a job", pool["MinvCpus"] == 0),
        (
            "the bucket tells EventBridge",
            notifications.contains("EventBridgeEnabled"),
        ),
        (
            "only uploads under raw/ start a job",
            rule["EventPattern"]
                .to_string()
                .contains("\"prefix\":\"raw/\""),
        ),
        (
            "of the newest revision",
            target["BatchParameters"]["JobDefinition"] == "${batch_job.resize.JobDefinitionArn}",
        ),
        (
            "which is told of bucket and key",
            target["InputTransformer"]["InputTemplate"]
                == "{\"Parameters\":{\"bucket\":<bucket>,\"key\":<key>}}"
                && container["Command"][1] == "Ref::key",
        ),
        (
            "EventBridge may submit this job and nothing else",
            starts.matches("\"Effect\"").count() == 1
                && starts.contains("batch:SubmitJob")
                && starts.contains("${batch_queue.resizing.JobQueueArn}"),
        ),
        (
            "a job is tried five times in all",
            job["RetryStrategy"]["Attempts"] == 5,
        ),
        (
            "but not for what is no picture",
            job["RetryStrategy"]["EvaluateOnExit"][1]["Action"] == "EXIT",
        ),
        (
            "and for twenty minutes",
            job["Timeout"]["AttemptDurationSeconds"] == 1200,
        ),
        (
            "it reads uploads and writes pictures",
            may.contains("${bucket.uploads.Arn}/raw/*") && may.contains("${bucket.pictures.Arn}/*"),
        ),
        (
            "it writes its logs to a group that ends",
            resources.at("batch_job.resize/log_group")["RetentionInDays"] == 30,
        ),
    ]
}

pub(super) fn nightly_batch(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let schedule = resources.at("batch_job.collect/schedule");
    let input = schedule["Target"]["Input"].to_string();
    let rule = resources.at("batch_job.report/rule_collect");
    let pattern = rule["EventPattern"].to_string();
    let job = resources.at("batch_job.report");
    let container = &job["ContainerProperties"];
    vec![
        (
            "it runs at two in Oslo",
            schedule["ScheduleExpression"] == "cron(0 2 * * ? *)"
                && schedule["ScheduleExpressionTimezone"] == "Europe/Oslo",
        ),
        (
            "the schedule submits the job itself",
            schedule["Target"]["Arn"] == "arn:aws:scheduler:::aws-sdk:batch:submitJob",
        ),
        ("in ten pieces", input.contains("\\\"Size\\\":10")),
        (
            "the report follows the end of all pieces",
            pattern.contains("SUCCEEDED") && pattern.contains("\"exists\":false"),
        ),
        (
            "both run on Fargate",
            job["PlatformCapabilities"][0] == "FARGATE"
                && resources.at("batch_job.collect")["PlatformCapabilities"][0] == "FARGATE",
        ),
        (
            "on Arm",
            container["RuntimePlatform"]["CpuArchitecture"] == "ARM64",
        ),
        (
            "with a pair that Fargate has",
            container["ResourceRequirements"][0]["Value"] == "1"
                && container["ResourceRequirements"][1]["Value"] == "4096",
        ),
        (
            "either failure is told",
            resources.of_type("AWS::Lambda::Permission").len() == 2,
        ),
        (
            "the pieces cannot write reports",
            !resources
                .at("batch_job.collect/policy")
                .to_string()
                .contains("reports/"),
        ),
    ]
}
