// SPDX-License-Identifier: MIT
/* What people may set of a kind of bot, beside its texts: rows of the table `bot_settings`. A new
 * one is a member here and a row of `settings` in bot_settings.c. Pure. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"

struct bot_settings {
    int64_t hold_minutes;   /* how long a flat is held for a guest who has chosen it */
    int64_t search_results; /* flats of one answer */
    struct slice support;   /* where a person finds people: "@tapbot_help"; may be empty */
};

/* What is built in. */
struct bot_settings bot_settings_default(void);

bool bot_settings_has(struct slice key);

/* Sets the one that is called `key`; text is borrowed. `type` and `value` are what PostgreSQL tells
 * of a jsonb: jsonb_typeof(v), and v #>> '{}', "" for null. FAULT_INVALID: "unknown_setting",
 * "not_whole", "out_of_range", "not_text", "too_long", "control_character"; what is set stays. */
bool bot_settings_take(struct bot_settings *settings, struct slice key, struct slice type,
                       struct slice value, struct fault *fault) MUST_CHECK;

/* Appends what is built in: [{"key":"hold_minutes","value":15}, ...]. */
void bot_settings_write(struct buf *json);
