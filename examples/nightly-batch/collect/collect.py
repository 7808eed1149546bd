"""Collects one piece of the day's orders; Batch tells each child of the array which one it is."""

import datetime
import json
import os
import random

import boto3

piece = int(os.environ.get("AWS_BATCH_JOB_ARRAY_INDEX", "0"))
day = datetime.date.today() - datetime.timedelta(days=1)


def orders():
    """Stands for the shop's database: orders of yesterday whose number falls into this piece."""
    pieces = int(os.environ["PIECES"])
    source = random.Random(f"{day}")
    everything = [{"order": number, "cents": source.randrange(100, 50_000)} for number in range(1000)]
    return [order for order in everything if order["order"] % pieces == piece]


lines = "\n".join(json.dumps(order) for order in orders())
boto3.client("s3").put_object(Bucket=os.environ["LAKE"], Key=f"orders/{day}/{piece:05}.jsonl", Body=lines.encode())
print(f"piece {piece} of {day}: {len(lines.splitlines())} orders")
