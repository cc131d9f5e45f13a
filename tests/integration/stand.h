// SPDX-License-Identifier: MIT
/* What the tests of a service's use cases share, whichever service it is: its tables in a schema of
 * their own on a real PostgreSQL, a loop with a pool, and handlers called as the server would call
 * them. SQL from outside serves the tests of a whole program (program.h) too. */
#pragma once

#include <check.h>
#include <jansson.h>
#include <libpq-fe.h>

#include "api/service.h"
#include "loop/fiber.h"

#include "support/patience.h"

enum { STAND_TEXT = 1024, STAND_QUERY = 10 };
/* Connections of the pool, beside the flusher. */
enum { STAND_SHARED = 2, STAND_EXCLUSIVE = 8 }; /* races are between connections */

/* Callers of this process: new ids each time. */
extern struct api_caller stand_staff; /* the client itself, with a test key */
extern struct api_caller stand_other; /* staff of another tenant */
/* Makes `caller`, whose actor is set, one of stand_staff's client; `text` is "guest:7". */
void stand_caller(struct api_caller *caller, const char *text);

/* --- the service in this process ------------------------------------------------------------- */

/* The tables of `definition` in schema `schema`: new, or emptied where an earlier test of this
 * process made them and altered none. Handlers get a struct service_data. The definition's start()
 * is not called. */
void stand_service_begin(const struct service_definition *definition, const char *schema);
void stand_end(void);
/* Handlers get `data` instead, which begins as struct service_data does. Borrowed until
 * stand_end(). */
void stand_handlers_get(struct service_data *data);

/* Runs `body` in a fiber, and the loop until all fibers have ended. */
void stand_run(void (*body)(void *data), void *data);
/* From inside: one more fiber. */
void stand_go(void (*body)(void *data), void *data);
void stand_sleep(int ms);
/* In a fiber: wait_until(). */
#define stand_until(condition, ...) wait_by(stand_sleep, condition, __VA_ARGS__)
/* In a fiber: until SQL says true. */
#define wait_for(sql) stand_until(stand_number("SELECT (%s)::int", sql) == 1, "%s", sql)
/* Waits until all events in the outbox can be read. A reader sees none of a transaction that is
 * younger than one that still runs, be it of another suite on the cluster. */
void stand_wait_for_events(void);
struct loop *stand_loop(void);
struct db *stand_db(void);
struct api_changes *stand_changes(void);
struct service *stand_service(void);

/* One request, as it reaches a handler. */
struct ask {
    http_handler *handler;
    const struct api_caller *caller; /* NULL: stand_staff */
    enum http_method method;         /* GET is 0 */
    const char *id;                  /* :id */
    const char *second_id;           /* of a path with two */
    const char *body;
    const char *key; /* Idempotency-Key */
    const char *if_match;
    const char *query[STAND_QUERY][2]; /* name, value; ends with NULL */
    bool action;
};

struct answer {
    int status;
    char code[64]; /* of a problem */
    char id[40];   /* of a resource */
    char etag[80];
    bool replayed;
    bool problem; /* application/problem+json */
    bool retry_after;
    json_t *json; /* new; NULL without a body */
};

/* In a fiber. */
struct answer stand_ask(const struct ask *ask);
void answer_drop(struct answer *answer);
/* Asks, drops the body. */
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

/* --- SQL from outside ------------------------------------------------------------------------ */

/* TEST_DATABASE_URL. */
const char *stand_url(void);
/* Where the functions below connect when they are called next. */
void stand_connect(const char *url);
void stand_disconnect(void);

/* Blocking; rows are created and read without the service. */
void stand_sql(const char *format, ...) PRINTF_LIKE(1, 2);
long long stand_number(const char *format, ...) PRINTF_LIKE(1, 2);
/* Borrowed until the next call but three; cut at STAND_TEXT. */
const char *stand_text(const char *format, ...) PRINTF_LIKE(1, 2);
/* Returns new: text of any length. */
char *stand_long_text(const char *format, ...) PRINTF_LIKE(1, 2);
/* SQL of any length and of several statements; `name` is printed when it fails. */
void stand_script(const char *sql, const char *name);
/* A connection of its own with a transaction that stays open after this statement, until it is
 * committed here or PQfinish() rolls it back. */
PGconn *stand_hold(const char *sql);
void stand_commit(PGconn *held);

/* The suite's main(): runs it and gives the exit code. */
int stand_main(Suite *suite);
