// SPDX-License-Identifier: MIT
#include <utf8proc.h>

#include "base/text.h"

#include "support/scratch.h"

// clang-format off
static const struct {
    const char *why;
    struct slice text;
    bool ok;
    size_t length;
} texts[] = {
    {"nothing",                               {"", 0},                          true,  0},
    {"ASCII longer than a block",             {"abcdefghijk", 11},              true,  11},
    {"Kazakh",                                {"Қазақстан", 18},                true,  9},
    {"a smiling face",                        {"12345678\xf0\x9f\x98\x80", 12}, true,  9},
    {"NUL is a character",                    {"a\0b", 3},                      true,  3},
    {"smallest of two bytes",                 {"\xc2\x80", 2},                  true,  1},
    {"overlong in two",                       {"\xc1\xbf", 2},                  false, 0},
    {"smallest of three bytes",               {"\xe0\xa0\x80", 3},              true,  1},
    {"overlong in three",                     {"\xe0\x9f\xbf", 3},              false, 0},
    {"last before the surrogates",            {"\xed\x9f\xbf", 3},              true,  1},
    {"first surrogate",                       {"\xed\xa0\x80", 3},              false, 0},
    {"last surrogate",                        {"\xed\xbf\xbf", 3},              false, 0},
    {"first after the surrogates",            {"\xee\x80\x80", 3},              true,  1},
    {"smallest of four bytes",                {"\xf0\x90\x80\x80", 4},          true,  1},
    {"overlong in four",                      {"\xf0\x8f\xbf\xbf", 4},          false, 0},
    {"U+10FFFF",                              {"\xf4\x8f\xbf\xbf", 4},          true,  1},
    {"U+110000",                              {"\xf4\x90\x80\x80", 4},          false, 0},
    {"an invalid lead byte",                  {"\xf5\x80\x80\x80", 4},          false, 0},
    {"an invalid byte",                       {"\xff", 1},                      false, 0},
    {"a continuation byte alone",             {"\x80", 1},                      false, 0},
    {"two bytes, second missing",             {"\xd0", 1},                      false, 0},
    {"two bytes, second is no continuation",  {"\xd0" "A", 2},                  false, 0},
    {"three bytes, third missing",            {"\xe2\x82", 2},                  false, 0},
    {"three bytes, third is no continuation", {"\xe2\x82" "A", 3},              false, 0},
    {"four bytes, fourth missing",            {"\xf0\x9f\x98", 3},              false, 0},
    {"four bytes, fourth is no continuation", {"\xf0\x9f\x98" "A", 4},          false, 0},
    {"a broken byte after a block of ASCII",  {"abcdefgh\xd0", 9},              false, 0},
};
// clang-format on

TEST_ROWS_WHY(utf8_follows_rfc_3629, texts)
{
    ck_assert(text_is_utf8(row->text) == row->ok);
    if (row->ok)
        ck_assert_uint_eq(text_length(row->text), row->length);
}

TEST(well_formed_prefix_is_measured)
{
    ck_assert_uint_eq(text_utf8_prefix_len(SLICE("Қала \xd0")), 9);
    ck_assert_uint_eq(text_utf8_prefix_len(SLICE("abcdefghijkl\xffz")), 12);
    ck_assert_uint_eq(text_utf8_prefix_len(SLICE("\x80")), 0);
    ck_assert_uint_eq(text_utf8_prefix_len(SLICE("")), 0);
    ck_assert_uint_eq(text_utf8_prefix_len(SLICE("😀")), 4);
}

TEST(code_points_are_written_as_utf8)
{
    char out[4];

    ck_assert_slice(((struct slice){out, text_encode('A', out)}), "A");
    ck_assert_slice(((struct slice){out, text_encode(0x416, out)}), "Ж");
    ck_assert_slice(((struct slice){out, text_encode(0x20b8, out)}), "₸");
    ck_assert_slice(((struct slice){out, text_encode(0x10ffff, out)}), "\xf4\x8f\xbf\xbf");
    ck_assert_uint_eq(text_encode(0x110000, out), 0);
}

static size_t prefix_by_utf8proc(struct slice text)
{
    size_t at = 0;

    while (at < text.len) {
        utf8proc_int32_t point;
        utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.at + at,
                                                (utf8proc_ssize_t)(text.len - at), &point);
        if (len <= 0)
            break;
        at += (size_t)len;
    }
    return at;
}

