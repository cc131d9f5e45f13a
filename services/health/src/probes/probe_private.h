// SPDX-License-Identifier: MIT
/* Shared by the files of probes/: the probe functions of all kinds, and helpers for kinds that use
 * HTTP.
 *
 * A name is resolved for each probe, and each of its addresses (at most WORK_ADDRESSES_MAX) is
 * probed, one after the other. Each address gets an equal share of the remaining time, so that an
 * address that does not answer takes no time from the next. The worst result counts. */
#pragma once

#include "base/arena.h"
#include "http/client.h"

#include "probes/probe.h"

/* Times over which the percentages of failed requests and of cache hits are computed. With fewer
 * than PROBE_REQUESTS_MIN requests or PROBE_LOOKUPS_MIN look-ups there is no reading. */
#define PROBE_ERRORS_SPAN (60 * NS_PER_S)
#define PROBE_HITS_SPAN   (600 * NS_PER_S)
enum {
    PROBE_REQUESTS_MIN = 20,
    PROBE_LOOKUPS_MIN = 1000,
    PROBE_METRICS_MAX = 1024 * 1024 /* bytes of a /metrics */
};

/* --- addresses: probe_addresses.c --- */

/* An address of a target while it is probed. */
struct probe_target {
    const struct probe_tools *tools;
    const struct check *check;
    const char *url;
    void *data;          /* parameter of probe_each_address() */
    struct arena *arena; /* reset after each address */
    struct work_address address;
    size_t address_count; /* number of addresses of the name */
    int64_t until_ns;     /* end of this address's share of the time */
    double took_ms;       /* duration of the last probe_call() */
};
typedef void probe_target_fn(struct probe_target *target, struct probe_result *result);

/* Runs `probe` with `data` for each address of the URL's host, and merges the results: the first
 * trouble, with its address, and the worst reading of each measure. */
void probe_each_address(const struct probe_tools *tools, const struct check *check, const char *url,
                        probe_target_fn *probe, void *data, struct probe_result *result);

/* --- the kinds --- */

/* Probe functions of the kinds. In functions of EACH, target->data is the check's memory. */
#define EACH(function, scheme)              probe_target_fn function;
#define ONCE(function)                      probe_fn function;
#define CHECK_KIND(name, word, form, probe) probe
CHECK_KINDS_EACH(CHECK_KIND)
#undef EACH
#undef ONCE
#undef CHECK_KIND

/* --- calls: probe_call.c --- */

/* A request of a probe. Members that are not needed are 0 or NULL. */
struct probe_request {
    const char *path;   /* appended to the target's URL, which may end with '/'; NULL: nothing */
    const char *key;    /* value of X-API-Key; NULL or "": none */
    const char *wanted; /* name of the header to return in http_answer.headers[0]; NULL: none */
    size_t answer_max;  /* maximum bytes of the body; 0: the body is ignored */
    bool only_connects; /* true: connects (https://: with TLS), and sends no request */
};
/* Makes a request to target->address. True: `answer` is set. False: the trouble is in `result`. An
 * untrusted certificate is a trouble in both cases, also with `only_connects`. */
bool probe_call(struct probe_target *target, const struct probe_request *request,
                struct http_answer *answer, struct probe_result *result);
/* True for a status of 200-299. Otherwise sets a trouble: DENIED for 401 and 403 if the request had
 * a key, STATUS in other cases. */
bool probe_check_status(const struct probe_request *request, const struct http_answer *answer,
                        struct probe_result *result);
