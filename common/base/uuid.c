// SPDX-License-Identifier: MIT
/* Makes and parses UUIDs. Those of version 7 increase with time, so new rows are neighbours in
 * every index, and a list sorted by age needs no other column. */
#include "base/uuid.h"

#include <string.h>

#include "base/digest.h"
#include "base/now.h"
#include "base/parse.h"

const struct uuid uuid_max = {
    {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}
};

enum { COUNTER_MAX = 0xfff, COUNTER_SEED_MAX = 0x7ff };

/* The last id of this process. Ids increase even if the clock does not. */
static struct {
    uint64_t ms;
    unsigned counter;
} last;

static void advance_time_and_counter(unsigned seed)
{
    int64_t wall_us = now_wall_us();
    uint64_t ms = wall_us > 0 ? (uint64_t)wall_us / 1000 : 0;

    if (ms <= last.ms && last.counter < COUNTER_MAX) {
        last.counter++;
        return;
    }
    /* RFC 9562, 6.2: the timestamp may run ahead when the counter is used up. */
    last.ms = ms > last.ms ? ms : last.ms + 1;
    last.counter = seed & COUNTER_SEED_MAX;
}

struct uuid uuid_make(void)
{
    struct uuid made;
    uint8_t random[10];

    digest_random(random, sizeof random);
    advance_time_and_counter((unsigned)random[0] << 8 | random[1]);
    for (int i = 0; i < 6; i++)
        made.bytes[i] = (uint8_t)(last.ms >> (40 - 8 * i));
    made.bytes[6] = (uint8_t)(0x70 | last.counter >> 8);
    made.bytes[7] = (uint8_t)last.counter;
    memcpy(made.bytes + 8, random + 2, 8);
    made.bytes[8] = (uint8_t)(0x80 | (made.bytes[8] & 0x3f));
    return made;
}

/* Where the text of a UUID has the first digit of each byte, and where it has dashes. */
static const uint8_t places[16] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
static const uint8_t dashes[4] = {8, 13, 18, 23};

bool uuid_parse(struct slice text, struct uuid *out)
{
    struct uuid parsed;
    int wrong = 0; /* negative if a character is not a digit */

    if (text.len != UUID_TEXT_LEN)
        return false;
    for (size_t i = 0; i < sizeof dashes; i++)
        if (text.at[dashes[i]] != '-')
            return false;
    for (size_t i = 0; i < sizeof places; i++) {
        const int high = parse_hex_digit(text.at[places[i]]);
        const int low = parse_hex_digit(text.at[places[i] + 1]);
        wrong |= high | low;
        parsed.bytes[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
    }
    if (wrong < 0)
        return false;
    *out = parsed;
    return true;
}

void uuid_format(const struct uuid *uuid, char out[UUID_TEXT_LEN + 1])
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < sizeof places; i++) {
        out[places[i]] = hex[uuid->bytes[i] >> 4];
        out[places[i] + 1] = hex[uuid->bytes[i] & 15];
    }
    for (size_t i = 0; i < sizeof dashes; i++)
        out[dashes[i]] = '-';
    out[UUID_TEXT_LEN] = '\0';
}

bool uuid_is_nil(const struct uuid *uuid)
{
    static const struct uuid nil;

    return uuid_equal(uuid, &nil);
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
