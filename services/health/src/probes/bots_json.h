// SPDX-License-Identifier: MIT
/* Reads pages of the gateway's GET /v1/bots (services/bot-gateway/openapi.yaml). */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum { BOTS_PAGE_MAX = 100, BOTS_CURSOR_MAX = 512, BOTS_NAMES_MAX = 120 };

/* Totals over all pages. The caller zeroes it before the first page. */
struct bots_found {
    int64_t broken;             /* active bots that do not work */
    int64_t pending;            /* updates that wait at Telegram, for all active bots */
    char names[BOTS_NAMES_MAX]; /* broken bots: "apartments: elsewhere, ..."; as many as fit */
};

/* Adds the bots of a page to `found`. `next_cursor`: cursor of the next page, in the arena; absent:
 * this was the last page. Fails with FAULT_UNREADABLE "bad_json". */
bool bots_add_page(struct slice body, struct arena *arena, struct bots_found *found,
                   struct slice *next_cursor, struct fault *fault) MUST_CHECK;
