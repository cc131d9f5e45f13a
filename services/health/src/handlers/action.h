// SPDX-License-Identifier: MIT
/* Common parts of POST and DELETE. They are idempotent, so there is no Idempotency-Key; the
 * incident or silence records who acted. */
#pragma once

#include "http/reply.h"
#include "http/request.h"

#include "storage/history.h"

/* ?dry_run=true: all checks, no effect, 200 {"would": ...}. No other query parameter is allowed. */
bool action_is_dry(const struct http_request *req, bool *out, struct fault *fault) MUST_CHECK;
/* The actor of the caller: "staff:Aigul", "client:<uuid>"; truncated between characters. */
void action_who(const struct http_request *req, char who[INCIDENT_WHO_MAX + 1]);
/* The resource is written between these. */
void action_reply_begin(bool dry, struct http_response *res);
enum http_status action_reply_end(bool dry, struct http_response *res, enum http_status status);
/* {"would":{"deleted":what}}; `what` needs no escaping. */
enum http_status action_would_delete(const char *what, struct http_response *res);
