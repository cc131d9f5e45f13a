// SPDX-License-Identifier: MIT
/* The outcome of a call: what happens to its message, chat and bot. Pure. The rules are a table in
 * outcome.c. */
#pragma once

#include "outbox/outbox.h"

/* How a call ended. */
enum call_end {
    CALL_DONE,          /* also: the requested state exists already */
    CALL_NOT_SENT,      /* certainly not: Telegram was not reached */
    CALL_UNKNOWN,       /* it may have been done: 5xx, or no answer after bytes were sent */
    CALL_TOO_MANY,      /* 429 */
    CALL_MOVED,         /* the group has become a supergroup: parameters.migrate_to_chat_id */
    CALL_CHAT_DEAD,     /* blocked, deactivated, kicked, not found */
    CALL_MARKUP_BROKEN, /* 400 "can't parse entities" */
    CALL_NO_MESSAGE,    /* 400 "message to edit not found", "message can't be edited" */
    CALL_REFUSED,       /* any other 4xx: permanent for this message */
    CALL_BOT_DEAD,      /* 401, 404, 409, 421: permanent for this bot */
    CALL_ENDS
};

struct call_result {
    enum call_end end;
    int64_t message_id;    /* Telegram's; FIELD_ABSENT: none */
    int64_t retry_after_s; /* of CALL_TOO_MANY */
    int64_t migrate_to;    /* of CALL_MOVED */
    struct slice text;     /* Telegram's description, or ours; never contains the token */
};

/* The call. */
struct call_info {
    int64_t lane;
    int64_t tries; /* this one included */
    int on_unknown;
    bool edits;       /* its method changes an existing message */
    bool edits_text;  /* its method is editMessageText */
    bool plain;       /* it was sent as plain text, because Telegram rejected its markup */
    bool has_instead; /* a photo with a text to send instead */
};

enum {
    OUTCOME_UNKNOWN_TRIES_MAX = 5, /* of a message whose outcome stays unknown */
    OUTCOME_PAUSE_MS = 60000       /* pause of a bot that Telegram refuses */
};

struct outcome {
    enum outbox_status status; /* OUTBOX_SENT: of this part */
    bool as_new;               /* from now on send as a new message */
    bool plain;                /* from now on send as plain text */
    bool instead;              /* from now on send `instead` of struct outbox_message */
    bool close_chat;
    bool move_chat;
    int64_t backoff_ms;   /* of the chat; 0: none */
    int64_t pause_bot_ms; /* 0: none */
    const char *code;     /* error code, static; NULL: no error */
};

/* `random`: any number, for jitter. */
struct outcome outcome_of_call(const struct call_result *result, const struct call_info *call,
                               uint32_t random);

/* Whether the method of the Bot API changes an existing message. */
bool outcome_edits(struct slice method);
/* Whether its parameters also suffice for a new message. */
bool outcome_edits_text(struct slice method);
