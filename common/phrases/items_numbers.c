// SPDX-License-Identifier: MIT
/* Reads numbers and dates in digits, with what is attached to them: "20к", "5-го". */
#include "phrases/items_private.h"

enum { THOUSANDS_FROM = 5 };

static bool is_letter_k(const struct token *token)
{
    return items_is_token_word(token, "к") || items_is_token_word(token, "k");
}

/* Reads "20к", "20 к" as thousands, "2к" as rooms. Returns the number of tokens used. */
static size_t read_letter_k(const struct tokens *tokens, size_t at, struct items *out)
{
    const struct token *k = &tokens->list[at];
    struct item *number = &out->list[out->count - 1];
    const bool glued = at < tokens->count && k->gap != GAP_SPACE && k->gap != GAP_CLAUSE;
    const bool last = at + 1 == tokens->count || tokens->list[at + 1].gap == GAP_CLAUSE;

    if (at >= tokens->count || !is_letter_k(k) || !(glued || last))
        return 0;
    if (number->value < THOUSANDS_FROM) {
        number->kind = WORD_ROOMS;
        return glued;
    }
    struct item *thousand = &out->list[out->count++];
    *thousand = (struct item){.kind = WORD_THOUSAND, .value = 1000};
    enum ending ending;
    if (at + 1 < tokens->count && tokens->list[at + 1].kind == TOKEN_WORD &&
        tokens->list[at + 1].gap == GAP_HYPHEN &&
        ending_parse_day_suffix(&tokens->list[at + 1].letters, &ending)) {
        thousand->ending = (uint8_t)ending;
        return 2;
    }
    return 1;
}

/* Reads suffixes of days: "5-го", "5th", "5-інен", "5 тен". The suffix of "2х" is used but has no
 * meaning. */
static size_t read_day_suffix(const struct tokens *tokens, size_t at, struct item *number)
{
    static const char *const prepositions[] = {"на", "не", "да", "та", "те", "е", "де", "а", "ни"};
    const struct token *token = &tokens->list[at];
    enum ending ending;

    if (at >= tokens->count || token->kind != TOKEN_WORD || token->gap == GAP_CLAUSE)
        return 0;
    if (token->gap != GAP_SPACE &&
        (items_is_token_word(token, "х") || items_is_token_word(token, "ух") ||
         items_is_token_word(token, "ех") || items_is_token_word(token, "но") ||
         items_is_token_word(token, "ми") || items_is_token_word(token, "ти") ||
         items_is_token_word(token, "x")))
        return 1;
    for (size_t i = 0; token->gap == GAP_SPACE && i < ARRAY_LEN(prepositions); i++)
        if (items_is_token_word(token, prepositions[i]))
            return 0;
    if (!ending_parse_day_suffix(&token->letters, &ending))
        return 0;
    number->is_day = true;
    number->ending = (uint8_t)ending;
    return 1;
}

/* Reads "18.30" after "в" as a time of day: tokens_split() has found no such date. Returns the
 * number of tokens read; 0 if it is no time. */
static size_t read_dotted_time(const struct tokens *tokens, size_t at, struct items *out)
{
    enum { HOUR_MAX = 24, MINUTE_MAX = 59 };
    const struct token *hour = &tokens->list[at], *minute = hour + 1;
    const struct item *last = out->count > 0 ? &out->list[out->count - 1] : NULL;

    if (last == NULL || last->kind != WORD_AT || last->value != 0 || hour->gap == GAP_CLAUSE ||
        at + 1 >= tokens->count || minute->kind != TOKEN_NUMBER || minute->gap != GAP_CLAUSE ||
        minute->begin != hour->end + 1 || minute->end != minute->begin + 2 ||
        hour->number > HOUR_MAX || minute->number > MINUTE_MAX)
        return 0;
    out->list[out->count++] =
        (struct item){.kind = WORD_CLOCK, .value = hour->number * 60 + minute->number};
    return 2;
}

static size_t read_number(const struct item_reader *reader, size_t at, struct items *out)
{
    const struct tokens *tokens = reader->tokens;
    const struct token *token = &tokens->list[at];
    size_t used = reader->for_ride ? read_dotted_time(tokens, at, out) : 0;

    if (used > 0)
        return used;
    struct item *number = &out->list[out->count++];
    *number = (struct item){
        .kind = WORD_NUMBER, .gap = (uint8_t)token->gap, .value = token->number, .digits = true};
    used = read_letter_k(tokens, at + 1, out);
    if (used == 0)
        used = read_day_suffix(tokens, at + 1, number);
    return 1 + used;
}

static size_t read_date(const struct item_reader *reader, size_t at, struct items *out)
{
    const struct token *token = &reader->tokens->list[at];
    struct item *date = &out->list[out->count++];

    *date = (struct item){.kind = WORD_NUMBER,
                          .gap = (uint8_t)token->gap,
                          .is_day = true,
                          .is_date = true,
                          .slashed = token->slashed,
                          .day = (uint8_t)token->day,
                          .month = (uint8_t)token->month,
                          .year = (int16_t)token->year};
    return 1 + read_day_suffix(reader->tokens, at + 1, date);
}

size_t items_read_number(struct item_reader *reader, size_t at, struct items *out)
{
    return reader->tokens->list[at].kind == TOKEN_DATE ? read_date(reader, at, out)
                                                       : read_number(reader, at, out);
}
