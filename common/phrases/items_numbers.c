// SPDX-License-Identifier: MIT
/* Reads numbers and dates in digits, with what is attached to them: "20к", "5-го". */
#include "base/date.h"

#include "phrases/items_private.h"

enum { THOUSANDS_FROM = 5, WHOLE_MAX = 999 /* of a number with decimals */ };

static bool is_letter_k(const struct token *token)
{
    return items_is_token_word(token, "к|k");
}

/* True for the token after "2 к" in "2 к.кв." and "2 к квартира". */
static bool is_flat_word(const struct tokens *tokens, size_t at)
{
    const struct letters flat = letters_of(SLICE("кв"));

    return at < tokens->count && tokens->list[at].kind == TOKEN_WORD &&
           tokens->list[at].gap < GAP_CLAUSE &&
           letters_start_with(&tokens->list[at].letters, &flat);
}

/* True for a Latin "k" after a number. The Russian letter is also the preposition "к". */
static bool is_latin_k(const struct token *k, const struct item *number)
{
    return k->letters.len == 1 && k->letters.at[0] == 'k' && k->gap == GAP_SPACE &&
           number->value >= THOUSANDS_FROM;
}

/* Reads "20к", "20 к" as thousands, "2к", "2 к.кв." as rooms. Returns the number of tokens used. */
static size_t read_letter_k(const struct tokens *tokens, size_t at, struct items *out)
{
    const struct token *k = &tokens->list[at];
    struct item *number = &out->list[out->count - 1];
    const bool glued = at < tokens->count && k->gap != GAP_SPACE && k->gap != GAP_CLAUSE;
    const bool last = at + 1 == tokens->count || tokens->list[at + 1].gap == GAP_CLAUSE;

    if (at >= tokens->count || !is_letter_k(k))
        return 0;
    if (number->value < THOUSANDS_FROM && number->hundredths == 0 && k->gap < GAP_CLAUSE &&
        is_flat_word(tokens, at + 1)) {
        number->kind = WORD_ROOMS;
        return 1;
    }
    if (!glued && !last && !is_latin_k(k, number))
        return 0;
    if (number->value < THOUSANDS_FROM && number->hundredths == 0) {
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

/* Reads the suffix of "2-шка", "3ушку": rooms. Returns the number of tokens used. */
static size_t read_rooms_suffix(const struct tokens *tokens, size_t at, struct item *number)
{
    if (at >= tokens->count || tokens->list[at].gap == GAP_SPACE ||
        tokens->list[at].gap == GAP_CLAUSE || number->value >= THOUSANDS_FROM ||
        !items_is_token_word(&tokens->list[at],
                             "шка|шку|шки|шке|шек|ушка|ушку|ушки|ушке|ешка|ешку"))
        return 0;
    number->kind = WORD_ROOMS;
    return 1;
}

/* Reads suffixes of days: "5-го", "5th", "5-інен", "5 тен". The suffix of "2х" is used but has no
 * meaning. "5-и" is a genitive in Russian, "5-і" a day in Kazakh. */
static size_t read_day_suffix(const struct item_reader *reader, size_t at, struct item *number)
{
    const struct tokens *tokens = reader->tokens;
    const struct token *token = &tokens->list[at];
    enum ending ending;

    if (at >= tokens->count || token->kind != TOKEN_WORD || token->gap == GAP_CLAUSE)
        return 0;
    if (token->gap != GAP_SPACE && items_is_token_word(token, "х|ух|ех|но|ми|ти|мя|x"))
        return 1;
    if (token->gap != GAP_SPACE && items_is_token_word(token, "и")) {
        number->is_day |= reader->language == LANGUAGE_KZ && number->value <= DATE_DAY_OF_MONTH_MAX;
        return 1;
    }
    if (token->gap == GAP_SPACE && items_is_token_word(token, "на|не|да|та|те|е|де|а|ни"))
        return 0; /* a preposition */
    if (!ending_parse_day_suffix(&token->letters, &ending))
        return 0;
    number->is_day = number->is_date || number->value <= DATE_DAY_OF_MONTH_MAX;
    number->ending = (uint8_t)ending;
    return 1;
}

/* Reads "17,5" and "17.5": tokens_split() has found two numbers, or a date. Returns the number of
 * tokens; 0 if there is no such number. */
static size_t parse_decimal(const struct tokens *tokens, size_t at, struct item *number)
{
    const struct token *whole = &tokens->list[at], *part = whole + 1;
    size_t used = 0, digits = 0;
    int32_t value = 0;

    if (at >= tokens->count)
        return 0;
    *number = (struct item){.kind = WORD_NUMBER, .digits = true, .value = whole->number};
    if (whole->kind == TOKEN_DATE && whole->year == 0 && !whole->slashed) {
        number->value = whole->day;
        value = whole->month;
        digits = whole->end - whole->begin - (whole->day < 10 ? 2U : 3U);
        used = 1;
    } else if (whole->kind == TOKEN_NUMBER && at + 1 < tokens->count &&
               part->kind == TOKEN_NUMBER && part->gap == GAP_CLAUSE &&
               part->begin == whole->end + 1 && whole->number <= WHOLE_MAX) {
        value = part->number;
        digits = part->end - part->begin;
        used = 2;
    }
    number->hundredths = (uint8_t)(digits == 1 ? 10 * value : value);
    return digits == 1 || digits == 2 ? used : 0;
}

static bool ends_clause(const struct tokens *tokens, size_t at)
{
    return at >= tokens->count || tokens->list[at].gap == GAP_CLAUSE;
}

/* The kind of the expression at the token `at`; WORD_NOTHING: none, or the clause has ended. */
static enum word_kind kind_at(struct item_reader *reader, size_t at)
{
    struct word_meaning meaning;

    return !ends_clause(reader->tokens, at) &&
                   items_read_expression(reader, at, WORD_NOTHING, &meaning)
               ? meaning.kind
               : WORD_NOTHING;
}

/* True for a word for thousands. A single letter must be next to the number or end the clause. */
static bool is_thousand(struct item_reader *reader, size_t at)
{
    const struct token *word = &reader->tokens->list[at];

    if (ends_clause(reader->tokens, at) || word->kind != TOKEN_WORD ||
        (word->letters.len == 1 && word->gap == GAP_SPACE && !ends_clause(reader->tokens, at + 1)))
        return false;
    return is_letter_k(word) || kind_at(reader, at) == WORD_THOUSAND;
}

/* True for the end of a range of thousands: "15,5-20 тыс", "15,5 до 20 тыс". If the beginning has
 * a dot, it may be a date, unless its month has one digit: "15.5-20 тыс", "от 15.5 до 20 тыс". */
static bool ends_range_of_thousands(struct item_reader *reader, size_t at, const struct item *last)
{
    const struct tokens *tokens = reader->tokens;
    const struct token *first = &tokens->list[at - 1];
    const bool hyphen = at < tokens->count && tokens->list[at].gap == GAP_HYPHEN;
    const bool after_from =
        last != NULL && last->kind == WORD_FROM && last->value == FROM_OF_PRICES;
    const int date_length = first->day < 10 ? 3 : 4; /* if the month has one digit */
    struct word_meaning to = {.words = 0};
    struct item end;

    if (first->kind == TOKEN_DATE &&
        (first->end - first->begin != date_length || !(hyphen || after_from)))
        return false;
    if (!hyphen && (ends_clause(tokens, at) || !items_read_expression(reader, at, WORD_TO, &to)))
        return false;
    const size_t number = at + to.words;
    size_t used = parse_decimal(tokens, number, &end);
    if (used == 0)
        used = !ends_clause(tokens, number) && tokens->list[number].kind == TOKEN_NUMBER;
    return used > 0 && is_thousand(reader, number + used) &&
           (end.value >= THOUSANDS_FROM || !is_letter_k(&tokens->list[number + used]));
}

static bool is_kilometre(const struct tokens *tokens, size_t at)
{
    return !ends_clause(tokens, at) && items_is_token_word(&tokens->list[at], "км|km");
}

/* Reads a number with decimals, which must be of thousands, kilometres or units of time; that of
 * rooms has no meaning. Returns the number of tokens; 0 if it is none. */
static size_t read_decimal(struct item_reader *reader, size_t at, struct items *out)
{
    const struct token *list = reader->tokens->list;
    const struct item *last = out->count > 0 ? &out->list[out->count - 1] : NULL;
    struct item number;
    const size_t end = at + parse_decimal(reader->tokens, at, &number);

    if (end == at || (last != NULL && last->kind == WORD_WE)) /* "нас 5,2к" */
        return 0;
    const bool half = number.hundredths == 50;
    const enum word_kind after = kind_at(reader, end);
    if (half && number.value <= 2 && after == WORD_ROOM) /* "1,5-комнатная": no number of rooms */
        return end - at;
    if (half && number.value < THOUSANDS_FROM && after == WORD_UNIT) { /* "1,5 суток": "полтора" */
        out->list[out->count++] = (struct item){.kind = WORD_VAGUE};
        return end - at;
    }
    /* For a stay "2,3к" may be 2 or 3 rooms. */
    const bool rooms = !reader->for_ride && end == at + 2 && number.value < THOUSANDS_FROM &&
                       number.hundredths < 10 * THOUSANDS_FROM;
    const bool thousand = is_thousand(reader, end);
    if ((thousand && rooms && is_letter_k(&list[end])) ||
        (!thousand && !is_kilometre(reader->tokens, end) &&
         !ends_range_of_thousands(reader, end, last)))
        return 0;
    out->list[out->count++] = number;
    return end - at + (thousand ? read_letter_k(reader->tokens, end, out) : 0);
}

/* True if the number before the token `at` is a day or counts something: "9 10 декабря", "8 10-го",
 * "8 12 мест"; not "18 30-да". */
static bool follows_count(struct item_reader *reader, size_t at)
{
    const struct token *token = &reader->tokens->list[at];
    enum ending ending;

    if (ends_clause(reader->tokens, at) || token->kind != TOKEN_WORD)
        return false;
    if (token->gap != GAP_SPACE && ending_parse_day_suffix(&token->letters, &ending))
        return ending == ENDING_OTHER;
    const enum word_kind kind = kind_at(reader, at);
    return kind == WORD_MONTH || kind == WORD_UNIT || kind == WORD_NUMBERED_DAY ||
           kind == WORD_THOUSAND || kind == WORD_TENGE || kind == WORD_PEOPLE ||
           kind == WORD_PERSON || kind == WORD_CHILD;
}

/* True if the item before a number is of a time of day: "в 18.30", "сағат 18.30", and for a ride
 * "с 9-30", "завтра 18.30", "кешкі 6.30". */
static bool precedes_time(const struct item_reader *reader, const struct item *last)
{
    if (last == NULL)
        return false;
    if ((last->kind == WORD_AT && last->value != AT_ON) ||
        (last->kind == WORD_UNIT && unit_is_hour(last->value)))
        return true;
    return reader->for_ride &&
           (last->kind == WORD_BOUND || last->kind == WORD_DAYTIME || last->kind == WORD_WEEKDAY ||
            last->kind == WORD_FROM_TODAY || last->kind == WORD_TONIGHT ||
            ((last->kind == WORD_FROM || last->kind == WORD_TO) && last->value == 0));
}

/* True if the token at `at` shows that a time precedes it: "18.30-да", and for a ride "18.30-дан",
 * "6.30 pm". */
static bool follows_time(struct item_reader *reader, size_t at)
{
    const struct tokens *tokens = reader->tokens;
    struct item ending = {.kind = WORD_NUMBER};

    if (ends_clause(tokens, at) || tokens->list[at].kind != TOKEN_WORD)
        return false;
    if (tokens->list[at].gap == GAP_HYPHEN && read_day_suffix(reader, at, &ending) > 0)
        return ending.ending == ENDING_AT || (reader->for_ride && ending.ending != ENDING_OTHER);
    return reader->for_ride && kind_at(reader, at) == WORD_DAYTIME;
}

/* True if the second number of "9-12" may be the hour at the end of a window. Minutes are usually
 * multiples of five, and "9-10" is an hour. */
static bool may_be_window(const struct token *hour, const struct token *minute)
{
    enum { HOUR_MAX = 24, MINUTES_STEP = 5 };

    return minute->number > hour->number && minute->number <= HOUR_MAX &&
           (minute->number % MINUTES_STEP != 0 || minute->number == hour->number + 1);
}

/* Reads "18.30", "18-30" and "18 30" as a time of day, where tokens_split() has found no date. For
 * a stay it has no meaning. Returns the number of tokens read; 0 if it is no time. */
static size_t read_split_time(struct item_reader *reader, size_t at, struct items *out)
{
    enum { HOUR_MAX = 24, MINUTE_MAX = 59 };
    const struct tokens *tokens = reader->tokens;
    const struct token *hour = &tokens->list[at], *minute = hour + 1;
    const struct item *last = out->count > 0 ? &out->list[out->count - 1] : NULL;
    const bool introduced = hour->gap != GAP_CLAUSE && precedes_time(reader, last);
    const bool whole = reader->for_ride && minute->number == 0; /* "пятница, 14 00" */
    struct item clock = {.kind = WORD_CLOCK};

    if (at + 1 >= tokens->count || minute->kind != TOKEN_NUMBER || minute->begin != hour->end + 1 ||
        minute->end != minute->begin + 2 || hour->number > HOUR_MAX ||
        minute->number > MINUTE_MAX || follows_count(reader, at + 2))
        return 0;
    if ((minute->gap == GAP_HYPHEN && may_be_window(hour, minute)) ||
        (minute->gap == GAP_SPACE && !whole && !(introduced && last->kind == WORD_AT)) ||
        (!introduced && !whole && !follows_time(reader, at + 2)))
        return 0;
    clock.value = hour->number * 60 + minute->number;
    const size_t used = 2 + read_day_suffix(reader, at + 2, &clock);
    if (reader->for_ride)
        out->list[out->count++] = clock;
    return used;
}

static size_t read_number(struct item_reader *reader, size_t at, struct items *out)
{
    const struct tokens *tokens = reader->tokens;
    const struct token *token = &tokens->list[at];
    size_t used = read_split_time(reader, at, out);

    if (used > 0)
        return used;
    struct item *number = &out->list[out->count++];
    *number = (struct item){
        .kind = WORD_NUMBER, .gap = (uint8_t)token->gap, .value = token->number, .digits = true};
    used = read_letter_k(tokens, at + 1, out);
    if (used == 0)
        used = read_rooms_suffix(tokens, at + 1, number);
    if (used == 0)
        used = read_day_suffix(reader, at + 1, number);
    return 1 + used;
}

/* Adds the two numbers of "2/3 комнатная", "5/6 декабря" and "15/20 тыс" as a range. False if the
 * token is none. */
static bool add_slashed_range(struct item_reader *reader, size_t at, struct items *out)
{
    const struct token *token = &reader->tokens->list[at];
    const enum word_kind after = kind_at(reader, at + 1);

    if (token->month <= token->day ||
        (!is_thousand(reader, at + 1) && after != WORD_MONTH &&
         (token->month != token->day + 1 || (after != WORD_ROOM && after != WORD_PEOPLE))))
        return false;
    out->list[out->count++] =
        (struct item){.kind = WORD_NUMBER, .digits = true, .value = token->day};
    out->list[out->count++] = (struct item){
        .kind = WORD_NUMBER, .gap = GAP_HYPHEN, .digits = true, .value = token->month};
    return true;
}

/* False for the number of a house ("77/8"), and for "24/7" unless it begins or ends a range. */
static bool is_slashed_date(const struct tokens *tokens, size_t at, const struct items *out)
{
    enum { DAYS_MAX = 31, MONTHS_MAX = 12, HOURS_OF_DAY = 24, DAYS_OF_WEEK = 7 };
    const struct token *token = &tokens->list[at];
    const enum word_kind last = out->count > 0 ? out->list[out->count - 1].kind : WORD_NOTHING;
    const bool ranged = last == WORD_FROM || last == WORD_TO || token->gap == GAP_HYPHEN ||
                        (at + 1 < tokens->count && tokens->list[at + 1].gap == GAP_HYPHEN);

    if (token->day == HOURS_OF_DAY && token->month == DAYS_OF_WEEK && token->year == 0)
        return ranged;
    return token->day <= DAYS_MAX && token->month <= DAYS_MAX &&
           (token->day <= MONTHS_MAX || token->month <= MONTHS_MAX);
}

static size_t read_date(struct item_reader *reader, size_t at, struct items *out)
{
    const struct token *token = &reader->tokens->list[at];

    if (token->slashed && token->year == 0 && add_slashed_range(reader, at, out))
        return 1 + read_letter_k(reader->tokens, at + 1, out);
    if (token->slashed && !is_slashed_date(reader->tokens, at, out))
        return 1;
    struct item *date = &out->list[out->count++];
    *date = (struct item){.kind = WORD_NUMBER,
                          .gap = (uint8_t)token->gap,
                          .is_day = true,
                          .is_date = true,
                          .slashed = token->slashed,
                          .day = (uint8_t)token->day,
                          .month = (uint8_t)token->month,
                          .year = (int16_t)token->year};
    return 1 + read_day_suffix(reader, at + 1, date);
}

size_t items_read_clock(struct item_reader *reader, size_t at, struct items *out)
{
    struct item *clock = &out->list[out->count++];

    *clock = (struct item){.kind = WORD_CLOCK, .value = reader->tokens->list[at].number};
    return 1 + read_day_suffix(reader, at + 1, clock);
}

size_t items_read_number(struct item_reader *reader, size_t at, struct items *out)
{
    const size_t used = read_decimal(reader, at, out);

    if (used > 0)
        return used;
    return reader->tokens->list[at].kind == TOKEN_DATE ? read_date(reader, at, out)
                                                       : read_number(reader, at, out);
}
