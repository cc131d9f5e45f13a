// SPDX-License-Identifier: MIT
/* Maps text typed on one keyboard layout to the characters of the same keys on another. Pure. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum keyboard {
    KEYBOARD_RUSSIAN, /* ЙЦУКЕН of Windows, for text typed on QWERTY */
    KEYBOARD_KAZAKH,  /* likewise; the upper row has ә і ң ғ ү ұ қ ө һ */
    KEYBOARD_ENGLISH, /* QWERTY, for text typed on ЙЦУКЕН */
};

/* Appends `typed` as the same keys would type it on the layout `as`. Characters without a key stay.
 */
void keyboard_convert(enum keyboard as, struct slice typed, struct buf *out);
