// SPDX-License-Identifier: MIT
/* The strict parsers and the normalisation of text: accepted values have the documented form. */
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/parse.h"
#include "base/text.h"
#include "base/uuid.h"

#include "fuzz.h"

static void try_numbers(struct slice text)
{
    int64_t number = 0;
    double real = 0;
    int minutes = 0;
    bool flag;

    if (parse_i64(text, -1000, 1000, &number))
        PROMISE(number >= -1000 && number <= 1000);
    if (parse_double(text, -90, 90, &real))
        PROMISE(real >= -90 && real <= 90);
    if (parse_duration_ms(text, 5, 100000, &number))
        PROMISE(number >= 5 && number <= 100000);
    if (parse_time_of_day(text, &minutes))
        PROMISE(minutes >= 0 && minutes < 1440);
    if (parse_timestamp(text, &number))
        PROMISE(number > INT64_C(-90000000000) && number < INT64_C(4102531200000000));
    (void)!parse_bool(text, &flag);
}

static void try_ids(struct slice text)
{
    char out[UUID_TEXT_LEN + 1], found[PHONE_MAX + 1];
    struct uuid uuid, again;
    int32_t day;

    if (uuid_parse(text, &uuid)) {
        uuid_format(&uuid, out);
        PROMISE(uuid_parse(slice_of(out), &again) && uuid_equal(&uuid, &again));
    }
    if (date_parse(text, &day)) {
        date_format(day, out);
        PROMISE(slice_is(text, out));
    }
    if (text_phone_find(text, out))
        PROMISE(out[0] == '+' && strspn(out + 1, "0123456789") == strlen(out) - 1);
    if (text_normalize_phone(text, out)) {
        PROMISE(out[0] == '+' && strspn(out + 1, "0123456789") == strlen(out) - 1);
        PROMISE(text_phone_find(text, found) && strcmp(out, found) == 0);
    }
}

static void try_cleaning(struct slice text)
{
    struct buf out;

    struct slice once = text_clean(&arena, text);
    PROMISE(once.at != NULL);
    struct slice twice = text_clean(&arena, once);
    if (text_is_utf8(text)) {
        PROMISE(text_is_utf8(once) && slice_equal(once, twice));
        PROMISE(once.len == 0 || memchr(once.at, '\r', once.len) == NULL);
        PROMISE(text_length(once) <= once.len);
        for (size_t max = 0; max < 8; max++)
            PROMISE(text_is_utf8((struct slice){text.at, slice_prefix_len(text, max)}));
    }
    buf_init(&out, 1 << 24);
    buf_json_string(&out, text);
    PROMISE(!out.failed && memchr(out.data, '\n', out.len) == NULL);
    PROMISE(text_is_utf8(buf_as_slice(&out)));
    buf_finish(&out);
}

FUZZ(1 << 24)
{
    try_numbers(input);
    try_ids(input);
    try_cleaning(input);
    (void)text_is_slug(input);
    (void)text_has_control(input);
}
