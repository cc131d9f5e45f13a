// SPDX-License-Identifier: MIT
/* Is a template fit to be said, whatever its values are? For the texts that are built in as for
 * those of the table. Pure. */
#pragma once

#include "base/fault.h"

#include "texts/text_key.h"

/* True: text_say() makes of it a text that Telegram takes, with every value that the key allows.
 * Else FAULT_INVALID with the code of a defect; its detail names the place, never the text. */
bool text_check(const struct text_key *key, enum language language, struct slice template,
                struct fault *fault) MUST_CHECK;

/* What a code of text_check() or bot_settings_take() means, in Russian for those who write texts.
 * Static. */
const char *text_defect(const char *code);
