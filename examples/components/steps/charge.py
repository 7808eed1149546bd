def handler(event, context):
    for record in event["Records"]:
        print("charge", record["body"])
