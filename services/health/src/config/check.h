// SPDX-License-Identifier: MIT
/* A check: one row of the table of what is watched. The file HEALTH_CONFIG has the rows; nothing
 * here changes after start. */
#pragma once

#include <math.h>
#include <stdint.h>

#include "base/fault.h"

#include "config/measure.h"

enum {
    CHECKS_MAX = 256,
    CHECK_NAME_MAX = 48,   /* bytes of a slug */
    CHECK_NEEDS_MAX = 8,   /* checks that one depends on */
    CHECK_LIMITS_MAX = 12, /* measures that one judges */
    CHECK_EXPECT_MAX = 8,  /* records a name has */
    CHECK_INTERVAL_MIN_MS = 200,
    CHECK_INTERVAL_MAX_MS = 8 * 24 * 3600 * 1000, /* a heartbeat of each week, with room */
    CHECK_TIMEOUT_MAX_MS = 30 * 1000
};

/* How a target is looked at. Words of configuration and answers: check_kind_names. */
enum check_kind {
    CHECK_HTTP,       /* target: URL */
    CHECK_TCP,        /* host:port */
    CHECK_TLS,        /* host:port; certificate_days, chain and name */
    CHECK_DNS,        /* name; `expect` are its records */
    CHECK_POSTGRES,   /* the database of DATABASE_URL */
    CHECK_REDIS,      /* the server of REDIS_URL */
    CHECK_QDRANT,     /* URL */
    CHECK_DIRECTUS,   /* URL */
    CHECK_N8N,        /* URL */
    CHECK_TRAEFIK,    /* URL of its metrics */
    CHECK_CONTAINERS, /* URL of the read-only socket proxy */
    CHECK_HOST,       /* no target: this machine's /proc */
    CHECK_DISK,       /* path of a mount */
    CHECK_TELEGRAM,   /* URL of the gateway's /v1/bots, with LINK_KEY */
    CHECK_SERVICE,    /* URL of a service of ours: its /readyz and /metrics */
    CHECK_HEARTBEAT,  /* no target: POST /v1/heartbeats/NAME comes within the interval */
    CHECK_PEER,       /* URL of the health of the other server, its /v1/status with LINK_KEY */
    CHECK_KINDS
};
extern const char *const check_kind_names[CHECK_KINDS + 1]; /* NULL-terminated */

/* Of the answer of /public, for checks of kind PEER: "yes" where people are told, by that copy,
 * that the link between the servers is cut; else "no". */
#define PEER_ALERT_HEADER "Health-Link-Told"

/* Whom an incident wakes: see alerts/. */
enum severity { SEVERITY_WARNING, SEVERITY_CRITICAL };
extern const char *const severity_names[]; /* NULL-terminated */

/* Borders of a measure. Yellow begins with exactly `yellow`, red only beyond `red`: of connections
 * 40/45, 40 and 45 are yellow and 46 is red; of a cache hit of 95/90 %, 95 and 90 are yellow and
 * 89.9 is red. NO_THRESHOLD (any NAN): there is none. */
#define NO_THRESHOLD ((double)NAN)
struct limit {
    enum measure measure;
    double yellow, red;
};

struct check {
    char name[CHECK_NAME_MAX + 1]; /* unique; "postgres" */
    enum check_kind kind;
    const char
        *target; /* "" where the kind has none; this and the texts below live with the plan */
    const char *server;    /* "server1" */
    const char *peer_name; /* its name at the copy that makes it; NULL or "" the same */
    int64_t interval_ms;   /* from the beginning of a probe to the next; HEARTBEAT: of a beat */
    int64_t timeout_ms;    /* of a probe; less than the interval */
    int bad_to_fail;       /* so many bad probes in a row before it is yellow or red; 1-10 */
    int good_to_pass;      /* so many good ones before it is green again; 1-10 */
    enum severity severity;
    bool counted;                  /* false: shown, but nothing follows from it */
    bool outside;                  /* shown at /public, by its title alone */
    size_t needs[CHECK_NEEDS_MAX]; /* indices in the plan; never a circle */
    size_t need_count;
    struct limit limits[CHECK_LIMITS_MAX];
    size_t limit_count;
    const char *title[3]; /* in the order of enum language; "" : the name */
    const char *runbook;  /* slug of docs/runbook.md: #slug; never "" */
    /* What else the kind asks for. */
    int expect_status;                    /* HTTP; 0: any of 200-299 */
    const char *expect_body;              /* HTTP: a part of the body; "" any */
    const char *expect_header;            /* HTTP: "name: part of the value"; "" any */
    const char *record;                   /* DNS: "A", "AAAA", "CNAME", "TXT", "MX", "NS" */
    const char *expect[CHECK_EXPECT_MAX]; /* DNS: exactly these, in any order; none: any */
    size_t expect_count;
    const char *host; /* HTTP, TLS: name to ask for where it is not the target's; "" its own */
    const char *public_url; /* PEER: its page from outside; bad only where `target` is bad too; ""
                               the target alone */
    const char *key_file;   /* HTTP, QDRANT: file with the value of `key_header`; "" none */
    const char *key_header;
};
