// SPDX-License-Identifier: MIT
/* Snippets of texts: matches are in brackets, ... marks a cut. */
#include "base/text.h"

#include "messages/snippet.h"
#include "unit/search-api/engine.h"

#define LONG                                                                                                                                                                 \
    "Мы приехали вечером и долго искали подъезд, потому что во дворе темно и номеров на домах не " \
    "видно; потом нам помог сосед, который показал дорогу и даже донёс чемоданы до лифта. "

static void setup(void)
{
    engine_setup();
    for (int i = 0; i < QUERY_TERMS_COMMON_MIN + 1; i++)
        engine_add("и");
    engine_add("парковка у дома, квартира");
}

TEST_CASE("snippet", .setup = setup, .teardown = engine_teardown);

static struct snippet snippet_of(const char *query, struct slice text)
{
    struct query_terms query_terms;
    struct snippet snippet;

    ck_ok(query_terms_from_query(lexicon, reader, slice_of(query), true, &arena, &query_terms,
                                 &fault));
    ck_ok(snippet_make(&query_terms, reader, text, &arena, &snippet, &fault));
    return snippet;
}

static size_t byte_of(struct slice text, uint32_t point)
{
    size_t at = 0;

    while (text_length((struct slice){text.at, at}) < point || (text.at[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static struct slice seen_ids(const struct snippet *snippet)
{
    size_t done = 0;

    buf_clear(&scratch);
    buf_text(&scratch, snippet->cut_before ? "..." : "");
    for (size_t i = 0; i < snippet->mark_count; i++) {
        const size_t begin = byte_of(snippet->text, snippet->marks[i].begin);
        const size_t end = byte_of(snippet->text, snippet->marks[i].end);
        buf_append(&scratch, snippet->text.at + done, begin - done);
        buf_char(&scratch, '[');
        buf_append(&scratch, snippet->text.at + begin, end - begin);
        buf_char(&scratch, ']');
        done = end;
    }
    buf_append(&scratch, snippet->text.at + done, snippet->text.len - done);
    buf_text(&scratch, snippet->cut_after ? "..." : "");
    return buf_as_slice(&scratch);
}

static const struct {
    const char *why, *query, *text, *seen_ids;
} cases[] = {
    {"a word in another form",      "квартиры",           "Сдам квартиру!",            "Сдам [квартиру]!"},
    {"signs and smiles before it",  "парк",                   "🙂 «Парк»",                     "🙂 «[Парк]»"         },
    {"a stress in it",              "замок",                 "за\xcc\x81мок",                    "[за\xcc\x81мок]"        },
    {"as it was read",              "rdfhnbhf",                   "Квартира",                      "[Квартира]"          },
    {"a slip in the text",          "квартира ",          "Сдам куартира",             "Сдам [куартира]" },
    {"a common word is not marked", "квартира и дом", "Квартира и дом, и сад",
     "[Квартира] и [дом], и сад"                                                                                         },
    {"but where there is no other", "и ",                        "да и нет",                        "да [и] нет"            },
    {"a beginning marks the word",  "кварт",                 "Квартирант",                  "[Квартирант]"      },
    {"a phone is one word",         "87011234567",                "т. +7 701 123-45-67.",                 "т. [+7 701 123-45-67]."     },
    {"nothing",                     "дом",                     "",                                      ""                            },
};

TEST_ROWS_WHY(matches_are_marked, cases)
{
    const struct snippet snippet = snippet_of(row->query, slice_of(row->text));

    ck_assert_slice(seen_ids(&snippet), row->seen_ids);
}

TEST(long_text_is_cut_between_words_around_matches)
{
    const struct slice text = slice_of(LONG LONG "Парковка у дома есть. " LONG LONG);
    const struct snippet snippet = snippet_of("парковка дом", text);
    const struct slice found = seen_ids(&snippet);
    const char marked[] = "[Парковка] у [дома]";

    ck_assert(snippet.cut_before && snippet.cut_after);
    ck_assert_uint_le(text_length(snippet.text), SNIPPET_POINTS);
    ck_assert_uint_ge(text_length(snippet.text), SNIPPET_POINTS - 20);
    ck_assert_ptr_nonnull(memmem(found.at, found.len, marked, strlen(marked)));
    ck_assert(snippet.text.at[-1] == ' ');
}

TEST(ends_of_a_text_are_not_cut)
{
    struct snippet snippet = snippet_of("парковка ", slice_of("Парковка. " LONG LONG));

    ck_assert(!snippet.cut_before && snippet.cut_after);
    snippet = snippet_of("парковка ", slice_of(LONG LONG "парковка"));
    ck_assert(snippet.cut_before && !snippet.cut_after);
    snippet = snippet_of("нигде ", slice_of(LONG LONG));
    ck_assert(!snippet.cut_before && snippet.cut_after && snippet.mark_count == 0);
}

TEST(word_longer_than_a_snippet_is_cut)
{
    static char text[3000];

    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "ж", 2);
    struct snippet snippet = snippet_of("ж", (struct slice){text, sizeof text});
    ck_assert_uint_eq(text_length(snippet.text), SNIPPET_POINTS);
    ck_assert(snippet.cut_after && snippet.mark_count == 1);
    ck_assert_uint_eq(snippet.marks[0].end, SNIPPET_POINTS);
    memset(text, '.', sizeof text);
    snippet = snippet_of("ж", (struct slice){text, sizeof text});
    ck_assert_uint_eq(snippet.text.len, SNIPPET_POINTS);
}
