// SPDX-License-Identifier: MIT
/* Reads dry_run, Idempotency-Key and the body before the transaction begins. */
#include "api/change_private.h"
#include "base/auto.h"
#include "http/route.h"

/* Canonical JSON is at most this many times longer than the body: numbers like 1e300 grow. */
enum { CANONICAL_GROWTH = 8 };

bool change_read_dry_run(const struct http_request *req, bool *dry_run, struct fault *fault)
{
    static const struct field items[] = {
        {.name = "dry_run", .type = FIELD_BOOL, .offset = 0},
    };
    static const struct fields table = FIELDS_OF(items, bool);

    return http_request_query(req, &table, dry_run, fault);
}

/* Parses the body. Malformed JSON is refused at once. Well-formed JSON that is not allowed (not an
 * object, for instance) is refused by `act`, after the look-up of the Idempotency-Key. */
static bool parse_body(const struct http_request *req, const struct json_body **body,
                       struct fault *fault)
{
    const bool needed = (req->route->flags & HTTP_ROUTE_ACTION) == 0;

    return req->method == HTTP_DELETE || (req->route->flags & HTTP_ROUTE_ANY_TYPE) != 0 ||
           http_request_json(req, needed, body, fault);
}

static bool set_idempotency(struct change_state *state, const struct json_body *body,
                            struct slice key, struct fault *fault)
{
    const struct http_request *req = state->change.req;
    AUTO(buf_finish) struct buf canonical = BUF(CANONICAL_GROWTH * req->body.len + 64);

    if ((req->route->flags & HTTP_ROUTE_ANY_TYPE) != 0)
        buf_slice(&canonical, req->body);
    else if (!fields_encode_canonical(body, &canonical, fault))
        return false;
    return buf_ok(&canonical, fault) &&
           idempotency_identify(req, state->change.caller, key, buf_as_slice(&canonical),
                                &state->idempotency, fault);
}

bool change_request_read(struct change_state *state, struct fault *fault)
{
    const struct http_request *req = state->change.req;
    struct slice header = req->headers[HTTP_H_IDEMPOTENCY_KEY];
    const struct json_body *body = NULL;
    bool keyed = req->method == HTTP_POST && header.at != NULL &&
                 (req->route->flags & HTTP_ROUTE_READS) == 0;
    struct slice key = {0};

    if (!change_read_dry_run(req, &state->change.dry_run, fault))
        return false;
    keyed = keyed && !state->change.dry_run;
    if (keyed && !api_idempotency_read_key(header, state->change.arena, &key, fault))
        return false;
    if (!parse_body(req, &body, fault))
        return false;
    return !keyed || set_idempotency(state, body, key, fault);
}
