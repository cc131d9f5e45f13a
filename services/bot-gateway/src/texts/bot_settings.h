// SPDX-License-Identifier: MIT
/* The settings of a type of bot that staff may edit: rows of the table `bot_settings`. A new
 * setting needs a member here and a row of `settings` in bot_settings.c. Pure. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"

struct bot_settings {
    int64_t hold_minutes;   /* how long an apartment is held for a guest */
    int64_t search_results; /* apartments per answer */
    struct slice support;   /* contact for questions: "@tapbot_help"; may be empty */
    /* The agreement: URLs of the offer and of the privacy policy, either may be empty, and the
     * version of these texts, which is stored with the consent of a person. */
    struct slice offer_url;
    struct slice privacy_url;
    struct slice agreement_version;
};

struct bot_settings bot_settings_default(void);

/* The version of the agreement; absent if neither of its texts has a URL. */
struct slice bot_settings_agreement_version(const struct bot_settings *bot);

/* Sets the setting `key`, if there is one; text is borrowed. `type` and `value` are jsonb_typeof(v)
 * and v #>> '{}' of the jsonb value v of the setting; `value` of null is "". FAULT_INVALID:
 * "not_whole", "out_of_range", "not_text", "too_long", "control_character"; then the setting is
 * unchanged. */
bool bot_settings_set(struct bot_settings *settings, struct slice key, struct slice type,
                      struct slice value, struct fault *fault) MUST_CHECK;

/* Appends the default settings as JSON: [{"key":"hold_minutes","value":15}, ...]. */
void bot_settings_append_defaults_json(struct buf *json);
