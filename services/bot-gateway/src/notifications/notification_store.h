// SPDX-License-Identifier: MIT
/* SQL of the tables `booking_feed` and `reminder`, and of recipients. */
#pragma once

#include "db/query.h"

#include "notifications/notification.h"
#include "notifications/reminder.h"

/* --- the feed --- */

enum { NOTIFICATION_CURSOR_MAX = 300 }; /* bytes of a cursor */

struct notification_position {
    char cursor[NOTIFICATION_CURSOR_MAX + 1]; /* "": before the first page */
    int64_t since;                            /* events before this time cause no notifications */
    /* Notifications of events before this time are held after a restore; FIELD_ABSENT: none. */
    int64_t held_before;
};

/* Takes or renews the lease that entitles one process to read a bot's feed of events; `leased` is
 * false while another process holds it. */
bool notification_store_take_lease(struct db_pool *pool, const struct uuid *bot_id,
                                   const struct uuid *process_id, int64_t lease_s, bool *leased,
                                   struct notification_position *position,
                                   struct fault *fault) MUST_CHECK;
/* Releases all leases of the process `process_id`. */
bool notification_store_release_leases(struct db_pool *pool, const struct uuid *process_id,
                                       struct fault *fault) MUST_CHECK;
/* Advances the position in the feed from `before` to `cursor`; call it in the transaction that
 * stores the results of the page. `moved` is false if another process has advanced the position:
 * then nothing of the page may be stored. */
bool notification_store_advance_position(struct db *tx, const struct uuid *bot_id,
                                         const struct notification_position *before,
                                         struct slice cursor, bool *moved,
                                         struct fault *fault) MUST_CHECK;

/* --- reminders --- */

/* Replaces the pending reminders of a booking by this plan. A reminder of the same kind and time
 * stays; one of the same kind and another time is planned again. Times are local times of
 * `time_zone` (tz database), unless is_instant. Reminders due before `now_us` are omitted. */
bool notification_store_replace_reminders(struct db *tx, const struct uuid *bot_id,
                                          const struct uuid *booking_id,
                                          const struct reminder_time *plan, size_t count,
                                          struct slice time_zone, int64_t now_us,
                                          struct fault *fault) MUST_CHECK;

struct reminder {
    struct uuid id;
    struct uuid booking;
    int kind; /* enum reminder_kind */
    int64_t due_at;
    int64_t until_at; /* the stored end of its validity; see reminder_get_expiry_us() */
    bool on_the_day;  /* the reminder is due on the day of check-in */
};
/* Reads due reminders of a bot, at most `reminders_max`, the earliest first. */
bool notification_store_find_due_reminders(struct db *db, const struct uuid *bot_id, int64_t now_us,
                                           int64_t reminders_max, struct db_rows *rows,
                                           struct fault *fault) MUST_CHECK;
void notification_store_read_reminder(const struct db_rows *rows, int row, struct reminder *out);
/* Finishes the reminder; call it in the transaction that queues its message. `finished` is false if
 * the reminder is finished already or was planned again. */
bool notification_store_finish_reminder(struct db *tx, const struct reminder *reminder,
                                        bool *finished, struct fault *fault) MUST_CHECK;
/* Makes the reminder due again at `try_at_us`, unless it is finished or was planned again. */
bool notification_store_postpone_reminder(struct db_pool *pool, const struct reminder *reminder,
                                          int64_t try_at_us, struct fault *fault) MUST_CHECK;

/* --- messages with a limit --- */

/* Messages with a limit have the dedupe_keys "<key>:0" to "<key>:N", where N is `max_per_hour` - 1.
 * Frees the keys of messages that are older than an hour, for new messages. Locks the chat. */
bool notification_store_free_old_dedupe_keys(struct db *tx, const struct uuid *bot_id,
                                             int64_t chat_id, struct slice key,
                                             int64_t max_per_hour, struct fault *fault) MUST_CHECK;

/* --- messages to owners that have failed --- */

struct notification_failed {
    struct uuid message;
    struct uuid booking;
    enum notification_why why;
    bool is_overdue; /* the message failed more than an hour ago */
};
/* Reads messages to owners that failed or became uncertain within the last day, of all bots of the
 * tenant and type, and that are not reported to staff yet; at most `messages_max`, the oldest
 * first. Omits messages held after a restore. */
bool notification_store_find_failed_messages(struct db *db, const struct uuid *bot_id,
                                             int64_t messages_max, struct db_rows *rows,
                                             struct fault *fault) MUST_CHECK;
struct notification_failed notification_store_read_failed_message(const struct db_rows *rows,
                                                                  int row);
/* Marks the message as reported; call it in the transaction that queues the message to staff.
 * `marked` is false if it was reported already. */
bool notification_store_mark_reported(struct db *tx, const struct uuid *message_id, bool *marked,
                                      struct fault *fault) MUST_CHECK;

/* Statement for db_batches_run(): deletes reminders that expired 30 days ago. */
extern const struct db_statement notification_store_delete_old;

/* --- people --- */

struct notification_person {
    bool found;
    int chosen;       /* enum language that the person has chosen; -1: none */
    int app_language; /* language of the Telegram app; -1: unknown */
    bool is_known;    /* an active bot of the tenant and type knows the person */
    bool is_blocked;  /* the person has blocked the bot that they used last */
    bool is_gone;     /* Telegram refuses messages of that bot for another reason */
};
/* Finds a person. `found` is true if, of the tenant's active bots of this type, the person used
 * this bot last. last_seen_at is exact to the hour, so ties are broken by the id of the bot. */
bool notification_store_find_person(struct db *db, const struct uuid *bot_id, int64_t user_id,
                                    struct notification_person *out,
                                    struct fault *fault) MUST_CHECK;
/* Locks the row of a person until the end of the transaction, so that an erasure waits and then
 * finds the queued messages. `exists` is false if the person was erased. Call it after the messages
 * were inserted, because an erasure locks chats first. */
bool notification_store_lock_person(struct db *tx, const struct uuid *bot_id, int64_t user_id,
                                    bool *exists, struct fault *fault) MUST_CHECK;
