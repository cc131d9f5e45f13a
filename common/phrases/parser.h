// SPDX-License-Identifier: MIT
/* The stages of the parser, in their order. Items used by a stage are invisible to later ones. */
#pragma once

#include "phrases/items.h"

struct parser {
    const struct phrase_words *words;
    enum language language;
    struct phrase_now now;
    struct tokens tokens;
    struct items items;
    struct phrase found;
    bool price_is_total; /* the price is for the whole stay */
};

/* Returns a parser of the text, in the arena, whose items are set. NULL with a fault of
 * phrase_read(). */
struct parser *phrase_create_parser(const struct phrase_words *words, struct slice text,
                                    enum language language, struct phrase_now now, bool for_ride,
                                    struct arena *arena, struct fault *fault);

/* The text of a token, borrowed from the text. */
struct slice phrase_token_text(struct slice text, const struct tokens *tokens, size_t at);

void filters_read_places(struct parser *parser);
void filters_read_amenities(struct parser *parser);
void money_read(struct parser *parser);
void rooms_read(struct parser *parser);
void guests_read(struct parser *parser);
void stay_dates_read(struct parser *parser);
/* Read when a ride departs. The first reads a window with both bounds. Call it before places are
 * read, because "дейін" may stand between a time and a place; the second after it. */
void ride_times_read_window(struct parser *parser, struct phrase_ride *out);
void ride_times_read(struct parser *parser, struct phrase_ride *out);
/* Converts a price for the whole stay to a price per night. Call it after stay_dates_read(). */
void money_convert_total(struct parser *parser);
