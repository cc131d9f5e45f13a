# SPDX-License-Identifier: MIT
"""What no schema can say: a dry run takes no notice of Idempotency-Key, be it good or bad; a stream takes neither
parameter. How a text of lines is sent. A target that is longer than 8 KiB is refused before any operation is looked for."""

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
