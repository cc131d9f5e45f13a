// SPDX-License-Identifier: MIT
/* A bounded thread pool for work that would block the loop: long computations and name look-ups. A
 * job works on a copy of its argument, so it shares nothing with the loop. Threads run at nice 10.
 */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "loop/loop.h"

struct work;

/* Returns new. `threads` 1-16; at most `queue_limit` jobs wait. */
struct work *work_create(struct loop *loop, size_t threads, size_t queue_limit,
                         struct fault *fault);
/* Waits for running jobs and frees their results. No fiber may be waiting for a job. Takes NULL. */
void work_destroy(struct work *work);

/* Runs `job` in a thread on a copy of `size` bytes at `arg` (at most 4096) and parks the fiber
 * until it is done; then the copy, as `job` left it, is copied back over `arg`. False when the
 * deadline came, the fiber was cancelled, or the queue is full (FAULT_UNAVAILABLE "overloaded");
 * `arg` is then untouched. A running job is not stopped; its result is discarded: `discard` (or
 * NULL) frees what the copy owns. If the queue was full, the caller still owns it. */
bool work_run(struct work *work, void (*job)(void *arg), void *arg, size_t size,
              void (*discard)(void *arg), struct fault *fault) MUST_CHECK;

/* The same, and parks no longer than until `until_ns` of CLOCK_MONOTONIC. */
bool work_run_until(struct work *work, void (*job)(void *arg), void *arg, size_t size,
                    void (*discard)(void *arg), int64_t until_ns, struct fault *fault) MUST_CHECK;

struct work_address {
    struct sockaddr_storage addr; /* port filled in */
    socklen_t len;
};
enum { WORK_ADDRESSES_MAX = 8 };

/* getaddrinfo() in the pool, cached for 30 s (failures 2 s). Numeric addresses and absolute paths
 * (of a socket) need no pool and no fiber. FAULT_UNAVAILABLE "host_unknown" when there is no such
 * name, "resolver_unavailable" when no name server answers. In a fiber. `until_ns` 0: the fiber's
 * deadline. */
bool work_resolve(struct work *work, const char *host, uint16_t port, int64_t until_ns,
                  struct work_address *out, size_t *count /* in: room, out: filled */,
                  struct fault *fault) MUST_CHECK;

/* The same without the cache: each call asks the system, and the result is not cached. For
 * monitoring of names. Also FAULT_UNAVAILABLE "overloaded": too many look-ups wait.
 *
 * `goes_on` is the caller's memory and lives as long as the pool. It is true while a thread runs
 * the look-up, which may outlast the call. If it is already true, the call fails at once with
 * FAULT_TIMEOUT "look_up_goes_on": a hanging name occupies one thread, however often it is looked
 * up. */
bool work_look_up(struct work *work, const char *host, uint16_t port, int64_t until_ns,
                  bool *goes_on, struct work_address *out,
                  size_t *count /* in: room, out: filled */, struct fault *fault) MUST_CHECK;

/* Reports that none of the addresses of work_resolve() accepts connections. They then expire as
 * early as a failure, because a recreated container has another address. In the loop's thread. */
void work_distrust(struct work *work, const char *host);

/* work_jobs_queued{line=..}, work_jobs_running, work_jobs_refused_total of this pool, until it is
 * destroyed. */
void work_metrics_register(struct work *work);

/* Loopback, private, link-local, multicast, unspecified, CGNAT, documentation, and v4-mapped forms
 * of those: addresses that an outbound call on a client's behalf must never reach (OWASP API7). */
bool work_address_is_private(const struct work_address *address);
/* True for this machine: 127.0.0.0/8, ::1. Such an address is private too. */
bool work_address_is_loopback(const struct work_address *address);
/* A numeric IPv4 or IPv6 address. */
bool work_address_parse(const char *text, uint16_t port, struct work_address *out) MUST_CHECK;
uint16_t work_address_port(const struct work_address *address);
void work_address_set_port(struct work_address *address, uint16_t port);
/* The address as text, without its port: "10.0.0.1", "2001:db8::1". */
void work_address_format(const struct work_address *address, char out[INET6_ADDRSTRLEN]);
