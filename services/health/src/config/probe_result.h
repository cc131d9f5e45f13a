// SPDX-License-Identifier: MIT
/* What a probe has found. */
#pragma once

#include <stdint.h>

#include "config/measure.h"

/* Why a probe was bad, apart from its readings. Words of answers: probe_trouble_names; sentences
 * for people: i18n/i18n.h. */
enum probe_trouble {
    TROUBLE_NONE,
    TROUBLE_TIMEOUT, /* no answer within the timeout */
    TROUBLE_REFUSED, /* connection refused, reset, unreachable */
    TROUBLE_NO_NAME, /* the name has no address, or the resolver does not answer */
    TROUBLE_STATUS,  /* another status of HTTP; detail: it */
    TROUBLE_BODY,    /* the body is not what was expected, or cannot be read */
    TROUBLE_HEADER,
    TROUBLE_RECORDS,     /* DNS: others; detail: which */
    TROUBLE_CERTIFICATE, /* chain, name or time; detail: which of them */
    TROUBLE_DENIED,      /* it answers, but refuses our key or password */
    TROUBLE_NOT_READY, /* it answers that it is not ready; detail: why, in its words of a closed set
                        */
    TROUBLE_DOWN,      /* what it reports on is down; detail: names */
    TROUBLE_LATE,      /* heartbeat */
    TROUBLE_SILENT,    /* PEER: neither by the link nor from outside; detail: both troubles */
    TROUBLE_LOCAL,     /* this machine cannot look: files, memory */
    TROUBLE_RULE,      /* no probe: a rule of Prometheus fires; detail: its name */
    TROUBLES
};
extern const char *const probe_trouble_names[TROUBLES + 1];

enum { PROBE_DETAIL_MAX = 160 };

struct probe_result {
    enum probe_trouble trouble;
    char detail[PROBE_DETAIL_MAX]; /* closed words, names, numbers: never a secret, a body, a
                                      person; "" none */
    struct reading readings[READINGS_MAX];
    size_t reading_count;
    int64_t began_us; /* wall clock */
    int64_t took_us;
};
