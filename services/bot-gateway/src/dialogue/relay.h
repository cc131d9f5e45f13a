// SPDX-License-Identifier: MIT
/* Messages that people pass to each other through a bot: guest and owner of a booking, or a person
 * and staff. Nobody learns more of the other than is written. Limits are pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/uuid.h"

#include "dialogue/button.h"

enum {
    RELAY_TEXT_MAX = 1000,   /* characters */
    RELAY_TTL_S = 24 * 3600, /* a message that waits longer is not delivered */
    RELAY_TALK_S = 6 * 3600, /* a talk with staff ends by itself after this time without messages */
    RELAY_LIMITS = 3
};

/* How many messages a person may pass on. */
struct relay_limit {
    int64_t within_s;
    bool of_booking; /* about one booking; of talks with staff, those about none */
    int64_t most;
};
extern const struct relay_limit relay_limits[RELAY_LIMITS];
/* Whether another message may be passed on; `sent` are the messages so far, one number a limit. */
bool relay_is_allowed(const int64_t sent[RELAY_LIMITS]);

/* A chat to which a message can be passed, by a bot of the tenant. */
struct relay_party {
    int64_t chat_id;   /* FIELD_ABSENT: no bot reaches it */
    int64_t thread_id; /* of a topic; 0: none */
    bool has_topics;   /* of the staff chat: a topic can be made for a talk that has none */
    /* The topic is that of the talk. Another thread, or 0, is used if the topic is gone. */
    bool in_own_topic;
    int64_t other_thread_id;
    struct uuid bot_id; /* that reaches it */
    bool is_ours;       /* it is the bot of the update, which can send files of the update */
    uint8_t button_key[BUTTON_KEY_LEN];
    int language; /* enum language */
};

struct relay_query {
    struct uuid booking; /* whose limits apply; nil: none */
    int64_t person;      /* Telegram id of the other; FIELD_ABSENT: none */
    struct uuid talk;    /* a talk with staff, whose person is the other; nil: that of the sender */
};

struct relay_view {
    struct relay_party writer; /* the chat of the update */
    struct relay_party person; /* the other */
    struct relay_party staff;  /* the staff chat */
    int64_t sent[RELAY_LIMITS];
    struct uuid talk; /* a new id if there is none */
    bool talk_is_found;
    bool talk_is_open;   /* it has neither ended by itself nor been ended by staff */
    bool talk_is_closed; /* staff have ended it */
};
