// SPDX-License-Identifier: MIT
/* Advice for a bad check: short forms of sections of docs/runbook.md, with the same commands. */
#pragma once

#include "base/buf.h"

#include "config/check.h"

enum { RUNBOOK_COMMANDS = 3 };
struct runbook {
    const char *slug;
    const char *advice[3];                  /* one sentence, in the order of enum language */
    const char *commands[RUNBOOK_COMMANDS]; /* ${name} in a command stands for the check's name */
};
extern const struct runbook runbooks[];
extern const size_t runbook_count;
/* Finds a section by its slug; NULL: there is no such section. */
const struct runbook *runbook_find(const char *slug);
/* The section that check->runbook names. If check->runbook is the check's kind, which is its
 * default value, a section with the check's name is preferred. NULL: there is no such section. */
const struct runbook *runbook_of(const struct check *check);
/* Writes command `index` of the check's section, with the check's name in place of ${name}. Writes
 * nothing if there is no section. */
void runbook_write_command(const struct check *check, int index, struct buf *out);
