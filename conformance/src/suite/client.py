"""Makes the calls of scenarios with botocore.

Reads one call a line (account, service, operation, input) and writes its outcome. Arguments: endpoint, region.
"""

import json
import sys
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
def client(account, service):
    # An access key id of twelve digits is its own account to the emulator.
    return SESSION.create_client(
        service,
        region_name=REGION,
        endpoint_url=ENDPOINT,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=CONFIG,
    )


def main():
    for line in sys.stdin.buffer:
        print(json.dumps(outcome(json.loads(line))), flush=True)


def outcome(call):
    try:
        output = client(call["account"], call["service"])._make_api_call(call["operation"], blobs(call["input"]))
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


def blobs(value):
    if isinstance(value, dict):
        if value.keys() == {"$blob"}:
            return value["$blob"].encode()
        return {name: blobs(each) for name, each in value.items()}
    if isinstance(value, list):
        return [blobs(each) for each in value]
    return value


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
