// SPDX-License-Identifier: MIT
#include "base/date.h"
#include "base/text.h"

#include "phrases/parser.h"
#include "phrases/phrase.h"

const char *const phrase_ask_names[PHRASE_ASKS] = {
    "city", "dates", "check_in", "check_out", "guests", "rooms", "price",
};

static void keep_rest(struct slice text, const struct tokens *tokens, const struct items *items,
                      struct phrase *out)
{
    for (size_t i = 0; i < tokens->count && out->rest_count < PHRASE_REST_MAX; i++) {
        if (!items->unknown[i])
            continue;
        const size_t begin = text_first_len(text, tokens->list[i].begin);
        const size_t end = text_first_len(text, tokens->list[i].end);
        out->rest[out->rest_count++] = (struct slice){text.at + begin, end - begin};
    }
}

bool phrase_read(const struct phrase_words *words, struct slice text, enum language language,
                 struct phrase_now now, struct arena *arena, struct phrase *out,
                 struct fault *fault)
{
    struct phrase found = {.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    struct tokens *tokens = arena_alloc(arena, sizeof *tokens);
    struct parser *parser = arena_alloc(arena, sizeof *parser);
    struct word_readings *readings = arena_alloc(arena, PHRASE_MAX * sizeof *readings);

    if (tokens == NULL || parser == NULL || readings == NULL)
        return arena_fault(fault);
    if (!tokens_read(words, text, tokens))
        return fault_set(fault, FAULT_INVALID, "phrase_unread", "The text is too long.");
    *parser = (struct parser){.words = words, .language = language, .now = now, .out = &found};
    items_read(words, tokens, readings, &parser->items);
    items_drop_labels(&parser->items);
    items_drop_unwanted(&parser->items);
    filters_read_places(parser);
    filters_read_amenities(parser);
    money_read(parser);
    rooms_read(parser);
    guests_read(parser);
    stay_dates_read(parser);
    money_finish(parser);
    keep_rest(text, tokens, &parser->items, &found);
    *out = found;
    return true;
}
