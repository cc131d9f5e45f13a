// SPDX-License-Identifier: MIT
/* Checks that a built-in or edited template renders to a valid text with all possible values.
 * Pure. */
#pragma once

#include "base/fault.h"

#include "texts/text_key.h"

/* Checks that text_render() renders the template to a text that Telegram accepts, with all values
 * that the key allows. The code of FAULT_INVALID is a defect, see text_explain_defect(); the detail
 * names the value, or the byte of bad HTML, but never contains the text. */
bool text_check_template(const struct text_key *key, enum language language, struct slice template,
                         struct fault *fault) MUST_CHECK;

/* The meaning of a code of text_check_template() or bot_settings_set(), in Russian for authors.
 * Static. */
const char *text_explain_defect(const char *code);