static const char *const long_texts[] = {
    "Уютная квартира у парка Горького, вид на горы",
    "жжжжжжжжжжжжжжжжжжжжжжжжжжжж",
    "a plain text of ASCII that is longer than some blocks ж",
    "№ 5 — 25 000 ₸ за ночь 🏠 и парковка, этаж 9 из 12",
};

TEST_ROWS(every_misplaced_byte_is_refused, long_texts)
{
    char text[128];
    const size_t len = strlen(*row);

    for (size_t place = 0; place < len; place++)
        for (int byte = 0; byte < 256; byte++) {
            memcpy(text, *row, len);
            text[place] = (char)byte;
            for (size_t cut = 0; cut < 4; cut++) {
                const struct slice part = {text + cut, len - 2 * cut};
                if (text_utf8_prefix_len(part) != prefix_by_utf8proc(part))
                    ck_abort_msg("%02x at %zu, cut by %zu", (unsigned)byte, place, cut);
            }
        }
}

static const struct {
    const char *why, *text, *clean;
} cleanings[] = {
    {"nothing",                              "",                                ""                             },
    {"spaces only",                          " \t\r\n ",                        ""                             },
    {"no change",                            "Уютная квартира",   "Уютная квартира"},
    {"both ends",                            "  a b\t\n",                       "a b"                          },
    {"no-break and wide spaces",             "\u00a0\u3000a\u2003",             "a"                            },
    {"byte order mark",                      "\ufeffa\u200b",                   "a"                            },
    {"ogham, line, narrow, medium",          "\u1680\u2028\u202f\u205fa\u2029", "a"                            },
    {"next line",
     "\xc2\x85"
     "a",                                                                       "a"                            },
    {"и and breve become й",               "и\u0306",                        "й"                           },
    {"e and acute become é",                "cafe\u0301",                      "café"                        },
    {"marks are reordered",                  "q\u0307\u0323",                   "q\u0323\u0307"                },
    {"a singleton",                          "\u2126",                          "Ω"                           },
    {"Hangul",                               "\u1112\u1161\u11ab",              "한"                          },
    {"composed and trimmed",                 "  и\u0306 ",                     "й"                           },
    {"tenge and numero signs are unchanged", "№1 — 5 000 ₸",              "№1 — 5 000 ₸"           },
    {"an emoji is unchanged",                "\U0001F600",                      "\U0001F600"                   },
    {"CR LF becomes LF",                     "a\r\nb",                          "a\nb"                         },
    {"CR becomes LF",                        "a\rb\r\r\nc",                     "a\nb\n\nc"                    },
    {"LF CR is two",                         "a\n\rb",                          "a\n\nb"                       },
    {"lines, trimmed and composed",          "\r\nи\u0306\r\ne\r\n",           "й\ne"                        },
    {"a mark that is alone stays",           "\u0306",                          "\u0306"                       },
};

TEST_ROWS_WHY(cleaning_trims_and_normalises, cleanings)
{
    struct slice clean = text_clean(&arena, slice_of(row->text));

    ck_assert_ptr_nonnull(clean.at);
    ck_assert_msg(slice_is(clean, row->clean), "\"%.*s\"", SLICE_ARG(clean));
}

