# SPDX-License-Identifier: MIT
"""Rules that a schema cannot express: a dry run ignores Idempotency-Key, valid or not; a stream accepts neither
parameter. Also the format of a text of lines. A target longer than 8 KiB is refused before the routing. In the gate a sample of
the thousands of cases that the phase "coverage" makes by rule. Requests that are answered 503 busy are repeated and printed, as
unless_busy() of tests/support/stand.py does."""

import collections
import os
import sys
import time

import requests
import schemathesis
from schemathesis.generation.meta import CoveragePhaseData

# Of the cases for an operation one of so many, and the first one of each kind and place of all operations.
SAMPLE = 10
KINDS, CASES = set(), collections.Counter()

REPEATS_MAX = 4
QUERY_MAX = 500  # letters of a parameter; each is up to 12 bytes of the target


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")


@schemathesis.hook
def before_call(_context, case, _kwargs):
    headers, query = case.headers or {}, case.query or {}
    for name, value in query.items():
        query[name] = value[:QUERY_MAX] if isinstance(value, str) else value
    if "Idempotency-Key" in headers and str(query.get("dry_run")).lower() == "true":
        del query["dry_run"]
    if case.media_type == "application/x-ndjson":
        query.pop("dry_run", None)


@schemathesis.hook
def filter_case(_context, case):
    what = case.meta.phase.data if case.meta else None
    if os.environ.get("TEST_SCOPE") != "gate" or not isinstance(what, CoveragePhaseData):
        return True
    kind, operation = (what.scenario, what.parameter_location), (case.method, case.path)
    number, first = CASES[operation], kind not in KINDS
    KINDS.add(kind)
    CASES[operation] += 1
    return first or number == 0 or (number + len(CASES)) % SAMPLE == 0


def is_busy(answer):
    return answer.status_code == 503 and answer.headers.get("Retry-After", "").isdigit() and answer.json()["code"] == "busy"


class SteadyAdapter(requests.adapters.HTTPAdapter):
    def send(self, request, **more):
        answer = super().send(request, **more)
        for _ in range(REPEATS_MAX):
            if not is_busy(answer):
                break
            print(f"    repeated after 503 busy: {request.method} {request.path_url}", file=sys.stderr, flush=True)
            time.sleep(int(answer.headers["Retry-After"]))
            answer = super().send(request, **more)
        return answer


# Session() makes its adapters by this name.
requests.sessions.HTTPAdapter = SteadyAdapter
