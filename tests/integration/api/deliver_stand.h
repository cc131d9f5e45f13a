// SPDX-License-Identifier: MIT
/* Fixture of the delivery tests: the tables, a receiver whose answers the test chooses, items, and
 * waiting for conditions. */
#pragma once

#include "api/deliver_private.h"
#include "db/transaction.h"

#include "integration/stand.h"
#include "receiver.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" /* of all receivers */

extern struct receiver receiver;
/* Chooses its answer; at first all deliveries are accepted. */
extern struct reaction (*react)(const struct received *one, int nth);

/* A checked fixture, in a schema of the suite's own, because suites run concurrently. `schema` is
 * static. */
void deliver_begin(const char *schema);
void deliver_end(void);

struct deliver *start(void);
struct deliver *start_with(bool loopback);

#define DO(run, arg)                                                                               \
    do {                                                                                           \
        struct fault fault_ = {.code = ""};                                                        \
        ck_assert_msg(db_transaction(stand_service()->pool, run, arg, &fault_), "%s: %s",          \
                      fault_.code, fault_.detail);                                                 \
    } while (0)

struct placing {
    struct uuid receivers[DELIVER_PLACES_MAX];
    size_t count;
    const char *url;
    struct deliver_item item;
};
db_transaction_fn place_item; /* of a struct placing */

struct uuid receiver_at(const char *url);
struct uuid receiver_on(const char *path); /* of `receiver` */
/* Creates an item with the Idempotency-Key taxi:7. */
void place_body(const struct uuid *to, size_t count, const char *lane, struct slice body);
/* Creates an item with the body {"lane":"a","n":1}. */
void place(const struct uuid *to, const char *lane, int number);

/* Waits until exactly this many requests have arrived at a path. */
void wait_count(const char *path, int count);

#define NOTHING_LEFT "NOT EXISTS (SELECT FROM delivery) AND NOT EXISTS (SELECT FROM delivery_lane)"
