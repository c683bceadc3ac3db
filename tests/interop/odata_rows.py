"""Asks the sandbox for the referrals that filters choose, and odata-query for the same:
it turns a filter into SQL, which SQLite runs on the same referrals.

    odata_rows.py URL EXPRESSIONS REPORT

The token is read from the environment (TOKEN). What the sandbox has and what it chose is
written to REPORT, for odata_rows.mjs. Differences that are not in KNOWN are printed, as
are those in KNOWN that are none any more; then the exit code is 1.
"""

import datetime
import json
import os
import random
import re
import sqlite3
import sys

import requests
from odata_query.grammar import ODataLexer, ODataParser
from odata_query.sql import AstToSqliteSqlVisitor

REFERRALS = "/v1.0/engagements/referrals"
NULL = "in SQL a comparison with null is null, in OData ne is true"
PARENTHESES = "its SQL has no parentheses around arithmetic"
MINUS = "its SQL of a minus before a field is none"
LAMBDA = "no lambdas in its SQL"
COUNT = "no $count in its SQL"
# Whole filters, with the reason why another answer is right for its author.
KNOWN = {
    "externalReferenceId ne 'CRM-000001'": NULL,
    "null eq expirationDateTime": "in SQL nothing is equal to null",
    "status in ('New')": "no list of one value in its grammar",
    "second(createdDateTime) eq 0": "no second()",
    "(details/dealValue add 10) mul 3 gt 300000": PARENTHESES,
    "-details/dealValue lt -100000": MINUS,
    "-(details/dealValue sub 1) lt -100000": MINUS,
    "length(name) divby 10 gt 3.5": "no divby, which is of 4.01",
    "not (details/dealValue mul 2 gt 500000)": "in SQL what is not null is null",
}
# What its SQL cannot say, by what is in the filter.
UNSAID = {"/any(": LAMBDA, "/all(": LAMBDA, "/$count": COUNT}
CASES = 200


def session():
    client = requests.Session()
    client.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
    client.trust_env = False
    return client


def pages(client, url, query):
    """All referrals of a list, and the status of what was refused."""
    found = []
    address, parameters = url + REFERRALS, query
    while address:
        answer = client.get(address, params=parameters, timeout=30)
        if answer.status_code != 200:
            raise ValueError(f"{answer.status_code} {answer.text}")
        page = answer.json()
        found += page["value"]
        address, parameters = page.get("@odata.nextLink"), None
    return found


def moment(text):
    """A time as SQLite's DATETIME writes it; its fraction is not kept there."""
    time = datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", text.replace("Z", "+00:00")))
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def flat(value, path=""):
    """Members by their path, as columns."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(inner, f"{path}/{name}" if path else name)
    elif isinstance(value, str) and path.endswith("DateTime"):
        yield path, moment(value)
    elif isinstance(value, bool):
        yield path, int(value)
    elif not isinstance(value, list):
        yield path, value


def database(rows):
    flattened = [dict(flat(row)) for row in rows]
    columns = sorted(set().union(*flattened))
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA case_sensitive_like = ON")
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(f"CREATE TABLE referrals ({names})")
    for row in flattened:
        marks = ", ".join("?" * len(columns))
        values = [row.get(name) for name in columns]
        connection.execute(f"INSERT INTO referrals VALUES ({marks})", values)
    return connection


class ByPath(AstToSqliteSqlVisitor):
    """A path is one column here."""

    def visit_Attribute(self, node):
        names = [node.attr]
        owner = node.owner
        while hasattr(owner, "attr"):
            names.insert(0, owner.attr)
            owner = owner.owner
        return '"' + "/".join([owner.name, *names]) + '"'


def by_sql(connection, expression):
    tree = ODataParser().parse(ODataLexer().tokenize(expression))
    condition = ByPath().visit(tree)
    rows = connection.execute(f"SELECT id FROM referrals WHERE {condition}")
    return sorted(row[0] for row in rows)


# What no referral lacks, so that SQL and OData agree on what is not so.
ATOMS = [
    "status eq 'New'",
    "status ne 'Closed'",
    "direction eq 'Incoming'",
    "substatus in ('Won','Lost','Declined')",
    "customerProfile/address/country gt 'F'",
    "contains(customerProfile/name,'o')",
    "startswith(name,'C')",
    "length(name) gt 30",
    "createdDateTime ge 2025-11-01T00:00:00Z",
    "year(updatedDateTime) eq 2025",
    "consent/consentToContact eq true",
    "closedDateTime eq null",
    "details/dealValue ne null",
]
# What odata-v4-inmemory cannot read.
OWN = ["substatus in ('Won','Lost','Declined')", "year(updatedDateTime) eq 2025"]


def combined(dice, depth, everybodys):
    """A filter of these; one that odata-v4-inmemory, too, can read if it is everybody's."""
    kind = dice.choice(["and", "or", "not", "()", "atom"]) if depth else "atom"
    if kind == "atom":
        return dice.choice([atom for atom in ATOMS if atom not in OWN or not everybodys])
    inner = combined(dice, depth - 1, everybodys)
    if kind == "not":
        # It takes all that follows for a part of what is not so.
        return f"(not ({inner}))" if everybodys else f"not ({inner})"
    if kind == "()":
        return f"({inner})"
    return f"{inner} {kind} {combined(dice, depth - 1, everybodys)}"


def main(url, expressions, report):
    with open(expressions, encoding="utf-8") as file:
        asked = [line.rstrip("\n") for line in file if line.strip() and line[0] != "#"]
    dice = random.Random(1)
    for everybodys in (False, True):
        asked += sorted({combined(dice, 4, everybodys) for _ in range(CASES)} - set(asked))
    client = session()
    rows = pages(client, url, {})
    connection = database(rows)
    faults, same, other, unsaid, chosen = [], 0, {}, 0, {}
    for expression in asked:
        found = pages(client, url, {"$filter": expression, "$select": "id"})
        chosen[expression] = sorted(row["id"] for row in found)
        if any(part in expression for part in UNSAID):
            unsaid += 1
            continue
        try:
            expected = by_sql(connection, expression)
        except Exception as error:  # whatever it is, it is its answer
            expected = f"{type(error).__name__}: {error}"
        if expected == chosen[expression]:
            same += 1
        else:
            other[expression] = expected
    for expression, expected in other.items():
        if expression not in KNOWN:
            count = expected if isinstance(expected, str) else len(expected)
            faults.append(f"{expression}: {len(chosen[expression])}, and odata-query {count}")
    faults += [f"no difference any more: {known}" for known in KNOWN if known not in other]
    with open(report, "w", encoding="utf-8") as file:
        json.dump({"rows": rows, "chosen": chosen}, file)
    print(f"odata-query: {same} alike, {len(other)} not, {unsaid} that it cannot say")
    for fault in faults:
        print(fault)
    return 1 if faults or same < 300 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
