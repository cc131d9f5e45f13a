// SPDX-License-Identifier: MIT
/* A request to another service and its answer, as data: the dialogue decides, a client sends. */
#pragma once

#include "base/slice.h"
#include "base/uuid.h"

/* For whom a call is made (X-Actor). */
enum service_actor {
    SERVICE_AS_GUEST, /* the person: guest:<his Telegram id> */
    SERVICE_AS_OWNER, /* owner:<struct service_call, owner> */
    SERVICE_AS_STAFF  /* no X-Actor: with the rights of staff */
};

/* Whom a call asks. Search-api is asked anew in each try, and the calls behind its answer may be
 * others then: what changes something goes before it, because the number of a call is in its
 * Idempotency-Key; else the turn fails with FAULT_INTERNAL "changes_after_search". */
enum service_name {
    SERVICE_BOOKING, /* booking-api */
    SERVICE_AI,      /* whoever understands words that the rules do not: ai_client.h */
    SERVICE_SEARCH   /* search-api: search_client.h */
};
#define SERVICE_AI_PATH     "/chat/completions"
#define SERVICE_SEARCH_PATH "/v1/search/apartments"

struct service_call {
    enum service_name service;
    const char *method; /* static */
    struct slice path;  /* with its query */
    struct slice body;  /* JSON; absent: none */
    enum service_actor actor;
    struct uuid owner;
    int64_t version; /* If-Match: of what is to be changed; 0: whichever it is */
};

/* What a service answered to a call. Only answers that say what is the case come here: 2xx, 403,
 * 404, 409, 410, 412 and 422. Of SERVICE_AI 200, or 0 where it understood nothing; of
 * SERVICE_SEARCH 200 with what stay_read_search_results() takes, or 0: nothing is known from there.
 */
struct service_answer {
    long status;
    struct slice body;
};
