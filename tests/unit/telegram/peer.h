// SPDX-License-Identifier: MIT
/* A Bot API on raw sockets with scripted answers, and a loop with a client to call it. */
#pragma once

#include "support/scratch.h"
#include "support/visitors.h"
#include "telegram/telegram.h"

enum peer_act {
    PEER_ANSWERS,
    PEER_HANGS,      /* until the client disconnects */
    PEER_CUTS,       /* after reading the request */
    PEER_CUTS_EARLY, /* resets the connection before reading anything */
    PEER_CUTS_SHORT  /* in the middle of the answer */
};

struct peer_step {
    enum peer_act act;
    int status;
    const char *headers; /* each line with its line end; NULL: Content-Type of JSON */
    const char *body;
};

enum { PEER_STEPS_MAX = 32, PEER_REQUEST_MAX = 4096 };

struct peer {
    struct visitors at;
    struct peer_step steps[PEER_STEPS_MAX]; /* the last one is repeated */
    atomic_int step_count;
    atomic_int requests; /* requests that were read, or cut before */
    char request[PEER_STEPS_MAX][PEER_REQUEST_MAX];
};

extern struct peer peer;
extern struct loop *loop;
extern struct work *work;
extern struct telegram telegram;
extern const char *const token;

void stand_begin(void); /* peer, loop and client */
void stand_end(void);
void peer_says(const struct peer_step *steps, size_t count);
/* The steps as they are: peer_acts({PEER_CUTS, 0, NULL, NULL}, hang). */
#define peer_acts(...)                                                                             \
    peer_says((const struct peer_step[]){__VA_ARGS__},                                             \
              ARRAY_LEN(((const struct peer_step[]){__VA_ARGS__})))
void peer_goes(void); /* closes the listener */

/* Runs the loop for `ms`, or until `*done`. */
void run_for(int64_t ms, const bool *done);
/* Runs the loop until the peer has read `count` requests. */
void run_until_requests(int count);

struct call {
    struct telegram_request request;
    struct telegram_answer answer;
    struct fault fault;
    bool ok;
    bool done;
};
void make(struct call *call);
