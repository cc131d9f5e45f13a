// SPDX-License-Identifier: MIT
/* The outcome of a call of the Bot API: what happens to the message, its chat and its bot. Pure.
 * The rules are a table in outcome.c. */
#pragma once

#include "outbox/outbox.h"
#include "telegram/telegram.h"

struct call_result {
    enum telegram_outcome end;
    int64_t message_id;    /* Telegram's; FIELD_ABSENT: none */
    int64_t retry_after_s; /* of TELEGRAM_THROTTLED */
    int64_t migrate_to;    /* of TELEGRAM_MIGRATED */
    struct slice text;     /* Telegram's description, or ours; never contains the token */
};

/* What the outcome depends on, beside the result of the call. */
struct call_info {
    int64_t lane;
    int64_t tries;         /* including this call */
    int64_t unknown_calls; /* calls before this one whose outcome is unknown */
    int64_t age_s;         /* since the message was queued */
    int on_unknown;        /* enum outbox_on_unknown */
    bool edits;            /* outcome_method_edits_message() */
    bool edits_text;       /* outcome_method_edits_text() */
    bool plain;            /* sent as plain text, because Telegram rejected the markup before */
    bool has_instead;      /* the message has a replacement that is not sent yet */
    bool in_topic;         /* sent to a topic of a group */
    bool has_file;         /* outcome_method_sends_file() */
    bool is_ephemeral;     /* only one member of the group sees it */
};

enum {
    /* A message is not sent again once this many of its calls have ended with an unknown outcome
     * and it is this old. An outage of Telegram is shorter; a message that Telegram never answers
     * does not hold its chat back for longer. */
    OUTCOME_UNKNOWN_CALLS_MAX = 5,
    OUTCOME_UNKNOWN_AGE_MAX_S = 6 * 3600,
    OUTCOME_PAUSE_MS = 60000 /* pause of a bot that Telegram refuses */
};

struct outcome {
    enum outbox_status status; /* OUTBOX_SENT: this part is sent */
    bool as_new;               /* from now on send as a new message */
    bool plain;                /* from now on send as plain text */
    bool instead;              /* from now on send `instead` of struct outbox_message */
    bool leave_topic;          /* from now on send to the group instead of its topic */
    bool close_chat;           /* recipient_store_mark_unreachable() */
    bool move_chat;            /* recipient_store_migrate() */
    int64_t backoff_ms;        /* of the chat; 0: none */
    int64_t pause_bot_ms;      /* 0: none */
    const char *code;          /* error code, static; NULL: no error */
};

/* The outcome of a call. `random` is any number, for the jitter of backoffs. */
struct outcome outcome_decide_after_call(const struct call_result *result,
                                         const struct call_info *call, uint32_t random);

/* Whether the method of the Bot API edits a message. False for deleteMessage. */
bool outcome_method_edits_message(struct slice method);
/* Whether the method shows a photo or a document, also an album of them. */
bool outcome_method_sends_file(struct slice method);
/* Whether the parameters of the method also suffice for a new message (editMessageText only). */
bool outcome_method_edits_text(struct slice method);
