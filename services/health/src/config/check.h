// SPDX-License-Identifier: MIT
/* A check: one item of the file HEALTH_CONFIG. Read-only after start. */
#pragma once

#include <math.h>
#include <stdint.h>

#include "base/fault.h"

#include "config/measure.h"

enum {
    CHECKS_MAX = 256,
    CHECK_NAME_MAX = 48,   /* bytes of a slug */
    CHECK_NEEDS_MAX = 8,   /* direct dependencies of a check */
    CHECK_LIMITS_MAX = 12, /* limits of a check */
    CHECK_EXPECT_MAX = 8,  /* expected DNS records */
    CHECK_INTERVAL_MIN_MS = 200,
    CHECK_INTERVAL_MAX_MS = 8 * 24 * 3600 * 1000, /* a weekly heartbeat, with a day of margin */
    CHECK_TIMEOUT_MAX_MS = 30 * 1000
};

// clang-format off
/* The kinds of checks: the name of the kind, its word in configuration and answers, the form of its
 * target (config/target.h), and its probe function. The function is called ONCE, or EACH time for
 * an address of the host in the URL that a scheme and the target make. A new kind: its row and the
 * function's file in probes/. */
#define CHECK_KINDS_EACH(X) \
    X(HTTP,       "http",       URL,     EACH(probe_http, "")) \
    X(TCP,        "tcp",        ADDRESS, EACH(probe_connect, "http://")) \
    X(TLS,        "tls",        ADDRESS, EACH(probe_connect, "https://"))    /* checks the chain, the name and certificate_days */ \
    X(DNS,        "dns",        NAME,    ONCE(probe_dns))                    /* `expect` lists its records */ \
    X(POSTGRES,   "postgres",   NONE,    ONCE(probe_postgres))               /* the database of DATABASE_URL */ \
    X(REDIS,      "redis",      NONE,    ONCE(probe_redis))                  /* the server of REDIS_URL */ \
    X(QDRANT,     "qdrant",     URL,     EACH(probe_endpoint, "")) \
    X(DIRECTUS,   "directus",   URL,     EACH(probe_endpoint, "")) \
    X(N8N,        "n8n",        URL,     EACH(probe_endpoint, "")) \
    X(TRAEFIK,    "traefik",    URL,     EACH(probe_traefik, ""))            /* Traefik's metrics */ \
    X(CONTAINERS, "containers", URL,     EACH(probe_containers, ""))         /* the read-only proxy of Docker's socket */ \
    X(HOST,       "host",       NONE,    ONCE(probe_host))                   /* /proc of this machine */ \
    X(DISK,       "disk",       PATH,    ONCE(probe_disk))                   /* a mount */ \
    X(TELEGRAM,   "telegram",   URL,     EACH(probe_telegram, ""))           /* the gateway's /v1/bots; uses LINK_KEY */ \
    X(SERVICE,    "service",    URL,     ONCE(probe_service))                /* /readyz and /metrics of a service of tapbot */ \
    X(BUSINESS,   "business",   URL,     EACH(probe_business, ""))           /* /metrics of the service with figures that people must act on */ \
    X(HEARTBEAT,  "heartbeat",  NONE,    ONCE(probe_heartbeat))              /* POST /v1/heartbeats/NAME must come within the interval */ \
    X(PEER,       "peer",       URL,     ONCE(probe_peer))                   /* /v1/status of health on the other server; uses LINK_KEY */
// clang-format on
#define CHECK_KIND(name, word, form, probe) CHECK_##name,
enum check_kind { CHECK_KINDS_EACH(CHECK_KIND) CHECK_KINDS };
#undef CHECK_KIND
/* Words of the kinds, NULL-terminated. */
extern const char *const check_kind_names[CHECK_KINDS + 1];

/* Header of the peer's /public for checks of kind PEER: "yes" if the peer has alerted people that
 * the link between the servers is cut, otherwise "no". */
#define PEER_ALERT_HEADER "Health-Link-Told"

/* Determines the channels of an incident, see notify/. */
enum severity { SEVERITY_WARNING, SEVERITY_CRITICAL };
extern const char *const severity_names[]; /* words of severities, NULL-terminated */

/* Thresholds of a measure. A value equal to `yellow` is yellow; only a value worse than `red` is
 * red. With connections 40/45, 40 and 45 are yellow and 46 is red; with a cache hit rate of 95/90
 * %, 95 and 90 are yellow and 89.9 is red. NO_THRESHOLD (any NAN): no threshold. */
#define NO_THRESHOLD ((double)NAN)
struct limit {
    enum measure measure;
    double yellow, red;
};

struct check {
    char name[CHECK_NAME_MAX + 1]; /* unique, such as "postgres" */
    enum check_kind kind;
    const char *target; /* "" if the kind has none. The plan owns this text and the texts below. */
    const char *server; /* name such as "server1" */
    /* Name of the check on the peer that runs it; NULL or "": the same name. */
    const char *peer_name;
    /* From the start of a probe to the start of the next; of a HEARTBEAT the maximum time between
     * reports. */
    int64_t interval_ms;
    int64_t timeout_ms; /* limit of a probe; less than the interval */
    int bad_to_fail;    /* consecutive bad probes before it turns yellow or red; 1-10 */
    int good_to_pass;   /* consecutive good probes before it turns green again; 1-10 */
    enum severity severity;
    /* False: the check is shown, but causes no incident and does not affect the overall status. */
    bool counted;
    bool outside; /* shown at /public, by its title only */
    /* HEARTBEAT: until the first report it is unknown, which does not affect the overall status;
     * otherwise it is late. */
    bool optional;
    /* HEARTBEAT: after its interval a report counts as none, instead of the next one as late. */
    bool expires;
    /* Indices of direct dependencies in the plan; there are no cycles. */
    size_t needs[CHECK_NEEDS_MAX];
    size_t need_count;
    struct limit limits[CHECK_LIMITS_MAX];
    size_t limit_count;
    const char *title[3]; /* in the order of enum language; "": the name is shown instead */
    const char *runbook;  /* section of docs/runbook.md; never "" */
    /* Options of some kinds. */
    int expect_status;       /* HTTP; 0: any of 200-299 */
    const char *expect_body; /* HTTP: a part of the body; "" any */
    /* DNS: exactly these IPv4 addresses, in any order; none: any addresses. */
    const char *expect[CHECK_EXPECT_MAX];
    size_t expect_count;
    /* PEER: URL of its public page. The check fails only if this URL and `target` fail. "": only
     * `target` is probed. */
    const char *public_url;
};
