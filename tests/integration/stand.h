// SPDX-License-Identifier: MIT
/* Common fixture of the tests of services' use cases: the service's tables in a schema of their own
 * on a real PostgreSQL, a loop with a pool, and handlers called as the server calls them. Its SQL
 * functions also serve the tests of whole programs (program.h). */
#pragma once

#include "api/service.h"

#include "integration/fibers.h"
#include "integration/sql.h"
#include "support/json_at.h"

/* Connections of the pool, besides the flusher's. */
enum { STAND_SHARED = 2, STAND_EXCLUSIVE = 8 }; /* tests of races need several */

/* Callers, with new ids in each process. */
extern struct api_caller stand_staff; /* the client itself, with a test key */
extern struct api_caller stand_other; /* staff of another tenant */
const char *stand_tenant(void);       /* the id of their tenant, as text */
/* Sets `caller` to another actor of stand_staff's client, parsed from `text`, such as "guest:7". */
void stand_caller(struct api_caller *caller, const char *text);

/* --- the service in this process ------------------------------------------------------------- */

/* Creates the tables of `definition` in schema `schema`, or empties them if an earlier test of this
 * process created them and did not alter any. Handlers get a struct service_data. The definition's
 * start() is not called. */
void stand_service_begin(const struct service_definition *definition, const char *schema);
void stand_end(void);
/* Passes `data`, which begins with struct service_data, to handlers instead. Borrowed until
 * stand_end(). */
void stand_handlers_get(struct service_data *data);

/* In a fiber: waits until the SQL condition is true. */
#define wait_for(sql) stand_until(stand_number("SELECT (%s)::int", sql) == 1, "%s", sql)
/* Waits until all events in the outbox can be read. A reader does not see the events of a
 * transaction while an older one is running, also in other suites on the cluster. */
void stand_wait_for_events(void);
struct db *stand_db(void);
struct api_changes *stand_changes(void);
struct service *stand_service(void);
struct service_data *stand_data(void); /* what handlers get */

/* A request, as it is passed to a handler. */
struct ask {
    http_handler *handler;
    const struct api_caller *caller; /* NULL: stand_staff */
    enum http_method method;         /* GET is 0 */
    const char *id;                  /* :id */
    const char *second_id;           /* second parameter of a path with two */
    const char *body;                /* ' for "; KZT(N) for the money object of N tiyn */
    const char *key;                 /* Idempotency-Key */
    const char *if_match;
    const char *traceparent;
    const char *params; /* query parameters, not encoded: "limit=2&bot=taxi" */
    bool action;
};

struct answer {
    int status;
    char code[64]; /* code of a problem */
    char id[40];   /* ETag of a resource */
    char etag[80];
    bool replayed;
    bool problem;    /* application/problem+json */
    int retry_after; /* number of headers Retry-After */
    json_t *json;    /* until the end of the test; NULL without a body, and for text */
};

/* In a fiber. */
struct answer stand_ask(const struct ask *ask);
/* The handler, then other members of struct ask: ask_get(get_trip, .caller = &guest, .id = id). */
#define ask_get(...)    stand_ask(&(struct ask){.handler = __VA_ARGS__})
#define ask_post(...)   stand_ask(&(struct ask){.method = HTTP_POST, .handler = __VA_ARGS__})
#define ask_put(...)    stand_ask(&(struct ask){.method = HTTP_PUT, .handler = __VA_ARGS__})
#define ask_patch(...)  stand_ask(&(struct ask){.method = HTTP_PATCH, .handler = __VA_ARGS__})
#define ask_delete(...) stand_ask(&(struct ask){.method = HTTP_DELETE, .handler = __VA_ARGS__})
/* POST to /v1/things/:id/verb. */
#define ask_action(...)                                                                            \
    stand_ask(&(struct ask){.method = HTTP_POST, .action = true, .handler = __VA_ARGS__})

/* Check an answer and return it. */
#define ck_status(got, wanted) stand_check(got, wanted, NULL, __FILE__, __LINE__)
#define ck_refused(got, wanted, wanted_code)                                                       \
    stand_check(got, wanted, wanted_code, __FILE__, __LINE__)
struct answer stand_check(struct answer answer, int status, const char *code, const char *file,
                          int line);

/* as_json() of a body, parsed; borrowed until the end of the test. */
json_t *parsed(const char *body);
