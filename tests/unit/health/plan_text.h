// SPDX-License-Identifier: MIT
/* Plans that tests write as text. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "checks/plan.h"

/* Reads a plan called "health.yaml"; `told` are its mistakes (free). */
static inline bool plan_of(const char *text, struct plan *out, char **told)
{
    size_t len = 0;
    FILE *errors = open_memstream(told, &len);
    const bool fine = plan_read(slice_of(text), "health.yaml", out, errors);

    fclose(errors);
    return fine;
}
