// SPDX-License-Identifier: MIT
/* The stand with a bot, a sender, and a Telegram of the test's own: what is called for is noted,
 * and the test says how each call ends. Without Redis, so that a bot has half its rate. */
#pragma once

#include "outbox/sender.h"
#include "stand.h"

enum { SENDS_MAX = 4096, SENDS_TEXT = 64 };

struct send {
    int64_t chat_id;
    char bot; /* the first character of its token */
    int64_t at_ms;
    int nth; /* of the calls with this text: 1, 2 ... */
    bool plain;
    bool edits;            /* it names a message */
    char text[SENDS_TEXT]; /* or the caption */
    char method[32];
};
extern struct send sends[SENDS_MAX];
extern int sends_count;
extern int sends_at_once;  /* the most calls that were under way in one chat */
extern int sends_delay_ms; /* how long a call takes */
/* How a call ends, where it is not done; NULL: all are done. */
extern void (*sends_end)(const struct send *send, struct call_result *result);

void sends_begin(const char *schema);
void sends_finish(void);

/* In a fiber: the bot "taxi" is there, and its sender works. Any number of them. */
struct sender *sends_start(void);

struct wish {
    const char *bot; /* NULL: "taxi" */
    int64_t chat_id; /* 0: 7 */
    int64_t lane;    /* 0: a reply */
    const char *text;
    const char *payload; /* instead of a text */
    const char *instead; /* of struct outbox_message; NULL: nothing */
    const char *method;  /* "sendMessage" */
    int on_unknown;      /* OUTBOX_RESEND is 0 */
    const char *supersede_key;
    const char *dedupe_key;
    int64_t ttl_s; /* 0: for ever */
    bool confided;
};
/* In a fiber: queues it and wakes the sender; the id. */
struct uuid sends_place(struct sender *sender, const struct wish *wish);
struct uuid sends_text(struct sender *sender, int64_t chat_id, const char *text);
bool sends_placed(const struct wish *wish, struct uuid *id);

/* As a process leaves it that ends in the middle of its call; its lease lasts `since` from now. */
void sends_leave(const struct uuid *id, const char *since);

/* Its text; good for the next three calls too. */
const char *sends_id(const struct uuid *id);
/* As a caller sees it; static text. */
const char *sends_status(const struct uuid *id);
/* Wait until it has this status; until so many calls were made. */
#define sends_wait(id, status)                                                                     \
    stand_until(strcmp(sends_status(id), status) == 0, "%s, not %s", sends_status(id), status)
#define sends_wait_count(count)                                                                    \
    stand_until(sends_count >= (count), "%d calls, not %d", sends_count, count)
int64_t sends_now_ms(void);

/* A test whose body runs in a fiber. */
#define SENDS_TEST(name_, body_)                                                                   \
    START_TEST(name_)                                                                              \
    {                                                                                              \
        stand_run(body_, NULL);                                                                    \
    }                                                                                              \
    END_TEST
