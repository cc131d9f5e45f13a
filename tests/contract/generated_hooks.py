# SPDX-License-Identifier: MIT
"""Rules that a schema cannot express: a dry run ignores Idempotency-Key, valid or not; a stream accepts neither
parameter. Also the format of a text of lines. A target longer than 8 KiB is refused before the routing."""

import schemathesis


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
