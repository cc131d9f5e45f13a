// SPDX-License-Identifier: MIT
/* The parts of polling that are pure. Private to this folder and its tests. */
#pragma once

#include "telegram/poll.h"

/* The result of getUpdates as an array in the arena, of TELEGRAM_UPDATES_MAX at most; further ones
 * are dropped. FAULT_UNAVAILABLE "telegram_bad_updates": it is not an array of objects with an id.
 */
bool telegram_poll_updates(struct slice result, struct arena *arena,
                           const struct telegram_update **out, size_t *count,
                           struct fault *fault) MUST_CHECK;

/* The pause after so many failures in a row, 1 or more. */
int64_t telegram_poll_pause_ms(unsigned failures, uint32_t random);
