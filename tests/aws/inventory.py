"""What is in an account, read by boto3 and not by formwork: one JSON object on standard output.

Every list of every service that formwork writes to is read, so that what was left behind shows as well as what was
made. What AWS makes by itself (default networks, managed policies, the default bus) is left out. Ids and times that
differ from run to run are replaced by words.
"""

import json
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

REGION = sys.argv[1] if len(sys.argv) > 1 else "eu-west-1"
CONFIG = Config(retries={"max_attempts": 1})
VOLATILE = re.compile(
    r"(Date|Time|Timestamp|At|Modified|RequestId|RevisionId|Etag|ETag|SizeBytes|CodeSize|CodeSha256|Location|Created"
    r"|Updated|CreatedOn|HTTPHeaders|ResponseMetadata)$"
)
# Ids that AWS makes up: by prefix, and the random part.
MADE = re.compile(r"\b(AROA|AIDA|AIPA|ANPA)[A-Z0-9]{12,}|\b((?:vpc|subnet|igw|rtb|rtbassoc|sg|sgr|nat|eipalloc|vpce|lt|fs|fsap|fsmt|eni)-)[0-9a-f]{8,}"
                  r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FOUND = {}
IDS = {}


def client(service):
    return boto3.client(service, region_name=REGION, config=CONFIG)


def clean(value):
    """The value without what differs from run to run, and with documents in strings as documents."""
    if isinstance(value, dict):
        kept = {k: clean(v) for k, v in sorted(value.items()) if not VOLATILE.search(k)}
        return {k: v for k, v in kept.items() if v not in (None, "", [], {})}
    if isinstance(value, list):
        return sorted((clean(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True, default=str))
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return clean(json.loads(value))
        except ValueError:
            return value
    return made(value) if isinstance(value, str) else value


def made(text):
    """The text with a word for each made-up id."""
    return MADE.sub(lambda found: f"{found[1] or found[2] or ''}ID", text)


def record(kind, name, value):
    FOUND.setdefault(kind, {})[made(name)] = value


def ids(word, items, key):
    """Remembers ids that are others in each run: they are shown by a word."""
    IDS.update({item[key]: word for item in items if item.get(key)})
    return items


def maybe(call, key=None, **arguments):
    """What a call gives, or nothing where there is nothing."""
    try:
        answer = call(**arguments)
    except (ClientError, EndpointConnectionError, KeyError, ValueError):
        return None
    return answer.get(key) if key else answer


def each(service, operation, key, **arguments):
    """All items of a list, over its pages; nothing where the server has no such list."""
    api = client(service)
    try:
        if api.can_paginate(operation):
            for page in api.get_paginator(operation).paginate(**arguments):
                yield from page.get(key) or []
        else:
            yield from getattr(api, operation)(**arguments).get(key) or []
    except Exception as error:  # a server that lacks the list has none of its objects
        print(f"{service}.{operation}: {error}", file=sys.stderr)


def functions():
    api = client("lambda")
    for item in each("lambda", "list_functions", "Functions"):
        name = item["FunctionName"]
        whole = api.get_function(FunctionName=name)
        policy = maybe(api.get_policy, "Policy", FunctionName=name)
        url = maybe(api.get_function_url_config, FunctionName=name)
        invoke = maybe(api.list_function_event_invoke_configs, "FunctionEventInvokeConfigs", FunctionName=name)
        record("function", name, {
            "Configuration": whole["Configuration"],
            "Concurrency": whole.get("Concurrency"),
            "Tags": whole.get("Tags"),
            "Policy": policy,
            "Url": {k: v for k, v in (url or {}).items() if k in ("AuthType", "Cors", "InvokeMode")},
            "Invoke": invoke,
            "Aliases": maybe(api.list_aliases, "Aliases", FunctionName=name),
        })
    for item in each("lambda", "list_event_source_mappings", "EventSourceMappings"):
        record("event_source_mapping", f"{item.get('EventSourceArn')} -> {item.get('FunctionArn')}", item)
    for item in each("lambda", "list_layers", "Layers"):
        record("layer", item["LayerName"], item)


def identities():
    api = client("iam")
    for item in each("iam", "list_roles", "Roles"):
        name = item["RoleName"]
        if item.get("Path", "/").startswith("/aws-service-role/"):
            continue
        inline = {p: api.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"]
                  for p in api.list_role_policies(RoleName=name)["PolicyNames"]}
        attached = api.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        record("role", name, {**api.get_role(RoleName=name)["Role"], "Inline": inline, "Attached": attached})
    for item in each("iam", "list_policies", "Policies", Scope="Local"):
        version = api.get_policy_version(PolicyArn=item["Arn"], VersionId=item["DefaultVersionId"])
        record("policy", item["PolicyName"], version["PolicyVersion"]["Document"])
    for item in each("iam", "list_instance_profiles", "InstanceProfiles"):
        record("instance_profile", item["InstanceProfileName"], [role["RoleName"] for role in item["Roles"]])


def buckets():
    api = client("s3")
    for item in each("s3", "list_buckets", "Buckets"):
        name = item["Name"]
        parts = {
            "Policy": maybe(api.get_bucket_policy, "Policy", Bucket=name),
            "Encryption": maybe(api.get_bucket_encryption, "ServerSideEncryptionConfiguration", Bucket=name),
            "PublicAccess": maybe(api.get_public_access_block, "PublicAccessBlockConfiguration", Bucket=name),
            "Lifecycle": maybe(api.get_bucket_lifecycle_configuration, "Rules", Bucket=name),
            "Cors": maybe(api.get_bucket_cors, "CORSRules", Bucket=name),
            "Versioning": maybe(api.get_bucket_versioning, "Status", Bucket=name),
            "Ownership": maybe(api.get_bucket_ownership_controls, "OwnershipControls", Bucket=name),
            "Tags": maybe(api.get_bucket_tagging, "TagSet", Bucket=name),
            "Notifications": maybe(api.get_bucket_notification_configuration, Bucket=name),
        }
        record("bucket", name, parts)


def data():
    api = client("dynamodb")
    for name in each("dynamodb", "list_tables", "TableNames"):
        table = api.describe_table(TableName=name)["Table"]
        record("table", name, {
            **table,
            "TimeToLive": maybe(api.describe_time_to_live, "TimeToLiveDescription", TableName=name),
            "Backups": maybe(api.describe_continuous_backups, "ContinuousBackupsDescription", TableName=name),
            "Tags": maybe(api.list_tags_of_resource, "Tags", ResourceArn=table["TableArn"]),
        })
    api = client("sqs")
    for url in each("sqs", "list_queues", "QueueUrls"):
        attributes = api.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        kept = {k: v for k, v in attributes.items() if not k.startswith("Approximate")}
        record("queue", url.rsplit("/", 1)[1], {**kept, "Tags": maybe(api.list_queue_tags, "Tags", QueueUrl=url)})
    api = client("sns")
    for item in each("sns", "list_topics", "Topics"):
        arn = item["TopicArn"]
        record("topic", arn.rsplit(":", 1)[1], {
            **api.get_topic_attributes(TopicArn=arn)["Attributes"],
            "Subscriptions": [
                {"Protocol": s["Protocol"], "Endpoint": s["Endpoint"]}
                for s in api.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
            ],
        })
    api = client("ssm")
    for item in each("ssm", "describe_parameters", "Parameters"):
        if not item["Name"].startswith("/aws/"):
            record("parameter", item["Name"], api.get_parameter(Name=item["Name"])["Parameter"])
    for item in each("secretsmanager", "list_secrets", "SecretList"):
        record("secret", item["Name"], {k: item.get(k) for k in ("Description", "Tags", "KmsKeyId")})
    for item in each("kms", "list_aliases", "Aliases"):
        if not item["AliasName"].startswith("alias/aws/"):
            record("key_alias", item["AliasName"], {})
    api = client("efs")
    for item in each("efs", "describe_file_systems", "FileSystems"):
        record("file_system", item.get("Name") or item["FileSystemId"], {k: item.get(k) for k in ("Encrypted", "ThroughputMode", "Tags")})


def events():
    api = client("events")
    for bus in each("events", "list_event_buses", "EventBuses"):
        if bus["Name"] != "default":
            record("event_bus", bus["Name"], bus)
        for item in each("events", "list_rules", "Rules", EventBusName=bus["Name"]):
            targets = api.list_targets_by_rule(Rule=item["Name"], EventBusName=bus["Name"])["Targets"]
            record("rule", item["Name"], {**item, "Targets": targets})
    api = client("scheduler")
    for item in each("scheduler", "list_schedule_groups", "ScheduleGroups"):
        if item["Name"] != "default":
            record("schedule_group", item["Name"], item)
    for item in each("scheduler", "list_schedules", "Schedules"):
        whole = api.get_schedule(Name=item["Name"], GroupName=item["GroupName"])
        record("schedule", item["Name"], whole)
    for item in each("logs", "describe_log_groups", "logGroups"):
        kept = {k: item.get(k) for k in ("retentionInDays", "kmsKeyId", "logGroupClass")}
        record("log_group", item["logGroupName"], kept)
    for item in each("cloudwatch", "describe_alarms", "MetricAlarms"):
        record("alarm", item["AlarmName"], item)
    for item in each("cloudwatch", "list_dashboards", "DashboardEntries"):
        record("dashboard", item["DashboardName"], {})


def gateways():
    api = client("apigatewayv2")
    for item in ids("API", list(each("apigatewayv2", "get_apis", "Items")), "ApiId"):
        parts = {}
        for part, key in (
            ("routes", "RouteId"),
            ("integrations", "IntegrationId"),
            ("stages", "DeploymentId"),
            ("authorizers", "AuthorizerId"),
        ):
            found = list(each("apigatewayv2", f"get_{part}", "Items", ApiId=item["ApiId"]))
            parts[part] = ids(part.upper(), found, key)
        record("api", item["Name"], {**item, **parts})
    for item in each("apigatewayv2", "get_domain_names", "Items"):
        record("api_domain", item["DomainName"], item)
    api = client("apigateway")
    for item in each("apigateway", "get_rest_apis", "items"):
        resources = each("apigateway", "get_resources", "items", restApiId=item["id"], embed=["methods"])
        stages = api.get_stages(restApiId=item["id"])["item"]
        record("rest_api", item["name"], {**item, "resources": list(resources), "stages": stages})
    for item in each("apigateway", "get_usage_plans", "items"):
        record("usage_plan", item["name"], item)
    for item in each("apigateway", "get_api_keys", "items"):
        record("api_key", item["name"], {k: item.get(k) for k in ("enabled", "tags")})


def networks():
    api = client("ec2")
    ours = [vpc["VpcId"] for vpc in each("ec2", "describe_vpcs", "Vpcs") if not vpc.get("IsDefault")]
    for vpc in ours:
        record("vpc", vpc, {})
    filters = [{"Name": "vpc-id", "Values": ours or ["none"]}]
    for operation, key, ident in (
        ("describe_subnets", "Subnets", "SubnetId"),
        ("describe_route_tables", "RouteTables", "RouteTableId"),
        ("describe_security_groups", "SecurityGroups", "GroupId"),
        ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    ):
        for item in each("ec2", operation, key, Filters=filters):
            if item.get("GroupName") == "default" or any(a.get("Main") for a in item.get("Associations", [])):
                continue
            record(operation.removeprefix("describe_"), item[ident], item)
    for item in each("ec2", "describe_internet_gateways", "InternetGateways"):
        attached = [a["VpcId"] for a in item.get("Attachments", [])]
        if not attached or any(vpc in ours for vpc in attached):
            record("internet_gateway", item["InternetGatewayId"], item)
    for item in each("ec2", "describe_nat_gateways", "NatGateways"):
        if item["State"] != "deleted":
            record("nat_gateway", item["NatGatewayId"], {})
    for item in each("ec2", "describe_addresses", "Addresses"):
        record("address", item["AllocationId"], {})
    for item in each("ec2", "describe_launch_templates", "LaunchTemplates"):
        record("launch_template", item["LaunchTemplateName"], {})
    for item in each("elbv2", "describe_load_balancers", "LoadBalancers"):
        listeners = list(each("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=item["LoadBalancerArn"]))
        record("balancer", item["LoadBalancerName"], {**item, "Listeners": listeners})
    for item in each("elbv2", "describe_target_groups", "TargetGroups"):
        record("target_group", item["TargetGroupName"], item)
    for item in each("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"):
        record("auto_scaling_group", item["AutoScalingGroupName"], item)


def containers():
    api = client("ecs")
    for arn in each("ecs", "list_clusters", "clusterArns"):
        cluster = api.describe_clusters(clusters=[arn], include=["TAGS"])["clusters"][0]
        if cluster["status"] == "INACTIVE":
            continue
        services = list(each("ecs", "list_services", "serviceArns", cluster=arn))
        described = api.describe_services(cluster=arn, services=services)["services"] if services else []
        kept = [{k: s.get(k) for k in ("serviceName", "taskDefinition", "desiredCount", "launchType", "loadBalancers",
                                      "networkConfiguration")} for s in described if s["status"] != "INACTIVE"]
        record("cluster", cluster["clusterName"], {"Services": kept, "Providers": cluster.get("capacityProviders")})
    for arn in each("ecs", "list_task_definitions", "taskDefinitionArns"):
        whole = api.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        record("task_definition", arn.rsplit("/", 1)[1], whole)
    for item in each("ecr", "describe_repositories", "repositories"):
        record("registry", item["repositoryName"], item)
    for item in each("batch", "describe_compute_environments", "computeEnvironments"):
        record("batch_pool", item["computeEnvironmentName"], {k: item.get(k) for k in ("type", "state", "computeResources")})
    for item in each("batch", "describe_job_queues", "jobQueues"):
        record("batch_queue", item["jobQueueName"], {k: item.get(k) for k in ("priority", "state", "computeEnvironmentOrder")})
    for item in each("batch", "describe_job_definitions", "jobDefinitions", status="ACTIVE"):
        record("batch_job", f"{item['jobDefinitionName']}:{item['revision']}", item)


for section in (functions, identities, buckets, data, events, gateways, networks, containers):
    section()
TEXT = json.dumps(FOUND, default=str)
for value, word in IDS.items():
    TEXT = TEXT.replace(value, word)
TEXT = re.sub(r"(localhost|127\.0\.0\.1):\d+", r"\1", TEXT)
FOUND = {kind: {name: clean(value) for name, value in all.items()} for kind, all in json.loads(TEXT).items()}
json.dump(FOUND, sys.stdout, indent=2, sort_keys=True)
print()
