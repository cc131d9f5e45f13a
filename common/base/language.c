// SPDX-License-Identifier: MIT
#include "base/language.h"

#include <stddef.h>

const char *const language_names[] = {"ru", "en", "kz", "kk", NULL};

bool language_read(struct slice name, enum language *out)
{
    for (int i = 0; language_names[i] != NULL; i++)
        if (slice_equal_caseless(name, slice_of(language_names[i]))) {
            *out = i < LANGUAGE_KZ ? (enum language)i : LANGUAGE_KZ;
            return true;
        }
    return false;
}

int language_or(struct slice name, int otherwise)
{
    enum language language;

    return language_read(name, &language) ? (int)language : otherwise;
}
