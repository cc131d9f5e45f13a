// SPDX-License-Identifier: MIT
#include "base/log_person.h"
#include "base/now.h"

#include "support/test.h"

#define DAY_US (INT64_C(86400) * US_PER_S)

enum { DAY = 20455, PERSON = 123456789 };

/* The key of DAY is 00 01 02 .. 1f, that of the next day begins with 01. */
static struct log_person_key key_of(int32_t day)
{
    struct log_person_key key = {.day = day};

    for (size_t i = 0; i < sizeof(key.key); i++)
        key.key[i] = (uint8_t)(i + (size_t)(day - DAY));
    return key;
}

static void give_keys(void)
{
    const struct log_person_key keys[] = {key_of(DAY - 1), key_of(DAY), key_of(DAY + 1)};

    log_person_keys_set(keys, 3);
}

static void setup(void)
{
    now_freeze(DAY * DAY_US, 0);
    log_person_keys_set(NULL, 0);
}

TEST_CASE("log_person", .setup = setup, .teardown = now_thaw);

static uint64_t hash_of(int64_t user_id)
{
    const struct log_field field = log_person_telegram(user_id);

    ck_assert_str_eq(field.name, "person");
    ck_assert_int_eq(field.type, LOG_FIELD_HEX);
    return (uint64_t)field.integer;
}

/* Computed by Python's hmac. */
TEST(hash_depends_on_the_day_and_the_kind)
{
    give_keys();
    ck_assert(hash_of(PERSON) == UINT64_C(0x2070f75327a6656e));
    ck_assert(hash_of(-1001234567890) == UINT64_C(0xe01b371b0033996d));
    ck_assert((uint64_t)log_person_phone(SLICE("+77011234567")).integer ==
              UINT64_C(0xa516bc78bf62410e));
}

TEST(key_changes_at_midnight)
{
    give_keys();
    const uint64_t today = hash_of(PERSON);
    now_advance_us(DAY_US - 1);
    ck_assert(hash_of(PERSON) == today);
    now_advance_us(1);
    ck_assert(hash_of(PERSON) == UINT64_C(0x20dcdaf065bc3c7c));
}

TEST(random_key_is_used_for_the_day_if_none_is_set)
{
    const uint64_t own = hash_of(PERSON);

    ck_assert(hash_of(PERSON) == own);
    ck_assert(hash_of(PERSON + 1) != own);
    now_advance_us(DAY_US);
    ck_assert(hash_of(PERSON) != own);
}

TEST(keys_of_other_days_are_not_used)
{
    const struct log_person_key other = key_of(DAY + 1);
    const uint64_t own = hash_of(PERSON);

    log_person_keys_set(&other, 1);
    ck_assert(hash_of(PERSON) == own);
    give_keys();
    ck_assert(hash_of(PERSON) != own);
    now_advance_us(2 * DAY_US);
    ck_assert(hash_of(PERSON) != own);
}

TEST(new_keys_replace_previous_keys)
{
    const struct log_person_key next = key_of(DAY + 1);

    give_keys();
    const uint64_t today = hash_of(PERSON);
    log_person_keys_set(&next, 1);
    ck_assert(hash_of(PERSON) != today);
}
