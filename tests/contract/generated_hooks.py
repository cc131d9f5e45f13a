# SPDX-License-Identifier: MIT
"""What no schema can say: a dry run takes no notice of Idempotency-Key, be it good or bad; a stream takes neither
parameter. How a text of lines is sent."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")


@schemathesis.hook
def before_call(_context, case, _kwargs):
    headers, query = case.headers or {}, case.query or {}
    if "Idempotency-Key" in headers and str(query.get("dry_run")).lower() == "true":
        del query["dry_run"]
    if case.media_type == "application/x-ndjson":
        query.pop("dry_run", None)
