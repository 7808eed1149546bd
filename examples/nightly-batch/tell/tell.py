"""Tells that a job failed: the event has its id, its name and how it ended."""

import os

import boto3

topic = boto3.client("sns")


def run(event, _context):
    text = f"{event['name']} ({event['job']}) ended as {event['status']}"
    topic.publish(TopicArn=os.environ["TOPIC"], Subject="A nightly job failed", Message=text)
