"""Makes the calls of scenarios with botocore.

Reads one call a line (caller, service, operation, input) and writes its outcome. Arguments: endpoint, region.
"""

import base64
import hmac
import json
import sys
import time
from datetime import datetime
from functools import cache

from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.response import StreamingBody
from botocore.session import Session

ENDPOINT, REGION = sys.argv[1:]
SESSION = Session()
CONFIG = Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=20)


@cache
def client(key_id, secret, token, service):
    return SESSION.create_client(
        service,
        region_name=REGION,
        endpoint_url=ENDPOINT,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=CONFIG,
    )


def client_of(caller, service):
    return client(caller["AccessKeyId"], caller["SecretAccessKey"], caller.get("SessionToken"), service)


def main():
    for line in sys.stdin.buffer:
        print(json.dumps(outcome(json.loads(line))), flush=True)


def outcome(call):
    try:
        output = client_of(call["caller"], call["service"])._make_api_call(call["operation"], made(call["input"]))
    except ClientError as error:
        told = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"fault": {"code": told["Code"], "message": told.get("Message", ""), "status": status}}
    except ParamValidationError as error:
        return {"fault": {"code": "ParamValidation", "message": str(error), "status": 0}}
    except Exception as error:
        # No answer in time, or none that the protocol or the model allows: its parsers raise whatever comes.
        return {"fault": {"code": type(error).__name__, "message": str(error), "status": 0}}
    output.pop("ResponseMetadata", None)
    return {"answer": plain(output)}


def made(value):
    if isinstance(value, dict):
        if value.keys() == {"$blob"}:
            return value["$blob"].encode()
        if "$totp" in value:
            return totp(value["$totp"], value.get("ago", 0))
        return {name: made(each) for name, each in value.items()}
    if isinstance(value, list):
        return [made(each) for each in value]
    return value


def totp(seed, ago):
    """The code of a virtual MFA device, so many codes ago."""
    step = int(time.time()) // 30 - ago
    digest = hmac.digest(base64.b32decode(seed), step.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def plain(value):
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, StreamingBody):
        return plain(value.read())
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, datetime):
        return value.isoformat()
    return value


main()
