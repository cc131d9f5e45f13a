// SPDX-License-Identifier: MIT
/* One probe of a target. Each kind of check has a row of `kinds` in probe.c and a function in
 * probe_<kind>.c.
 *
 * A probe runs in a fiber whose deadline is the check's timeout. It never waits without that
 * deadline, and uses nothing that another hanging probe could block. */
#pragma once

#include "api/service.h"

#include "config/check.h"
#include "config/probe_result.h"

struct snapshot;
struct peer_status;

/* What probes may use; created once by monitor/. */
struct probe_tools {
    struct service *service;
    struct work *work;          /* threads only for probes, for names and mounts */
    struct http_client *client; /* only for probes: probe_client_create() */
    const char *link_key;       /* the value of LINK_KEY for other services of tapbot; "" none */
    const char *proc;           /* "/proc", or where the host's is mounted */
    const struct heartbeats *heartbeats; /* probes/heartbeats.h */
    const char *name_servers;  /* "127.0.0.1:5353", comma-separated, for DNS; NULL: those of
                                * /etc/resolv.conf */
    struct snapshot *snapshot; /* probes/snapshot.h: for complete readings */
    bool *lookup_pending;      /* of struct probe_memory; set by probe_run() */
    struct peer_status *peer;  /* probes/peer_status.h: for the status of the peer */
};

/* Returns new: a client in which no call waits for a connection of another. `ca_file` NULL: the
 * system's. */
struct http_client *probe_client_create(struct loop *loop, struct work *work, const char *ca_file,
                                        struct fault *fault);

/* Memory of each check, zeroed at start and kept between its probes. It lives as long as the
 * threads. */
enum { PROBE_MEMORY = 640 };
struct probe_memory {
    bool lookup_pending; /* a thread is resolving its name; at most one for each check */
    _Alignas(
        16) unsigned char own[PROBE_MEMORY]; /* for the kind, such as counters of the last probe */
};
typedef void probe_fn(const struct probe_tools *tools, const struct check *check, void *memory,
                      struct probe_result *result);

/* Runs the check's probe in the current fiber, whose deadline is `timeout_ms` ahead, and sets the
 * whole result. */
void probe_run(const struct probe_tools *tools, const struct check *check,
               struct probe_memory *memory, struct probe_result *result);

/* For probes. The first trouble is kept. Details are truncated and cleaned at the end of the
 * probe. */
void probe_fail(struct probe_result *result, enum probe_trouble trouble, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Explains readings, for example by names: a detail without a trouble. */
void probe_note(struct probe_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* NAN adds no reading. */
void probe_add(struct probe_result *result, enum measure measure, double value);
/* Converts a fault of common/ to a trouble. */
void probe_fault(struct probe_result *result, const struct fault *fault);
