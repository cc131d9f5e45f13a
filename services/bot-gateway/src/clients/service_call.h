// SPDX-License-Identifier: MIT
/* A request to another service and its answer, as data: the dialogue decides what to request, a
 * client sends it. */
#pragma once

#include "base/slice.h"
#include "base/uuid.h"

/* The actor of a call (X-Actor). */
enum service_actor {
    SERVICE_AS_GUEST,  /* guest:<Telegram id of the person> */
    SERVICE_AS_OWNER,  /* owner:<actor_id of struct service_call> */
    SERVICE_AS_DRIVER, /* driver:<actor_id of struct service_call> */
    SERVICE_AS_STAFF,  /* no X-Actor: the rights of staff */
    SERVICE_AS_MEMBER  /* staff:<member of struct service_call> */
};

/* The called service. If an update is retried, search-api is called again, and its answer may lead
 * to other calls than in the first try. The Idempotency-Key of a call contains its number, so the
 * numbers of calls that change something must not depend on search-api: after a call of search-api,
 * a call that changes something fails with FAULT_INTERNAL "changes_after_search". */
enum service_name {
    SERVICE_BOOKING, /* booking-api */
    SERVICE_AI,      /* parses text that the rules do not understand: ai_client.h */
    SERVICE_SEARCH   /* search-api: search_client.h */
};
#define SERVICE_AI_PATH     "/chat/completions"
#define SERVICE_SEARCH_PATH "/v1/search/apartments"

struct service_call {
    enum service_name service;
    const char *method; /* static */
    struct slice path;  /* with the query string */
    struct slice body;  /* JSON; absent: none */
    enum service_actor actor;
    struct uuid actor_id;
    struct slice member; /* name of a member of staff */
    int64_t version;     /* sent as If-Match, for changes; 0: not sent */
};

/* The answer of a service; a failed call of booking-api has none, but a fault. Values of `status`:
 * SERVICE_BOOKING: 2xx, 403, 404, 409, 410, 412 or 422.
 * SERVICE_AI: 200, or 0 if nothing was understood.
 * SERVICE_SEARCH: 200 with a body for stay_read_search_results(), or 0 if there is no result. */
struct service_answer {
    long status;
    struct slice body;
};
