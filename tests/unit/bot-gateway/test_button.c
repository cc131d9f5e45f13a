// SPDX-License-Identifier: MIT
/* callback_data is valid only as the bot wrote it, and for this person. */
#include "base/value.h"

#include "dialogue/button.h"
#include "support/test.h"

#define S(text) TEXTS_LITERAL(text)

static uint8_t key[BUTTON_KEY_LEN];
static char data[BUTTON_DATA_MAX + 1];
static struct button seen;
enum { PERSON = 700000007 };

static void setup(void)
{
    button_derive_key(SLICE("1:token"), key);
}

TEST_CASE("buttons", .setup = setup);

static const struct button good[] = {
    {S("stay"),         1,         S("city"),         S("ust-kamenogorsk")       },
    {S("stay"),         INT64_MAX, S("flat"),         S("AY8AAgAAcACAAAAAAAAAAQ")},
    {S("go"),           0,         S("search"),       S("")                      },
    {S("0123456789ab"), 12,        S("abcdefghijkl"), S("a_B-9")                 },
    {S("go"),           0,         S("deal_absent"),  S("AY8AAgAAcACAAAAAAAAAAQ")},
};

TEST_ROWS(button_round_trip, good)
{
    ck_assert(button_write(row, key, PERSON, data));
    ck_assert(button_read(slice_of(data), key, PERSON, &seen));
    ck_assert(slice_equal(seen.flow, row->flow));
    ck_assert_int_eq(seen.version, row->version);
    ck_assert(slice_equal(seen.action, row->action));
    ck_assert(slice_equal(seen.argument, row->argument));
}

TEST_ROWS(button_with_changed_bit_is_rejected, good)
{
    ck_assert(button_write(row, key, PERSON, data));
    const size_t len = strlen(data);
    for (size_t at = 0; at < len; at++)
        for (int bit = 0; bit < 8; bit++) {
            data[at] = (char)(data[at] ^ 1 << bit);
            ck_assert_msg(!button_read((struct slice){data, len}, key, PERSON, &seen), "%s", data);
            data[at] = (char)(data[at] ^ 1 << bit);
        }
    for (size_t shorter = 0; shorter < len; shorter++)
        ck_assert(!button_read((struct slice){data, shorter}, key, PERSON, &seen));
}

TEST_ROWS(button_of_other_person_or_bot_is_rejected, good)
{
    uint8_t other[BUTTON_KEY_LEN];

    button_derive_key(SLICE("1:another token"), other);
    ck_assert(button_write(row, key, PERSON, data));
    ck_assert(!button_read(slice_of(data), key, PERSON + 1, &seen));
    ck_assert(!button_read(slice_of(data), key, -PERSON, &seen));
    ck_assert(!button_read(slice_of(data), other, PERSON, &seen));
}

static const struct button bad[] = {
    {S("stay"),          1,  S("city"),          S("12345678901234567890123456789012345678901")},
    {S("stay"),          -1, S("city"),          S("")                                         },
    {S(""),              1,  S("city"),          S("")                                         },
    {S("stay"),          1,  S(""),              S("")                                         },
    {S("Stay"),          1,  S("city"),          S("")                                         },
    {S("st.ay"),         1,  S("city"),          S("")                                         },
    {S("stay"),          1,  S("ci.ty"),         S("")                                         },
    {S("stay"),          1,  S("city"),          S("a.b")                                      },
    {S("stay"),          1,  S("city"),          S("a b")                                      },
    {S("stay"),          1,  S("city"),          S("ы")                                       },
    {S("stay"),          1,  S("city"),          S("a\0b")                                     },
    {S("0123456789abc"), 1,  S("city"),          S("")                                         },
    {S("stay"),          1,  S("0123456789abc"), S("")                                         },
};

TEST_ROWS(unreadable_button_is_not_written, bad)
{
    ck_assert(!button_write(row, key, PERSON, data));
}

TEST(button_has_at_most_64_bytes)
{
    char argument[BUTTON_DATA_MAX + 2];
    struct button button = {
        SLICE("stay"), 1, SLICE("flat"), {argument, 0}
    };
    size_t longest = 0;

    memset(argument, 'a', sizeof argument);
    for (; button.argument.len < sizeof argument; button.argument.len++)
        if (button_write(&button, key, PERSON, data))
            longest = strlen(data);
    ck_assert_uint_eq(longest, BUTTON_DATA_MAX);
}

static const struct slice foreign[] = {
    S(""),
    S("."),
    S("a:rate-5"),
    S("stay.1.city.almaty."),
    S("...............AAAAAAAAAAA"),
    S("stay.1.city.almaty.AAAAAAAAAAA"),
    S("stay.1.city.almaty.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    {NULL, 0},
};

TEST_ROWS(foreign_data_is_rejected, foreign)
{
    ck_assert(!button_read(*row, key, PERSON, &seen));
}
