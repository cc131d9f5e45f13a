// SPDX-License-Identifier: MIT
/* The result of a probe. */
#pragma once

#include <stdint.h>

#include "config/measure.h"

/* Why a probe failed; thresholds of readings are no troubles. Names in answers:
 * probe_trouble_names. Sentences for people: i18n/i18n.h. */
enum probe_trouble {
    TROUBLE_NONE,
    TROUBLE_TIMEOUT, /* no answer within the timeout */
    TROUBLE_REFUSED, /* connection refused, reset, unreachable */
    TROUBLE_NO_NAME, /* the name has no address, or the resolver does not answer */
    TROUBLE_STATUS,  /* unexpected HTTP status; detail: the status */
    TROUBLE_BODY,    /* the body is unexpected or unreadable */
    TROUBLE_HEADER,
    TROUBLE_RECORDS,     /* unexpected DNS records; detail: the records */
    TROUBLE_CERTIFICATE, /* invalid chain, name or time; detail: which of these */
    TROUBLE_DENIED,      /* the target rejects our key or password */
    /* The target reports that it is not ready; detail: the reason, from a closed set of words. */
    TROUBLE_NOT_READY,
    TROUBLE_DOWN, /* a server, container or bot that the target reports on is down; detail: names */
    TROUBLE_LATE, /* a heartbeat is missing */
    TROUBLE_SILENT, /* PEER: no answer by the link nor from outside; detail: both troubles */
    TROUBLE_LOCAL,  /* a local failure of health: files, memory */
    TROUBLE_RULE,   /* set for a firing rule of Prometheus, not by a probe; detail: its name */
    TROUBLES
};
extern const char *const probe_trouble_names[TROUBLES + 1];

enum { PROBE_DETAIL_MAX = 160 };

struct probe_result {
    enum probe_trouble trouble;
    /* Words of a closed set, names, numbers; never a secret, a body or personal data; "": none. */
    char detail[PROBE_DETAIL_MAX];
    struct reading readings[READINGS_MAX];
    size_t reading_count;
    int64_t began_us; /* start of the probe, wall clock */
    int64_t took_us;
};
