// SPDX-License-Identifier: MIT
/* Rows of the tables `booking_feed` and `reminder`, and whom the bots know. */
#pragma once

#include "db/query.h"

#include "notifications/reminder.h"

/* --- the feed --- */

enum { NOTIFICATION_CURSOR_MAX = 300 }; /* bytes of a cursor */

struct notification_cursor {
    char cursor[NOTIFICATION_CURSOR_MAX + 1]; /* "": before the first page */
    int64_t since;                            /* nobody is told of what has happened before */
};

/* Takes the lease of a bot's feed for so long, or renews it; `leased` is false while another
 * process has it. */
bool notification_store_lease(struct db *tx, const struct uuid *bot_id, const struct uuid *owner,
                              int64_t lease_s, bool *leased, struct notification_cursor *place,
                              struct fault *fault) MUST_CHECK;
/* Gives all leases of the owner back. */
bool notification_store_give_back(struct db *tx, const struct uuid *owner,
                                  struct fault *fault) MUST_CHECK;
/* The place moves from `before` to `cursor`, in the transaction that stores what was made of the
 * page. `moved` is false when somebody else has moved it: then nothing of the page may be stored.
 */
bool notification_store_move(struct db *tx, const struct uuid *bot_id,
                             const struct notification_cursor *before, struct slice cursor,
                             bool *moved, struct fault *fault) MUST_CHECK;

/* --- reminders --- */

/* The reminders that a booking has from now on. A row of the same kind and time stays as it is,
 * another one of that kind is made anew; what is not planned any more goes. Times are of the clock
 * on a wall in `zone`, of the tz database. What is due before `now` is not planned. */
bool notification_store_plan(struct db *tx, const struct uuid *bot_id, const struct uuid *booking,
                             const struct reminder_time *plan, size_t count, struct slice zone,
                             int64_t now, struct arena *arena, struct fault *fault) MUST_CHECK;

struct reminder {
    struct uuid id;
    struct uuid booking;
    int kind; /* enum reminder_kind */
    int64_t due_at;
    int64_t until_at;
    bool on_the_day;
};
/* Those of a bot that are due, at most so many, the first ones first. */
bool notification_store_due(struct db *db, const struct uuid *bot_id, int64_t now, int64_t limit,
                            struct db_rows *rows, struct fault *fault) MUST_CHECK;
void notification_store_read(const struct db_rows *rows, int row, struct reminder *out);
/* The reminder is over, in the transaction that queues its message. `mine` is false when it is over
 * already, or is for another time. */
bool notification_store_done(struct db *tx, const struct reminder *reminder, bool *mine,
                             struct fault *fault) MUST_CHECK;
bool notification_store_put_off(struct db *tx, const struct reminder *reminder, int64_t try_at,
                                struct fault *fault) MUST_CHECK;

/* For the sweeper: rows whose time is long over. */
bool notification_store_forgettable(struct db *db, bool *any, struct fault *fault) MUST_CHECK;
bool notification_store_forget(struct db *tx, bool *more, struct fault *fault) MUST_CHECK;

/* --- people --- */

struct notification_person {
    bool found;
    int chosen; /* enum language that he has chosen; -1: none */
    int told;   /* of his program */
};
/* Does this bot know the person, and is it, of the tenant's bots of its type that do, the one that
 * he has used last? Of those that he has used within the same hour, one. */
bool notification_store_find_person(struct db *db, const struct uuid *bot_id, int64_t user_id,
                                    struct notification_person *out,
                                    struct fault *fault) MUST_CHECK;
/* Is he still known? He then stays so until the transaction ends: his erasure waits, and finds what
 * was queued for him. After the last message was placed, because erasure locks chats first. */
bool notification_store_hold_person(struct db *tx, const struct uuid *bot_id, int64_t user_id,
                                    bool *known, struct fault *fault) MUST_CHECK;
