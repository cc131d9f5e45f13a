// SPDX-License-Identifier: MIT
/* Checks that a template renders to a valid text with all possible values. For built-in and edited
 * texts. Pure. */
#pragma once

#include "base/fault.h"

#include "texts/text_key.h"

/* True: text_say() renders a text that Telegram accepts, with all values that the key allows. Else
 * FAULT_INVALID with the code of a defect; its detail names the position, never the text. */
bool text_check(const struct text_key *key, enum language language, struct slice template,
                struct fault *fault) MUST_CHECK;

/* The meaning of a code of text_check() or bot_settings_take(), in Russian for authors of texts.
 * Static. */
const char *text_defect(const char *code);
