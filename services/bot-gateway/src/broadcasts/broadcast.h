// SPDX-License-Identifier: MIT
/* A broadcast: one text for many people of a bot. Its messages are rows of `sending` in the lane of
 * broadcasts (outbox/outbox.h). They are queued in small batches, so that neither memory nor a
 * pause depends on the number of people. Pure. */
#pragma once

#include "api/transition.h"

enum {
    BROADCASTS_MAX = 8, /* unfinished broadcasts of a bot; a CHECK of broadcast.slot has it too */
    BROADCAST_USERS_MAX = 1000, /* user_ids of an audience */
    BROADCAST_FIND_MAX = 2000,  /* people that one transaction reads */
    /* Limit of queued messages whose chats do not back off: what a bot sends in three seconds. */
    BROADCAST_READY_MAX = 90,
    BROADCAST_QUEUED_MAX = 1000 /* limit of all queued messages, also to chats that back off */
};

/* The status of a broadcast, in the order of broadcast_status_names. */
enum broadcast_status { BROADCAST_RUNNING, BROADCAST_PAUSED, BROADCAST_DONE, BROADCAST_CANCELLED };
extern const char *const broadcast_status_names[];

/* Actions of callers, in the order of broadcast_action_names. */
enum broadcast_action { BROADCAST_PAUSE, BROADCAST_RESUME, BROADCAST_CANCEL, BROADCAST_ACTIONS };
extern const char *const broadcast_action_names[];

/* The state machine of broadcasts. Its actions have no conditions. */
extern const struct transition_machine broadcast_machine;

/* The recipients: people who match each member that is set. */
struct broadcast_audience {
    bool all;           /* all people of the bot; then no other member may be set */
    int language;       /* enum language; -1: any */
    int64_t seen_after; /* FIELD_ABSENT: any time */
    struct field_ints user_ids;
    int64_t user_count; /* number of user_ids; FIELD_ABSENT: not given */
};

/* --- the next step --- */

struct broadcast_state {
    int status;
    /* No transaction is running that may still store a person who was first seen before the
     * broadcast was created. */
    bool settled;
    bool found;     /* all people of the bot were read */
    bool left;      /* people remain whose message is not queued */
    int64_t queued; /* messages queued or being sent */
    int64_t ready;  /* of these, messages whose chat does not back off */
};
enum broadcast_step {
    BROADCAST_WAIT,
    BROADCAST_FIND,  /* read more people of the audience */
    BROADCAST_QUEUE, /* queue more messages */
    BROADCAST_CLEAR, /* remove the remaining people of a cancelled broadcast */
    BROADCAST_FINISH
};
enum broadcast_step broadcast_next_step(const struct broadcast_state *state);
/* How many messages the step BROADCAST_QUEUE may queue. */
int64_t broadcast_count_queueable(const struct broadcast_state *state);

/* --- the remaining time --- */

enum {
    /* The sending rate is measured over this time, or over the running time if that is shorter. */
    BROADCAST_RATE_MS = 60000,
    BROADCAST_RATE_MIN_MS = 10000 /* minimum running time for a measurement */
};

struct broadcast_rate {
    int status;
    int64_t left;        /* unfinished messages */
    int64_t backing_off; /* of these, queued for a chat that backs off */
    int64_t backoff_ms;  /* until the last of these backoffs ends; 0: no chat backs off */
    int64_t pause_ms;    /* until the bot may send again; 0: now */
    int64_t running_ms;  /* since the creation or the last resume */
    int64_t sent;        /* messages of the broadcast sent in the last BROADCAST_RATE_MS */
    int64_t others;      /* other messages that the bot has sent in that time */
};
/* Seconds until all messages of the broadcast have ended, at the measured rate. If there is no
 * measurement, the rate is what the bot's limit allows beside other messages. The result is at
 * least the time until the last backoff ends. FIELD_ABSENT: not running, or the rate is unknown. */
int64_t broadcast_compute_eta_s(const struct broadcast_rate *rate);

/* --- as the API shows it --- */

struct broadcast_counts {
    int64_t sent;
    int64_t failed;
    int64_t unreachable;
    int64_t uncertain;
    int64_t cancelled;
};

struct broadcast {
    struct uuid id;
    struct slice bot; /* its name */
    int status;
    struct slice audience;          /* JSON */
    int64_t total;                  /* people */
    struct broadcast_counts counts; /* outcomes stored so far */
    int64_t queued;                 /* messages queued or being sent, now */
    struct broadcast_rate rate;     /* `status` and `left` are unused */
    int on_unknown;                 /* enum outbox_on_unknown */
    int moved;                      /* the last action: enum broadcast_action; -1: none */
    struct slice moved_by;          /* the caller who took that action */
    int64_t finished_at;            /* FIELD_ABSENT: unfinished */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* The number of unfinished messages. If the broadcast is cancelled, only queued ones count. */
int64_t broadcast_count_unfinished(const struct broadcast *broadcast);
/* The number of messages that will not be sent: neither unfinished nor ended by another outcome. */
int64_t broadcast_count_cancelled(const struct broadcast *broadcast);
/* Finished messages in percent of the total, rounded down; 100 if the total is 0. */
int64_t broadcast_percent_done(const struct broadcast *broadcast);
