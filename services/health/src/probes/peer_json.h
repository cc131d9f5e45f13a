// SPDX-License-Identifier: MIT
/* Reads the peer's GET /v1/status, which may be of another version. Unknown words become "unknown";
 * checks that this plan does not have, and those not of the peer, are skipped. Pure. */
#pragma once

#include "base/arena.h"

#include "probes/peer_status.h"

/* Sets `out`, one item for each check of the plan, and `rules`. FAULT_UNREADABLE "bad_json":
 * nothing is set. */
bool peer_status_read(struct slice body, const struct plan *plan, struct arena *arena,
                      struct peer_check *out, struct peer_rules *rules,
                      struct fault *fault) MUST_CHECK;
