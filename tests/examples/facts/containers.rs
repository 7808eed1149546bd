//! What the examples of containers promise.

use super::Resources;

pub(super) fn container_service(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let service = resources.at("service.web");
    let definition = resources.at("service.web/definition");
    let container = &definition["ContainerDefinitions"][0];
    let start = resources.at("service.web/execution_policy").to_string();
    let code = resources.at("service.web/policy").to_string();
    let group = resources.at("service.web/group");
    let rules = group["SecurityGroupIngress"].as_array().unwrap();
    vec![
        (
            "the image is the one that is built here",
            container["Image"] == "${image.web_image.ImageUri}",
        ),
        (
            "it runs on the processor it is built for",
            definition["RuntimePlatform"]["CpuArchitecture"] == "ARM64",
        ),
        (
            "half a vCPU and a gigabyte are what Fargate has together",
            definition["Cpu"] == "512" && definition["Memory"] == "1024",
        ),
        (
            "tasks have no public address",
            service["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED",
        ),
        (
            "only the load balancer reaches them",
            rules.len() == 1
                && rules[0]["SourceSecurityGroupId"] == "${service.web/balancer_group.GroupId}",
        ),
        (
            "starting a task may pull one image",
            start.contains("${registry.images.Arn}") && start.contains("ecr:BatchGetImage"),
        ),
        (
            "starting a task may read no table",
            !start.contains("dynamodb:"),
        ),
        (
            "the code may read and write the table, and pull nothing",
            code.contains("dynamodb:PutItem") && !code.contains("ecr:"),
        ),
        (
            "most tasks run on spare capacity",
            service["CapacityProviderStrategy"][1]["Weight"] == 3,
        ),
        (
            "a deployment that fails is taken back",
            service["DeploymentConfiguration"]["DeploymentCircuitBreaker"]["Rollback"] == true,
        ),
        (
            "two tasks run at least, four at most",
            resources.at("service.web/scale")["MinCapacity"] == 2
                && resources.at("service.web/scale")["MaxCapacity"] == 4,
        ),
        (
            "logs end",
            resources.at("service.web/log_group")["RetentionInDays"] == 30,
        ),
    ]
}

pub(super) fn ec2_cluster(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let template = &resources.at("cluster.main/launch_template")["LaunchTemplateData"];
    let group = resources.at("cluster.main/instances");
    let bought = &group["MixedInstancesPolicy"]["InstancesDistribution"];
    let provider = &resources.at("cluster.main/provider")["AutoScalingGroupProvider"];
    let agent = resources.at("service.agent");
    let orders = resources.at("service.orders/definition");
    vec![
        (
            "instances start from the newest image for Arm",
            template["ImageId"]
                .as_str()
                .unwrap()
                .contains("amazon-linux-2023/arm64"),
        ),
        (
            "disks are encrypted",
            template["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] == true,
        ),
        (
            "metadata are for signed requests",
            template["MetadataOptions"]["HttpTokens"] == "required",
        ),
        (
            "all instances but one are Spot",
            bought["OnDemandBaseCapacity"] == 1
                && bought["OnDemandPercentageAboveBaseCapacity"] == 0,
        ),
        (
            "tasks are moved before their instance goes",
            provider["ManagedDraining"] == "ENABLED",
        ),
        (
            "ECS starts and ends instances",
            provider["ManagedScaling"]["Status"] == "ENABLED"
                && provider["ManagedScaling"]["TargetCapacity"] == 90,
        ),
        (
            "an agent is on each instance, in its network",
            agent["PlacementConstraints"][0]["Type"] == "distinctInstance"
                && agent.get("NetworkConfiguration").is_none(),
        ),
        (
            "orders wait for their cache",
            orders["ContainerDefinitions"][0]["DependsOn"][0]["Condition"] == "HEALTHY",
        ),
        (
            "orders have a private name",
            resources.at("service.orders/discovery")["Name"] == "orders",
        ),
        (
            "only the shop is behind the balancer",
            resources
                .of_type("AWS::ElasticLoadBalancingV2::ListenerRule")
                .len()
                == 1,
        ),
    ]
}
