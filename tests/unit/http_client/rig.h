// SPDX-License-Identifier: MIT
/* What every test of http_client_call() begins with: a loop, a client, two peers on the loopback,
 * and calls that are run to their end. */
#pragma once

#include <check.h>

#include "http/client.h"

#include "peer.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

extern struct peer peer;
extern struct peer other;
extern struct loop *loop;
extern struct http_client *client;
extern struct arena arena;
extern bool loopback_is_public;    /* true at first */
extern const char *resolver_fails; /* the fault's code; NULL: it works */

struct call {
    struct http_call call;
    struct http_answer answer;
    struct fault fault;
    bool ok;
    bool done;
    bool stops_loop;
};

/* Another client takes the place of the first. */
void remake_client(const struct http_client_options *options);

const char *url_of(const struct peer *to, const char *path); /* good for four calls */
struct call call_to(const char *method, const char *path);
void start_within(struct call *call, int64_t deadline_ms);
void make(struct call *call);
struct call make_get(const char *path);

int run_suite(const char *name, void (*add_tests)(TCase *tcase));
