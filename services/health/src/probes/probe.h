// SPDX-License-Identifier: MIT
/* Probes a target. Each kind of check has a row of CHECK_KINDS_EACH in config/check.h and a
 * function in probe_<kind>.c.
 *
 * A probe runs in a fiber whose deadline is the check's timeout. It must not wait beyond that
 * deadline, nor use anything that another hanging probe could block. */
#pragma once

#include "api/service.h"

#include "config/heartbeat.h"
#include "config/probe_result.h"

struct snapshot;
struct peer_status;

/* What probes may use; created once by monitor/. */
struct probe_tools {
    struct service *service;
    struct work *work;          /* threads that only probes use, for names and mounts */
    struct http_client *client; /* used by probes only: probe_client_create() */
    const char *link_key;       /* API key for other services of tapbot (LINK_KEY); "": none */
    const char *proc;           /* "/proc", or the path at which the host's is mounted */
    int64_t started_us;         /* start of health; begins the first interval of each HEARTBEAT */
    /* Servers for checks of kind DNS, such as "127.0.0.1:5353", comma-separated; NULL: those of
     * /etc/resolv.conf. */
    const char *name_servers;
    struct snapshot *snapshot; /* complete readings, see probes/snapshot.h */
    bool *lookup_pending;      /* probe_memory.lookup_pending; probe_run() sets the pointer */
    struct peer_status *peer;  /* status of the peer, see probes/peer_status.h */
};

/* Returns new: a client in which no call waits for a connection of another call. `ca_file` NULL:
 * the CA file of the system. */
struct http_client *probe_client_create(struct loop *loop, struct work *work, const char *ca_file,
                                        struct fault *fault);

enum { PROBE_MEMORY = 640 };
/* State of a check that is kept between its probes; zeroed at start. It must live as long as the
 * threads of probe_tools.work, which may write `lookup_pending` after the probe has ended. */
struct probe_memory {
    /* A thread is resolving the name of the check; at most one for each check. */
    bool lookup_pending;
    _Alignas(16) unsigned char own[PROBE_MEMORY]; /* a struct of the probe function, such as
                                                     counters of the last probe */
};
/* Stores a report (POST /v1/heartbeats/NAME) in the memory of its check, unless a later report is
 * stored. A stored report with a time in the future, from before the clock was set back, is
 * replaced. */
void probe_store_heartbeat(struct probe_memory *memory, const struct heartbeat *heartbeat);
/* `memory`: the member `own` of the check's struct probe_memory. */
typedef void probe_fn(const struct probe_tools *tools, const struct check *check, void *memory,
                      struct probe_result *result);

/* Runs the probe and sets `result`. Call it in a fiber whose deadline is check->timeout_ms from
 * now. */
void probe_run(const struct probe_tools *tools, const struct check *check,
               struct probe_memory *memory, struct probe_result *result);

/* Called by probes. Sets the trouble and its detail, unless a trouble is set. At the end of the
 * probe probe_run() replaces invalid UTF-8 and control characters in the detail. */
void probe_fail(struct probe_result *result, enum probe_trouble trouble, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Called by probes. Sets a detail that explains a reading, such as names; no effect after a
 * trouble. */
#define probe_set_detail(result, ...) probe_fail((result), TROUBLE_NONE, __VA_ARGS__)
/* Called by probes. Adds a reading, unless `value` is NAN. */
void probe_add_reading(struct probe_result *result, enum measure measure, double value);
/* Called by probes. Like probe_fail(), with the trouble that corresponds to a fault of common/. */
void probe_fail_by_fault(struct probe_result *result, const struct fault *fault);
