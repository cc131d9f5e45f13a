// SPDX-License-Identifier: MIT
/* Which reading of a result is what is wrong. */
#pragma once

#include "checks/check.h"
#include "checks/result.h"

struct beyond {
    const struct reading *reading; /* of the result */
    const struct limit *limit;     /* of the check */
    bool red;                      /* which border: else the yellow one */
};

/* The first reading that is beyond a red border, else the first one beyond a yellow border. False:
 * none is. */
bool beyond_find(const struct check *check, const struct probe_result *result, struct beyond *out);
