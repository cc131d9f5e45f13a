// SPDX-License-Identifier: MIT
/* SQL of the tables `relay` and `person_talk`. */
#pragma once

#include "db/query.h"

#include "dialogue/relay.h"
#include "dialogue/update_view.h"

/* Reads which parties the person can reach through the active bots with the same tenant and type as
 * this bot, and how many messages the limits count. Sets neither `writer` nor the button keys in
 * `out`. */
bool relay_store_read_view(struct db *db, const struct uuid *bot_id, int64_t user_id,
                           const struct relay_query *query, struct relay_view *out,
                           struct fault *fault) MUST_CHECK;

struct relay_row {
    struct uuid id; /* of the row of `sending` */
    struct uuid bot_id;
    int64_t user_id;
    int64_t to_user_id;     /* FIELD_ABSENT: to staff */
    struct uuid to_bot_id;  /* of the bot that sends to that person */
    struct uuid booking;    /* nil: none */
    struct uuid talk;       /* that `otherwise` opens (struct turn_pass); nil: none */
    struct slice otherwise; /* JSON list of relay_watch_append_message_json(); absent: none */
    /* The update whose words the message passes on; NULL: it passes on none. */
    const struct update_view *update;
    bool of_owner; /* struct relay_edited */
};
/* Stores a message after it was queued. Locks the row of the addressee, so that a concurrent
 * erasure of the addressee waits for the transaction and then finds the message. `inserted` is
 * false, and nothing is stored, if the addressee was erased. */
bool relay_store_insert(struct db *tx, const struct relay_row *row, bool *inserted,
                        struct fault *fault) MUST_CHECK;

/* Finds the message that was passed on of the edited one; `out` is zero if there is none. */
bool relay_store_find_edited(struct db *db, const struct uuid *bot_id,
                             const struct update_view *edit, struct relay_edited *out,
                             struct fault *fault) MUST_CHECK;

/* Opens the talk of a person with staff, or prolongs it. `opening_message_id` is the queued message
 * that makes the topic of the talk; nil: no new topic, a prolonged talk keeps its own. */
bool relay_store_open_or_prolong_talk(struct db *tx, const struct uuid *talk_id,
                                      const struct uuid *bot_id, int64_t user_id,
                                      const struct uuid *opening_message_id,
                                      struct fault *fault) MUST_CHECK;
bool relay_store_close_talk(struct db *tx, const struct uuid *talk_id,
                            struct fault *fault) MUST_CHECK;

/* Whether any message may still need its `otherwise`, because its delivery is not known. */
bool relay_store_has_unconfirmed(struct db *db, bool *has, struct fault *fault) MUST_CHECK;
/* Locks the oldest message that failed, expired, was cancelled or is uncertain (but not held after
 * a restore), and whose `otherwise` is not queued yet; skips messages that are locked. `rows` is
 * empty if there is none. Text is borrowed from `rows`. Does not set `booking`, `to_bot_id` and
 * `to_user_id`. */
bool relay_store_lock_oldest_undeliverable(struct db *tx, struct db_rows *rows,
                                           struct relay_row *out, struct uuid *tenant_id,
                                           struct fault *fault) MUST_CHECK;
/* Deletes the `otherwise` of a message. */
bool relay_store_clear_otherwise(struct db *tx, const struct uuid *id,
                                 struct fault *fault) MUST_CHECK;

/* Statements for db_batches_run(). They delete: the `otherwise` of messages that are delivered or
 * whose row of `sending` is deleted; messages that no limit counts any more; talks that ended a
 * month ago. */
extern const struct db_statement relay_store_clear_delivered;
extern const struct db_statement relay_store_delete_old;
extern const struct db_statement relay_store_delete_old_talks;
