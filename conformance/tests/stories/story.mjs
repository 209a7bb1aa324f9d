// A REST API and an HTTP API by the AWS SDK for JavaScript, version 3. The one argument is the endpoint.

import assert from "node:assert/strict";
import * as v1 from "@aws-sdk/client-api-gateway";
import * as v2 from "@aws-sdk/client-apigatewayv2";
import * as tagging from "@aws-sdk/client-resource-groups-tagging-api";

const config = {
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};

await restApi(new v1.APIGatewayClient(config));
await httpApi(new v2.ApiGatewayV2Client(config));

async function restApi(client) {
  const call = (name, input) => client.send(new v1[`${name}Command`](input));
  const { id: restApiId, rootResourceId } = await call("CreateRestApi", { name: "pets", tags: { team: "platform" } });
  const { id: resourceId } = await call("CreateResource", { restApiId, parentId: rootResourceId, pathPart: "pets" });
  const method = { restApiId, resourceId, httpMethod: "GET" };
  await call("PutMethod", { ...method, authorizationType: "NONE" });
  await call("PutMethodResponse", { ...method, statusCode: "200" });
  const requestTemplates = { "application/json": '{"statusCode": 200}' };
  await call("PutIntegration", { ...method, type: "MOCK", requestTemplates });
  await call("PutIntegrationResponse", { ...method, statusCode: "200", responseTemplates: { "application/json": "[]" } });
  const tested = await call("TestInvokeMethod", method);
  assert.equal(tested.status, 200);
  assert.match(tested.log, /Method completed with status: 200/);
  await call("CreateDeployment", { restApiId, stageName: "prod" });
  const stage = await call("GetStage", { restApiId, stageName: "prod" });
  assert.ok(stage.createdDate instanceof Date);

  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}`;
  await call("TagResource", { resourceArn, tags: { stage: "prod" } });
  assert.deepEqual((await call("GetTags", { resourceArn })).tags, { team: "platform", stage: "prod" });
  const groups = new tagging.ResourceGroupsTaggingAPIClient(config);
  const found = await groups.send(new tagging.GetResourcesCommand({ TagFilters: [{ Key: "stage", Values: ["prod"] }] }));
  assert.deepEqual(found.ResourceTagMappingList.map((each) => each.ResourceARN), [resourceArn]);

  const exported = await call("GetExport", { restApiId, stageName: "prod", exportType: "swagger" });
  assert.equal(exported.contentType, "application/json");
  const document = JSON.parse(Buffer.from(exported.body).toString());
  assert.deepEqual(Object.keys(document.paths), ["/pets"]);

  await call("DeleteRestApi", { restApiId });
  await assert.rejects(call("GetRestApi", { restApiId }), (error) => {
    assert.ok(error instanceof v1.NotFoundException);
    assert.equal(error.message, `Invalid API identifier specified 000000000000:${restApiId}`);
    return true;
  });
}

async function httpApi(client) {
  const call = (name, input) => client.send(new v2[`${name}Command`](input));
  const { ApiId } = await call("CreateApi", { Name: "pets", ProtocolType: "HTTP", Target: "https://example.com/" });
  const { Items: routes } = await call("GetRoutes", { ApiId });
  assert.deepEqual(routes.map((route) => route.RouteKey), ["$default"]);
  const { Items: stages } = await call("GetStages", { ApiId });
  assert.deepEqual(stages.map((stage) => stage.StageName), ["$default"]);

  const ResourceArn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}`;
  await call("TagResource", { ResourceArn, Tags: { team: "platform" } });
  assert.deepEqual((await call("GetTags", { ResourceArn })).Tags, { team: "platform" });

  const exported = await call("ExportApi", { ApiId, OutputType: "JSON", Specification: "OAS30" });
  const document = JSON.parse(Buffer.from(exported.body).toString());
  assert.equal(document.info.title, "pets");

  await call("DeleteApi", { ApiId });
  await assert.rejects(call("GetApi", { ApiId }), v2.NotFoundException);
}
