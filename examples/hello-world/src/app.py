"""Greets whoever asks."""

import json
import os


def handler(event, context):
    """Returns a greeting for event["name"], or for the world."""
    name = (event or {}).get("name", "world")
    message = f"{os.environ.get('GREETING', 'Hello')}, {name}!"
    return {"statusCode": 200, "body": json.dumps({"message": message})}
