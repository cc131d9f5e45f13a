// SPDX-License-Identifier: MIT
/* The inside of probes/: the functions of the kinds, and what those that ask over HTTP share.
 *
 * A name is looked up anew for each probe, and each of its addresses (WORK_ADDRESSES_MAX at most)
 * is looked at, one after the other. Each gets its share of the time that is left, so that a
 * hanging one takes nothing from the next. The worst counts. */
#pragma once

#include "base/arena.h"
#include "http/client.h"

#include "probes/probe.h"

/* --- the kinds --- */

probe_fn probe_http;
probe_fn probe_tcp;
probe_fn probe_tls;
probe_fn probe_dns;
probe_fn probe_qdrant;
probe_fn probe_directus;
probe_fn probe_n8n;
probe_fn probe_traefik;
probe_fn probe_telegram;
probe_fn probe_service;
probe_fn probe_heartbeat;
probe_fn probe_postgres;
probe_fn probe_redis;
probe_fn probe_host;
probe_fn probe_disk;
probe_fn probe_containers;
probe_fn probe_peer;

/* --- places: probe_each_address.c --- */

enum { PROBE_METRICS_MAX = 1024 * 1024 /* bytes of a /metrics */ };

/* One address of a target, while it is looked at. */
struct probe_target {
    const struct probe_tools *tools;
    const struct check *check;
    void *data;
    struct arena *arena; /* emptied behind each place */
    struct work_address address;
    size_t address_count; /* addresses of the name */
    int64_t until_ns;     /* this place's share of the time */
};
typedef void probe_target_fn(struct probe_target *target, struct probe_result *result);

/* Runs `run` with `data` for each address of the URL's host. What is found of several is made one:
 * the first trouble, with its address, and of each measure the worst reading. */
void probe_each_address(const struct probe_tools *tools, const struct check *check, const char *url,
                        probe_target_fn *run, void *data, struct probe_result *result);

/* --- calls: probe_call.c --- */

/* What to ask; the rest is 0 or NULL. */
struct probe_request {
    const char *url;
    const char *path;        /* behind the URL, which may end with '/'; NULL: none */
    const char *header_name; /* of a request's header, with its value; NULL: none */
    const char *header_value;
    const char *wanted; /* header of the answer */
    size_t answer_max;  /* 0: the body does not matter */
    bool only_connects;
};
/* True: there is an answer. False: `result` says why not. A certificate that is not believed is a
 * trouble in both cases, as it is with `only_connects`. */
bool probe_call(struct probe_target *target, const struct probe_request *request,
                struct http_answer *answer, struct probe_result *result);
/* A status outside of 200-299 is a trouble: DENIED for 401 and 403 to a request with a key. */
bool probe_status(const struct probe_request *request, const struct http_answer *answer,
                  struct probe_result *result);
