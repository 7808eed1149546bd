// Decides who may connect. A token is a member's name and a signature in real life; here it is the name.
const members = (process.env.MEMBERS ?? "").split(",");

export const admit = async (event) => {
  const name = event.queryStringParameters?.token ?? "";
  const allowed = name !== "" && members.includes(name);
  return {
    principalId: name || "nobody",
    context: { name },
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Action: "execute-api:Invoke", Effect: allowed ? "Allow" : "Deny", Resource: event.methodArn },
      ],
    },
  };
};
