// SPDX-License-Identifier: MIT
/* Albums: several pictures sent at once. Telegram sends each picture as an update of its own, all
 * with the same media_group_id (Bot API, Message). The bot handles the updates of an album as one:
 * the primary update is the first with a caption, or the first one if none has a caption. An album
 * is complete when no picture of it has come for ALBUM_WAIT_MS; until then the later updates of the
 * chat wait. A picture that comes after that is handled by itself. */
#pragma once

#include "db/query.h"

struct turn_run;

enum {
    ALBUM_WAIT_MS = 1500, /* our choice; Telegram documents no interval */
    ALBUM_MAX = 10        /* pictures (Bot API, sendMediaGroup) */
};

/* Must be called in the transaction that took the update of `run`, a picture of an album. If the
 * album is complete and this update is its primary one, merges the other updates into it and sets
 * `is_primary`; the caller goes on with the update. Otherwise the caller only has to commit: the
 * update is deferred, or is done because another update is the primary one. */
bool album_gather(struct db *tx, struct turn_run *run, bool *is_primary,
                  struct fault *fault) MUST_CHECK;
