// SPDX-License-Identifier: MIT
/* The languages of the bots. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum language { LANGUAGE_RU, LANGUAGE_EN, LANGUAGE_KZ };

/* In the order of the enum, NULL-terminated. Behind LANGUAGE_KZ stands "kk", the ISO name of
 * Kazakh, which is read as "kz" and never written. A field of a table:
 *     {.name = "language", .type = FIELD_ENUM, .names = language_names, .max = LANGUAGE_KZ} */
extern const char *const language_names[];

/* Reads one of these names, case-insensitively. */
bool language_read(struct slice name, enum language *out);
