const ALGORITHM = "AWS4-HMAC-SHA256";
const SERVICE = "execute-api";
const encoder = new TextEncoder();

const apigClientFactory = {
    newClient(config = {}) {
        const client = {};
        for (const [name, call] of Object.entries(CALLS)) {
            client[name] = (params, body, additionalParams) =>
                send(config, call, params ?? {}, body, additionalParams ?? {});
        }
        return client;
    },
};

/** Sends a request; rejects with the same object that it would resolve with where the status is no success. */
async function send(config, call, params, body, additional) {
    for (const name of call.required) {
        if (params[name] === undefined || params[name] === null) {
            throw new Error(`Missing required parameter: ${name}`);
        }
    }
    const base = new URL(config.invokeUrl ?? INVOKE_URL);
    const path = base.pathname.replace(/\/$/, "") + fillIn(call, params);
    const query = [
        ...pairs(call.queryParameters, params),
        ...Object.entries(additional.queryParams ?? {}).flatMap(each),
    ];
    const headers = Object.fromEntries([
        ["accept", config.defaultAcceptType ?? "application/json"],
        ...pairs(call.headerParameters, params),
        ...Object.entries(additional.headers ?? {}).flatMap(each),
    ].map(([name, value]) => [name.toLowerCase(), value]));
    if (config.apiKey) {
        headers["x-api-key"] = config.apiKey;
    }
    const payload = asText(body);
    if (payload !== undefined) {
        headers["content-type"] ??= config.defaultContentType ?? "application/json";
    }
    if (call.signed && config.accessKey) {
        const region = config.region ?? REGION;
        await sign(config, region, { verb: call.verb, host: base.host, path, query, headers, payload: payload ?? "" });
    }
    const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
    const url = base.origin + path + (search ? `?${search}` : "");
    const response = await fetch(url, { method: call.verb, headers, body: payload });
    const answer = {
        status: response.status,
        statusText: response.statusText,
        headers: Object.fromEntries(response.headers),
        data: readable(await response.text()),
    };
    if (!response.ok) {
        throw Object.assign(new Error(`${call.verb} ${url} answered ${response.status}`), { response: answer }, answer);
    }
    return answer;
}

/** The path with its variables replaced. A greedy one keeps its slashes. */
function fillIn(call, params) {
    return call.path.replace(/\{([^}+]+)(\+?)\}/g, (_, name, greedy) => {
        const value = String(params[name]);
        return greedy ? value.split("/").map(encode).join("/") : encode(value);
    });
}

function pairs(names, params) {
    return names.filter((name) => params[name] !== undefined).flatMap((name) => each([name, params[name]]));
}

/** A list is sent as one pair for each of its values. */
function each([name, value]) {
    return [value].flat().map((one) => [name, String(one)]);
}

function asText(body) {
    if (body === undefined || body === null || body === "") {
        return undefined;
    }
    return typeof body === "string" ? body : JSON.stringify(body);
}

function readable(text) {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** Percent-encoding as signatures want it. */
function encode(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Adds the headers of Signature Version 4. */
async function sign(config, region, request) {
    const moment = new Date().toISOString().replace(/[:-]|\.\d{3}/g, "");
    const date = moment.slice(0, 8);
    request.headers["x-amz-date"] = moment;
    if (config.sessionToken) {
        request.headers["x-amz-security-token"] = config.sessionToken;
    }
    const signed = Object.entries({ ...request.headers, host: request.host }).sort(byName);
    const names = signed.map(([name]) => name).join(";");
    const query = request.query.map(([name, value]) => [encode(name), encode(value)]).sort(byName);
    const canonical = [
        request.verb,
        request.path.split("/").map(encode).join("/"),
        query.map((pair) => pair.join("=")).join("&"),
        ...signed.map(([name, value]) => `${name}:${String(value).trim().replace(/ +/g, " ")}`),
        "",
        names,
        await sha256(request.payload),
    ].join("\n");
    const scope = [date, region, SERVICE, "aws4_request"].join("/");
    let key = encoder.encode(`AWS4${config.secretKey}`);
    for (const part of [date, region, SERVICE, "aws4_request"]) {
        key = await hmac(key, part);
    }
    const signature = hex(await hmac(key, [ALGORITHM, moment, scope, await sha256(canonical)].join("\n")));
    request.headers.authorization =
        `${ALGORITHM} Credential=${config.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

function byName([one, first], [other, second]) {
    if (one === other) {
        return first < second ? -1 : 1;
    }
    return one < other ? -1 : 1;
}

async function sha256(text) {
    return hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

async function hmac(key, text) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
    return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

function hex(bytes) {
    return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (typeof module === "object") {
    module.exports = { apigClientFactory };
} else {
    globalThis.apigClientFactory = apigClientFactory;
}
