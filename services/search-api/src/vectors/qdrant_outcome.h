// SPDX-License-Identifier: MIT
/* What an answer of Qdrant means that is no success: a table, by its status and its words
 * (lib/api and src/actix of qdrant/qdrant, tag v1.19.0). Pure. */
#pragma once

#include <stdint.h>

#include "base/fault.h"

/* Sets `fault` and returns false:
 * FAULT_CONFLICT "qdrant_dimensions": the collection's vectors have another size;
 * FAULT_GONE "qdrant_collection_gone"; FAULT_FORBIDDEN "qdrant_key": QDRANT_API_KEY is wrong;
 * FAULT_TIMEOUT "qdrant_slow"; FAULT_RATE_LIMITED "qdrant_busy"; FAULT_UNAVAILABLE "qdrant_full":
 * a quota, which no repetition helps; FAULT_UNAVAILABLE "qdrant_failed"; FAULT_INTERNAL
 * "qdrant_refused": all else. `error`: its words, which the fault keeps the beginning of;
 * `retry_after` may be absent. */
bool qdrant_outcome(long status, struct slice error, struct slice retry_after, struct fault *fault);

/* It may be asked again; http_call.is_failure. */
bool qdrant_outcome_passes(long status);
