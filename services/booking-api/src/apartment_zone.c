// SPDX-License-Identifier: MIT
#include "apartment_zone.h"

#include <ctype.h>
#include <stdio.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo/"

enum { ZONE_MAX = 64 };

static bool is_zone_shaped(struct slice text)
{
    if (text.len == 0 || text.len > ZONE_MAX || !isupper((unsigned char)text.at[0]))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool starts_part = i > 0 && text.at[i - 1] == '/';
        if (starts_part ? !isupper((unsigned char)c)
                        : !isalnum((unsigned char)c) && strchr("/_+-", c) == NULL)
            return false;
    }
    return text.at[text.len - 1] != '/';
}

/* A system without zone files leaves the judgement to the table's constraint. */
static bool is_zone_known(struct slice text)
{
    char path[sizeof ZONES + ZONE_MAX];
    if (!is_zone_shaped(text))
        return false;
    snprintf(path, sizeof path, ZONES "%.*s", SLICE_ARG(text));
    return access(path, R_OK) == 0 || access(ZONES "UTC", R_OK) != 0;
}

bool apartment_zone_decode(struct slice text, void *value, struct arena *arena, const char **code,
                           const char **detail)
{
    (void)arena;
    if (is_zone_known(text)) {
        *(struct slice *)value = text;
        return true;
    }
    *code = "unknown_timezone";
    *detail = "No such time zone; one of the tz database is meant, such as Asia/Almaty.";
    return false;
}

void apartment_zone_encode(const void *value, struct buf *out)
{
    buf_json_string(out, *(const struct slice *)value);
}

bool apartment_code_decode(struct slice text, void *value, struct arena *arena, const char **code,
                           const char **detail)
{
    (void)arena;
    bool fits =
        text.len > 0 && text.len <= APARTMENT_CODE_MAX && isalnum((unsigned char)text.at[0]);
    for (size_t i = 0; fits && i < text.len; i++)
        fits = isalnum((unsigned char)text.at[i]) || text.at[i] == '-' || text.at[i] == '_';
    if (fits) {
        *(struct slice *)value = text;
        return true;
    }
    *code = "bad_code";
    *detail = "At most 32 letters, digits, '-' and '_', the first a letter or digit.";
    return false;
}

void apartment_code_encode(const void *value, struct buf *out)
{
    buf_json_string(out, *(const struct slice *)value);
}
