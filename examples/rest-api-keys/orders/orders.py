"""Orders: shown through the API, taken in from the queue that the API fills."""

import json
import os

import boto3

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def show(event, _context):
    """Answers a request for one order."""
    found = TABLE.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    if found is None:
        return answer(404, {"error": "there is no such order"})
    return answer(200, {"id": found["id"], "item": found["item"], "count": int(found["count"])})


def take(event, _context):
    """Writes each order of a batch; a message that comes twice writes the same order."""
    for record in event["Records"]:
        order = json.loads(record["body"])
        TABLE.put_item(
            Item={"id": record["messageId"], "item": order["item"], "count": order["count"]}
        )


def answer(status, body):
    """An answer as API Gateway takes it."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
