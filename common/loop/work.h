// SPDX-License-Identifier: MIT
/* A bounded thread pool for work that would block the loop: long computations and name look-ups. A
 * job works on a copy of its argument and shares nothing with the loop. Threads run at nice 10. */
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "loop/loop.h"

struct work;

/* Returns new. `threads`: 1-16. At most `queue_limit` jobs wait for a thread. */
struct work *work_create(struct loop *loop, size_t threads, size_t queue_limit,
                         struct fault *fault);
/* Waits for running jobs and frees their results. No fiber may be waiting for a job. NULL is
 * allowed. */
void work_destroy(struct work *work);

/* Must run in a fiber. Runs `job` in a thread on a copy of `size` bytes at `arg` (at most 4096) and
 * parks the fiber until it is done; then copies the bytes back to `arg`. False if the deadline
 * came, the fiber was cancelled, or the queue was full (FAULT_UNAVAILABLE "overloaded"). Then
 * `discard` (or NULL) frees what `arg` owns, at once or, because a running job is not stopped, when
 * the job ends. */
bool work_run(struct work *work, void (*job)(void *arg), void *arg, size_t size,
              void (*discard)(void *arg), struct fault *fault) MUST_CHECK;

/* Like work_run(), but waits no longer than until `until_ns` of CLOCK_MONOTONIC. */
bool work_run_until(struct work *work, void (*job)(void *arg), void *arg, size_t size,
                    void (*discard)(void *arg), int64_t until_ns, struct fault *fault) MUST_CHECK;

struct work_address {
    struct sockaddr_storage addr; /* includes the port */
    socklen_t len;
};
enum { WORK_ADDRESSES_MAX = 8 };

/* Must run in a fiber, except for numeric addresses and absolute paths (of a socket). Calls
 * getaddrinfo() in the pool; the result is cached for 30 s, a failure for 2 s. Expired addresses
 * are returned for five minutes after their look-up if the next one has no result after 200 ms.
 * FAULT_UNAVAILABLE "host_unknown" if there is no such name, "resolver_unavailable" if no name
 * server answers. `until_ns` 0: the fiber's deadline. */
bool work_resolve(struct work *work, const char *host, uint16_t port, int64_t until_ns,
                  struct work_address *out,
                  size_t *count /* in: room of `out`; out: addresses written */,
                  struct fault *fault) MUST_CHECK;

/* Like work_resolve() without the cache: each call asks the system. For monitoring of names. Also
 * FAULT_UNAVAILABLE "overloaded": too many look-ups wait.
 *
 * `is_look_up_running` is the caller's memory and must live as long as the pool. It is true while a
 * thread runs the look-up, which may outlast the call. If it is already true, the call fails at
 * once with FAULT_TIMEOUT "look_up_goes_on": so a name whose look-up hangs occupies one thread,
 * however often it is looked up. */
bool work_resolve_uncached(struct work *work, const char *host, uint16_t port, int64_t until_ns,
                           bool *is_look_up_running, struct work_address *out,
                           size_t *count /* in: room of `out`; out: addresses written */,
                           struct fault *fault) MUST_CHECK;

/* Reports that none of the addresses that work_resolve() returned accepts connections, for example
 * because a container was recreated with another address. The cached addresses then expire after
 * two seconds, like a cached failure, and are no longer returned. Call it in the loop's thread. */
void work_distrust_addresses(struct work *work, const char *host);

/* Registers the metrics work_jobs_queued{line=..}, work_jobs_running and work_jobs_refused_total of
 * this pool, until it is destroyed. */
void work_metrics_register(struct work *work);

/* True for addresses that an outbound call on a client's behalf must never reach (OWASP API7):
 * loopback, private, link-local, multicast, unspecified, CGNAT, documentation, also IPv4-mapped. */
bool work_address_is_private(const struct work_address *address);
/* True for addresses of this machine: 127.0.0.0/8, ::1. They are private too. */
bool work_address_is_loopback(const struct work_address *address);
/* Parses a numeric IPv4 or IPv6 address. */
bool work_address_parse(const char *text, uint16_t port, struct work_address *out) MUST_CHECK;
uint16_t work_address_get_port(const struct work_address *address);
void work_address_set_port(struct work_address *address, uint16_t port);
/* The address as text, without its port: "10.0.0.1", "2001:db8::1". */
void work_address_format(const struct work_address *address, char out[INET6_ADDRSTRLEN]);
