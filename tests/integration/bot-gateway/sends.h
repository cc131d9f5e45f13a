// SPDX-License-Identifier: MIT
/* The fixture with a bot, a sender and a fake Telegram that records calls; the test sets their
 * results. */
#pragma once

#include "outbox/sender.h"
#include "stand.h"

enum { SENDS_MAX = 4096, SENDS_TEXT = 64, SENDS_INSTANCES = 3 };

struct send {
    int64_t chat_id;
    char bot; /* first character of the token */
    int instance;
    int64_t at_ms;
    int nth; /* number of the call with this text: 1, 2 ... */
    bool plain;
    bool edits;            /* it edits a message */
    bool in_topic;         /* it names a topic of the group */
    char text[SENDS_TEXT]; /* or the caption */
    char method[32];
};
extern struct send sends[SENDS_MAX];
extern int sends_count;
extern int sends_at_once;  /* maximum number of calls running for one chat */
extern int sends_delay_ms; /* duration of a call, also of those under way */
/* Sets the result of a call; NULL: all succeed. */
extern void (*sends_end)(const struct send *send, struct call_result *result);
/* One: the first call with each text has no known outcome. */
void sends_unknown_once(const struct send *send, struct call_result *result);

void sends_begin(void);
void sends_begin_with_key(void); /* also of booking-api */
void sends_finish(void);

/* In a fiber: adds the bot "taxi" and starts a sender, as if none had ever run; for stand_stop().
 */
struct sender *sends_start(void);
/* Starts another one beside it, of instance 1, 2 ... */
struct sender *sends_start_beside(int instance);
/* The instance has received a signal to stop. */
void sends_drain(int instance);

struct wish {
    const char *bot; /* NULL: "taxi" */
    int64_t chat_id; /* 0: 7 */
    int64_t lane;    /* 0: a reply */
    const char *text;
    const char *payload; /* replaces the text */
    const char *instead; /* of struct outbox_message; NULL: none */
    const char *method;  /* default "sendMessage" */
    int on_unknown;      /* the default, OUTBOX_RESEND, is 0 */
    const char *supersede_key;
    const char *dedupe_key;
    int64_t ttl_s; /* 0: no expiry */
    bool confided;
};
/* In a fiber: queues a message and wakes the sender; returns its id. */
struct uuid sends_place(struct sender *sender, const struct wish *wish);
struct uuid sends_text(struct sender *sender, int64_t chat_id, const char *text);
bool sends_placed(const struct wish *wish, struct uuid *id);

/* Sets the state that a process leaves which dies during the call; the lease ends `since` from
 * now. */
void sends_leave(const struct uuid *id, const char *since);

/* The id as text; valid during the next three calls. */
const char *sends_id(const struct uuid *id);
/* The status as the API shows it; static text. */
const char *sends_status(const struct uuid *id);
/* Wait for a status, and for a number of calls. */
#define sends_wait(id, status)                                                                     \
    stand_until(strcmp(sends_status(id), status) == 0, "%s, not %s", sends_status(id), status)
#define sends_wait_count(count)                                                                    \
    stand_until(sends_count >= (count), "%d calls, not %d", sends_count, count)
/* The texts queued for a chat, separated by |. */
const char *sends_said(int chat);
int64_t sends_now_ms(void);
