// SPDX-License-Identifier: MIT
/* A message in the queue to Telegram: a row of the table `sending`. A long text is one message of
 * several parts, each a call of the Bot API. The answer to a callback query is a row too. */
#pragma once

#include "api/transition.h"

/* Priority of a message: smaller numbers are sent first. The table stores the numbers. */
enum outbox_lane { OUTBOX_ANSWER, OUTBOX_REPLY, OUTBOX_BROADCAST };

/* The status of a message, in the order of outbox_status_names. */
enum outbox_status {
    OUTBOX_QUEUED,
    OUTBOX_SENDING,
    OUTBOX_SENT,
    OUTBOX_UNCERTAIN, /* Telegram may have received it */
    OUTBOX_FAILED,
    OUTBOX_EXPIRED,
    OUTBOX_SUPERSEDED,
    OUTBOX_CANCELLED
};
extern const char *const outbox_status_names[];

/* What happens to a message if the outcome of a call is unknown; in the order of
 * outbox_on_unknown_names. */
enum outbox_on_unknown {
    OUTBOX_RESEND, /* send again, up to the limits of outcome.h; then hold */
    OUTBOX_HOLD,   /* stay uncertain until a person decides */
    OUTBOX_EDIT    /* as OUTBOX_RESEND if it edits a message, else hold */
};
extern const char *const outbox_on_unknown_names[];

/* Actions of callers on a message, in the order of outbox_action_names. */
enum outbox_action { OUTBOX_CANCEL, OUTBOX_SEND_AGAIN, OUTBOX_ACTIONS };
extern const char *const outbox_action_names[];

enum {
    OUTBOX_PARTS_MAX = 16,
    OUTBOX_KEY_MAX = 100, /* characters of supersede_key and dedupe_key */
    OUTBOX_TTL_MAX_S = 7 * 24 * 3600,
    OUTBOX_NEW_TOPIC = -1 /* see struct outbox_message, `payload` */
};

struct outbox_message {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid bot_id;
    int64_t chat_id; /* FIELD_ABSENT: none (answer to a callback query) */
    int64_t lane;
    struct slice method;
    /* JSON: a list with the parameters of each part, without chat_id; a part may name a "method". A
     * "message_thread_id" of OUTBOX_NEW_TOPIC is the topic that the first part has made. */
    struct slice payload;
    /* A replacement of `payload`; absent: none. Sent if Telegram refuses `payload`, if the
     * topic or the edited message is gone, or if the outcome stays unknown (outcome.c). */
    struct slice instead;
    int on_unknown;             /* enum outbox_on_unknown */
    struct slice supersede_key; /* absent: the message replaces no other one */
    struct slice dedupe_key;    /* absent: no deduplication */
    int64_t ttl_s;              /* FIELD_ABSENT: the message never expires */
    /* The message contains data of a person other than the chat's. It is not stored in the history,
     * and its text is deleted once its status is final. */
    bool confided;
    /* The subject of a notification to an owner: if the message fails, staff are notified of this
     * subject. Nil: not a notification to an owner. */
    struct uuid owner_booking;
    /* The message may have been sent before the database was restored, so it is stored as
     * OUTBOX_UNCERTAIN. */
    bool held;
    /* Set when a message is read, ignored when it is inserted: */
    struct slice bot; /* its name */
    int status;
    struct slice error_code;
    struct slice error_text;
    struct slice message_ids; /* JSON: a list of Telegram's ids */
    int64_t sent_at;
    int moved;             /* the last action: enum outbox_action; -1: none */
    struct slice moved_by; /* the caller who took that action */
    int64_t expires_at;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* The state machine of messages. Every caller may take each action. A failed message that is
 * `confided` cannot be sent again, because its text was deleted. */
extern const struct transition_machine outbox_machine;
struct transition_state outbox_transition_state_of(const struct outbox_message *message);
