// SPDX-License-Identifier: MIT
/* Several pictures sent at once. Each is an update of its own with the same media_group_id (Bot
 * API, Message), and together they are one turn: that of the first with a caption, else of the
 * first. The album is whole when no picture of it has come for ALBUM_SILENCE_MS; one that comes
 * later is a turn of its own. Until then its lane waits. */
#pragma once

#include "dialogue/turn_run.h"

enum {
    ALBUM_SILENCE_MS = 1500, /* our own figure; Telegram says none */
    ALBUM_MAX = 10           /* pictures (Bot API, sendMediaGroup) */
};

/* In the transaction that took `turning`'s update, which is of an album. `speaks`: the album is
 * whole and this update speaks for it; the turn goes on, and the others are done with it. Else the
 * transaction was committed: the update waits, or is done because another one speaks. */
bool album_gather(struct db *tx, struct turn_run *turning, bool *speaks,
                  struct fault *fault) MUST_CHECK;
