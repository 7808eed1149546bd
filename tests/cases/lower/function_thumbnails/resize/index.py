"""Makes a thumbnail of every uploaded PNG and notes it in a table."""

import os
import urllib.parse

from png import decode, encode, shrink


def handler(event, context):
    """Handles S3 events; a picture that cannot be read makes the call fail, and ends in the failure queue."""
    import boto3

    s3 = boto3.client("s3")
    table = boto3.resource("dynamodb").Table(os.environ["PICTURES"])
    edge = int(os.environ.get("EDGE", "50"))
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        picture = decode(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        thumbnail = encode(shrink(picture, edge, edge))
        target = "thumbs/" + key.rsplit("/", 1)[-1]
        s3.put_object(Bucket=os.environ["THUMBS"], Key=target, Body=thumbnail, ContentType="image/png")
        table.put_item(
            Item={
                "id": key,
                "thumbnail": target,
                "width": picture.width,
                "height": picture.height,
                "bytes": len(thumbnail),
            }
        )
    return {"done": len(event["Records"])}
