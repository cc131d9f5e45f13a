// SPDX-License-Identifier: MIT
/* A broadcast: one text for many people of a bot. Its messages are rows of `sending` in the lane of
 * broadcasts (outbox/outbox.h). They are queued a few at a time, so that neither memory nor a
 * pause depends on how many people there are. Rules, pure. */
#pragma once

#include "base/uuid.h"
#include "base/value.h"

enum {
    BROADCASTS_MAX = 8, /* of a bot, that are not over; the table's slots say it too */
    BROADCAST_USERS_MAX = 1000,
    BROADCAST_FIND_MAX = 2000, /* people that one transaction looks at */
    /* Messages that wait while nothing keeps them from leaving: three seconds of a bot's rate. */
    BROADCAST_READY_MAX = 90,
    /* All that wait, those of parked chats among them. */
    BROADCAST_QUEUED_MAX = 1000
};

/* In the order of broadcast_status_names. */
enum broadcast_status { BROADCAST_RUNNING, BROADCAST_PAUSED, BROADCAST_DONE, BROADCAST_CANCELLED };
extern const char *const broadcast_status_names[];

/* What people do with a broadcast; in the order of broadcast_action_names. */
enum broadcast_action { BROADCAST_PAUSE, BROADCAST_RESUME, BROADCAST_CANCEL, BROADCAST_ACTIONS };
extern const char *const broadcast_action_names[];

/* Whether the action may be done in this status. */
bool broadcast_may(int status, enum broadcast_action action);
/* The status that the action makes. */
enum broadcast_status broadcast_after(enum broadcast_action action);

/* Who is to get it: those who fit each member that is there. */
struct broadcast_audience {
    bool all;           /* said in place of any other member */
    int language;       /* enum language; -1: any */
    int64_t seen_after; /* FIELD_ABSENT: whenever */
    struct field_ints user_ids;
    int64_t user_count; /* how many user_ids there were; FIELD_ABSENT: none were given */
};

/* --- what is to be done next --- */

struct broadcast_state {
    int status;
    bool settled;   /* who was seen before it was accepted is there to be found */
    bool found;     /* everybody was looked at */
    bool left;      /* there are people whose message is not queued */
    int64_t queued; /* messages that wait or are being sent */
    int64_t ready;  /* those of them whose chat is not parked */
};
enum broadcast_step {
    BROADCAST_WAIT,
    BROADCAST_FIND,  /* more people of the audience */
    BROADCAST_QUEUE, /* more messages */
    BROADCAST_CLEAR, /* what a cancelled one has left */
    BROADCAST_FINISH
};
enum broadcast_step broadcast_next(const struct broadcast_state *state);
/* How many messages BROADCAST_QUEUE may add. */
int64_t broadcast_room(const struct broadcast_state *state);

/* --- how long it takes --- */

enum {
    /* Over which rates are measured, and the least time that tells anything. */
    BROADCAST_RATE_MS = 60000,
    BROADCAST_RATE_LEAST_MS = 10000
};

struct broadcast_pace {
    int status;
    int64_t left;       /* messages that have not ended */
    int64_t parked;     /* those of them that are queued for a parked chat */
    int64_t parked_ms;  /* until the last of those chats may be written to; 0: none is parked */
    int64_t pause_ms;   /* until the bot may write again; 0: it may */
    int64_t running_ms; /* since it was accepted or resumed */
    int64_t sent;       /* in the last BROADCAST_RATE_MS, of it */
    int64_t others;     /* and of the bot beside it */
};
/* Seconds until all have ended: at the rate of the last minute, as far as it can be known, else at
 * what the bot's limit leaves beside its other messages; and never before the last parked chat may
 * be written to. FIELD_ABSENT: it does not run, or nothing leaves and no park says why. */
int64_t broadcast_eta_s(const struct broadcast_pace *pace);

/* --- as it is shown --- */

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
    struct broadcast_counts counts; /* as they are stored */
    int64_t queued;                 /* messages that wait or are being sent, now */
    struct broadcast_pace pace;     /* `status` and `left` are not read */
    int on_unknown;                 /* enum outbox_on_unknown */
    int moved;                      /* enum broadcast_action; -1: nobody did anything */
    struct slice moved_by;
    int64_t finished_at; /* FIELD_ABSENT: it is not over */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* Messages that have not ended. Those of a cancelled broadcast that were never queued have. */
int64_t broadcast_left(const struct broadcast *broadcast);
/* Messages that will not leave; with these all outcomes and what is left make the total. */
int64_t broadcast_cancelled(const struct broadcast *broadcast);
/* Whole percent of the total that has ended, rounded down; 100 of nobody. */
int64_t broadcast_progress(const struct broadcast *broadcast);
