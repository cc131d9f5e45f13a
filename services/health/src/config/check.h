// SPDX-License-Identifier: MIT
/* A check: one item of the file HEALTH_CONFIG. Read-only after start. */
#pragma once

#include <math.h>
#include <stdint.h>

#include "base/fault.h"

#include "config/measure.h"

enum {
    CHECKS_MAX = 256,
    CHECK_NAME_MAX = 48,   /* bytes of a check's name */
    CHECK_NEEDS_MAX = 8,   /* direct dependencies of a check */
    CHECK_LIMITS_MAX = 12, /* limits of a check, one for each measure */
    CHECK_EXPECT_MAX = 8,  /* expected DNS records of a check */
    CHECK_INTERVAL_MIN_MS = 200,
    CHECK_INTERVAL_MAX_MS = 8 * 24 * 3600 * 1000, /* a week, for a weekly heartbeat, and a day */
    CHECK_TIMEOUT_MAX_MS = 30 * 1000
};

// clang-format off
/* X(name of the kind; its word in configuration and answers; form of its target, see
 * config/target.h; probe function). ONCE(function): a probe calls the function once. EACH(function,
 * scheme): a probe calls the function for each IP address of the host in the URL `scheme` + target.
 * To add a kind, add a row and write its function in probes/. */
#define CHECK_KINDS_EACH(X) \
    X(HTTP,       "http",       URL,     EACH(probe_http, "")) \
    X(TCP,        "tcp",        ADDRESS, EACH(probe_connect, "http://")) \
    X(TLS,        "tls",        ADDRESS, EACH(probe_connect, "https://"))    /* checks the chain, the name and certificate_days */ \
    X(DNS,        "dns",        NAME,    ONCE(probe_dns))                    /* compares the records with `expect` */ \
    X(POSTGRES,   "postgres",   NONE,    ONCE(probe_postgres))               /* the database of DATABASE_URL */ \
    X(REDIS,      "redis",      NONE,    ONCE(probe_redis))                  /* the server of REDIS_URL */ \
    X(QDRANT,     "qdrant",     URL,     EACH(probe_health_endpoint, "")) \
    X(DIRECTUS,   "directus",   URL,     EACH(probe_health_endpoint, "")) \
    X(N8N,        "n8n",        URL,     EACH(probe_health_endpoint, "")) \
    X(TRAEFIK,    "traefik",    URL,     EACH(probe_traefik, ""))            /* Traefik's metrics */ \
    X(CONTAINERS, "containers", URL,     EACH(probe_containers, ""))         /* the read-only proxy of Docker's socket */ \
    X(HOST,       "host",       NONE,    ONCE(probe_host))                   /* /proc of this machine */ \
    X(DISK,       "disk",       PATH,    ONCE(probe_disk))                   /* free space and inodes of a mount */ \
    X(TELEGRAM,   "telegram",   URL,     EACH(probe_telegram_bots, ""))           /* the gateway's /v1/bots; uses LINK_KEY */ \
    X(SERVICE,    "service",    URL,     ONCE(probe_service))                /* /readyz and /metrics of a service of tapbot */ \
    X(BUSINESS,   "business",   URL,     ONCE(probe_business))               /* figures in a service's /metrics that staff must act on */ \
    X(HEARTBEAT,  "heartbeat",  NONE,    ONCE(probe_heartbeat))              /* expects POST /v1/heartbeats/NAME once in each interval */ \
    X(PEER,       "peer",       URL,     ONCE(probe_peer))                   /* /v1/status of health on the other server; uses LINK_KEY */
// clang-format on
#define CHECK_KIND(name, word, form, probe) CHECK_##name,
enum check_kind { CHECK_KINDS_EACH(CHECK_KIND) CHECK_KINDS };
#undef CHECK_KIND
/* Words of the kinds, NULL-terminated. */
extern const char *const check_kind_names[CHECK_KINDS + 1];

/* Response header of GET /public, read by checks of kind PEER: "yes" if this instance has alerted
 * people that the link between the servers is cut, otherwise "no". */
#define PEER_ALERT_HEADER "Health-Link-Told"

/* Determines which channels alert people of an incident, see notify/. */
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
    const char *target; /* "": the kind has none. The plan owns this text and the texts below. */
    const char *server; /* name of the server that runs the check, such as "server1" */
    /* If the peer runs the check: its name there; NULL: it has the name `name` there too. */
    const char *peer_name;
    /* Time from the start of a probe to the start of the next. HEARTBEAT: maximum time between two
     * reports. */
    int64_t interval_ms;
    int64_t timeout_ms; /* maximum duration of a probe; less than the interval */
    int bad_to_fail;    /* consecutive bad probes that turn the check yellow or red; 1-10 */
    int good_to_pass;   /* consecutive good probes that turn the check green again; 1-10 */
    enum severity severity;
    /* False: the check is shown, but causes no incident and does not affect the overall status. */
    bool counted;
    bool outside; /* true: /public shows the check, by its title only */
    /* True: only a silence that names the check suppresses its alerts; maintenance and a prefix do
     * not. For measures of people in danger. */
    bool always;
    /* HEARTBEAT before its first report. True: the check is unknown and does not affect the overall
     * status. False: it fails (TROUBLE_LATE) one interval after the start of health. */
    bool optional;
    /* HEARTBEAT one interval after the last report. True: the check is unknown. False: it fails. */
    bool expires;
    /* Indices in plan->checks of the direct dependencies. Dependencies form no cycles. */
    size_t needs[CHECK_NEEDS_MAX]; /* `need_count` items */
    size_t need_count;
    struct limit limits[CHECK_LIMITS_MAX];
    size_t limit_count;
    const char *title[3]; /* in the order of enum language; "": the name is shown instead */
    const char *runbook;  /* section of docs/runbook.md; never "" */
    /* Options of some kinds. */
    int expect_status;       /* HTTP: the expected status; 0: any of 200-299 */
    const char *expect_body; /* HTTP: text that the body must contain; "": any body */
    /* DNS: the complete set of expected IPv4 addresses; if it is empty, any address is accepted. */
    const char *expect[CHECK_EXPECT_MAX];
    size_t expect_count;
    /* PEER: URL of the peer's public page; "": only `target` is probed. If both are set, the check
     * fails only if both fail. */
    const char *public_url;
};