static const struct {
    const char *why, *text, *visible, *typed;
} sights[] = {
    {"nothing",                      "",                                                                 "",                                                 ""                                                                },
    {"a plain text stays",           "Уютная, 2-комнатная\n\tтихая",                 "Уютная, 2-комнатная\n\tтихая",
     "Уютная, 2-комнатная\n\tтихая"                                                                                                                                                                        },
    {"marks of an address book",     "\u202a+7 701 555 12 34\u202c",                                     "+7 701 555 12 34",
     "+7 701 555 12 34"                                                                                                                                                                                                        },
    {"isolates",                     "\u2068Иван\u2069",                                             "Иван",                                         "Иван"                                                        },
    {"an override of the direction", "Иван\u202eнавИ",                                           "ИваннавИ",                                 "ИваннавИ"                                                },
    {"inside a word",                "Ал\u200bма\u00adты\u2060\ufeff",                             "Алматы",                                     "Алматы"                                                    },
    {"controls",
     "a\x01\x1b[2J\x7f\xc2\x90"
     "z",                                                                                                "a[2Jz",                                            "a[2Jz"                                                           },
    {"line ends",
     "a\vb\u2028c\xc2\x85"
     "d",                                                                                                "a\nb\nc\nd",                                       "a\nb\nc\nd"                                                      },
    {"hyphens of Word",
     "a\x1e"
     "b\x1f"
     "c",                                                                                                "a-bc",                                             "a-bc"                                                            },
    {"dashes",                       "2026\u201112\u201331 \u2212 5",                                    "2026\u201112\u201331 \u2212 5",                    "2026-12-31 - 5"                                                  },
    {"spaces",
     "+7\u00a0701\u202f555\u3000"
     "1",                                                                                                "+7\u00a0701\u202f555\u3000"
     "1",                                                                                                                                           "+7 701 555 1"                                                    },
    {"a family",                     "\U0001F468\u200d\U0001F469\u200d\U0001F467",
     "\U0001F468\u200d\U0001F469\u200d\U0001F467",                                                                                                           "\U0001F468\u200d\U0001F469\u200d\U0001F467"                      },
    {"a style and a skin tone",      "\u2764\ufe0f\u200d\U0001F525\U0001F469\U0001F3FD\u200d\U0001F680",
     "\u2764\ufe0f\u200d\U0001F525\U0001F469\U0001F3FD\u200d\U0001F680",                                                                                     "\u2764\ufe0f\u200d\U0001F525\U0001F469\U0001F3FD\u200d\U0001F680"},
    {"the flag of England",          "\U0001F3F4\U000E0067\U000E0062\U000E007F",
     "\U0001F3F4\U000E0067\U000E0062\U000E007F",                                                                                                             "\U0001F3F4\U000E0067\U000E0062\U000E007F"                        },
    {"tags after a letter",
     "a\U000E0067\U000E007F"
     "b",                                                                                                "ab",                                               "ab"                                                              },
    {"a Persian word",               "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
     "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",                                                                                                     "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"                },
    {"a Devanagari conjunct",        "\u0915\u094d\u200d\u0937",                                         "\u0915\u094d\u200d\u0937",
     "\u0915\u094d\u200d\u0937"                                                                                                                                                                                                },
    {"joiners elsewhere",            "\u200dа\u200cb\u200d \U0001F468\u200d",                           "аb \U0001F468",
     "аb \U0001F468"                                                                                                                                                                                                          },
    {"a Hangul filler as a name",    "\u3164",                                                           "",                                                 ""                                                                },
    {"bytes that are not UTF-8",     "\xff\u200b\xd0",                                                   "\xff\xd0",                                         "\xff\xd0"                                                        },
};

TEST_ROWS_WHY(what_cannot_be_seen_is_removed, sights)
{
    const struct slice text = slice_of(row->text);
    const struct slice visible = text_visible(&arena, text), typed = text_typed(&arena, text);

    ck_assert_msg(slice_is(visible, row->visible), "\"%.*s\"", SLICE_ARG(visible));
    ck_assert_msg(slice_is(typed, row->typed), "\"%.*s\"", SLICE_ARG(typed));
    ck_assert(slice_equal(text_visible(&arena, visible), visible));
    ck_assert(visible.len != text.len || visible.at == text.at);
    ck_assert(text_has_control(text_visible(&arena, SLICE("a\0b"))));
}

/* A run: `count` marks, then `then_count` others of a class that sorts before the first. */
static const struct {
    const char *why, *base, *mark;
    size_t count;
    const char *then;
    size_t then_count;
    bool is_long;
} mark_runs[] = {
    {"no mark",                               "a",                    "",               0,     "",             0,     false},
    {"thirty",                                "q",                    "\u0301",         30,    "",             0,     false},
    {"thirty of two classes",                 "q",                    "\u0301",         15,    "\u0323",       15,    false},
    {"thirty-one",                            "q",                    "\u0301",         31,    "",             0,     true },
    {"thirty-one of two classes",             "q",                    "\u0301",         15,    "\u0323",       16,    true },
    {"thirty-one without a letter",           "",                     "\u0301",         31,    "",             0,     true },
    {"a letter between two runs",             "q",                    "\u0301",         30,    "q\u0323",      1,     false},
    {"a name with many accents",              "И\u0306\u0301\u0323", "в\u0301\u0323", 20,    "\u0323\u0301", 10,
     false                                                                                                                 },
    {"fifteen marks that are two each",       "q",                    "\u0f73",         15,    "",             0,     false},
    {"sixteen marks that are two each",       "q",                    "\u0f73",         16,    "",             0,     true },
    {"an accent of the letter counts",        "é",                   "\u0301",         30,    "",             0,     true },
    {"and may be composed",                   "é",                   "\u0323",         29,    "",             0,     false},
    {"as many as a body has, of two classes", "q",                    "\u0301",         16000, "\u0323",       16000, true },
    {"as many as a body has, that are two",   "q",                    "\u0f73",         20000, "",             0,     true },
};

