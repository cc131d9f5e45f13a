// SPDX-License-Identifier: MIT
#include "phrases/phrase.h"

#include "base/date.h"

#include "phrases/parts.h"

const char *const phrase_ask_names[PHRASE_ASKS] = {
    "city", "dates", "check_in", "check_out", "guests", "rooms", "price",
};

bool phrase_read(const struct phrase_words *words, struct slice text, enum language language,
                 struct phrase_now now, struct arena *arena, struct phrase *out,
                 struct fault *fault)
{
    struct phrase found = {.check_in = DATE_ABSENT, .check_out = DATE_ABSENT};
    struct tokens *tokens = arena_alloc(arena, sizeof *tokens);
    struct work *work = arena_alloc(arena, sizeof *work);
    struct word_readings *readings = arena_alloc(arena, PHRASE_MAX * sizeof *readings);

    if (tokens == NULL || work == NULL || readings == NULL)
        return arena_fault(fault);
    if (!tokens_read(words, text, tokens))
        return fault_set(fault, FAULT_INVALID, "phrase_unread", "The text is too long.");
    *work = (struct work){.words = words, .language = language, .now = now, .out = &found};
    items_read(words, tokens, readings, &work->items);
    items_drop_names(&work->items);
    items_drop_unwanted(&work->items);
    places_read(work);
    wishes_read(work);
    money_read(work);
    rooms_read(work);
    guests_read(work);
    stay_nights_read(work);
    money_end(work);
    *out = found;
    return true;
}
