// SPDX-License-Identifier: MIT
/* The languages of the bots. */
#pragma once

enum language { LANGUAGE_RU, LANGUAGE_EN, LANGUAGE_KZ };

/* In the order of the enum, NULL-terminated. Behind LANGUAGE_KZ stands "kk", the ISO name of
 * Kazakh, which is read as "kz" and never written. A field of a table:
 *     {.name = "language", .type = FIELD_ENUM, .names = language_names, .max = LANGUAGE_KZ} */
extern const char *const language_names[];
