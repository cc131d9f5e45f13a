// SPDX-License-Identifier: MIT
#include "base/language.h"

const char *const language_names[] = {"ru", "en", "kz", "kk", NULL};

enum language language_of(struct slice name)
{
    for (int i = 0; i <= LANGUAGE_KZ; i++) {
        if (slice_is(name, language_names[i]))
            return (enum language)i;
    }
    return LANGUAGE_RU;
}
