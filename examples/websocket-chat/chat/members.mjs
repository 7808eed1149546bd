// Keeps the list of who is connected, and tells it.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";

const table = process.env.TABLE;
const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const DAY = 24 * 60 * 60;

export const joined = async ({ requestContext }) => {
  const item = {
    id: requestContext.connectionId,
    name: requestContext.authorizer.name,
    expires_at: Math.floor(Date.now() / 1000) + DAY,
  };
  await database.send(new PutCommand({ TableName: table, Item: item }));
  return { statusCode: 200 };
};

export const left = async ({ requestContext }) => {
  await database.send(new DeleteCommand({ TableName: table, Key: { id: requestContext.connectionId } }));
  return { statusCode: 200 };
};

// The answer to any message that is not `{"action":"say", …}`.
export const names = async () => {
  const { Items } = await database.send(new ScanCommand({ TableName: table }));
  return { statusCode: 200, body: JSON.stringify({ here: Items.map((item) => item.name) }) };
};
