// SPDX-License-Identifier: MIT
#include "base/date.h"

#include "phrases/items_private.h"
#include "phrases/parser.h"
#include "phrases/phrase.h"

const char *const phrase_ask_names[PHRASE_ASKS] = {
    "city", "dates", "check_in", "check_out", "guests", "rooms", "price",
};

struct slice phrase_token_text(struct slice text, const struct tokens *tokens, size_t at)
{
    const struct token *token = &tokens->list[at];
    const uint32_t begin = tokens->offsets[token->begin], end = tokens->offsets[token->end];

    return (struct slice){text.at + begin, end - begin};
}

/* True if the unknown word at `at` is said to be a place: "рядом с Хогвартсом", "near the Burj",
 * "Хогвартс жанында". */
static bool is_said_to_be_place(const struct tokens *tokens, size_t at)
{
    static const char before[] = "возле|около|рядом|вблизи|недалеко|напротив|у|near|nearby|beside"
                                 "|opposite|close|next";
    static const char between[] = "с|со|от|to|the|тц|трц|жк|бц|самого";
    static const char after[] = "жанында|жанынан|касында|касынан|манында|манынан|тусында|жакын";
    size_t last = at;

    while (last > 0 && tokens->list[last].gap < GAP_CLAUSE &&
           items_is_token_word(&tokens->list[last - 1], between))
        last--;
    return (last > 0 && tokens->list[last].gap < GAP_CLAUSE &&
            items_is_token_word(&tokens->list[last - 1], before)) ||
           (at + 1 < tokens->count && tokens->list[at + 1].gap < GAP_CLAUSE &&
            items_is_token_word(&tokens->list[at + 1], after));
}

static void store_unknown_words(struct slice text, const struct tokens *tokens,
                                const struct items *items, struct phrase *out)
{
    for (size_t i = 0; i < tokens->count && out->rest_count < PHRASE_REST_MAX; i++)
        if (items->unknown[i]) {
            out->rest[out->rest_count++] = phrase_token_text(text, tokens, i);
            if (out->unknown_place.at == NULL && is_said_to_be_place(tokens, i))
                out->unknown_place = out->rest[out->rest_count - 1];
        }
}

struct parser *phrase_create_parser(const struct phrase_words *words, struct slice text,
                                    enum language language, struct phrase_now now, bool for_ride,
                                    struct arena *arena, struct fault *fault)
{
    struct parser *parser = arena_alloc(arena, sizeof *parser);
    struct word_readings *readings = arena_alloc(arena, PHRASE_MAX * sizeof *readings);

    if (parser == NULL || readings == NULL) {
        arena_fault(fault);
        return NULL;
    }
    if (!tokens_split(words, text, &parser->tokens)) {
        fault_set(fault, FAULT_INVALID, "phrase_unread", "The text is too long.");
        return NULL;
    }
    parser->words = words;
    parser->language = language;
    parser->now = now;
    parser->found = (struct phrase){.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    parser->price_is_total = false;
    items_from_tokens(words, &parser->tokens, language, for_ride, readings, &parser->items);
    comparisons_read(&parser->items);
    if (for_ride)
        ride_clocks_join(&parser->tokens, &parser->items);
    else /* in a phrase about a ride an hour is not a label: "сағат 9-да" */
        items_drop_labels(&parser->items);
    items_drop_negated(&parser->items);
    return parser;
}

bool phrase_read(const struct phrase_words *words, struct slice text, enum language language,
                 struct phrase_now now, struct arena *arena, struct phrase *out,
                 struct fault *fault)
{
    struct parser *parser = phrase_create_parser(words, text, language, now, false, arena, fault);

    if (parser == NULL)
        return false;
    filters_read_places(parser);
    filters_read_amenities(parser);
    money_read(parser);
    rooms_read(parser);
    guests_read(parser);
    stay_dates_read(parser);
    money_convert_total(parser);
    store_unknown_words(text, &parser->tokens, &parser->items, &parser->found);
    *out = parser->found;
    return true;
}
