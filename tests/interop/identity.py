"""Signs in to the sandbox with Microsoft's own libraries for Python.

    identity.py READY   READY is the line of JSON that `referrals sandbox --tls` prints

Prints one line a check, `passed   ...` or `FAILED   ...`. The devices are approved by
the sandbox itself (`--approve-devices`), and the CA comes by REQUESTS_CA_BUNDLE.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import ssl
import os

import msal
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, DeviceCodeCredential

ready = json.loads(sys.argv[1])
authority = ready["authority"]
tenant = ready["tenant"]
RESOURCE = "https://api.partner.microsoft.com"
SCOPE = f"{RESOURCE}/.default"
USER_SCOPE = f"{RESOURCE}/user_impersonation"
TRUST = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])


def call(token, path):
    request = urllib.request.Request(
        ready["url"] + path, headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, context=TRUST, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def check(what, work):
    try:
        work()
    except Exception as error:  # noqa: BLE001: whatever it is, it is told
        print(f"FAILED   identity  {what}: {type(error).__name__}: {error}")
    else:
        print(f"passed   identity  {what}")


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r}, expected {expected!r}")


LIVE = "/v1.0/engagements/referrals?$top=1"
OLD = "/v1/referrals?status=Won"


def confidential():
    return msal.ConfidentialClientApplication(
        ready["confidentialClientId"],
        client_credential=ready["clientSecret"],
        authority=f"{authority}/{tenant}",
        instance_discovery=False,
    )


def msal_secret():
    application = confidential()
    answer = application.acquire_token_for_client([SCOPE])
    equal(answer.get("token_type"), "Bearer")
    # App-only: good for the API of 2018, not for the live one.
    equal(call(answer["access_token"], OLD), 200)
    equal(call(answer["access_token"], LIVE), 403)
    again = application.acquire_token_for_client([SCOPE])
    equal(again["token_source"], "cache")


def msal_wrong_secret():
    application = msal.ConfidentialClientApplication(
        ready["confidentialClientId"],
        client_credential="wrong",
        authority=f"{authority}/{tenant}",
        instance_discovery=False,
    )
    answer = application.acquire_token_for_client([SCOPE])
    equal(answer.get("error"), "invalid_client")
    equal(answer.get("error_codes"), [7000215])


def public():
    return msal.PublicClientApplication(
        ready["clientId"], authority=f"{authority}/{tenant}", instance_discovery=False
    )


def msal_device():
    application = public()
    flow = application.initiate_device_flow([USER_SCOPE])
    if not flow.get("message") or flow["user_code"] not in flow["message"]:
        raise AssertionError(f"no message: {sorted(flow)}")
    answer = application.acquire_token_by_device_flow(flow)
    equal(answer.get("error"), None)
    equal(call(answer["access_token"], LIVE), 200)
    # It read the id token and knows the account, and the refresh token works.
    equal(answer["id_token_claims"]["tid"], tenant)
    (account,) = application.get_accounts()
    renewed = application.acquire_token_silent(
        [USER_SCOPE], account=account, force_refresh=True
    )
    equal(call(renewed["access_token"], LIVE), 200)
    if renewed["access_token"] == answer["access_token"]:
        raise AssertionError("the refresh token brought the same token")


def msal_code():
    application = public()
    flow = application.initiate_auth_code_flow(
        [USER_SCOPE], redirect_uri="http://localhost:8400"
    )

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=TRUST), Stay
    )
    try:
        opener.open(flow["auth_uri"], timeout=10)
        raise AssertionError("no way back")
    except urllib.error.HTTPError as error:
        back = error.headers["Location"]
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    answer = application.acquire_token_by_auth_code_flow(flow, query)
    equal(answer.get("error"), None)
    equal(call(answer["access_token"], LIVE), 200)


def msal_refresh_elsewhere():
    application = public()
    flow = application.initiate_device_flow([USER_SCOPE])
    first = application.acquire_token_by_device_flow(flow)
    other = application.acquire_token_by_refresh_token(
        first["refresh_token"],
        ["https://api.partnercenter.microsoft.com/user_impersonation"],
    )
    # A token for the other service, which this one does not take.
    equal(call(other["access_token"], LIVE), 401)


def azure_options():
    return {"authority": authority, "disable_instance_discovery": True}


def azure_secret():
    credential = ClientSecretCredential(
        tenant, ready["confidentialClientId"], ready["clientSecret"], **azure_options()
    )
    token = credential.get_token(SCOPE)
    equal(call(token.token, OLD), 200)
    if not 3000 < token.expires_on - time.time() <= 3600:
        raise AssertionError(f"it expires on {token.expires_on}")


def azure_wrong_secret():
    credential = ClientSecretCredential(
        tenant, ready["confidentialClientId"], "wrong", **azure_options()
    )
    try:
        credential.get_token(SCOPE)
    except ClientAuthenticationError as error:
        if "AADSTS7000215" not in str(error):
            raise
    else:
        raise AssertionError("it was accepted")


def azure_device():
    codes = []
    credential = DeviceCodeCredential(
        tenant_id=tenant,
        client_id=ready["clientId"],
        prompt_callback=lambda uri, code, until: codes.append((uri, code)),
        **azure_options(),
    )
    token = credential.get_token(USER_SCOPE)
    equal(len(codes), 1)
    equal(call(token.token, LIVE), 200)


check("msal, client secret", msal_secret)
check("msal, wrong client secret", msal_wrong_secret)
check("msal, device code and refresh token", msal_device)
check("msal, authorization code with PKCE", msal_code)
check("msal, refresh token for another service", msal_refresh_elsewhere)
check("azure-identity, client secret", azure_secret)
check("azure-identity, wrong client secret", azure_wrong_secret)
check("azure-identity, device code", azure_device)
