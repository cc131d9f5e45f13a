// SPDX-License-Identifier: MIT
/* Keys of rows, and filters as masks of keys. */
#include <math.h>

#include "base/digest.h"

#include "vectors/matrix_private.h"

static const struct {
    uint64_t mask;
    int shift;
} parts[] = {
    {0xfffff, 44},
    {0xffff,  28},
    {0x3fff,  14},
    {0xfff,   2 },
    {3,       0 }
};
enum part { PART_TENANT, PART_CHAT, PART_USER, PART_BOT, PART_LANGUAGE };

static void add_condition(struct matrix_match *match, enum part part, uint64_t value)
{
    match->mask |= parts[part].mask << parts[part].shift;
    match->key |= (value & parts[part].mask) << parts[part].shift;
}

static uint64_t hash_uuid(const struct uuid *id)
{
    return digest_fast64((struct slice){(const char *)id->bytes, sizeof *id});
}

uint32_t matrix_seconds_from_us(int64_t us)
{
    const int64_t value = us / 1000000;

    return us < 0 ? 0 : value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

struct matrix_match matrix_match_from_filter(const struct vector_filter *filter)
{
    struct matrix_match match = {.to = UINT32_MAX};

    add_condition(&match, PART_TENANT, hash_uuid(&filter->tenant_id));
    if (filter->chat_id != FIELD_ABSENT)
        add_condition(&match, PART_CHAT, matrix_mix_bits((uint64_t)filter->chat_id));
    if (filter->user_id != FIELD_ABSENT)
        add_condition(&match, PART_USER, matrix_mix_bits((uint64_t)filter->user_id));
    if (filter->bot.at != NULL)
        add_condition(&match, PART_BOT, digest_fast64(filter->bot));
    if (filter->language != -1)
        add_condition(&match, PART_LANGUAGE, (uint64_t)filter->language + 1);
    if (filter->from != FIELD_ABSENT)
        match.from = matrix_seconds_from_us(filter->from);
    if (filter->to != FIELD_ABSENT)
        match.to = matrix_seconds_from_us(filter->to - 1);
    return match;
}

uint64_t matrix_tenant_key(const struct uuid *tenant_id)
{
    struct matrix_match match = {.mask = 0};

    add_condition(&match, PART_TENANT, hash_uuid(tenant_id));
    return match.key;
}

uint64_t matrix_key_from_row(const struct vector_row *row)
{
    const struct vector_filter filter = vector_filter_from_row(row);

    return matrix_match_from_filter(&filter).key;
}

uint16_t matrix_vector_length_in_eighths(const int8_t *vector, size_t dimensions)
{
    int64_t sum = 0;

    for (size_t i = 0; i < dimensions; i++)
        sum += vector[i] * vector[i];
    const double eighths = rint(sqrt((double)sum) * 8);
    return eighths > UINT16_MAX ? UINT16_MAX : (uint16_t)eighths;
}
