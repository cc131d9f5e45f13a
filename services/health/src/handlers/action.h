// SPDX-License-Identifier: MIT
/* What POST and DELETE share. They repeat without harm, so there is no Idempotency-Key; what was
 * done and by whom is the incident's or the silence's own record. */
#pragma once

#include "http/reply.h"
#include "http/request.h"

#include "storage/history.h"

/* ?dry_run=true: all checks, no effect, 200 {"would": ...}. The query may have nothing else. */
bool action_is_dry(const struct http_request *req, bool *out, struct fault *fault) MUST_CHECK;
/* For whom the caller acts: "staff:Aigul", "client:<uuid>"; cut at the end of a character. */
void action_who(const struct http_request *req, char who[INCIDENT_WHO_MAX + 1]);
/* The resource is written between these. */
void action_reply_begin(bool dry, struct http_response *res);
enum http_status action_reply_end(bool dry, struct http_response *res, enum http_status status);
/* {"would":{"deleted":what}}; `what` needs no escaping. */
enum http_status action_would_delete(const char *what, struct http_response *res);
