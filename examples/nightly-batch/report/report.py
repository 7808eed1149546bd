"""Makes one report of all pieces of a day."""

import datetime
import json
import os

import boto3

lake = os.environ["LAKE"]
day = datetime.date.today() - datetime.timedelta(days=1)
storage = boto3.client("s3")

count = cents = 0
pages = storage.get_paginator("list_objects_v2").paginate(Bucket=lake, Prefix=f"orders/{day}/")
for page in pages:
    for entry in page.get("Contents", []):
        body = storage.get_object(Bucket=lake, Key=entry["Key"])["Body"]
        for line in body.iter_lines():
            count += 1
            cents += json.loads(line)["cents"]

text = json.dumps({"day": f"{day}", "orders": count, "turnover": cents / 100})
storage.put_object(Bucket=lake, Key=f"reports/{day}.json", Body=text.encode())
print(text)
