// SPDX-License-Identifier: MIT
/* Updates of the Bot API, as far as dialogues look at them. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"

#include "dialogues/update_view.h"

/* Reads the body of a stored update. The view borrows from `body` and the arena. What is missing or
 * of another type is absent. FAULT_UNREADABLE and FAULT_UNAVAILABLE of foreign_read(). */
bool update_view_read(struct slice body, struct arena *arena, struct update_view *out,
                      struct fault *fault) MUST_CHECK;
