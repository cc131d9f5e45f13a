// SPDX-License-Identifier: MIT
/* Common fixture of the tests of services' use cases: the service's tables in a schema of their own
 * on a real PostgreSQL, a loop with a pool, and handlers called as the server calls them. Its SQL
 * functions also serve the tests of whole programs (program.h). */
#pragma once

#include <jansson.h>
#include <libpq-fe.h>

#include "api/service.h"
#include "loop/fiber.h"

#include "support/patience.h"
#include "support/test.h"

enum { STAND_TEXT = 1024, STAND_QUERY = 10 };
/* Connections of the pool, besides the flusher's. */
enum { STAND_SHARED = 2, STAND_EXCLUSIVE = 8 }; /* tests of races need several */

/* Callers, with new ids in each process. */
extern struct api_caller stand_staff; /* the client itself, with a test key */
extern struct api_caller stand_other; /* staff of another tenant */
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

/* Runs `body` in a fiber, and the loop until all fibers have ended. */
void stand_run(void (*body)(void *data), void *data);

/* A test that runs in a fiber. */
#define STAND_TEST(name)                                                                           \
    static void name##_body(void *data);                                                           \
    TEST(name)                                                                                     \
    {                                                                                              \
        stand_run(name##_body, NULL);                                                              \
    }                                                                                              \
    static void name##_body(void *data CK_ATTRIBUTE_UNUSED)
/* In a fiber: starts one more fiber. */
void stand_go(void (*body)(void *data), void *data);
void stand_sleep(int ms);
/* In a fiber: wait_until(). */
#define stand_until(condition, ...) wait_by(stand_sleep, condition, __VA_ARGS__)
/* In a fiber: waits until the SQL condition is true. */
#define wait_for(sql) stand_until(stand_number("SELECT (%s)::int", sql) == 1, "%s", sql)
/* Waits until all events in the outbox can be read. A reader does not see the events of a
 * transaction while an older one is running, also in other suites on the cluster. */
void stand_wait_for_events(void);
struct loop *stand_loop(void);
struct db *stand_db(void);
struct api_changes *stand_changes(void);
struct service *stand_service(void);

/* A request, as it is passed to a handler. */
struct ask {
    http_handler *handler;
    const struct api_caller *caller; /* NULL: stand_staff */
    enum http_method method;         /* GET is 0 */
    const char *id;                  /* :id */
    const char *second_id;           /* second parameter of a path with two */
    const char *body;
    const char *key; /* Idempotency-Key */
    const char *if_match;
    const char *query[STAND_QUERY][2]; /* name, value; ends with NULL */
    bool action;
};

struct answer {
    int status;
    char code[64]; /* code of a problem */
    char id[40];   /* ETag of a resource */
    char etag[80];
    bool replayed;
    bool problem; /* application/problem+json */
    bool retry_after;
    json_t *json; /* new; NULL without a body */
};

/* In a fiber. */
struct answer stand_ask(const struct ask *ask);
void answer_drop(struct answer *answer);
/* Sends the request and frees the body. */
struct answer stand_status(const struct ask *ask);

#define ck_status(got, wanted)                                                                     \
    do {                                                                                           \
        const struct answer ck_status_ = (got);                                                    \
        ck_assert_msg(ck_status_.status == (wanted), "%d %s, not %d", ck_status_.status,           \
                      ck_status_.code, wanted);                                                    \
    } while (0)
#define ck_refused(got, wanted, wanted_code)                                                       \
    do {                                                                                           \
        const struct answer ck_refused_ = (got);                                                   \
        ck_status(ck_refused_, wanted);                                                            \
        ck_assert_str_eq(ck_refused_.code, wanted_code);                                           \
    } while (0)

/* --- SQL from outside the service ------------------------------------------------------------- */

/* TEST_DATABASE_URL. */
const char *stand_url(void);
/* Sets the URL to which the functions below connect at their next call. */
void stand_connect(const char *url);
void stand_disconnect(void);

/* Blocking; creates and reads rows without the service. */
void stand_sql(const char *format, ...) PRINTF_LIKE(1, 2);
long long stand_number(const char *format, ...) PRINTF_LIKE(1, 2);
/* Borrowed; valid for three more calls; truncated to STAND_TEXT. */
const char *stand_text(const char *format, ...) PRINTF_LIKE(1, 2);
/* Returns new: text of any length. */
char *stand_long_text(const char *format, ...) PRINTF_LIKE(1, 2);
/* Runs SQL of any length with several statements; `name` is printed if it fails. */
void stand_script(const char *sql, const char *name);
/* Opens a connection of its own with a transaction that stays open after this statement, until
 * stand_commit() or until PQfinish() rolls it back. */
PGconn *stand_hold(const char *sql);
void stand_commit(PGconn *held);
