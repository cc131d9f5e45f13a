// SPDX-License-Identifier: MIT
/* Rewrites of a query: `typed=kind:read` for each rewritten chunk, `typed+=...` if the typed words
 * count too. */
#include "query/keyboard.h"
#include "query/rewrite.h"
#include "unit/search-api/engine.h"

static const char *const documents[] = {
    "Привет! Сдаётся квартира у парка, цена за сутки двадцать тысяч",
    "Добрый вечер, можно заехать завтра? Нас двое взрослых и ребёнок",
    "Большая кухня, щётка и чайник есть, чистое бельё, подъезд с ключом",
    "Живёт хозяйка, жёлтый дом, юг, яблоня, эхо, широкая площадь",
    "Қазақстан, Алматы қаласы, пәтер жалға беріледі, бір бөлмелі",
    "The flat is near the station, breakfast included, hello from the host",
    "Wi-Fi и парковка входят в цену, hotel Hilton рядом",
    "Заезд в любой день, каждый день",
};

static void setup(void)
{
    engine_setup();
    for (size_t i = 0; i < ARRAY_LEN(documents); i++)
        engine_add(documents[i]);
}

TEST_CASE("rewrite", .setup = setup, .teardown = engine_teardown);

static const struct {
    const char *why, *query, *rewrites;
} cases[] = {
    {"a wrong layout",                "ghbdtn",                         "ghbdtn=layout:привет"                               },
    {"with letters beside L and P",   "xbcnjt ,tkm`",                   "xbcnjt=layout:чистое ,tkm`=layout:бельё"       },
    {"signs of other keys",           "rdfhnbhf? ghbdtn&",
     "rdfhnbhf?=layout:квартира, ghbdtn&=layout:привет?"                                                             },
    {"a query that was meant so",     "rdfhnbhf pfdnhf wtyf vfyufk",
     "rdfhnbhf=layout:квартира pfdnhf=layout:завтра wtyf=layout:цена vfyufk=layout:мангал"                 },
    {"English on a Russian keyboard", "руддщ",                     "руддщ=layout:hello"                                  },
    {"the Kazakh keyboard",           "0fpf0cnfy",                      "0fpf0cnfy=layout:қазақстан"                      },
    {"Latin letters",                 "privet kvartira",                "privet=latin:привет kvartira=latin:квартира"},
    {"a letter spelled in two ways",  "hozyajka hozyaika",
     "hozyajka=latin:хозяйка hozyaika=latin:хозяйка"                                                                 },
    {"a soft sign left out",          "bolshaya",                       "bolshaya=latin:большая"                            },
    {"4 for a letter",                "4ainik",                         "4ainik=latin:чайник"                                },
    {"w for a letter",                "wirokaya",                       "wirokaya=latin:широкая"                            },
    {"a soft sign at the end",        "ploshchad ploschad",
     "ploshchad=latin:площадь ploschad=latin:площадь"                                                                },
    {"Kazakh in Latin letters",       "qazaqstan",                      "qazaqstan=latin:казакстан"                       },
    {"a known word is not rewritten", "hotel Hilton",                   ""                                                         },
    {"an English query stays",        "breakfast near the station",     ""                                                         },
    {"a Russian one, too",            "квартира у парка", ""                                                         },
    {"an unknown word stays",         "xqzvw",                          ""                                                         },
    {"a name amid Russian words",     "hotel у парка",            ""                                                         },
    {"a slip amid Russian words",     "rdfhnbhf у парка",         "rdfhnbhf=layout:квартира"                         },
    {"numbers stay",                  "20000 12",                       ""                                                         },
    {"nothing",                       "",                               ""                                                         },
};

static const char *rewrites_of(const char *text)
{
    const struct slice query = slice_of(text);
    struct rewrites rewrites;

    ck_assert(rewrite_find_in_query(lexicon, reader, &query, 1, &arena, &rewrites, &fault));
    for (size_t i = 0; i < rewrites.count; i++) {
        const struct rewrite *one = &rewrites.list[i];
        buf_printf(&scratch, "%s%.*s%s=%s:%.*s", i > 0 ? " " : "", SLICE_ARG(one->from),
                   one->known ? "+" : "", rewrite_kind_name(one->kind), SLICE_ARG(one->to));
    }
    return scratch_text();
}

TEST_ROWS_WHY(lexicon_decides_about_rewrites, cases)
{
    const char *found = rewrites_of(row->query);

    ck_assert_str_eq(found, row->rewrites);
}

/* The typed words count too. */
TEST(rare_word_is_rewritten_to_a_frequent_reading)
{
    engine_add("klyuchi u sosedki, ghbdtn");
    for (int i = 0; i < 12; i++)
        engine_add("ключи у соседки, привет");
    ck_assert_str_eq(rewrites_of("klyuchi"), "klyuchi+=latin:ключи");
    ck_assert_str_eq(rewrites_of("ghbdtn"), "ghbdtn+=layout:привет");
    ck_assert_str_eq(rewrites_of("klyuchi near the station, breakfast"), "");
    engine_add("klyuchi");
    ck_assert_str_eq(rewrites_of("klyuchi"), "");
}

/* "den-" has four bytes, "день-" nine; "#" has one, and "№" three. */
TEST(reading_may_be_much_longer)
{
    enum { DAYS = 63 };
    char room[4 * DAYS];
    struct buf typed = buf_over(room, sizeof room);
    struct rewrites rewrites;

    for (int i = 0; i < DAYS; i++)
        buf_text(&typed, "den-");
    const struct slice query = buf_as_slice(&typed);
    ck_assert(rewrite_find_in_query(lexicon, reader, &query, 1, &arena, &rewrites, &fault));
    ck_assert_uint_eq(rewrites.count, 1);
    ck_assert_uint_eq(rewrites.list[0].to.len, DAYS * strlen("день-"));
    memset(room, '#', sizeof room);
    memcpy(room, "ghbdtn", strlen("ghbdtn"));
    ck_assert(rewrite_find_in_query(lexicon, reader, &query, 1, &arena, &rewrites, &fault));
    ck_assert_uint_eq(rewrites.count, 1);
    ck_assert_uint_eq(rewrites.list[0].to.len,
                      strlen("привет") + 3 * (sizeof room - strlen("ghbdtn")));
}

TEST(characters_without_a_key_stay)
{
    keyboard_convert(KEYBOARD_RUSSIAN, SLICE("Ghbdtn 12 é\xff \"{&"), &scratch);
    ck_assert_str_eq(scratch_text(), "Привет 12 é\xff ЭХ?");
    keyboard_convert(KEYBOARD_KAZAKH, SLICE("2-3=_+"), &scratch);
    ck_assert_str_eq(scratch_text(), "әөіһӨҺ");
    keyboard_convert(KEYBOARD_ENGLISH, SLICE("Руддщ хъ ё"), &scratch);
    ck_assert_str_eq(scratch_text(), "Hello [] `");
}
