// SPDX-License-Identifier: MIT
/* A page of GET /v1/bots of the gateway (services/bot-gateway/openapi.yaml). */
#pragma once

#include <stdint.h>

#include "base/arena.h"

enum { BOTS_PAGE_MAX = 100, BOTS_CURSOR_MAX = 512, BOTS_NAMES_MAX = 120 };

/* What is found on pages, one after the other. Zeroed: nothing. */
struct bots_found {
    int64_t broken;             /* active bots that cannot work */
    int64_t pending;            /* updates that wait at Telegram, of all active bots */
    char names[BOTS_NAMES_MAX]; /* "apartments: elsewhere", of as many as fit */
};

/* Adds a page. `next` becomes the next page's cursor, in the arena; absent: it was the last.
 * FAULT_UNREADABLE "bad_json" where it is no such page. */
bool bots_page_read(struct slice body, struct arena *arena, struct bots_found *found,
                    struct slice *next, struct fault *fault) MUST_CHECK;
