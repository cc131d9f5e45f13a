// SPDX-License-Identifier: MIT
/* Outbound HTTP on curl multi. A call is a function; the fiber parks inside.
 *
 * Each call has a total deadline, a maximum size of the answer, and a policy. Names are resolved in
 * the work pool, and the connection goes to the resolved address. Private addresses are refused
 * unless the call allows them. Redirects are not followed. A call is tried as often as `tries`
 * says, 3 times at most.
 *
 * Each origin has a retry budget (at most 10 % of calls are tried again) and a circuit breaker:
 * after 5 consecutive failures it opens and calls fail at once; after a while one call at a time
 * probes the origin. Broken connections and answers 5xx except 501 are failures. An answer 429
 * concerns one caller, so it is no failure of the origin; it is tried again like one, unless the
 * call has an `is_failure` of its own. Between tries Retry-After is obeyed when the deadline allows
 * it.
 *
 * While all connections to a host are in use, further calls wait for one, within their deadline and
 * in no particular order.
 *
 * Through a proxy every call of the client goes, plain http too, in a tunnel (CONNECT or SOCKS 5).
 * The proxy looks names up, so which addresses a name may lead to is its decision. Without
 * `allow_private` this client still refuses private addresses written as numbers, and localhost.
 * The proxy's own address is looked up and tried here; it may be private, as it comes from
 * the configuration. What the proxy refuses is "upstream_unreachable" with nothing sent.
 */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "loop/work.h"

struct http_client;

/* 0 and NULL mean the default, which the comment names. */
struct http_client_options {
    int64_t breaker_open_ms;     /* 5000 */
    int64_t connect_ms;          /* 3000; to one address of several that may be tried */
    const char *ca_file;         /* the file of the system; borrowed */
    size_t connections_per_host; /* 8 */
    size_t connections;          /* 64; of all hosts together */
    /* "http://host:port" or "socks5h://user:password@host:port", copied. NULL or "": none. */
    const char *proxy;
};

/* Returns new. NULL with FAULT_INVALID "bad_proxy", which does not repeat the proxy's text. */
struct http_client *http_client_create(struct loop *loop, struct work *work,
                                       const struct http_client_options *options,
                                       struct fault *fault);
void http_client_destroy(struct http_client *client); /* takes NULL; calls in flight fail */

struct http_call {
    const char *method;         /* "GET" */
    const char *url;            /* http or https */
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL */
    struct slice body;
    int64_t timeout_ms; /* total, required; the fiber's deadline ends the call too */
    size_t answer_max;  /* bytes, required unless `drops_body` */
    unsigned tries;     /* 1-3; more than one only when repeating is harmless */
    bool allow_private; /* for our own peers on internal networks */
    bool allow_plain;   /* http:// too */
    /* Whether an answer of this status is a failure of the origin, which alone is tried again.
     * NULL: 5xx except 501 is, and 429 is tried again too. */
    bool (*is_failure)(long status);
    bool no_breaker; /* goes out while the circuit is open, and its end counts for nothing there:
                        for probes, and for what must be tried in any case */
    bool
        drops_body; /* only status and headers are wanted: the call ends with them, whatever becomes
                       of the body. The connection is kept when the whole body came with them */
    /* For who watches servers: */
    bool fresh; /* over a new connection, which is not kept */
    /* Only connects, with TLS where the URL says https, and ends: nothing is sent, and there is no
     * status. A certificate that is not believed makes no failure of it: `distrust` says why, and
     * certificate_until_us is set. As `fresh` too. */
    bool only_connects;
    const struct work_address *address; /* where the connection goes; NULL: the name's */
    const char *host;   /* what TLS and Host call the server; NULL: as the URL does */
    const char *header; /* name of one more header of the answer that is wanted, or NULL */
};

/* Why a server's certificate is not believed. */
enum http_distrust {
    HTTP_BELIEVED,
    HTTP_EXPIRED,
    HTTP_NOT_YET_VALID,
    HTTP_SELF_SIGNED,
    HTTP_UNKNOWN_ISSUER,
    HTTP_OTHER_NAME,
    HTTP_BAD_CERTIFICATE /* anything else */
};

struct http_answer {
    long status;
    struct slice body; /* in the arena */
    struct slice content_type;
    struct slice retry_after;     /* raw header, or absent */
    struct slice header;          /* that the call wants; several are joined by ", "; or absent */
    int64_t certificate_until_us; /* only_connects: when it ends, wall clock; 0: unknown, or none */
    int64_t took_ms;
    bool sent;                   /* set on failure too: the first byte of the request has left */
    bool unanswered;             /* likewise: it has left in a try to which no answer came */
    enum http_distrust distrust; /* set on failure too: then it is why */
};

/* In a fiber. True when an HTTP answer came, also a 5xx or a redirect. False:
 * FAULT_TIMEOUT "upstream_timeout", FAULT_UNAVAILABLE "upstream_unreachable" | "circuit_open" |
 * "answer_too_large" | "address_refused" | "overloaded" | "out_of_memory" | "cancelled",
 * FAULT_INVALID "bad_url", FAULT_INTERNAL "bad_call" (the method is not of capital letters, a
 * header has a line break, or there are more than 64 headers); `answer->sent`, `unanswered`,
 * `distrust` and `took_ms` are set even then, the rest is untouched.
 *
 * When a kept connection turns out to be closed, curl sends the request again over a new one, but
 * only when the method is idempotent (RFC 9110, 9.2.2) or the call has more than one try. */
bool http_client_call(struct http_client *client, const struct http_call *call, struct arena *arena,
                      struct http_answer *answer, struct fault *fault) MUST_CHECK;

/* What a URL tells of where it leads, without looking its name up. */
struct http_url {
    struct slice host; /* IPv6 without brackets; in the arena, with a NUL behind it */
    uint16_t port;
    bool plain;       /* http, not https */
    bool is_private;  /* a private address, or localhost; a name may still lead to one */
    bool is_loopback; /* of those, this machine */
};

/* Reads a URL as http_client_call() does. FAULT_INVALID "bad_url". */
bool http_url_read(const char *url, struct arena *arena, struct http_url *out,
                   struct fault *fault) MUST_CHECK;
