// SPDX-License-Identifier: MIT
/* What the files of notices.h share: a round of one bot. */
#pragma once

#include "notices/notice_say.h"
#include "notices/notice_store.h"
#include "notices/notices.h"

enum { NOTICES_TO_GUEST, NOTICES_TO_OWNER, NOTICES_TO };

/* A bot that is followed; copied, because those of bots_all() are borrowed. */
struct notice_round {
    const struct notices_options *options;
    struct uuid bot_id;
    struct uuid tenant_id;
    char name[BOT_NAME_MAX + 1];
    char key[BOT_KEY_MAX + 1];
    uint8_t button_key[BUTTON_KEY_LEN];
    struct notice_place place;
    struct arena arena;
    int64_t now;
    bool careful;             /* the last round failed: one event at a time, so that each counts */
    int64_t said[NOTICES_TO]; /* messages that were queued */
    bool at_end;              /* all events were read */
};

/* --- asking booking-api, with the bot's key (notices_ask.c) --- */

/* `found` is false for 404. Any other answer but 200 is FAULT_UNAVAILABLE "booking_failed". */
bool notices_ask_for(struct notice_round *round, struct slice path, struct slice *body, bool *found,
                     struct fault *fault) MUST_CHECK;
bool notices_ask_stay(struct notice_round *round, const struct uuid *id, struct notice_booking *out,
                      bool *found, struct fault *fault) MUST_CHECK;
bool notices_ask_flat(struct notice_round *round, const struct notice_booking *booking,
                      struct notice_flat *out, struct fault *fault) MUST_CHECK;
bool notices_ask_step(struct notice_round *round, const struct notice_event *event,
                      struct notice_made *out, struct fault *fault) MUST_CHECK;

/* Whom to tell, and in which language; `user_id` is FIELD_ABSENT where this bot does not reach
 * him, or he does not want it. */
struct notice_listener {
    int64_t user_id;
    enum language language;
};
bool notices_find_guest(struct notice_round *round, const struct notice_booking *booking,
                        struct notice_listener *out, struct fault *fault) MUST_CHECK;
bool notices_find_owner(struct notice_round *round, const struct notice_booking *booking,
                        struct notice_listener *out, struct fault *fault) MUST_CHECK;

/* The message; its dedupe_key and ttl_s are the caller's. */
bool notices_compose(struct notice_round *round, enum notice notice,
                     const struct notice_listener *listener, const struct notice_booking *booking,
                     const struct notice_flat *flat, struct sending *out,
                     struct fault *fault) MUST_CHECK;
/* Queues it, and holds the person whose chat it is. `known` is false where he was erased meanwhile:
 * the transaction must then be given up. */
bool notices_place(struct db *tx, const struct notice_round *round, struct sending *sending,
                   bool *known, struct fault *fault) MUST_CHECK;

/* An answer that cannot be read: asking again would not help. */
bool notices_is_hopeless(const struct fault *fault);

/* --- a round --- */

/* Reads events until there are none, or NOTICES_PAGES_MAX pages. */
bool notices_follow(struct notice_round *round, struct fault *fault) MUST_CHECK;
/* Says what is due. */
bool notices_remind(struct notice_round *round, struct fault *fault) MUST_CHECK;
