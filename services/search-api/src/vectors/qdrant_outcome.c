// SPDX-License-Identifier: MIT
#include "vectors/qdrant_outcome.h"

#include <limits.h>

#include "base/parse.h"

enum { RETRY_AFTER_MAX_S = 3600, MESSAGE_MAX = 100 };

static const struct outcome {
    long from, to;        /* statuses, both inclusive */
    const char *mentions; /* a part of the message; NULL: any message */
    enum fault_kind kind;
    const char *code;
    bool passes; /* the failure may pass: a retry may succeed */
} outcomes[] = {
    {400,      400,      "imension",  FAULT_CONFLICT,     "qdrant_dimensions",      false},
    {401,      401,      NULL,        FAULT_FORBIDDEN,    "qdrant_key",             false},
    {403,      403,      NULL,        FAULT_FORBIDDEN,    "qdrant_key",             false},
    {404,      404,      "ollection", FAULT_GONE,         "qdrant_collection_gone", false},
    {408,      408,      NULL,        FAULT_TIMEOUT,      "qdrant_slow",            true },
    {429,      429,      NULL,        FAULT_RATE_LIMITED, "qdrant_busy",            true },
    {507,      507,      NULL,        FAULT_UNAVAILABLE,  "qdrant_full",            false},
    {500,      599,      NULL,        FAULT_UNAVAILABLE,  "qdrant_failed",          true },
    {LONG_MIN, LONG_MAX, NULL,        FAULT_INTERNAL,     "qdrant_refused",         false},
};

static const struct outcome *find_outcome(long status, struct slice error)
{
    const struct outcome *at = outcomes;

    while (status < at->from || status > at->to ||
           (at->mentions != NULL && !slice_contains(error, slice_of(at->mentions))))
        at++;
    return at;
}

bool qdrant_outcome_is_temporary(long status)
{
    return find_outcome(status, SLICE(""))->passes;
}

bool qdrant_outcome_set_fault(long status, struct slice error, struct slice retry_after,
                              struct fault *fault)
{
    const struct outcome *outcome = find_outcome(status, error);
    const struct slice message = {error.at, error.len < MESSAGE_MAX ? error.len : MESSAGE_MAX};
    int64_t seconds;

    fault_set(fault, outcome->kind, outcome->code, "Qdrant answered %ld: %.*s", status,
              SLICE_ARG(message));
    if (parse_i64(retry_after, 0, RETRY_AFTER_MAX_S, &seconds))
        fault->retry_after_s = (int)seconds;
    return false;
}
