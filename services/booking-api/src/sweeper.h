// SPDX-License-Identifier: MIT
/* Ends holds, requests and claims whose time ran out, and stays whose check-out time has come, in
 * the background of the service's own loop. Any number of processes may sweep at once: rows
 * somebody works on are skipped. Nothing depends on it being alive but that others hear of it soon:
 * readers go by the clock, writers end what they trip on. */
#pragma once

#include "api/change.h"
#include "loop/loop.h"

struct sweeper;

/* Returns new; `db` is the shared handle. Looks every `interval_ms` from now on. */
struct sweeper *sweeper_create(struct loop *loop, struct db *db, struct api_changes *changes,
                               int64_t interval_ms, struct fault *fault);
/* Takes NULL. A sweep that is under way is cancelled. */
void sweeper_destroy(struct sweeper *sweeper);
