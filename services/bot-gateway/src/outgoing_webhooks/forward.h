// SPDX-License-Identifier: MIT
/* A forward: updates of a bot for a receiver beside the dialogue, mostly a workflow of n8n. */
#pragma once

#include "base/uuid.h"
#include "base/value.h"

enum {
    FORWARD_KINDS_MAX = 32,
    FORWARD_COMMANDS_MAX = 32,
    FORWARD_COMMAND_LEN_MAX = 32, /* bytes; Bot API, BotCommand */
    FORWARD_CHATS_MAX = 100,
    FORWARD_PREFIX_MAX = 200 /* code points */
};

/* Which updates: those that fit each member that is there; all, where none is. */
struct forward_match {
    struct field_texts kinds;
    struct field_texts commands;
    struct field_ints chat_ids;
    struct slice text_prefix;
};

/* What an update shows of itself. Absent: it has none. */
struct forward_seen {
    struct slice kind;
    int64_t chat_id;      /* FIELD_ABSENT: none */
    struct slice text;    /* of a message its text or caption, of a tap its data */
    bool is_tap;          /* what its data begins with is no command */
    struct slice botname; /* Telegram's name of the bot; absent: not known */
};

/* Whether an update fits. A command is the first word of a text, "/start" or "/start@our_bot", in
 * any letter case; one for another bot is none. */
bool forward_matches(const struct forward_match *match, const struct forward_seen *seen);

/* In the order of forward_status_names. */
enum forward_status { FORWARD_ACTIVE, FORWARD_FAILING, FORWARD_DISABLED };
extern const char *const forward_status_names[];

/* As it is asked for. */
struct forward_new {
    struct slice bot;
    struct forward_match match;
    struct slice url;
    struct slice secret;
};

/* As it is shown: never with its secret. */
struct forward {
    struct uuid id;
    struct slice bot;   /* its name */
    struct slice match; /* JSON; absent: all */
    struct slice url;
    int status; /* enum forward_status */
    int64_t failing_since;
    struct slice last_error;
    int64_t version;
    int64_t created_at;
};
