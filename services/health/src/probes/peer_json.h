// SPDX-License-Identifier: MIT
/* What the health of the other server says of its own checks: GET /v1/status, perhaps of another
 * version. Words that are not known read as unknown, checks that this plan does not have are
 * skipped, and what it says of checks that are not its own is never read. Pure. */
#pragma once

#include "base/arena.h"

#include "probes/peer_status.h"

/* Sets `out`, one for each check of the plan, and `rules`. FAULT_UNREADABLE "bad_json": nothing is
 * set. */
bool peer_status_read(struct slice body, const struct plan *plan, struct arena *arena,
                      struct peer_check *out, struct peer_rules *rules,
                      struct fault *fault) MUST_CHECK;
