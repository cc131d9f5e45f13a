// SPDX-License-Identifier: MIT
/* What becomes of a message when its call has ended: pure. One table (outcome.c) says it for every
 * way in which a call ends. */
#pragma once

#include "outbox/outbox.h"

/* How a call ended. */
enum call_end {
    CALL_DONE,          /* also: what it asks for is so already */
    CALL_NOT_SENT,      /* certainly: Telegram was not reached */
    CALL_UNKNOWN,       /* it may have been done: an answer 5xx, or none after bytes were sent */
    CALL_TOO_MANY,      /* 429 */
    CALL_MOVED,         /* the group has become a supergroup: parameters.migrate_to_chat_id */
    CALL_CHAT_DEAD,     /* blocked, deactivated, kicked, not found */
    CALL_MARKUP_BROKEN, /* 400 "can't parse entities" */
    CALL_NO_MESSAGE,    /* 400 "message to edit not found", "message can't be edited" */
    CALL_REFUSED,       /* any other 4xx: this message never goes */
    CALL_BOT_DEAD,      /* 401, 404, 409, 421: none of this bot goes */
    CALL_ENDS
};

struct call_result {
    enum call_end end;
    int64_t message_id;    /* Telegram's; FIELD_ABSENT: none */
    int64_t retry_after_s; /* of CALL_TOO_MANY */
    int64_t migrate_to;    /* of CALL_MOVED */
    struct slice text;     /* Telegram's description, or ours; for people, without the token */
};

/* What it was a call of. */
struct call_of {
    int64_t lane;
    int64_t tries; /* this one included */
    int on_unknown;
    bool edits;       /* its method changes a message that is there */
    bool edits_text;  /* it gives that message another text: editMessageText */
    bool plain;       /* it went as plain text because of its markup */
    bool has_instead; /* a photo, which has words to go instead */
};

enum {
    OUTCOME_UNKNOWN_TRIES = 5, /* so often a message whose outcome is unknown goes again */
    OUTCOME_PAUSE_MS = 60000   /* how long a bot rests that Telegram does not take */
};

struct outcome {
    enum outbox_status status; /* OUTBOX_SENT: this part is */
    bool anew;                 /* from now on as a new message */
    bool plain;                /* from now on as plain text */
    bool instead;              /* from now on what is there to go instead */
    bool close_chat;
    bool move_chat;
    int64_t park_ms;      /* nothing goes to the chat for so long; 0: it may */
    int64_t pause_bot_ms; /* nothing goes for the bot for so long; 0: it may */
    const char *code;     /* stable, static; NULL: no error */
};

/* `chance`: any number. */
struct outcome outcome_of(const struct call_result *result, const struct call_of *call,
                          uint32_t chance);

/* True when the method of the Bot API changes a message that is there. */
bool outcome_edits(struct slice method);
/* True when it also has all that a new message needs. */
bool outcome_edits_text(struct slice method);
