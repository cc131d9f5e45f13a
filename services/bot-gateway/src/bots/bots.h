// SPDX-License-Identifier: MIT
/* The list of all bots, in memory. The table `bot` and the folder BOTS_DIR are reread every few
 * seconds, and the list is replaced as a whole, so additions and changes take effect without a
 * restart. If reading fails, the previous list stays. */
#pragma once

#include "api/service.h"

#include "bots/bot.h"

struct bots;

/* Returns a new list without bots; NULL: `fault` is set. `folder` must outlive the list. */
struct bots *bots_create(struct service *service, const char *folder, struct fault *fault);
/* Rereads the bots every `every_ms`, the first time at once, until bots_destroy(). Until the first
 * read succeeds the instance is not ready: it would answer 503. Call it once, before the loop
 * runs. */
void bots_reload_every(struct bots *bots, int64_t every_ms);
void bots_destroy(struct bots *bots); /* takes NULL */

/* Rereads the bots now. For tests; must be called in a fiber. */
bool bots_reload(struct bots *bots, struct fault *fault) MUST_CHECK;

/* All bots sorted by name, including those without a row. The array is valid until the caller's
 * fiber waits. FAULT_UNAVAILABLE "starting" before the first successful read. */
bool bots_all(const struct bots *bots, const struct bot **all, size_t *count,
              struct fault *fault) MUST_CHECK;

/* Find the active bot with this name or id. `out` is valid until the caller's fiber waits.
 * FAULT_NOT_FOUND "not_found"; FAULT_UNAVAILABLE "starting" before the first successful read. */
bool bots_find_active(const struct bots *bots, struct slice name, const struct bot **out,
                      struct fault *fault) MUST_CHECK;
bool bots_find_active_by_id(const struct bots *bots, const struct uuid *id, const struct bot **out,
                            struct fault *fault) MUST_CHECK;