TEST_ROWS_WHY(long_run_of_marks_is_detected_and_stays_as_it_is, mark_runs)
{
    buf_printf(&scratch, "%s", row->base);
    for (size_t i = 0; i < row->count; i++)
        buf_printf(&scratch, "%s", row->mark);
    for (size_t i = 0; i < row->then_count; i++)
        buf_printf(&scratch, "%s", row->then);
    const struct slice text = buf_as_slice(&scratch);
    const struct slice clean = text_clean(&arena, text);

    ck_assert(text_has_long_mark_run(text) == row->is_long);
    ck_assert(text_has_long_mark_run(clean) == row->is_long);
    if (row->is_long)
        ck_assert_ptr_eq(clean.at, text.at);
    ck_assert(slice_equal(text_clean(&arena, clean), clean));
}

TEST(cleaning_handles_a_full_arena_and_broken_text)
{
    struct arena full = ARENA(0);

    ck_assert_ptr_null(text_clean(&full, SLICE("e\u0301")).at);
    ck_assert_ptr_null(text_clean(&full, SLICE("a\r\nb")).at);
    ck_assert_uint_eq(text_clean(&arena, (struct slice){" \xff\xd0 ", 4}).len, 2);
    ck_assert_uint_eq(text_clean(&arena, (struct slice){"\xe2\x80", 2}).len, 2);
}

static const struct {
    const char *why;
    struct slice text;
    bool control;
} controls[] = {
    {"nothing",                {"", 0},         false},
    {"tab and newline",        {"a\tb\nc", 5},  false},
    {"NUL",                    {"a\0b", 3},     true },
    {"carriage return",        {"a\rb", 3},     true },
    {"escape",                 {"\x1b[31m", 5}, true },
    {"delete",                 {"\x7f", 1},     true },
    {"U+0080",                 {"\xc2\x80", 2}, true },
    {"U+009F",                 {"\xc2\x9f", 2}, true },
    {"U+00A0 is a space",      {"\xc2\xa0", 2}, false},
    {"a lead byte at the end", {"\xc2", 1},     false},
    {"Cyrillic",               {"Ж", 2},       false},
};

TEST_ROWS_WHY(control_characters_are_detected, controls)
{
    ck_assert(text_has_control(row->text) == row->control);
}

static const struct {
    const char *text;
    bool ok;
} slugs[] = {
    {"a",                                                                 true },
    {"0",                                                                 true },
    {"wifi",                                                              true },
    {"air-conditioning",                                                  true },
    {"hot_tub2",                                                          true },
    {"a-b_c",                                                             true },
    {"",                                                                  false},
    {"-a",                                                                false},
    {"a-",                                                                false},
    {"a--b",                                                              false},
    {"a_-b",                                                              false},
    {"Wifi",                                                              false},
    {"a b",                                                               false},
    {"a.b",                                                               false},
    {"ж",                                                                false},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",  true },
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
};

TEST_ROWS(slugs_are_groups_joined_by_single_hyphens, slugs)
{
    ck_assert_msg(text_is_slug(slice_of(row->text)) == row->ok, "\"%s\"", row->text);
}

TEST(cuts_fall_between_characters)
{
    struct slice text = SLICE("aЖ₸\U0001F600");
    static const size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10, 10};

    for (size_t max = 0; max < ARRAY_LEN(ends); max++)
        ck_assert_uint_eq(slice_prefix_len(text, max), ends[max]);
}

TEST(the_first_code_points_are_whole)
{
    static const size_t ends[] = {0, 1, 3, 6, 10, 10};

    for (size_t count = 0; count < ARRAY_LEN(ends); count++)
        ck_assert_uint_eq(text_first_len(SLICE("aя€😀"), count), ends[count]);
}

