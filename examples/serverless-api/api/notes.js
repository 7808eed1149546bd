// The notes API: list, add, and a health check. Uses only what the Node.js runtime brings.

const { DynamoDBClient, PutItemCommand, QueryCommand } = require("@aws-sdk/client-dynamodb");
const { randomUUID } = require("node:crypto");

const client = new DynamoDBClient({});

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

const owner = (event) => event.requestContext.authorizer.jwt.claims.sub;

exports.list = async (event) => {
  const found = await client.send(
    new QueryCommand({
      TableName: process.env.TABLE,
      KeyConditionExpression: "#owner = :owner",
      ExpressionAttributeNames: { "#owner": "owner" },
      ExpressionAttributeValues: { ":owner": { S: owner(event) } },
    }),
  );
  return answer(200, found.Items.map((item) => ({ id: item.id.S, text: item.text.S })));
};

exports.add = async (event) => {
  const { text } = JSON.parse(event.body ?? "{}");
  if (typeof text !== "string" || text.length === 0) return answer(400, { error: "a note needs a text" });
  const id = randomUUID();
  await client.send(
    new PutItemCommand({
      TableName: process.env.TABLE,
      Item: { owner: { S: owner(event) }, id: { S: id }, text: { S: text } },
    }),
  );
  return answer(201, { id });
};

exports.health = async () => answer(200, { ok: true });
