// SPDX-License-Identifier: MIT
/* Plans as text. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "config/plan.h"

/* Lines of a check begin with the third line of the file. */
#define CHECK(lines) "server: server2\nchecks:\n  - " lines
#define DISK(lines)  CHECK("name: root\n    kind: disk\n    target: /\n    " lines)
#define HTTP(lines)  CHECK("name: site\n    kind: http\n    target: https://tapbot.kz/\n    " lines)

/* Reads a plan called "health.yaml"; `messages` receives its mistakes (free). */
static inline bool plan_of(const char *text, struct plan *out, char **messages)
{
    size_t len = 0;
    FILE *errors = open_memstream(messages, &len);
    const bool fine = plan_parse(slice_of(text), "health.yaml", out, errors);

    fclose(errors);
    return fine;
}