static const struct {
    const char *text;
    const char *phone; /* NULL: refused */
} phones[] = {
    {"+77011234567",                                                             "+77011234567"    },
    {"+7 (701) 123-45-67",                                                       "+77011234567"    },
    {"87011234567",                                                              "+77011234567"    },
    {"8 701 123 45 67",                                                          "+77011234567"    },
    {"77011234567",                                                              "+77011234567"    },
    {"7 (701) 123 45 67",                                                        "+77011234567"    },
    {"7011234567",                                                               "+77011234567"    },
    {"(701) 123-45-67",                                                          "+77011234567"    },
    {"8 7172 55 55 55",                                                          "+77172555555"    },
    {"+7\u00a0701\u2011123\u201345\u201467",                                     "+77011234567"    },
    {"+8 701 234 56 78",                                                         "+77012345678"    },
    {"+7 912 345 67 89",                                                         "+79123456789"    },
    {"+7 701 234 56 7",                                                          NULL              },
    {"+7 701 234 56 789",                                                        NULL              },
    {"+870 773 111 555",                                                         "+870773111555"   },
    {"+49 30 901820",                                                            "+4930901820"     },
    {"+12345678",                                                                "+12345678"       },
    {"+1234567",                                                                 NULL              },
    {"+123456789012345",                                                         "+123456789012345"},
    {"+1234567890123456",                                                        NULL              },
    {"+0123456789",                                                              NULL              },
    {"++77011234567",                                                            NULL              },
    {"7+7011234567",                                                             NULL              },
    {"89011234567",                                                              NULL              },
    {"9011234567",                                                               NULL              },
    {"701123456",                                                                NULL              },
    {"870112345678",                                                             NULL              },
    {"+7701123456a",                                                             NULL              },
    {"+7.701.1234567",                                                           "+77011234567"    },
    {"8.701.123.45.67",                                                          "+77011234567"    },
    {"8/701/1234567",                                                            "+77011234567"    },
    {"+7 [701] 123 45 67",                                                       "+77011234567"    },
    {"8 701 123\u221245\u221267",                                                "+77011234567"    },
    {"8701\u00ad123\u00ad4567",                                                  "+77011234567"    },
    {"8701\u2060123\u20604567",                                                  "+77011234567"    },
    {"\u202a+7 (701) 123\u201145\u201167\u202c",                                 "+77011234567"    },
    {"\u200e+7 701 123 45 67\u200b",                                             "+77011234567"    },
    {"\u2068+7\u202f701\u2007123\u20094567\u2069",                               "+77011234567"    },
    {"\uff0b\uff17\uff17\uff10\uff11\uff11\uff12\uff13\uff14\uff15\uff16\uff17", "+77011234567"    },
    {"tel:+77011234567",                                                         "+77011234567"    },
    {"TEL:8 701 123 45 67",                                                      "+77011234567"    },
    {"8 701 123 45 67.",                                                         "+77011234567"    },
    {"+7 701 123 45 67;",                                                        "+77011234567"    },
    {"8 10 7 701 123 45 67",                                                     "+77011234567"    },
    {"8107011234567",                                                            NULL              },
    {"8 10 49 30 901820",                                                        NULL              },
    {"8..701.123.45.67",                                                         NULL              },
    {"tel:",                                                                     NULL              },
    {".",                                                                        NULL              },
    {"",                                                                         NULL              },
    {"+",                                                                        NULL              },
    {"8",                                                                        NULL              },
    {"-- ()",                                                                    NULL              },
};

static const struct {
    const char *text;
    const char *phone; /* NULL: none is found */
} among_words[] = {
    {"+7 701 234 56 78",                                                                    "+77012345678"  },
    {"  8 (701) 234-56-78 ",                                                                "+77012345678"  },
    {"Иван +7 701 234 56 78",                                                           "+77012345678"  },
    {"мой номер 87012345678",                                                       "+77012345678"  },
    {"Данияр, 8 701 234-56-78.",                                                      "+77012345678"  },
    {"нөмірім: 701 234 56 78 (Айгүл)",                                          "+77012345678"  },
    {"нас 2, телефон 87012345678",                                                "+77012345678"  },
    {"тел.87012345678, он же +7 701 234 56 78",                                      "+77012345678"  },
    {"call +49 151 12345678 please",                                                        "+4915112345678"},
    {"+87012345678 или 87012345678?",                                                    "+77012345678"  },
    {"мой 87012345678, жены 87017654321",                                            NULL            },
    {"8 701 234 56 7",                                                                      NULL            },
    {"нас 2 87012345678",                                                                NULL            },
    {"22.11.2026",                                                                          NULL            },
    {"мой: 8.701.234.56.78.",                                                            "+77012345678"  },
    {"тел. \u202a+7 701 234\u201156\u201178\u202c, Айгүл",                          "+77012345678"  },
    {"звоните: \uff18\uff17\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18!",
     "+77012345678"                                                                                         },
    {"с 12.12, 87012345678",                                                               "+77012345678"  },
    {"8 10 7 701 234 56 78",                                                                "+77012345678"  },
    {"+",                                                                                   NULL            },
    {"++77011234567",                                                                       NULL            },
    {"7+7011234567",                                                                        NULL            },
    {"87011234567 +77011234567",                                                            "+77011234567"  },
    {"870112345678",                                                                        NULL            },
    {"без номера",                                                                 NULL            },
    {"",                                                                                    NULL            },
};

