// SPDX-License-Identifier: MIT
/* A turn of a dialogue: what an update makes the bot do.
 *
 * Pure: the same input gives the same output, and whoever calls does what the output says. Where a
 * turn needs to know what another service says, its output is a call; the turn is then done again
 * from the beginning with the answer, until it needs none. So a turn that was broken off makes the
 * same calls again, each under the same Idempotency-Key. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/uuid.h"

#include "clients/service_call.h"
#include "dialogue/button.h"
#include "dialogue/update_view.h"

struct bot_settings;
struct phrase_words;
struct texts;

enum {
    TURN_REPLIES_MAX = 4,
    TURN_BUTTONS_MAX = 64, /* of a reply */
    TURN_CALLS_MAX = 6,
    TURN_STATE_MAX = 16 * 1024, /* bytes of a dialogue's data */
    TURN_TRIES_MAX = 5,         /* of an update, within five minutes */
    TURN_ACTED_S = 3600         /* so long one is tried that may have changed something */
};

/* Where a dialogue stands: a row of the table `dialogue`. */
struct turn_state {
    struct slice flow;   /* absent: none is under way */
    struct slice step;   /* of the flow */
    struct slice data;   /* JSON, the flow's own */
    int64_t data_format; /* of `data`: struct flow's */
    int64_t version;     /* rises with every change; 0: there was none yet */
    int64_t ends_at;     /* then it is over, and a day later forgotten; microseconds */
};

struct turn_input {
    struct update_view update;
    /* Of the bot, without '@'; absent: not known. */
    struct slice username;
    uint8_t button_key[BUTTON_KEY_LEN];
    const struct texts *texts;           /* of the kind of bot: texts/texts.h */
    const struct bot_settings *settings; /* likewise */
    /* What phrases may name (phrases/phrase.h), the same for the whole turn; NULL: none is read. */
    const struct phrase_words *words;
    bool asks_ai;        /* there is an AI to ask, the same for the whole turn */
    bool asks_search;    /* likewise a search-api */
    int64_t now;         /* when the update was received, microseconds: the same in every try */
    int language;        /* enum language that the person has chosen; -1: none */
    struct slice source; /* where the person came from; absent: not known */
    bool is_owner;       /* of flats, when booking-api was asked last */
    struct turn_state state;
    int64_t late_by; /* versions that the dialogue has moved on from `state`; mostly 0 */
    const struct service_answer *answers; /* to the calls so far, in their order */
    size_t answer_count;
};

enum turn_reply_kind {
    TURN_TEXT, /* a new message in the chat of the update */
    TURN_EDIT, /* in place of the message whose button was tapped */
    /* To the tap: the button stops spinning. A turn that makes calls sends one without a notice
     * before them, and none after. */
    TURN_ANSWER
};

/* What stands with a message (Bot API, reply_markup). */
enum turn_markup {
    TURN_BUTTONS, /* under it; without any it has none */
    TURN_KEYS,    /* below the chat: what a key says is sent as the person's words */
    TURN_NO_KEYS, /* those are taken away */
    TURN_MARKUPS
};

struct turn_button {
    struct slice label;
    struct slice data; /* callback_data, or: */
    struct slice url;
    bool asks_contact; /* of a key: it sends the person's own contact */
    bool new_row;      /* it begins a row */
};

struct turn_reply {
    enum turn_reply_kind kind;
    struct slice
        text; /* HTML; of TURN_ANSWER a plain notice of at most 200 characters, or absent */
    enum turn_markup markup; /* TURN_EDIT has TURN_BUTTONS alone */
    /* A URL; the text stands below it. Absent: none. Where it cannot be shown, the text is. */
    struct slice photo;
    const struct turn_button *buttons; /* or keys; in the arena */
    size_t button_count;
    bool confided; /* it tells of somebody else: struct outbox_message */
};

/* What was heard of the person: struct turn_input, is_owner. */
enum turn_owner { TURN_OWNER_SAME, TURN_OWNER, TURN_NO_OWNER };

/* What the update tells of its chat. */
enum turn_reach { TURN_REACH_SAME, TURN_REACHABLE, TURN_UNREACHABLE };

struct turn_output {
    enum turn_reach reach;
    int64_t chat_from; /* moved_from and moved_to of struct update_view */
    int64_t chat_to;
    bool waits;               /* for the answer to `call`; all below is to be ignored */
    struct service_call call; /* number answer_count of the turn */
    struct turn_reply replies[TURN_REPLIES_MAX];
    size_t count;
    int language;        /* that the person has chosen with this; -1: none */
    struct slice source; /* to be kept, where none is known; absent: none */
    enum turn_owner owner;
    bool confided;           /* what was written is not kept in the history */
    bool moved;              /* the dialogue stands at `state`; else where it stood */
    struct turn_state state; /* without flow: it is over. `version` is not set */
};

/* Texts of the output are in the arena or borrowed from the input. FAULT_UNAVAILABLE
 * "out_of_memory"; FAULT_INTERNAL "too_many_calls", "bad_button", or what a flow says of an answer
 * that it cannot use. */
bool turn_step(const struct turn_input *input, struct arena *arena, struct turn_output *out,
               struct fault *fault) MUST_CHECK;

/* Whether the update holds words, a picture or a contact for the bot. In a group people talk to
 * each other: there these begin with a command and the bot's name. */
bool turn_is_for_bot(const struct update_view *update, struct slice username);

/* Seconds until an update is tried again that has failed `tries` times (1: once), received `age_s`
 * ago; FIELD_ABSENT: it is not. `acted`: a call of it has changed something, or may have, and no
 * answer tells how it goes on. The person would repeat what he is not told of, and it would be done
 * twice, so the update is not given up before TURN_ACTED_S. What a guest holds ends by then. */
int64_t turn_retry_s(int64_t tries, bool acted, int64_t age_s);
