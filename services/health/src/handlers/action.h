// SPDX-License-Identifier: MIT
/* Common parts of handlers of POST and DELETE. Such requests are idempotent, so they ignore
 * Idempotency-Key, except for those of handlers/repeats.h. A request with ?dry_run=true
 * (change_read_dry_run()) is checked completely, has no effect and is answered 200 {"would": ...}.
 */
#pragma once

#include "http/reply.h"
#include "http/request.h"

#include "storage/history.h"

/* Writes the actor of the request, such as "staff:Aigul" or "client:<uuid>", truncated between
 * characters. */
void action_write_actor(const struct http_request *req, char who[INCIDENT_WHO_MAX + 1]);
/* Begins a reply: writes {"would": for a dry run, otherwise nothing. The caller then writes the
 * resource. */
void action_reply_begin(bool dry, struct http_response *res);
/* Ends the reply that action_reply_begin() has begun. Returns `status`, or 200 for a dry run. */
enum http_status action_reply_end(bool dry, struct http_response *res, enum http_status status);
/* Replies {"would":{"deleted":deleted}} to a dry run; `deleted` must need no escaping. */
enum http_status action_reply_dry_delete(const char *deleted, struct http_response *res);