TEST_ROWS(phone_is_found_within_a_text, among_words)
{
    char out[PHONE_MAX + 1] = "untouched";
    const bool ok = text_phone_find(slice_of(row->text), out);

    ck_assert_msg(ok == (row->phone != NULL), "\"%s\"", row->text);
    ck_assert_str_eq(out, ok ? row->phone : "untouched");
}

TEST_ROWS(phones_are_converted_to_e164, phones)
{
    char out[PHONE_MAX + 1] = "untouched";
    bool ok = text_normalize_phone(slice_of(row->text), out);

    ck_assert_msg(ok == (row->phone != NULL), "\"%s\"", row->text);
    ck_assert_str_eq(out, ok ? row->phone : "untouched");
}

TEST(names_match_despite_case_and_spaces)
{
    static const int32_t ignored[] = {' ', '-', 0xA0, 0};
    static const int32_t none[] = {0};

    ck_assert(
        text_same_name(SLICE("\u041E\u0440\u0451\u043B"), SLICE("\u043E\u0440\u0435\u043B"), none));
    ck_assert(text_same_name(SLICE(" Ust\u00A0Kamen"), SLICE("ust-kamen-"), ignored));
    ck_assert(!text_same_name(SLICE("ust kamen"), SLICE("ustkamen"), none));
    ck_assert(!text_same_name(SLICE("ust"), SLICE("usta"), ignored));
    ck_assert(!text_same_name(SLICE("\xFF"), SLICE("\xFF"), none));
    ck_assert(text_same_name(SLICE(""), SLICE("- "), ignored));
}

/* Examples of each kind, and similar invalid ones. */
TEST(digits_of_any_script_are_numbers)
{
    static const int32_t numbers[] = {'0',    '9',     0x0667, 0x06f7, 0x096d,
                                      0xff17, 0x1d7d5, 0x2167, 0x2462, 0xbd};
    static const int32_t others[] = {'O', 'l', '+', ' ', 0x0437, 0x200d, 0x20e3, 0x110000, -1};

    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        ck_assert_msg(text_is_number(numbers[i]), "%x", (unsigned)numbers[i]);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        ck_assert_msg(!text_is_number(others[i]), "%x", (unsigned)others[i]);
}

static const struct {
    const char *why, *text;
    size_t len;
    int32_t point;
} composed[] = {
    {"a letter alone",                     "ab",                       1, 'a'   },
    {"a mark that belongs to it",          "и\xcc\x86.",              4, 0x439 },
    {"a stress mark is dropped",           "а\xcc\x81.",              4, 0x430 },
    {"two marks",                          "u\xcc\x88\xcc\x84z",       5, 0x1d6 },
    {"a mark without a composed form",     "\xcc\x81",                 2, 0x301 },
    {"one letter for another",             "\xe2\x84\xab",             3, 0xc5  },
    {"Hangul in parts",                    "\xe1\x84\x92\xe1\x85\xa9", 6, 0xd638},
    {"a following letter is not included", "éя",                     2, 0xe9  },
    {"broken: one byte",                   "\xd0\xd0",                 1, 0xfffd},
    {"broken marks are not included",      "a\xcc",                    1, 'a'   },
};

TEST_ROWS_WHY(character_is_read_with_its_combining_marks, composed)
{
    int32_t point;

    ck_assert_uint_eq(text_decode_composed(slice_of(row->text), 0, &point), row->len);
    ck_assert_msg(point == row->point, "U+%04X", (unsigned)point);
}
