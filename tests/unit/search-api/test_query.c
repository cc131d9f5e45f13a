// SPDX-License-Identifier: MIT
/* Parts of a search box: each as its kind, + for a phrase, - for an exclusion, and its text in
 * brackets; _ after them if the last word may continue. */
#include "query/query.h"
#include "support/scratch.h"

static const struct {
    const char *why, *text, *parts;
} cases[] = {
    {"words",                                      "тихая квартира",    "[тихая квартира]_"   },
    {"nothing",                                    "",                               ""                                 },
    {"a phrase",                                   "\"без залога\"",        "+[без залога]"           },
    {"a phrase amid words",                        "дом \"у реки\" лес ", "[дом ]+[у реки][ лес ]"},
    {"curly quotes",                               "“у реки” лес",       "+[у реки][ лес]_"         },
    {"names in «» are words",                    "кафе «Ласточка»",  "[кафе «Ласточка»]"  },
    {"a phrase that does not end",                 "\"у реки",                  "[\"у реки]_"                 },
    {"an inch is no phrase",                       "экран 40\" или 50\"",    "[экран 40\" или 50\"]"    },
    {"a quote inside a word",                      "об\"явление \"а\"",    "[об\"явление ]+[а]"     },
    {"a letter on a wrong layout",                 "\"qyintqy \"nj",                 "[\"qyintqy \"nj]_"                },
    {"an empty phrase is ignored",                 "дом \"\" \" \"",              "[дом \"\" \" \"]"              },
    {"signs are no phrase",                        "\"!?\" дом",                  "[\"!?\" дом]_"                 },
    {"an excluded word",                           "дом -лес поле",        "[дом ]-[лес][ поле]_"   },
    {"first",                                      "-лес дом",                 "-[лес][ дом]_"              },
    {"an excluded phrase",                         "дом -\"у реки\"",        "[дом ]-[у реки]"          },
    {"a hyphen is not a minus",                    "кто-то Алма-Ата",    "[кто-то Алма-Ата]_"   },
    {"a dash is not a minus",                      "дом - лес -- поле",    "[дом - лес -- поле]_"   },
    {"a hyphen after a no-break space is a minus", "дом\xc2\xa0-лес",          "[дом\xc2\xa0]-[лес]"        },
    {"a number may be excluded",                   "дом -12",                     "[дом ]-[12]"                   },
    {"a range is no minus",                        "5-7 человек",             "[5-7 человек]_"            },
    {"it ends with a blank",                       "парк ",                      "[парк ]"                      },
    {"with a sign",                                "парк?",                      "[парк?]"                      },
    {"broken bytes are kept",                      "\xd0 \"\xff\" -\xd0",            "[\xd0 \"\xff\" -\xd0]"            },
};

TEST_ROWS_WHY(any_text_is_parsed_into_parts, cases)
{
    static const char *const signs[] = {
        [QUERY_WORDS] = "", [QUERY_PHRASE] = "+", [QUERY_WITHOUT] = "-"};
    struct query query;

    query_parse(slice_of(row->text), &query);
    for (size_t i = 0; i < query.count; i++)
        buf_printf(&scratch, "%s[%.*s]", signs[query.parts[i].kind],
                   SLICE_ARG(query.parts[i].text));
    buf_text(&scratch, query.open ? "_" : "");
    const char *found = scratch_text();
    ck_assert_str_eq(found, row->parts);
}

TEST(limits_are_enforced)
{
    static char text[QUERY_BYTES_MAX + 8];
    struct query query;

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = " -a"[i % 3];
    query_parse((struct slice){text, sizeof text}, &query);
    ck_assert_uint_le(query.count, QUERY_PARTS_MAX);
    const struct query_part *last = &query.parts[query.count - 1];
    ck_assert_int_eq(last->kind, QUERY_WORDS);
    ck_assert_ptr_eq(last->text.at + last->text.len, text + QUERY_BYTES_MAX);
}
