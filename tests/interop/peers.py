"""Clients that openapi-generator and openapi-python-client made of our contract, against
the sandbox: list, get, create, patch.

    peers.py FOLDER READY   FOLDER has the packages `ogp` and `opc`, READY is the line of
                            JSON that `referrals sandbox` prints

Prints one line a check, `passed   ...` or `FAILED   ...`.
"""

import json
import sys
from pathlib import Path

folder, ready = Path(sys.argv[1]), json.loads(sys.argv[2])
sys.path[:0] = [str(folder / "ogp"), str(folder)]
NEW = json.loads((Path(sys.argv[3])).read_text())


def check(what, work):
    try:
        work()
    except Exception as error:  # noqa: BLE001: whatever it is, it is told
        text = str(error).replace("\n", " ")[:300]
        print(f"FAILED   peers     {what}: {type(error).__name__}: {text}")
    else:
        print(f"passed   peers     {what}")


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r}, expected {expected!r}")


def openapi_generator():
    import ogp
    from ogp.exceptions import ApiException

    configuration = ogp.Configuration(host=ready["url"], access_token=ready["token"])
    with ogp.ApiClient(configuration) as client:
        api = ogp.ReferralsApi(client)
        page = api.list_referrals(filter="status eq 'New'", top=5)
        equal(len(page.value), 5)
        equal({str(referral.status) for referral in page.value}, {"New"})
        one = api.get_referral(page.value[0].id)
        equal(one.id, page.value[0].id)
        created = api.create_referral(ogp.NewReferral.from_dict(NEW))
        equal(created.name, NEW["name"])
        operation = ogp.PatchOperation(
            op=ogp.PatchOperator.REPLACE, path="/details/notes", value="By a peer."
        )
        api.patch_referral(created.id, [operation], if_match=created.e_tag)
        equal(api.get_referral(created.id).details.notes, "By a peer.")
        try:
            api.patch_referral(created.id, [operation], if_match=created.e_tag)
        except ApiException as error:
            equal(error.status, 412)
        else:
            raise AssertionError("a stale eTag was taken")


def openapi_python_client():
    from opc.api.referrals import (
        create_referral,
        get_referral,
        list_referrals,
        patch_referral,
    )
    from opc.client import AuthenticatedClient
    from opc.models import NewReferral, PatchOperation

    client = AuthenticatedClient(base_url=ready["url"], token=ready["token"])
    page = list_referrals.sync(client=client, filter_="status eq 'New'", top=5)
    equal(len(page.value), 5)
    one = get_referral.sync(page.value[0].id, client=client)
    equal(one.id, page.value[0].id)
    created = create_referral.sync(client=client, body=NewReferral.from_dict(NEW))
    equal(created.name, NEW["name"])
    operation = {"op": "replace", "path": "/details/notes", "value": "By a peer."}
    body = [PatchOperation.from_dict(operation)]
    answer = patch_referral.sync_detailed(
        created.id, client=client, body=body, if_match=created.e_tag
    )
    equal(answer.status_code.value, 204)
    equal(get_referral.sync(created.id, client=client).details.notes, "By a peer.")
    answer = patch_referral.sync_detailed(
        created.id, client=client, body=body, if_match=created.e_tag
    )
    equal(answer.status_code.value, 412)


check("openapi-generator, Python: list, get, create, patch", openapi_generator)
check("openapi-python-client: list, get, create, patch", openapi_python_client)
