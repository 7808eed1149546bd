import json
import os

import boto3

news = boto3.client("sns")


def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        if "id" not in order:
            news.publish(TopicArn=os.environ["NEWS"], Message="an order without an id")
            raise ValueError("an order without an id")
