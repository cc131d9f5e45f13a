// SPDX-License-Identifier: MIT
/* What was typed on one keyboard layout as the same keys write it on another. Pure. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

enum keyboard {
    KEYBOARD_RUSSIAN, /* ЙЦУКЕН as Windows has it, for what was typed on QWERTY */
    KEYBOARD_KAZAKH,  /* likewise; the upper row has ә і ң ғ ү ұ қ ө һ */
    KEYBOARD_ENGLISH, /* QWERTY, for what was typed on ЙЦУКЕН */
};

/* Characters without a key stay. */
void keyboard_read(enum keyboard as, struct slice typed, struct buf *out);
