// SPDX-License-Identifier: MIT
/* Version 7 keeps fresh rows together in every index, and sorts a list without a second column. */
#include "base/uuid.h"

#include <string.h>

#include "base/digest.h"
#include "base/now.h"
#include "base/parse.h"

enum { COUNTER_MAX = 0xfff, COUNTER_SEED_MAX = 0x7ff };

/* What the process gave out last: ids must increase even when the clock does not. */
static struct {
    uint64_t ms;
    unsigned counter;
} last;

static void step(unsigned seed)
{
    int64_t wall_us = now_wall_us();
    uint64_t ms = wall_us > 0 ? (uint64_t)wall_us / 1000 : 0;

    if (ms > last.ms) {
        last.ms = ms;
        last.counter = seed & COUNTER_SEED_MAX;
    } else if (last.counter < COUNTER_MAX) {
        last.counter++;
    } else {
        /* RFC 9562, 6.2: the timestamp may run ahead when the counter is used up. */
        last.ms++;
        last.counter = seed & COUNTER_SEED_MAX;
    }
}

struct uuid uuid_make(void)
{
    struct uuid made;
    uint8_t random[10];

    digest_random(random, sizeof(random));
    step((unsigned)random[0] << 8 | random[1]);
    for (int i = 0; i < 6; i++)
        made.bytes[i] = (uint8_t)(last.ms >> (40 - 8 * i));
    made.bytes[6] = (uint8_t)(0x70 | last.counter >> 8);
    made.bytes[7] = (uint8_t)last.counter;
    memcpy(made.bytes + 8, random + 2, 8);
    made.bytes[8] = (uint8_t)(0x80 | (made.bytes[8] & 0x3f));
    return made;
}

static bool is_dash_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

bool uuid_parse(struct slice text, struct uuid *out)
{
    struct uuid parsed;
    size_t byte = 0;

    if (text.len != UUID_TEXT_LEN)
        return false;
    for (size_t i = 0; i < UUID_TEXT_LEN; i += 2) {
        int high, low;
        if (is_dash_place(i)) {
            if (text.at[i] != '-')
                return false;
            i++;
        }
        high = parse_hex_digit(text.at[i]);
        low = parse_hex_digit(text.at[i + 1]);
        if (high < 0 || low < 0)
            return false;
        parsed.bytes[byte++] = (uint8_t)(high << 4 | low);
    }
    *out = parsed;
    return true;
}

void uuid_format(const struct uuid *uuid, char out[UUID_TEXT_LEN + 1])
{
    static const char hex[] = "0123456789abcdef";
    size_t at = 0;

    for (size_t i = 0; i < sizeof(uuid->bytes); i++) {
        if (is_dash_place(at))
            out[at++] = '-';
        out[at++] = hex[uuid->bytes[i] >> 4];
        out[at++] = hex[uuid->bytes[i] & 15];
    }
    out[at] = '\0';
}

bool uuid_is_nil(const struct uuid *uuid)
{
    static const struct uuid nil;

    return uuid_equal(uuid, &nil);
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}
