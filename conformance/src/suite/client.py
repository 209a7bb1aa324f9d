"""Makes the calls of scenarios with botocore.

Reads one call a line (caller, service, operation, input) and writes its outcome. Arguments: endpoint, region.
"""

import base64
import hashlib
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
        if "$saml" in value:
            return saml(value["$saml"], value.get("ago", 0), value.get("status", "Success"), value.get("signed", True))
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


# The key of an identity provider that there is in scenarios alone, whose metadata have the certificate.
MODULUS = int(
    "e1250043ef79829ddaad98827c7f0adc65a3caf195a23bad7c29f35c1602611abe2dfa35ad9b7081feebb707a200b08b"
    "5fd5421890739c952a70825d1e69539de5bb7d1bbf166eace59b17836493abb9a9bf07b1f095210325cbb6ca7deb0cd7"
    "0ac077dfeb46f603c5744f4c2ef2f5af2c89a5e32bfbe1b1a0401ba4d02b935d3bd130a835415d45632b3af16211e4bc"
    "132f0b8c9166ebe12e3f0989270c95b8c4b307f6e572fdcc39d7efc50c4345fff28c1349a68dd96de79f16047bccbd3e"
    "c592776a20d107147a5824546267172cf6b58b7578b10fcc99aaad1cd2151f8ea56950c7a37ac4f8d8c2a86aefaedaf6"
    "4b348c87b9ad5dc4b4b64711d2fe41ad",
    16,
)
EXPONENT = int(
    "c00626ebca5c00a351d7adb3dd2b1dc04c901e8f5de838ae06b060f7b16de614411045cf727a98c2c70193e1d6b26fe0"
    "efa39bf407801394c5d59fda7c0da95b8a8d166f8bd33e2208d2f683024d50b1d1ad348af77eb9e14d632a4c1a895732"
    "31e1665c7cf6d0ecf683f4fe2d2cdb8ec495c1feb78ce539f24bbb481ea48bd1e79bdbb7493c585353e02ce501a384ac"
    "f408580b343b82c8fa7da799c1410e3b588d47610d4a38c16fc3e84d1aa03b7ea648dab737b8d596fa52ac0c4c198d81"
    "91c1a15736893b4b0f3220ce4e9f4d4bc066828b2c058c3f56cab8d119e717c8734d200f46953eab3394267dc2aa0d57"
    "961e78055fd3b7c65f38353e332df9b",
    16,
)


def saml(attributes, ago, status, signed):
    """A response of that provider, issued so many seconds ago."""
    exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    signatures = "http://www.w3.org/2000/09/xmldsig#"
    issued, ends = (
        time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - ago + after)) for after in (0, 300)
    )
    told = "".join(
        f'<Attribute Name="https://aws.amazon.com/SAML/Attributes/{name}"><AttributeValue>{value}</AttributeValue></Attribute>'
        for name, value in attributes.items()
    )
    # In canonical form, so that it can be signed as it is.
    head = f'<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" IssueInstant="{issued}" Version="2.0">'
    issuer = "<Issuer>https://idp.example</Issuer>"
    rest = (
        '<Subject><NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann</NameID>'
        '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="https://signin.aws.amazon.com/saml">'
        "</SubjectConfirmationData></SubjectConfirmation></Subject>"
        f'<Conditions NotBefore="{issued}" NotOnOrAfter="{ends}"><AudienceRestriction>'
        "<Audience>urn:amazon:webservices</Audience></AudienceRestriction></Conditions>"
        f"<AttributeStatement>{told}</AttributeStatement></Assertion>"
    )
    digest = base64.b64encode(hashlib.sha256((head + issuer + rest).encode()).digest()).decode()
    info = (
        f'<SignedInfo xmlns="{signatures}"><CanonicalizationMethod Algorithm="{exclusive}"></CanonicalizationMethod>'
        '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod>'
        f'<Reference URI="#_a"><Transforms><Transform Algorithm="{signatures}enveloped-signature"></Transform>'
        f'<Transform Algorithm="{exclusive}"></Transform></Transforms>'
        '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>'
        f"<DigestValue>{digest}</DigestValue></Reference></SignedInfo>"
    )
    signature = (
        f'<Signature xmlns="{signatures}">{info}<SignatureValue>{rsa_sha256(info)}</SignatureValue></Signature>'
    )
    assertion = head + issuer + (signature if signed else "") + rest
    response = (
        '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0"><samlp:Status>'
        f'<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>{assertion}</samlp:Response>'
    )
    return base64.b64encode(response.encode()).decode()


def rsa_sha256(text):
    """RSASSA-PKCS1-v1_5 of RFC 8017."""
    told = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(text.encode()).digest()
    length = (MODULUS.bit_length() + 7) // 8
    padded = b"\0\1" + b"\xff" * (length - len(told) - 3) + b"\0" + told
    return base64.b64encode(pow(int.from_bytes(padded, "big"), EXPONENT, MODULUS).to_bytes(length, "big")).decode()


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
