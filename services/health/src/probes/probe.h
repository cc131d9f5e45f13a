// SPDX-License-Identifier: MIT
/* One look at a target. A kind of check is a row of probe_kinds, in probe.c; its function stands in
 * probe_<kind>.c.
 *
 * A probe runs in a fiber whose deadline is the check's timeout. It never waits without that
 * deadline and shares nothing that another hanging probe could hold. */
#pragma once

#include "api/service.h"

#include "config/check.h"
#include "config/probe_result.h"

struct snapshot;
struct peer_status;

/* What probes may use; made once by watch/. */
struct probe_tools {
    struct service *service;
    struct work *work; /* the probes' own threads, for names and mounts: nothing else waits there */
    struct http_client *client; /* the probes' own: probe_client_create() */
    const char *link_key;       /* of LINK_KEY, for services of ours; "" none */
    const char *redis_url;
    const char *proc;                    /* "/proc", or where the host's is mounted */
    const struct heartbeats *heartbeats; /* probes/heartbeats.h */
    const char *name_servers;  /* "127.0.0.1:5353", comma-separated, for DNS; NULL: those of
                                  /etc/resolv.conf */
    struct snapshot *snapshot; /* probes/snapshot.h: what was read is left there */
    bool *lookup_pending;      /* of struct probe_memory; set by probe_run() */
    struct peer_status *peer;  /* probes/peer_status.h: and what the other copy said */
};

/* Returns new: a client in which no call waits for another's connection. `ca_file` NULL: the file
 * of the system. */
struct http_client *probe_client_create(struct loop *loop, struct work *work, const char *ca_file,
                                        struct fault *fault);

/* Of each check, zeroed at start and kept between its probes. It lives as long as the threads. */
enum { PROBE_MEMORY = 640 };
struct probe_memory {
    bool lookup_pending; /* a thread looks its name up: it has one at most */
    _Alignas(
        16) unsigned char own[PROBE_MEMORY]; /* the probe's, such as counters of the last look */
};
typedef void probe_fn(const struct probe_tools *tools, const struct check *check, void *memory,
                      struct probe_result *result);

/* Runs the check's probe in the present fiber, whose deadline is `timeout_ms` away, and sets the
 * whole result. */
void probe_run(const struct probe_tools *tools, const struct check *check,
               struct probe_memory *memory, struct probe_result *result);

/* For probes. The first trouble stays. Details are clipped and cleaned at the end of the probe. */
void probe_fail(struct probe_result *result, enum probe_trouble trouble, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What readings mean, such as names: a detail without a trouble. */
void probe_note(struct probe_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* NAN is no reading. */
void probe_add(struct probe_result *result, enum measure measure, double value);
/* What a fault of common/ is. */
void probe_fault(struct probe_result *result, const struct fault *fault);
