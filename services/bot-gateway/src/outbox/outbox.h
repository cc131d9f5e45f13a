// SPDX-License-Identifier: MIT
/* A message on its way to Telegram: a row of the table `sending`. A text that was split is one
 * message of several parts, each a call. The answer to a tap of a button is a row too. */
#pragma once

#include "base/fault.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "base/value.h"

/* What goes first: the smaller number. The table holds the numbers. */
enum outbox_lane { OUTBOX_ANSWER, OUTBOX_REPLY, OUTBOX_BROADCAST };

/* In the order of outbox_status_names. */
enum outbox_status {
    OUTBOX_QUEUED,
    OUTBOX_SENDING,
    OUTBOX_SENT,
    OUTBOX_UNCERTAIN, /* Telegram may have it, or may not */
    OUTBOX_FAILED,
    OUTBOX_EXPIRED,
    OUTBOX_SUPERSEDED,
    OUTBOX_CANCELLED
};
extern const char *const outbox_status_names[];

/* What becomes of a message of which nobody knows whether it was sent; in the order of
 * outbox_on_unknown_names. */
enum outbox_on_unknown {
    OUTBOX_RESEND, /* it goes again: better twice than never */
    OUTBOX_HOLD,   /* it stays uncertain until somebody decides */
    OUTBOX_EDIT    /* what edits a message goes again, all else is held */
};
extern const char *const outbox_on_unknown_names[];

/* What people do with a message; in the order of outbox_action_names. */
enum outbox_action { OUTBOX_CANCEL, OUTBOX_SEND_AGAIN, OUTBOX_ACTIONS };
extern const char *const outbox_action_names[];

enum {
    OUTBOX_PARTS_MAX = 16,
    OUTBOX_KEY_MAX = 100,        /* characters of supersede_key and dedupe_key */
    OUTBOX_ERROR_TEXT_MAX = 300, /* characters */
    OUTBOX_TTL_MAX_S = 7 * 24 * 3600
};

struct outbox_message {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid bot_id;
    int64_t chat_id; /* FIELD_ABSENT: none, of an answer to a tap */
    int64_t lane;
    struct slice method;
    /* JSON: a list of the parameters of each part, without chat_id. A part may name a "method" of
     * its own. */
    struct slice payload;
    struct slice
        instead; /* goes where Telegram refuses the payload, of one part; absent: nothing */
    int on_unknown;
    struct slice supersede_key; /* absent: it replaces nothing */
    struct slice dedupe_key;    /* absent: it may be there twice */
    int64_t ttl_s;              /* FIELD_ABSENT: for ever */
    /* It tells of somebody else than its chat: not kept in the history, and its words are forgotten
     * when it is over. */
    bool confided;
    /* Read, never written: */
    int status;
    struct slice error_code;
    struct slice error_text;
    struct slice message_ids; /* JSON: a list of Telegram's ids */
    int64_t sent_at;
    int moved; /* enum outbox_action; -1: nobody did anything */
    struct slice moved_by;
    int64_t expires_at;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* Whether the action may be done in the message's status. A confided one that has failed is over.
 */
bool outbox_may(const struct outbox_message *sending, enum outbox_action action);
/* The status that the action makes. */
enum outbox_status outbox_after(enum outbox_action action);
