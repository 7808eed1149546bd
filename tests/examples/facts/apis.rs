//! What the examples of API Gateway promise.

use super::Resources;

pub(super) fn serverless_api(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let routes = resources.of_type("AWS::ApiGatewayV2::Route");
    let route = |key: &str| {
        let found = routes
            .iter()
            .find(|route| route["properties"]["RouteKey"] == key);
        found.unwrap_or_else(|| panic!("no route {key}"))["properties"].clone()
    };
    let stage = resources.at("http_api.web/stage");
    let policies = resources.policies();
    vec![
        ("there are three routes", routes.len() == 3),
        (
            "notes are for who is signed in",
            route("GET /notes")["AuthorizationType"] == "JWT",
        ),
        (
            "health is open",
            route("GET /health")["AuthorizationType"] == "NONE",
        ),
        (
            "adding notes has its own throttle",
            stage["RouteSettings"]["POST /notes"]["ThrottlingRateLimit"] == 10,
        ),
        (
            "all else has the API's",
            stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 200,
        ),
        ("the stage deploys by itself", stage["AutoDeploy"] == true),
        (
            "the gateway may call each function",
            resources.of_type("AWS::Lambda::Permission").len() == 3,
        ),
        (
            "notes go when they expire",
            resources
                .at("table.notes")
                .to_string()
                .contains("expires_at"),
        ),
        (
            "nobody deletes tables",
            !policies.contains("dynamodb:DeleteTable"),
        ),
    ]
}

pub(super) fn rest_api_keys(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let api = resources.at("rest_api.partners_api");
    let paths = &api["Body"]["paths"];
    let order = &paths["/orders"]["post"];
    let filling = &order["x-amazon-apigateway-integration"];
    let plan = resources.at("rest_api.partners_api/plan_basic");
    let gold = resources.at("rest_api.partners_api/plan_gold");
    let policy = resources.at("rest_api.partners_api/policy").to_string();
    let deployment = resources.at("rest_api.partners_api/deployment");
    vec![
        (
            "every partner has a key of its own",
            resources.of_type("AWS::ApiGateway::ApiKey").len() == 3,
        ),
        (
            "and is in one plan",
            resources.of_type("AWS::ApiGateway::UsagePlanKey").len() == 3,
        ),
        (
            "ten thousand requests a month are allowed",
            plan["Quota"]["Limit"] == 10_000 && plan["Quota"]["Period"] == "MONTH",
        ),
        (
            "gold partners may order ten times a second",
            gold["ApiStages"][0]["Throttle"]["/orders/POST"]["RateLimit"] == 10,
        ),
        (
            "orders ask for a key",
            order["security"][0].get("api_key").is_some(),
        ),
        (
            "the status does not",
            paths["/status"]["get"].get("security").is_none(),
        ),
        (
            "a body is checked against the model",
            order["x-amazon-apigateway-request-validator"] == "body"
                && api["Body"]["components"]["schemas"]["order"]["required"][1] == "count",
        ),
        (
            "an order goes straight into the queue",
            filling["type"] == "aws" && filling["uri"].to_string().contains(":sqs:path/"),
        ),
        (
            "the gateway may send to that queue, and nothing else",
            policy.contains("sqs:SendMessage")
                && policy.contains("${queue.incoming.Arn}")
                && policy.matches("\"Effect\"").count() == 1,
        ),
        (
            "a deployment is of the API as it is",
            deployment["Description"] == "configuration ${digest}",
        ),
        (
            "requests are logged for thirty days",
            resources.at("rest_api.partners_api/logs")["RetentionInDays"] == 30,
        ),
    ]
}

pub(super) fn websocket_chat(resources: &Resources<'_>) -> Vec<(&'static str, bool)> {
    let routes = resources.of_type("AWS::ApiGatewayV2::Route");
    let route = |key: &str| {
        let found = routes
            .iter()
            .find(|route| route["properties"]["RouteKey"] == key);
        found.unwrap_or_else(|| panic!("no route {key}"))["properties"].clone()
    };
    let api = resources.at("websocket_api.chat");
    let stage = resources.at("websocket_api.chat/stage");
    let policy = resources.at("function.say/policy").to_string();
    let door = resources.at("websocket_api.chat/authorizer");
    vec![
        ("it is a WebSocket API", api["ProtocolType"] == "WEBSOCKET"),
        (
            "a message says what is to be done with it",
            api["RouteSelectionExpression"] == "$request.body.action",
        ),
        ("there are four routes", routes.len() == 4),
        (
            "those who connect are asked who they are",
            route("$connect")["AuthorizationType"] == "CUSTOM",
        ),
        (
            "by their token",
            door["IdentitySource"][0] == "route.request.querystring.token",
        ),
        (
            "the names are sent to who asks",
            resources.of_type("AWS::ApiGatewayV2::RouteResponse").len() == 1
                && route("$default")["RouteResponseSelectionExpression"] == "$default",
        ),
        (
            "nobody says more than five things a second",
            stage["RouteSettings"]["say"]["ThrottlingRateLimit"] == 5,
        ),
        ("the stage deploys by itself", stage["AutoDeploy"] == true),
        (
            "one function may send to connections, and not close them",
            policy.contains("execute-api:ManageConnections")
                && policy.contains("/live/POST/@connections/*")
                && resources.policies().matches("ManageConnections").count() == 1,
        ),
        (
            "and knows where",
            resources.at("function.say")["Environment"]["Variables"]["ENDPOINT"]
                .to_string()
                .contains(".execute-api.eu-west-1.amazonaws.com/live"),
        ),
        (
            "API Gateway may call five functions, each for what it does",
            resources.of_type("AWS::Lambda::Permission").len() == 5,
        ),
    ]
}
