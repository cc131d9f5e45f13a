// SPDX-License-Identifier: MIT
/* Buttons that copy what guests would otherwise have to select in a message: the number to pay to,
 * the code of a booking, an address. Pure. */
#pragma once

#include "dialogue/turn.h"
#include "texts/texts.h"

enum copy { COPY_NUMBER, COPY_CODE, COPY_ADDRESS, COPIES };

/* Makes a button that copies the text or, of COPY_NUMBER, the number in payment details: their only
 * phone or, without a phone, a card of 16 digits. `made` is false if there is nothing to copy, or
 * more than TURN_COPY_MAX characters. */
bool copy_button_make(const struct texts *texts, enum language language, enum copy copy,
                      struct slice text, struct arena *arena, struct turn_button *out, bool *made,
                      struct fault *fault) MUST_CHECK;
