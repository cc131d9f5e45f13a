// SPDX-License-Identifier: MIT
/* Checks that a template renders to a valid text with all possible values. For built-in and edited
 * texts. Pure. */
#pragma once

#include "base/fault.h"

#include "texts/text_key.h"

/* Checks that text_say() renders the template to a text that Telegram accepts, with all values that
 * the key allows. FAULT_INVALID has the code of a defect; its detail names the position, never the
 * text. */
bool text_check(const struct text_key *key, enum language language, struct slice template,
                struct fault *fault) MUST_CHECK;

/* What a code of text_check() or bot_settings_take() means, in Russian for authors of texts.
 * Static. */
const char *text_defect(const char *code);
