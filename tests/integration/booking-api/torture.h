// SPDX-License-Identifier: MIT
/* Torture by statement: a use case runs once whole, then once for each of its database calls with
 * the connection lost before it and, for a Sync, after it (support/failing_pq.h says why only
 * there). Each time:
 *
 *   - the answer is the one of the undisturbed run, or 503 as problem+json with Retry-After;
 *   - all tables are as they were before, or as the undisturbed run left them: never between;
 *     "database_unavailable" means as before, success means as after;
 *   - the same request again, by its Idempotency-Key if it is a POST, succeeds and leaves the
 * tables as two undisturbed runs do; for a POST and a DELETE these are as one run does;
 *   - versions have one row of history, event and audit each, /v1/selfcheck finds nothing wrong,
 * and the lost connection comes back.
 *
 * Tables are compared as a whole, rows of audit, outbox, history and stored answers among them;
 * only ids, times and codes are taken out. */
#pragma once

#include "stand.h"

/* What is there when the use case begins. */
enum torture_given {
    GIVEN_FLATS, /* two of stand_owner's, one of them "$flat" */
    GIVEN_BLOCK,
    GIVEN_QUOTE,
    GIVEN_BOOKED, /* "$flat" by stand_guest, in ten days for two nights */
    GIVEN_CONFIRMED,
    GIVEN_ARRIVED
};

struct torture_case {
    const char *name;
    const char *route; /* "POST /v1/bookings"; NULL for a task */
    enum torture_given given;
    const char *flats; /* SQL before anything is made for the flats; or NULL */
    const char *then;  /* SQL when all is made; or NULL */
    /* With ' for ", and words for what is there: $flat, $other, $owner, $quote, and $+10 for the
     * day in ten days. */
    const char *body;
    const struct api_caller *caller; /* NULL: stand_staff */
    const char *query[2][2];
    bool keyless;  /* a POST that may be sent again without Idempotency-Key */
    bool repeated; /* it was done once by the same key */
    /* A task instead of a request: 200, or 503 with the fault's code. */
    struct answer (*task)(void);
};

/* Use cases one after the other, in a schema of their own. Prints what was done. TORTURE=name in
 * the environment: only the one of that name. */
void torture(const char *schema, const struct torture_case *cases, size_t count);
/* Has the route a row? */
bool torture_covers(const struct torture_case *rows, size_t count, const struct http_route *route);
/* What a task answers. */
struct answer torture_answer(bool done, const struct fault *fault);
