// SPDX-License-Identifier: MIT
/* What the tests of booking-api's use cases share: its tables in a schema of their own on a real
 * PostgreSQL, a loop with a pool, and handlers called as the server would call them. */
#pragma once

#include <check.h>
#include <jansson.h>
#include <libpq-fe.h>

#include "loop/fiber.h"

#include "app.h"

enum { STAND_TEXT = 256, STAND_QUERY = 10 };
/* Connections of the pool, beside the flusher. */
enum { STAND_SHARED = 2, STAND_EXCLUSIVE = 8 }; /* races are between connections */

extern struct api_caller stand_staff;  /* of the stand's tenant, with a test key */
extern struct api_caller stand_owner;  /* of its flats */
extern struct api_caller stand_guest;  /* telegram_id 7 */
extern struct api_caller stand_guest8; /* telegram_id 8 */
extern struct api_caller stand_other;  /* staff of another tenant */

/* Fresh tables in schema `schema`. */
void stand_begin(const char *schema);
void stand_end(void);

/* Runs `body` in a fiber, and the loop until all fibers have ended. */
void stand_run(void (*body)(void *data), void *data);
/* From inside: one more fiber. */
void stand_go(void (*body)(void *data), void *data);
void stand_sleep(int ms);
struct loop *stand_loop(void);
struct db *stand_db(void);
struct api_changes *stand_changes(void);
const struct service *stand_service(void);
struct booking_app *stand_app(void);

/* Blocking, from outside: rows are made and looked at behind the service's back. */
void stand_sql(const char *format, ...) PRINTF_LIKE(1, 2);
long long stand_number(const char *format, ...) PRINTF_LIKE(1, 2);
/* Borrowed until the next call but three. */
const char *stand_text(const char *format, ...) PRINTF_LIKE(1, 2);
/* Returns new: text of any length. */
char *stand_long_text(const char *format, ...) PRINTF_LIKE(1, 2);

/* A new flat of stand_owner: 10,000 tenge a night, up to 4 guests, bookable as it is. Its id, kept
 * for the next 31 flats. */
const char *stand_flat(void);
/* The local date so many days from today. */
const char *stand_day(int offset);

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

/* POST /v1/bookings: nights from .. from + nights - 1 counted from today, `more` are further
 * members with a leading comma (`,"note":"x"`). `guest` is the inner text of guest beside the name.
 */
struct answer stand_book(const struct api_caller *caller, const char *flat, int from, int nights,
                         const char *guest, const char *more);
/* confirm_booking and so on. */
struct answer stand_act(http_handler *verb, const struct api_caller *caller, const char *id,
                        const char *body);

/* Each booking has one row of history, one event and one audit row for each version, and each step
 * begins where the one before ended. */
void stand_check_traces(void);

#define ck_status(answer, wanted)                                                                  \
    ck_assert_msg((answer).status == (wanted), "%d %s, not %d", (answer).status, (answer).code,    \
                  wanted)
#define ck_refused(answer, wanted, wanted_code)                                                    \
    do {                                                                                           \
        ck_status(answer, wanted);                                                                 \
        ck_assert_str_eq((answer).code, wanted_code);                                              \
    } while (0)

int stand_main(Suite *suite);
