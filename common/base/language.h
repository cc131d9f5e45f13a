// SPDX-License-Identifier: MIT
/* The languages of the bots. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum language { LANGUAGE_RU, LANGUAGE_EN, LANGUAGE_KZ };

/* Names in the order of the enum, NULL-terminated. The last one is "kk", the ISO name of Kazakh: it
 * is read as "kz" and never written. A row for it in a field table (json/fields.h):
 *     {.name = "language", .type = FIELD_ENUM, .names = language_names, .max = LANGUAGE_KZ} */
extern const char *const language_names[];

/* Reads one of language_names, case-insensitively. */
bool language_read(struct slice name, enum language *out);
/* The language of this name, or else `otherwise`, such as -1. */
int language_or(struct slice name, int otherwise);
