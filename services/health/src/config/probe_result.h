// SPDX-License-Identifier: MIT
/* The result of a probe. */
#pragma once

#include <stdint.h>

#include "config/measure.h"

/* Why a probe failed, apart from its readings. Names in answers: probe_trouble_names. Sentences for
 * people: i18n/i18n.h. */
enum probe_trouble {
    TROUBLE_NONE,
    TROUBLE_TIMEOUT, /* no answer within the timeout */
    TROUBLE_REFUSED, /* connection refused, reset, unreachable */
    TROUBLE_NO_NAME, /* the name has no address, or the resolver does not answer */
    TROUBLE_STATUS,  /* unexpected HTTP status; detail: the status */
    TROUBLE_BODY,    /* the body is unexpected or unreadable */
    TROUBLE_HEADER,
    TROUBLE_RECORDS,     /* unexpected DNS records; detail: which */
    TROUBLE_CERTIFICATE, /* invalid chain, name or time; detail: which of them */
    TROUBLE_DENIED,      /* the target rejects our key or password */
    TROUBLE_NOT_READY, /* the target reports that it is not ready; detail: why, from a closed set of
                        * words */
    TROUBLE_DOWN,      /* what the target reports on is down; detail: names */
    TROUBLE_LATE,      /* a heartbeat is missing */
    TROUBLE_SILENT,    /* PEER: answers neither by the link nor from outside; detail: both
                        * troubles */
    TROUBLE_LOCAL,     /* a local failure of health: files, memory */
    TROUBLE_RULE,      /* not from a probe: a rule of Prometheus fires; detail: its name */
    TROUBLES
};
extern const char *const probe_trouble_names[TROUBLES + 1];

enum { PROBE_DETAIL_MAX = 160 };

struct probe_result {
    enum probe_trouble trouble;
    char detail[PROBE_DETAIL_MAX]; /* closed set of words, names, numbers; never a secret, a body or
                                    * personal data; "" none */
    struct reading readings[READINGS_MAX];
    size_t reading_count;
    int64_t began_us; /* wall clock */
    int64_t took_us;
};
