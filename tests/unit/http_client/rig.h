// SPDX-License-Identifier: MIT
/* Fixture of the tests of http_client_call(): a loop, a client, two peers on the loopback, and
 * calls that are run to their end. */
#pragma once

#include <stdatomic.h>

#include "http/client.h"

#include "peer.h"
#include "support/patience.h"
#include "support/scratch.h"

extern struct peer peer;
extern struct peer other;
extern struct loop *loop;
extern struct http_client *client;
extern bool loopback_is_public;    /* true at first */
extern const char *resolver_fails; /* code of the resolver's fault; NULL: it succeeds */
extern atomic_int look_ups;        /* number of names that the system was asked for; the address of
                                      every name is 127.0.0.1 */

/* PATIENCE_MS: timeout of a call that ends for another reason. SOON_MS: within this time such a
 * call has ended. The fiber's deadline is twice PATIENCE_MS. */
enum { PATIENCE_MS = 60000, SOON_MS = 20000 };
/* How long the circuit breaker stays open. */
enum { OPEN_MS = 60000 };

struct call {
    struct http_call call;
    struct http_answer answer;
    struct fault fault;
    bool ok;
    bool done;
    bool stops_loop;
};

/* A timeout that ends a call, but not before the request is sent. */
int64_t short_timeout_ms(void);
/* Advances the clock, except that of curl; call it between two calls. */
void pass_time(int64_t ms);

/* Replaces the client by one with these options. Their default of connect_ms is PATIENCE_MS. */
void remake_client(const struct http_client_options *options);

const char *url_of(const struct peer *to, const char *path); /* valid for four calls */
struct call call_to(const char *method, const char *path);
void start_within(struct call *call, int64_t deadline_ms);
void finish(struct call *call);
void make(struct call *call);
struct call make_get(const char *path);
/* make(), and checks of its result. */
#define make_well(call)                                                                            \
    do {                                                                                           \
        make(call);                                                                                \
        ck_assert_msg((call)->ok, "%s", (call)->ok ? "" : (call)->fault.code);                     \
    } while (0)
#define make_refused(call, wanted)                                                                 \
    do {                                                                                           \
        make(call);                                                                                \
        ck_assert_msg(!(call)->ok, "it should have failed with %s", wanted);                       \
        ck_assert_str_eq((call)->fault.code, wanted);                                              \
    } while (0)

/* Fixture of each test. */
void rig_begin(void);
void rig_end(void);
