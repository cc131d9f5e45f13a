// SPDX-License-Identifier: MIT
#include "texts/app_language.h"

// clang-format off
const struct app_language app_languages[APP_LANGUAGES] = {
    {"",   LANGUAGE_EN}, /* tourists */
    {"ru", LANGUAGE_RU},
    {"kk", LANGUAGE_KZ},
    {"en", LANGUAGE_EN},
    /* In these countries and regions most people read Russian, and rather than English: */
    {"uk", LANGUAGE_RU}, /* Ukraine */
    {"be", LANGUAGE_RU}, /* Belarus */
    {"ky", LANGUAGE_RU}, /* Kyrgyzstan */
    {"uz", LANGUAGE_RU}, /* Uzbekistan */
    {"tg", LANGUAGE_RU}, /* Tajikistan */
    {"tk", LANGUAGE_RU}, /* Turkmenistan */
    {"hy", LANGUAGE_RU}, /* Armenia */
    {"az", LANGUAGE_RU}, /* Azerbaijan */
    {"ka", LANGUAGE_RU}, /* Georgia */
    {"tt", LANGUAGE_RU}, /* Tatarstan */
};
// clang-format on

enum language app_language_of_tag(struct slice tag)
{
    const struct slice code = slice_cut(&tag, '-');

    if (code.len == 0)
        return LANGUAGE_RU;
    for (size_t i = 1; i < APP_LANGUAGES; i++)
        if (slice_equal_caseless(code, slice_of(app_languages[i].code)))
            return app_languages[i].language;
    return (enum language)language_or(code, (int)app_languages[0].language);
}
