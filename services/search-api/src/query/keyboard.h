// SPDX-License-Identifier: MIT
/* Maps text typed on one keyboard layout to the characters of the same keys on another. Pure. */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

enum keyboard {
    KEYBOARD_RUSSIAN, /* ЙЦУКЕН of Windows, for text typed on QWERTY */
    KEYBOARD_KAZAKH, /* for text typed on QWERTY; the row of digits has ә і ң ғ ү ұ қ ө һ */
    KEYBOARD_ENGLISH, /* QWERTY, for text typed on ЙЦУКЕН */
};

/* Appends the characters that the keys of `typed` produce on `layout`. Appends characters without a
 * key unchanged. */
void keyboard_convert(enum keyboard layout, struct slice typed, struct buf *out);
