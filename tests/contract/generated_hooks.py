# SPDX-License-Identifier: MIT
"""Rules that a schema cannot express: a dry run ignores Idempotency-Key, valid or not; a stream accepts neither
parameter. Also the format of a text of lines. A target longer than 8 KiB is refused before the routing. In the gate a sample of
the thousands of cases that the phase "coverage" makes by rule. Requests that PostgreSQL did not answer in
time are repeated: here it does not matter what they have changed."""

import collections
import os

import requests
import schemathesis
from schemathesis.generation.meta import CoveragePhaseData
from stand import Reply, unless_busy

# Of the cases for an operation one of so many, and the first one of each kind and place of all operations.
SAMPLE = 10
KINDS, CASES = set(), collections.Counter()

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


class SteadyAdapter(requests.adapters.HTTPAdapter):
    def send(self, request, **more):
        answers = []

        def call():
            answers.append(super(SteadyAdapter, self).send(request, **more))
            return Reply(answers[-1].status_code, answers[-1].headers, answers[-1].content)

        unless_busy(call, ("busy", "database_unavailable"))
        return answers[-1]


# Session() makes its adapters by this name.
requests.sessions.HTTPAdapter = SteadyAdapter
