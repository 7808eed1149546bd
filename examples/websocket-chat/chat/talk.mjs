// Sends what one member says to all: `{"action":"say","text":"Hello"}`.
import { ApiGatewayManagementApiClient, GoneException, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";

const table = process.env.TABLE;
const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const connections = new ApiGatewayManagementApiClient({ endpoint: process.env.ENDPOINT });

export const say = async ({ body, requestContext }) => {
  const { text } = JSON.parse(body);
  const line = JSON.stringify({ from: requestContext.authorizer.name, text });
  const { Items } = await database.send(new ScanCommand({ TableName: table }));
  await Promise.all(Items.map(({ id }) => tell(id, line)));
  return { statusCode: 200 };
};

async function tell(id, line) {
  try {
    await connections.send(new PostToConnectionCommand({ ConnectionId: id, Data: line }));
  } catch (error) {
    if (!(error instanceof GoneException)) throw error;
    await database.send(new DeleteCommand({ TableName: table, Key: { id } }));
  }
}
