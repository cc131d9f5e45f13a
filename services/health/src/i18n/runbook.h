// SPDX-License-Identifier: MIT
/* What to do about a bad check: a short form of docs/runbook.md, with the same commands, which a
 * test compares. */
#pragma once

#include "base/buf.h"

#include "config/check.h"

enum { RUNBOOK_COMMANDS = 3 };
struct runbook {
    const char *slug;
    const char *advice[3];                  /* one sentence, in the order of enum language */
    const char *commands[RUNBOOK_COMMANDS]; /* ${name}: the check's name */
};
extern const struct runbook runbooks[];
extern const size_t runbook_count;
/* NULL: there is none; configuration that names it is rejected. */
const struct runbook *runbook_find(const char *slug);
/* The section that the check's `runbook` names. If that is only its kind and there is a section
 * with the check's own name, that section. NULL: there is none. */
const struct runbook *runbook_of(const struct check *check);
/* Command `index` of the check's section, with its name for ${name}. Without a section: nothing. */
void runbook_command(const struct check *check, int index, struct buf *out);
