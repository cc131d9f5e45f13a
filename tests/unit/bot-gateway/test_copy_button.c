// SPDX-License-Identifier: MIT
/* Buttons that copy the number, the code or the address of a message. */
#include "dialogue/copy_button.h"
#include "support/scratch.h"

TEST_CASE("copy_button");

/* What is copied from payment details, as owners write them; NULL: there is no button. */
static const struct {
    const char *why;
    const char *details;
    const char *copied;
} numbers[] = {
    {"a phone",                "Kaspi +7 701 555 12 34, Айгуль С.",    "+77015551234"    },
    {"with 8",                 "Каспи 8 (701) 555-12-34",                "+77015551234"    },
    {"the same one twice",     "Kaspi 87015551234, Halyk +7 701 555 12 34",   "+77015551234"    },
    {"a card",                 "Halyk 4400 4301 1234 5678",                   "4400430112345678"},
    {"a card without spaces",  "карта 4400430112345678.",                "4400430112345678"},
    {"a card with hyphens",    "4400-4301-1234-5678",                         "4400430112345678"},
    {"a phone and a card",     "4400 4301 1234 5678 или +7 701 555 12 34", "+77015551234"    },
    {"the first of two cards", "4400430112345678, 5169 4931 0000 1111",       "4400430112345678"},
    {"two phones",             "+7 701 555 12 34 или +7 702 555 12 34",    NULL              },
    {"17 digits",              "44004301123456789",                           NULL              },
    {"15 digits",              "440043011234567",                             NULL              },
    {"an account",             "KZ86 125K ZT50 0410 0100",                    NULL              },
    {"no number",              "Наличными при заезде",      NULL              },
    {"nothing",                "",                                            NULL              },
};

TEST_ROWS(number_of_payment_details_is_copied, numbers)
{
    struct turn_button button = {0};
    bool made;

    ck_ok(copy_button_make(texts_built_in(), LANGUAGE_RU, COPY_NUMBER, slice_of(row->details),
                           &arena, &button, &made, &fault));
    ck_assert_msg(made == (row->copied != NULL), "%s", row->why);
    if (!made)
        return;
    ck_assert_slice(button.copies, row->copied);
    ck_assert(button.data.at == NULL && button.url.at == NULL);
    ck_assert_slice(button.label, arena_printf(&arena, "Скопировать %s", row->copied).at);
}

static bool make(enum copy copy, struct slice text, struct turn_button *button)
{
    bool made;

    ck_ok(
        copy_button_make(texts_built_in(), LANGUAGE_EN, copy, text, &arena, button, &made, &fault));
    return made;
}

TEST(code_and_address_are_copied_whole)
{
    char address[2 * (TURN_COPY_MAX + 1)]; /* letters of two bytes */
    struct turn_button button;

    ck_assert(make(COPY_CODE, SLICE("K7M2RWHD"), &button));
    ck_assert_slice(button.copies, "K7M2RWHD");
    ck_assert_slice(button.label, "Copy K7M2RWHD");
    for (size_t i = 0; i < sizeof address; i += 2)
        memcpy(address + i, "ж", 2);
    ck_assert(make(COPY_ADDRESS, (struct slice){address, sizeof address - 2}, &button));
    ck_assert_uint_eq(button.copies.len, sizeof address - 2);
    ck_assert(!make(COPY_ADDRESS, (struct slice){address, sizeof address}, &button));
    ck_assert(!make(COPY_ADDRESS, SLICE_NONE, &button));
    ck_assert(!make(COPY_CODE, SLICE(""), &button));
}
