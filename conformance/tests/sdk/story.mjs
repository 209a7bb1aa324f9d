// Makes an API, has its SDK generated, and calls the API with it. Prints what it saw.

import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { APIGateway } from "@aws-sdk/client-api-gateway";

const endpoint = process.argv[2];
const gateway = new APIGateway({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "secret" },
});

const { id: restApiId, rootResourceId } = await gateway.createRestApi({ name: "pets" });
const pets = await gateway.createResource({ restApiId, parentId: rootResourceId, pathPart: "pets" });
const pet = await gateway.createResource({ restApiId, parentId: pets.id, pathPart: "{petId}" });
await mock(rootResourceId, "GET", {});
await mock(pet.id, "GET", { "method.request.path.petId": true, "method.request.querystring.page": false });
await mock(pet.id, "POST", {});
await gateway.createDeployment({ restApiId, stageName: "prod" });
// What comes after the deployment is no part of its SDK.
await mock(pets.id, "GET", {});

const { body } = await gateway.getSdk({ restApiId, stageName: "prod", sdkType: "javascript" });
const files = unzip(Buffer.from(body));
const folder = mkdtempSync(join(tmpdir(), "sdk-"));
writeFileSync(join(folder, "apigClient.cjs"), files["apiGateway-js-sdk/apigClient.js"]);
const { apigClientFactory } = createRequire(import.meta.url)(join(folder, "apigClient.cjs"));

const client = apigClientFactory.newClient({ invokeUrl: `${endpoint}/_aws/execute-api/${restApiId}/prod` });
const { status, data } = await client.petsPetIdGet({ petId: "a b/c", page: [1, 2] });
const elsewhere = apigClientFactory.newClient({ invokeUrl: `${endpoint}/_aws/execute-api/${restApiId}/gone` });
console.log(JSON.stringify({
    files: Object.keys(files),
    functions: Object.keys(client).sort(),
    answer: { status, data },
    missing: await client.petsPetIdPost({}).catch((error) => error.message),
    refused: await elsewhere.rootGet().catch((error) => error.status),
}));

async function mock(resourceId, httpMethod, requestParameters) {
    const method = { restApiId, resourceId, httpMethod };
    const statusCode = "200";
    await gateway.putMethod({ ...method, authorizationType: "NONE", requestParameters });
    await gateway.putMethodResponse({ ...method, statusCode });
    const requestTemplates = { "application/json": '{"statusCode": 200}' };
    await gateway.putIntegration({ ...method, type: "MOCK", requestTemplates });
    const responseTemplates = { "application/json": '{"pets": []}' };
    await gateway.putIntegrationResponse({ ...method, statusCode, responseTemplates });
}

/** The files of an archive by path; each stands behind a header that tells its sizes. */
function unzip(archive) {
    const files = {};
    let at = 0;
    while (archive.readUInt32LE(at) === 0x04034b50) {
        const size = archive.readUInt32LE(at + 18);
        const name = at + 30;
        const extra = name + archive.readUInt16LE(at + 26);
        const start = extra + archive.readUInt16LE(at + 28);
        files[archive.toString("utf8", name, extra)] = inflateRawSync(archive.subarray(start, start + size)).toString();
        at = start + size;
    }
    return files;
}
