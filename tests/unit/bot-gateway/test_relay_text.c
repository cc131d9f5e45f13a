// SPDX-License-Identifier: MIT
/* What is hidden in the texts that people write to each other, and how many they may write. */
#include "relay/relay_private.h"
#include "support/scratch.h"

TEST_CASE("relay_text");

/* --- contacts --- */

static const struct {
    const char *why, *text, *shows;
} contacts[] = {
    {"no contact",         "В 22:30 22.11.2026, 18 000 за 2 ночи",                       "В 22:30 22.11.2026, 18 000 за 2 ночи"},
    {"a date and a sum",   "2026-11-22, 180000",                                                "2026-11-22, 180000"                         },
    {"a phone",            "мой +7 701 234-56-78 звоните",                            "мой * звоните"                    },
    {"a pasted phone",     "+7\u00a0701\u2011123\u201345\u201467 звоните",               "* звоните"                           },
    {"a phone with 8",     "8(701)2345678",                                                     "*"                                          },
    {"a phone of ten",     "т.7012345678.",                                                    "т.*."                                      },
    {"a foreign phone",    "+44 20 7946 0958",                                                  "*"                                          },
    {"a card",             "4400 4301 2345 6789 перевод",                                "* перевод"                           },
    {"a name in Telegram", "пишите @aigul_flat!",                                         "пишите *!"                            },
    {"a short @",          "в 10 @ утра",                                                  "в 10 @ утра"                           },
    {"a link",             "вот https://t.me/aigul и t.me/x",                               "вот * и *"                              },
    {"accounts",           "telegram.me/ivan tg://x Instagram.com/x t.me/",                     "* * * t.me/"                                },
    {"a spaced account",   "вот t . me / aigul и T. me /x, t . me",                         "вот * и * t . me"                       },
    {"an account",         "https://api.whatsapp.com/x api.whatsapp.com/x",                     "* api.*"                                    },
    {"after a letter",     "tel87012345678 w_87012345678, x+77012345678",                       "tel* w_*, x*"                               },
    {"a plus after 5",     "5+4915112345678",                                                   "5*"                                         },
    {"part of a number",   "код 12345678901234567890",                                       "код 12345678901234567890"                },
    {"longer than either", "код 870123456789 2",                                             "код 870123456789 2"                      },
    {"a phone, a number",  "мой 87012345678 2 взрослых",                             "мой * 2 взрослых"                },
    {"a spaced phone",     "8 701 234 56 78 2 гостя",                                      "* 2 гостя"                             },
    {"a card, a sum",      "карта 4400 4301 2345 6789 15000 тг",                         "карта * 15000 тг"                    },
    {"two phones",         "87012345678 87022345678",                                           "* *"                                        },
    {"full-width",         "мой ＋７７０１２３４５６７８ звоните",        "мой * звоните"                    },
    {"Arabic digits",      "мой ٨٧٠١٢٣٤٥٦٧٨, 2 гостя",                       "мой *, 2 гостя"                     },
    {"Devanagari digits",  "८ ७०१ २३४ ५६ ७८ 2 гостя",                "* 2 гостя"                             },
    {"mixed digits",       "8۷۰1 ２34 ⑤6 78",                                              "*"                                          },
    {"a full-width name",  "пишите ＠ａｉｇｕｌ_flat!",                             "пишите *!"                            },
    {"a full-width link",  "вот ｔ．ｍｅ／aigul и всё",                             "вот * и всё"                         },
    {"other characters",   "№ ５, ２ гостя, 45 м², ½ дня… 👩‍👩‍👧",
     "№ ５, ２ гостя, 45 м², ½ дня… 👩‍👩‍👧"                                                                     },
    {"several",            "87012345678 или +77012345679",                                   "* или *"                                 },
    {"empty",              "",                                                                  ""                                           },
};

TEST_ROWS_WHY(contacts_are_hidden_and_nothing_else, contacts)
{
    bool hidden;

    relay_hide_contacts(slice_of(row->text), SLICE("*"), &scratch, &hidden);
    ck_assert_slice(buf_as_slice(&scratch), row->shows);
    ck_assert_int_eq(hidden, strcmp(row->text, row->shows) != 0);
}

/* --- limits --- */

static const struct {
    int64_t sent[RELAY_LIMITS];
    bool allowed;
} counts[] = {
    {{0, 0, 0},    true },
    {{19, 59, 99}, true },
    {{20, 20, 20}, false},
    {{0, 60, 60},  false},
    {{0, 0, 100},  false},
};

TEST_ROWS(limits_count_hours_days_and_bookings, counts)
{
    ck_assert_int_eq(relay_is_allowed(row->sent), row->allowed);
}
