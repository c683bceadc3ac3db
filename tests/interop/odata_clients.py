"""A client that nobody here wrote asks the sandbox: python-odata.

    TOKEN=TOKEN odata_clients.py URL
"""

import os
import sys

import requests
from odata import ODataService
from odata.property import DatetimeProperty, StringProperty


def main(url):
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
    service = ODataService(url + "/v1.0/engagements/", session=session, reflect_entities=False)

    class Referral(service.Entity):
        __odata_type__ = "Referral"
        __odata_collection__ = "referrals"
        id = StringProperty("id", primary_key=True)
        name = StringProperty("name")
        status = StringProperty("status")
        created = DatetimeProperty("createdDateTime")

    new = Referral.status == "New"
    query = service.query(Referral).filter(new).order_by(Referral.created.desc())
    everything = [referral.created for referral in query]
    assert len(everything) > 10 and everything == sorted(everything, reverse=True)
    some = service.query(Referral).filter(Referral.name.contains("Azure") | new).limit(6)
    some = list(some)
    assert len(some) == 6
    assert all(found.status == "New" or "Azure" in found.name for found in some)
    # Without a limit it follows the links to the end.
    every = {referral.id for referral in service.query(Referral)}
    assert len(every) == 150, len(every)
    one = service.query(Referral).get(some[0].id)
    assert one.id == some[0].id
    print("python-odata: filter, order, limit, all pages, key")


if __name__ == "__main__":
    main(*sys.argv[1:])
