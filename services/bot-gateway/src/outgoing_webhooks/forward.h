// SPDX-License-Identifier: MIT
/* A forward: a webhook to which updates of a bot are sent beside the dialogue, for example a
 * workflow of n8n. */
#pragma once

#include "base/uuid.h"
#include "base/value.h"

enum {
    FORWARD_KINDS_MAX = 32,
    FORWARD_COMMANDS_MAX = 32,
    FORWARD_COMMAND_LEN_MAX = 32, /* bytes; Bot API, BotCommand */
    FORWARD_CHATS_MAX = 100,
    FORWARD_PREFIX_MAX = 200, /* code points */
    FORWARD_EVENTS_MAX = 8
};

/* Selects the updates to forward. An update must match each member that is present, apart from
 * `events`; if no member is present, all updates are selected. With `events` alone, no update is.
 */
struct forward_match {
    struct field_texts kinds;
    struct field_texts commands;
    struct field_ints chat_ids;
    struct slice text_prefix;
    struct field_texts events; /* failures to forward: forward_events.h */
};

/* The properties of an update that struct forward_match compares. Absent: the update has none. */
struct forward_subject {
    struct slice kind;
    int64_t chat_id;      /* FIELD_ABSENT: none */
    struct slice text;    /* text or caption of a message, data of a callback query */
    bool is_callback;     /* the text is data of a callback query, which contains no commands */
    struct slice botname; /* Telegram's name of the bot; absent: unknown */
};

/* Whether an update matches. A command is the first word of a text, "/start" or "/start@our_bot",
 * in any letter case; a command for another bot does not match. */
bool forward_matches(const struct forward_match *match, const struct forward_subject *subject);

extern const char *const forward_status_names[]; /* NULL-terminated */

/* A forward as a caller requests it. */
struct forward_new {
    struct slice bot;
    struct forward_match match;
    struct slice url;
    struct slice secret;
    bool exclusive;
};

/* What a caller may change. */
struct forward_patch {
    struct forward_match match;
    bool exclusive;
};

/* A forward as the API shows it: without its secret. */
struct forward {
    struct uuid id;
    struct slice bot;   /* its name */
    struct slice match; /* JSON; absent: all updates */
    struct slice url;
    int status;            /* index of forward_status_names */
    int64_t failing_since; /* FIELD_ABSENT: deliveries do not fail */
    struct slice last_error;
    /* Takes the matching updates over: no dialogue answers them, and no other forward gets them.
     * Of several that match, the oldest does. */
    bool exclusive;
    int64_t version;
    int64_t created_at;
};
