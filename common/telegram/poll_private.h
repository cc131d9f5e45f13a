// SPDX-License-Identifier: MIT
/* Pure parts of poll.c. Private to common/telegram and its tests. */
#pragma once

#include "telegram/poll.h"

/* Parses the result of getUpdates into an array in the arena, of at most TELEGRAM_UPDATES_MAX
 * updates; further updates are dropped. FAULT_UNAVAILABLE "telegram_bad_updates" if `result` is not
 * an array of objects with an id. */
bool telegram_poll_parse_updates(struct slice result, struct arena *arena,
                                 const struct telegram_update **out, size_t *count,
                                 struct fault *fault) MUST_CHECK;

/* The pause after this number of consecutive failures, which is 1 or more. */
int64_t telegram_poll_pause_ms(unsigned failures, uint32_t random);
