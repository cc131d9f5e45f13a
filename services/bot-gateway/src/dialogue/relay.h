// SPDX-License-Identifier: MIT
/* Messages that people pass to each other through a bot: guest and owner of a booking, or a person
 * and staff. Both learn of each other only what the messages say. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"

#include "dialogue/button.h"

enum {
    RELAY_TEXT_MAX = 1000,   /* UTF-16 units, as the value {words} of texts */
    RELAY_TTL_S = 24 * 3600, /* a message that waits longer is not delivered */
    RELAY_TALK_S = 6 * 3600, /* a talk with staff ends by itself after this time without messages */
    RELAY_LIMITS = 3
};

/* A limit of the messages that a person passes on: at most `max` within `within_s` seconds. */
struct relay_limit {
    int64_t within_s;
    /* True: the limit counts only messages about the same booking as the next message or, if that
     * is about none, messages about no booking. False: the limit counts all. */
    bool of_booking;
    int64_t max;
};
extern const struct relay_limit relay_limits[RELAY_LIMITS];
/* Whether another message may be passed on. `sent_counts[i]`: number of messages that
 * relay_limits[i] counts. */
bool relay_is_allowed(const int64_t sent_counts[RELAY_LIMITS]);

/* A chat to which a message can be passed, by a bot of the tenant. */
struct relay_party {
    int64_t chat_id;   /* FIELD_ABSENT: no bot can send to this party */
    int64_t thread_id; /* of a topic; 0: none */
    bool has_topics;   /* of the staff chat: a topic can be made for a talk that has none */
    /* thread_id is the topic of the talk. If Telegram refuses it, other_thread_id is used. */
    bool in_own_topic;
    int64_t other_thread_id; /* 0: none */
    struct uuid bot_id;      /* of the bot that sends to the chat */
    bool is_ours;            /* that bot received the update, so it can send files of the update */
    uint8_t button_key[BUTTON_KEY_LEN]; /* of that bot */
    int language;                       /* enum language */
};

struct relay_query {
    struct uuid booking; /* that the message is about, for the limits; nil: none */
    int64_t person;      /* Telegram id of the person to reach; FIELD_ABSENT: see `talk` */
    /* A talk with staff: if `person` is absent, the person of this talk is to be reached. Nil: the
     * talk of the sender, unless staff have ended it. */
    struct uuid talk;
};

/* A message that was passed on, and that its writer has edited since. */
struct relay_edited {
    bool is_changed; /* its text or file differs from what was passed on; false: nothing to do */
    bool to_staff;   /* it was passed to staff, not to the other person of the booking */
    bool of_owner;   /* the writer is the owner of the booking, not its guest */
    struct uuid booking; /* nil: none */
};

struct relay_view {
    struct relay_party writer;  /* the chat of the update */
    struct relay_party person;  /* the person to reach */
    struct relay_party staff;   /* the staff chat */
    int64_t sent[RELAY_LIMITS]; /* for relay_is_allowed() */
    struct uuid talk;
    bool talk_is_found;  /* the talk exists; else `talk` is an id without a talk yet */
    bool talk_is_open;   /* the talk has neither ended by itself nor been ended by staff */
    bool talk_is_closed; /* staff have ended the talk */
};
