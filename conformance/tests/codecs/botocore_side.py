"""botocore's side of the wire, driven by the codecs test.

Reads one JSON object a line, writes one answer a line. The one argument says what is read: `requests` (inputs that
botocore is to write), `responses` (answers that it is to read) or `faults` (errors that it is to read).
"""

import base64
import io
import json
import struct
import sys
import traceback
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse, create_request_object, prepare_request_dict
from botocore.endpoint import convert_to_response_dict
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.response import StreamingBody
from botocore.serialize import create_serializer

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MILLISECOND = timedelta(milliseconds=1)
ENDPOINT = "http://localhost"


def main():
    answer = {"requests": write_request, "responses": read_response, "faults": read_fault}[sys.argv[1]]
    for line in sys.stdin.buffer:
        try:
            answered = answer(json.loads(line))
        except Exception:
            answered = {"refused": traceback.format_exc()}
        print(json.dumps(answered))


def write_request(case):
    operation = operation_model(case)
    # Constraints are not the wire's business, so botocore is not to look at them either.
    serializer = create_serializer(
        case["protocol"],
        include_validation=False,
        timestamp_precision="millisecond" if case["milliseconds"] else "default",
    )
    request = serializer.serialize_to_request(untagged(case["input"], case["whole_doubles_as_integers"]), operation)
    prepare_request_dict(request, ENDPOINT)
    prepared = create_request_object(request).prepare()
    url = urlsplit(prepared.url)
    body = prepared.body or b""
    return {
        "method": prepared.method,
        "path": url.path,
        "query": url.query,
        "headers": [[name, text(value)] for name, value in prepared.headers.items()],
        "body": base64_text(body.encode() if isinstance(body, str) else body),
    }


def read_response(case):
    operation = operation_model(case)
    parsed = create_parser(case["protocol"]).parse(
        response_dict(case, operation), operation.output_shape
    )
    metadata = parsed.pop("ResponseMetadata")
    return {
        "value": tagged(parsed),
        "status": metadata["HTTPStatusCode"],
        "request_id": metadata.get("RequestId"),
    }


def read_fault(case):
    operation = operation_model(case)
    service = operation.service_model
    parser = create_parser(case["protocol"])
    response = response_dict(case, operation)
    parsed = parser.parse(response, operation.output_shape)
    error = parsed["Error"]
    shape = service.shape_for_error_code(error.get("Code"))
    return {
        "code": error.get("Code"),
        "message": error.get("Message"),
        "status": parsed["ResponseMetadata"]["HTTPStatusCode"],
        "request_id": parsed["ResponseMetadata"].get("RequestId"),
        # What a client raises and fills in: `except client.exceptions.NoSuchEntityException`.
        "shape": shape and shape.name,
        "members": shape and tagged(parser.parse(response, shape)),
    }


def response_dict(case, operation):
    response = AWSResponse(ENDPOINT, case["status"], case["headers"], Raw(base64.b64decode(case["body"])))
    return convert_to_response_dict(response, operation)


class Raw(io.BytesIO):
    """A body as urllib3 hands it out."""

    def stream(self):
        yield self.read()


def operation_model(case):
    return service_model(case["service"]).operation_model(case["operation"])


@cache
def service_model(name):
    if name not in PROBE["metadata"]:
        return ServiceModel(LOADER.load_service_model(name, "service-2"), name)
    metadata = {"apiVersion": "2026-11-23", "endpointPrefix": "probe", "serviceId": "Probe"}
    return ServiceModel(
        {
            "metadata": metadata | PROBE["metadata"][name],
            "operations": PROBE["operations"][name],
            "shapes": PROBE["shapes"],
        },
        name,
    )


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def base64_text(value):
    return base64.b64encode(value).decode()


# JSON has no bytes, moments or special doubles: they stand as objects of one key that begins with a dollar sign.


def tagged(value):
    if isinstance(value, dict):
        return {key: tagged(member) for key, member in value.items()}
    if isinstance(value, list):
        return [tagged(item) for item in value]
    if isinstance(value, StreamingBody):
        return {"$blob": base64_text(value.read())}
    if isinstance(value, bytes):
        return {"$blob": base64_text(value)}
    if isinstance(value, datetime):
        # To the nearest millisecond: seconds far from 1970 leave a double no room for more.
        return {"$timestamp": round((value - EPOCH) / MILLISECOND)}
    if isinstance(value, float):
        return {"$double": "NaN" if value != value else struct.pack(">d", value).hex()}
    return value


def untagged(value, whole_doubles_as_integers):
    if isinstance(value, list):
        return [untagged(item, whole_doubles_as_integers) for item in value]
    if not isinstance(value, dict):
        return value
    if "$blob" in value:
        return base64.b64decode(value["$blob"])
    if "$timestamp" in value:
        return EPOCH + value["$timestamp"] * MILLISECOND
    if "$double" in value:
        bits = value["$double"]
        double = float("nan") if bits == "NaN" else struct.unpack(">d", bytes.fromhex(bits))[0]
        whole = double.is_integer() and 0 < abs(double) < 2**53
        return int(double) if whole_doubles_as_integers and whole else double
    return {key: untagged(member, whole_doubles_as_integers) for key, member in value.items()}


# Only what botocore itself brings: not the models that someone may keep at home.
LOADER = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
PROBE = json.loads(Path(__file__).with_name("probe.json").read_text())

if __name__ == "__main__":
    main()
