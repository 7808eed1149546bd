import json
import os

import boto3

queues = json.loads(os.environ["QUEUES"])


def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=queues["charge"], MessageBody=json.dumps(event))
