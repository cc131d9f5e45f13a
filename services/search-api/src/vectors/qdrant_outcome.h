// SPDX-License-Identifier: MIT
/* The meaning of unsuccessful answers of Qdrant: a table by status and message (lib/api and
 * src/actix of qdrant/qdrant, tag v1.19.0). Pure. */
#pragma once

#include "base/fault.h"

/* Sets the fault of an unsuccessful answer and returns false. FAULT_CONFLICT "qdrant_dimensions":
 * the collection's vectors have another size; FAULT_GONE "qdrant_collection_gone"; FAULT_FORBIDDEN
 * "qdrant_key": QDRANT_API_KEY is wrong; FAULT_TIMEOUT "qdrant_slow"; FAULT_RATE_LIMITED
 * "qdrant_busy"; FAULT_UNAVAILABLE "qdrant_full": a quota is exhausted, so retries are useless;
 * FAULT_UNAVAILABLE "qdrant_failed"; FAULT_INTERNAL "qdrant_refused": anything else. The fault
 * contains the beginning of the message `error`; `retry_after` may be absent. */
bool qdrant_outcome_set_fault(long status, struct slice error, struct slice retry_after,
                              struct fault *fault);

/* Whether a retry may succeed after an answer with this status; used as `is_failure` of calls of
 * http/client.h. */
bool qdrant_outcome_is_temporary(long status);
