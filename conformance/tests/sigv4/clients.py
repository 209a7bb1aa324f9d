"""Calls every service with botocore, and tells what became of it. Argument: endpoint."""

import json
import sys
import urllib.error
import urllib.request

from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

ENDPOINT = sys.argv[1]
SESSION = Session()
TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
}


def client(service, key, secret, token=None, **config):
    return SESSION.create_client(
        service,
        region_name="eu-west-1",
        endpoint_url=ENDPOINT,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"max_attempts": 0}, **config),
    )


def told(call, **members):
    try:
        call(**members)
    except ClientError as error:
        return f"{error.response['Error']['Code']} {error.response['ResponseMetadata']['HTTPStatusCode']}"
    return "ok"


def fetched(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def calls(*keys):
    iam, sts, rest = client("iam", *keys), client("sts", *keys), client("apigateway", *keys)
    arn = "arn:aws:apigateway:eu-west-1::/restapis/" + API
    status, body = fetched(sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET"))
    presigned = body.split("<Arn>")[1].split("</Arn>")[0] if status == 200 else str(status)
    path = rest.generate_presigned_url("get_rest_apis", Params={"limit": 5})
    return {
        "apigateway": told(rest.get_rest_apis, limit=3),
        "apigatewayv2": told(client("apigatewayv2", *keys).get_apis),
        "iam": told(iam.list_roles, PathPrefix="/a+c%/~=/"),
        "logs": told(client("logs", *keys).describe_log_groups, logGroupNamePrefix="a"),
        "resourcegroupstaggingapi": told(client("resourcegroupstaggingapi", *keys).get_resources),
        "sts": told(sts.get_caller_identity),
        # An ARN has characters that are encoded in paths.
        "tagged": told(rest.get_tags, resourceArn=arn),
        "presigned": presigned,
        "presigned rest": fetched(path)[0],
        "presigned iam": fetched(iam.generate_presigned_url("list_roles", HttpMethod="GET"))[0],
    }


API = client("apigateway", "test", "test").create_rest_api(name="pets")["id"]
client("iam", "test", "test").create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST))
client("iam", "test", "test").create_user(UserName="ann")
key = client("iam", "test", "test").create_access_key(UserName="ann")["AccessKey"]
# The root of an account assumes no roles.
credentials = client("sts", key["AccessKeyId"], key["SecretAccessKey"]).assume_role(
    RoleArn="arn:aws:iam::000000000000:role/worker", RoleSessionName="shift"
)["Credentials"]
print(
    json.dumps(
        {
            "root": calls("test", "test"),
            "account": calls("123456789012", "test"),
            "session": calls(
                credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
            ),
            "wrong": calls("test", "wrong"),
            "unsigned": told(client("sts", "test", "test", signature_version=UNSIGNED).get_caller_identity),
        }
    )
)
