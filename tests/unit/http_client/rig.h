// SPDX-License-Identifier: MIT
/* What every test of http_client_call() begins with: a loop, a client, two peers on the loopback,
 * and calls that are run to their end. */
#pragma once

#include <check.h>

#include "http/client.h"

#include "peer.h"
#include "support/patience.h"

#define ROWS(table) (int)(ARRAY_LEN(table))

extern struct peer peer;
extern struct peer other;
extern struct loop *loop;
extern struct http_client *client;
extern struct arena arena;
extern bool loopback_is_public;    /* true at first */
extern const char *resolver_fails; /* the fault's code; NULL: it works */

/* Of a call: its timeout, when something else is to end it; and when a call that the timeout does
 * not end has ended. Its fiber has twice PATIENCE_MS. */
enum { PATIENCE_MS = 60000, SOON_MS = 20000 };
/* Of a breaker. */
enum { OPEN_MS = 60000 };

struct call {
    struct http_call call;
    struct http_answer answer;
    struct fault fault;
    bool ok;
    bool done;
    bool stops_loop;
};

/* A timeout that is to end a call, but not before its request is sent. */
int64_t short_timeout_ms(void);
/* The clock of everything but curl moves on, between two calls. */
void pass_time(int64_t ms);

/* Another client takes the place of the first. */
void remake_client(const struct http_client_options *options);

const char *url_of(const struct peer *to, const char *path); /* good for four calls */
struct call call_to(const char *method, const char *path);
void start_within(struct call *call, int64_t deadline_ms);
void finish(struct call *call);
void make(struct call *call);
struct call make_get(const char *path);

int run_suite(const char *name, void (*add_tests)(TCase *tcase));
