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

/* How a target is probed. Names in configuration and answers: check_kind_names. */
enum check_kind {
    CHECK_HTTP,       /* target: URL */
    CHECK_TCP,        /* host:port */
    CHECK_TLS,        /* host:port; checks the chain, the name and certificate_days */
    CHECK_DNS,        /* DNS name; `expect` lists its records */
    CHECK_POSTGRES,   /* the database of DATABASE_URL */
    CHECK_REDIS,      /* the server of REDIS_URL */
    CHECK_QDRANT,     /* URL */
    CHECK_DIRECTUS,   /* URL */
    CHECK_N8N,        /* URL */
    CHECK_TRAEFIK,    /* URL of its metrics */
    CHECK_CONTAINERS, /* URL of the read-only proxy of Docker's socket */
    CHECK_HOST,       /* no target: /proc of this machine */
    CHECK_DISK,       /* path of a mount */
    CHECK_TELEGRAM,   /* URL of the gateway's /v1/bots; uses LINK_KEY */
    CHECK_SERVICE,    /* URL of a service of tapbot: its /readyz and /metrics */
    CHECK_HEARTBEAT,  /* no target: POST /v1/heartbeats/NAME must come within the interval */
    CHECK_PEER,       /* URL of health on the other server: its /v1/status; uses LINK_KEY */
    CHECK_KINDS
};
extern const char *const check_kind_names[CHECK_KINDS + 1]; /* NULL-terminated */

/* A header of the answer of /public for checks of kind PEER: "yes" if that instance has alerted
 * people about the cut link between the servers, else "no". */
#define PEER_ALERT_HEADER "Health-Link-Told"

/* Which channels an incident uses: see notify/. */
enum severity { SEVERITY_WARNING, SEVERITY_CRITICAL };
extern const char *const severity_names[]; /* NULL-terminated */

/* Thresholds of a measure. A value equal to `yellow` is yellow; only a value above `red` is red.
 * With connections 40/45, 40 and 45 are yellow and 46 is red; with a cache hit rate of 95/90 %, 95
 * and 90 are yellow and 89.9 is red. NO_THRESHOLD (any NAN): no threshold. */
#define NO_THRESHOLD ((double)NAN)
struct limit {
    enum measure measure;
    double yellow, red;
};

struct check {
    char name[CHECK_NAME_MAX + 1]; /* unique; "postgres" */
    enum check_kind kind;
    const char *target;    /* "" if the kind has none. The plan owns this text and those below. */
    const char *server;    /* "server1" */
    const char *peer_name; /* its name on the peer that runs it; NULL or "": the same */
    int64_t interval_ms;   /* from the start of a probe to the start of the next; HEARTBEAT: maximum
                            * time between reports */
    int64_t timeout_ms;    /* of a probe; less than the interval */
    int bad_to_fail;       /* consecutive bad probes before it turns yellow or red; 1-10 */
    int good_to_pass;      /* consecutive good probes before it turns green again; 1-10 */
    enum severity severity;
    bool counted;                  /* false: shown, but it causes no incident and does not affect
                                    * the overall status */
    bool outside;                  /* shown at /public, by its title only */
    size_t needs[CHECK_NEEDS_MAX]; /* indices in the plan; without cycles */
    size_t need_count;
    struct limit limits[CHECK_LIMITS_MAX];
    size_t limit_count;
    const char *title[3]; /* in the order of enum language; "": the name is shown */
    const char *runbook;  /* section of docs/runbook.md; never "" */
    /* Options of some kinds. */
    int expect_status;                    /* HTTP; 0: any of 200-299 */
    const char *expect_body;              /* HTTP: a part of the body; "" any */
    const char *expect_header;            /* HTTP: "name: part of the value"; "" any */
    const char *record;                   /* DNS: "A", "AAAA", "CNAME", "TXT", "MX", "NS" */
    const char *expect[CHECK_EXPECT_MAX]; /* DNS: exactly these records, in any order; none: any */
    size_t expect_count;
    const char *host;       /* HTTP, TLS: the host name to request instead of the target's; "": the
                             * target's */
    const char *public_url; /* PEER: URL of its public page. The check fails only if `target` fails
                             * too. "": only the target */
    const char *key_file;   /* HTTP, QDRANT: file that contains the value of `key_header`; ""
                             * none */
    const char *key_header;
};
