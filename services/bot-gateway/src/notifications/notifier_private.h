// SPDX-License-Identifier: MIT
/* What the files of notifier.h share: a round of one bot. */
#pragma once

#include "notifications/notification_store.h"
#include "notifications/notification_text.h"
#include "notifications/notifier.h"

enum { NOTIFIER_TO_GUEST, NOTIFIER_TO_OWNER, NOTIFIER_TO_COUNT };

/* A bot that is followed; copied, because those of bots_all() are borrowed. */
struct notifier_round {
    const struct notifier_options *options;
    struct uuid bot_id;
    struct uuid tenant_id;
    char name[BOT_NAME_MAX + 1];
    char key[BOT_KEY_MAX + 1];
    uint8_t button_key[BUTTON_KEY_LEN];
    struct notification_cursor place;
    struct arena arena;
    int64_t now;
    bool careful; /* the last round failed: one event at a time, so that each counts */
    int64_t said[NOTIFIER_TO_COUNT]; /* messages that were queued */
    bool at_end;                     /* all events were read */
};

/* --- asking booking-api, with the bot's key (notifier_lookup.c) --- */

/* `found` is false for 404. Any other answer but 200 is FAULT_UNAVAILABLE "booking_failed". */
bool notifier_lookup(struct notifier_round *round, struct slice path, struct slice *body,
                     bool *found, struct fault *fault) MUST_CHECK;
bool notifier_lookup_booking(struct notifier_round *round, const struct uuid *id,
                             struct notification_booking *out, bool *found,
                             struct fault *fault) MUST_CHECK;
bool notifier_lookup_apartment(struct notifier_round *round,
                               const struct notification_booking *booking,
                               struct notification_apartment *out, struct fault *fault) MUST_CHECK;
bool notifier_lookup_change(struct notifier_round *round, const struct notification_event *event,
                            struct notification_change *out, struct fault *fault) MUST_CHECK;

/* Whom to tell, and in which language; `user_id` is FIELD_ABSENT where this bot does not reach
 * him, or he does not want it. */
struct notification_recipient {
    int64_t user_id;
    enum language language;
};
bool notifier_find_guest(struct notifier_round *round, const struct notification_booking *booking,
                         struct notification_recipient *out, struct fault *fault) MUST_CHECK;
bool notifier_find_owner(struct notifier_round *round, const struct notification_booking *booking,
                         struct notification_recipient *out, struct fault *fault) MUST_CHECK;

/* The message; its dedupe_key and ttl_s are the caller's. */
bool notifier_compose(struct notifier_round *round, enum notification notice,
                      const struct notification_recipient *listener,
                      const struct notification_booking *booking,
                      const struct notification_apartment *flat, struct outbox_message *out,
                      struct fault *fault) MUST_CHECK;
/* Queues it, and holds the person whose chat it is. `known` is false where he was erased meanwhile:
 * the transaction must then be given up. */
bool notifier_place(struct db *tx, const struct notifier_round *round,
                    struct outbox_message *sending, bool *known, struct fault *fault) MUST_CHECK;

/* An answer that cannot be read: asking again would not help. */
bool notifier_is_permanent(const struct fault *fault);

/* --- a round --- */

/* Reads events until there are none, or NOTIFIER_PAGES_MAX pages. */
bool notifier_read_events(struct notifier_round *round, struct fault *fault) MUST_CHECK;
/* Says what is due. */
bool notifier_send_reminders(struct notifier_round *round, struct fault *fault) MUST_CHECK;
