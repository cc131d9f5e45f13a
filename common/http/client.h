// SPDX-License-Identifier: MIT
/* HTTP client on curl multi. A call is a function that parks the calling fiber.
 *
 * Each call has a total deadline, a maximum size of the answer, and at most `tries` tries. Names
 * are resolved in the work pool, and the connection goes to the resolved address. Private addresses
 * are refused unless the call allows them, and so is plain http. Redirects are not followed.
 *
 * Each origin (scheme, host and port) has a retry budget (at most 10 % of calls are retried) and a
 * circuit breaker: after 5 consecutive failures it opens and calls fail at once; after a while one
 * call at a time probes the origin. Broken connections and answers 5xx except 501 are failures. An
 * answer 429 concerns one caller, so it is not a failure of the origin; it is retried like a
 * failure, unless the call has its own `is_failure`. Between tries Retry-After is obeyed if the
 * deadline allows it.
 *
 * While all connections to a host are in use, further calls wait for one within their deadline, in
 * no particular order.
 *
 * With a proxy every call of the client goes through a tunnel (CONNECT or SOCKS 5), plain http too.
 * The proxy resolves names, so it decides which addresses are allowed. Without `allow_private` this
 * client still refuses numeric private addresses and localhost. The proxy's own address is resolved
 * by this client; it may be private, because it comes from the configuration. If the proxy refuses,
 * the fault is "upstream_unreachable", and the request was not sent. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"
#include "loop/loop.h"
#include "loop/work.h"

struct http_client;

/* Options of a client. 0 and NULL mean the default in the member's comment. */
struct http_client_options {
    int64_t breaker_open_ms;     /* default: 5000 */
    int64_t connect_ms;          /* default: 3000; limit for connecting to each address */
    const char *ca_file;         /* NULL: the CA file of the system; borrowed */
    size_t connections_per_host; /* default: 8 */
    size_t connections;          /* default: 64; to all hosts */
    /* "http://host:port" or "socks5h://user:password@host:port", copied. NULL or "": no proxy. */
    const char *proxy;
};

/* Returns new. NULL with FAULT_INVALID "bad_proxy", whose detail does not repeat the proxy's URL,
 * FAULT_INTERNAL "curl_init", or FAULT_UNAVAILABLE "out_of_memory". */
struct http_client *http_client_create(struct loop *loop, struct work *work,
                                       const struct http_client_options *options,
                                       struct fault *fault);
void http_client_destroy(struct http_client *client); /* NULL is allowed; calls in flight fail */

enum { HTTP_HEADERS_RETURNED = 3 };

struct http_call {
    const char *method;         /* "GET" */
    const char *url;            /* http or https */
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL */
    struct slice body;
    int64_t timeout_ms; /* total, required; the fiber's deadline ends the call too */
    size_t answer_max;  /* bytes, required unless `drops_body` */
    unsigned tries;     /* 1-3; more than one only if repeating the call is harmless */
    bool allow_private; /* allows private addresses: for our own services on internal networks */
    bool allow_plain;   /* allows http:// */
    /* Decides by the status whether an answer is a failure of the origin; only failures are
     * retried. NULL: 5xx except 501 is a failure, and 429 is retried too. */
    bool (*is_failure)(long status);
    bool no_breaker; /* bypasses the circuit breaker: the call is sent even while the circuit is
                        open, and its result is not counted. For probes, and for calls that must
                        always be tried */
    bool drops_body; /* the call ends after status and headers, without waiting for the body. The
                        connection is kept only if the whole body arrived with the headers */
    /* For monitoring of servers: */
    /* Address to which a new connection is opened, which is not kept. NULL: the client resolves
     * the host of the URL. */
    const struct work_address *address;
    /* The call ends after connecting, with TLS for https: no request is sent, and there is no
     * status. Sets certificate_until_us. Needs `address`. */
    bool only_connects;
    const char *headers_returned[HTTP_HEADERS_RETURNED]; /* names of further headers of the answer
                                                            to return; NULL: none */
};

/* Whether a server's certificate is trusted, or why not. */
enum http_distrust {
    HTTP_TRUSTED,
    HTTP_EXPIRED,
    HTTP_NOT_YET_VALID,
    HTTP_SELF_SIGNED,
    HTTP_UNKNOWN_ISSUER,
    HTTP_OTHER_NAME,
    HTTP_BAD_CERTIFICATE /* any other reason */
};

struct http_answer {
    long status;
    struct slice body;        /* in the arena */
    struct slice retry_after; /* raw header, or absent */
    /* Values of the headers call.headers_returned, several lines joined by ", "; or absent. */
    struct slice headers[HTTP_HEADERS_RETURNED];
    int64_t certificate_until_us; /* only_connects: expiry of the certificate, wall clock; 0:
                                     unknown, or no certificate */
    int64_t took_ms;
    bool sent;                   /* set on failure too: the first byte of the request was sent */
    bool unanswered;             /* set on failure too: a try was sent and got no answer */
    enum http_distrust distrust; /* set on failure too: the reason, unless it is HTTP_TRUSTED */
};

/* Must run in a fiber. True for any HTTP answer, also a 5xx or a redirect. False: FAULT_TIMEOUT
 * "upstream_timeout", FAULT_UNAVAILABLE "upstream_unreachable" | "circuit_open" |
 * "answer_too_large" | "address_refused" | "overloaded" | "out_of_memory" | "cancelled",
 * FAULT_INVALID "bad_url", FAULT_INTERNAL "bad_call" (the method has other characters than capital
 * letters, a header has a line break, or there are more than 64 headers). On failure only
 * `answer->sent`, `unanswered`, `distrust` and `took_ms` are set.
 *
 * If a reused connection is already closed, curl sends the request again over a new one, but only
 * if the method is idempotent (RFC 9110, 9.2.2) or the call has more than one try. */
bool http_client_call(struct http_client *client, const struct http_call *call, struct arena *arena,
                      struct http_answer *answer, struct fault *fault) MUST_CHECK;

/* Properties of a URL. Its name is not looked up. */
struct http_url {
    struct slice host; /* IPv6 without brackets; NUL-terminated, in the arena */
    struct slice path; /* as it is sent: from "/" on, without segments "." and ".."; in the arena */
    uint16_t port;
    bool plain;      /* http, not https */
    bool is_private; /* a private address, or localhost; another name may still resolve to a private
                        address */
    bool is_loopback; /* a loopback address, or localhost */
};

/* Parses a URL as http_client_call() does. FAULT_INVALID "bad_url". */
bool http_url_parse(const char *url, struct arena *arena, struct http_url *out,
                    struct fault *fault) MUST_CHECK;

/* The URL to which a redirect of `base` leads: `location`, which may be relative (RFC 3986, 5), is
 * resolved. NUL-terminated, in the arena. FAULT_INVALID "bad_url". */
bool http_url_resolve(const char *base, struct slice location, struct arena *arena,
                      struct slice *out, struct fault *fault) MUST_CHECK;
