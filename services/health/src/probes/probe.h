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
    int64_t started_us; /* of health: a program that has never reported is late from then on */
    /* "127.0.0.1:5353", comma-separated, for DNS; NULL: those of /etc/resolv.conf. */
    const char *name_servers;
    struct snapshot *snapshot; /* complete readings, see probes/snapshot.h */
    bool *lookup_pending;      /* that of struct probe_memory; set by probe_run() */
    struct peer_status *peer;  /* status of the peer, see probes/peer_status.h */
};

/* Returns new: a client in which no call waits for a connection of another call. `ca_file` NULL:
 * the CA file of the system. */
struct http_client *probe_client_create(struct loop *loop, struct work *work, const char *ca_file,
                                        struct fault *fault);

/* Memory of a check that is kept between its probes; zeroed at start. It must live as long as the
 * threads, which may write `lookup_pending` late. */
enum { PROBE_MEMORY = 640 };
struct probe_memory {
    /* A thread is resolving the name of the check; at most one for each check. */
    bool lookup_pending;
    _Alignas(16) unsigned char own[PROBE_MEMORY]; /* for the kind of check, such as counters of the
                                                     last probe */
};
/* Puts a report of the program (POST /v1/heartbeats/NAME) into the memory of its check, unless a
 * later one is known. One from the future, when the clock was wrong, is not later. */
void probe_receive_heartbeat(struct probe_memory *memory, const struct heartbeat *heartbeat);
typedef void probe_fn(const struct probe_tools *tools, const struct check *check, void *memory,
                      struct probe_result *result);

/* Must run in a fiber whose deadline is `timeout_ms` ahead. Runs the probe and sets `result`. */
void probe_run(const struct probe_tools *tools, const struct check *check,
               struct probe_memory *memory, struct probe_result *result);

/* Called by probes. Sets the trouble, unless there is one. Details are cleaned at the end of the
 * probe. */
void probe_fail(struct probe_result *result, enum probe_trouble trouble, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Called by probes. Sets a detail without a trouble, for example names that explain a reading. */
void probe_set_detail(struct probe_result *result, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Called by probes. Adds a reading, unless `value` is NAN. */
void probe_add_reading(struct probe_result *result, enum measure measure, double value);
/* Called by probes. Converts a fault of common/ to a trouble. */
void probe_fail_by_fault(struct probe_result *result, const struct fault *fault);
