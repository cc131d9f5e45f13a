// SPDX-License-Identifier: MIT
/* Updates on the wire (Bot API, "Update"). */
#pragma once

#include "base/arena.h"

#include "intake/update.h"

/* Reads the body of a webhook into an update without ids of ours. What cannot be read is no fault:
 * the update is broken then, with the update_id that its beginning shows. A cut body is broken.
 * False with a fault: no memory. */
bool update_read(struct slice body, bool cut, struct arena *arena, struct update *out,
                 struct fault *fault) MUST_CHECK;
