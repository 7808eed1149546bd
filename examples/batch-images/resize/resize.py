"""Writes a picture in several widths: `resize.py BUCKET KEY`."""

import io
import os
import sys

import boto3
from PIL import Image, UnidentifiedImageError

NOT_A_PICTURE = 65


def main(bucket: str, key: str) -> int:
    storage = boto3.client("s3")
    body = storage.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        picture = Image.open(io.BytesIO(body)).convert("RGB")
    except UnidentifiedImageError:
        print(f"{key} is no picture", file=sys.stderr)
        return NOT_A_PICTURE
    name = os.path.splitext(os.path.basename(key))[0]
    for width in map(int, os.environ["WIDTHS"].split(",")):
        scaled = picture.copy()
        scaled.thumbnail((width, picture.height * width // picture.width or 1))
        out = io.BytesIO()
        scaled.save(out, "WEBP", quality=82)
        target = f"{name}/{width}.webp"
        storage.put_object(
            Bucket=os.environ["PICTURES"],
            Key=target,
            Body=out.getvalue(),
            ContentType="image/webp",
        )
        print(f"{key} -> {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
