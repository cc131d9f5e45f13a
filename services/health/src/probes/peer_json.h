// SPDX-License-Identifier: MIT
/* Reads the peer's GET /v1/status. The peer may have another version: an unknown status is read as
 * "unknown". Checks that are not in this plan, or that the peer does not run, are skipped. Pure. */
#pragma once

#include "base/arena.h"

#include "probes/peer_status.h"

/* Sets `out`, which has one item for each check of the plan, and `rules`. On failure
 * (FAULT_UNREADABLE "bad_json") both are unchanged. */
bool peer_status_read(struct slice body, const struct plan *plan, struct arena *arena,
                      struct peer_check *out, struct peer_rules *rules,
                      struct fault *fault) MUST_CHECK;
