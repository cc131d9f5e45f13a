// SPDX-License-Identifier: MIT
#include "base/date.h"

#include "phrases/items_private.h"

enum {
    CODE_FROM = 1000,
    SPELLED_MIN = 7 /* minimum of letters of a transliterated word that may have typos */
};

static void add_readings(const struct phrase_words *words, const struct letters *word,
                         struct word_readings *out)
{
    struct word_readings more;

    words_find(words, word, false, &more);
    for (size_t i = 0; i < more.count && out->count < READINGS_MAX; i++)
        out->list[out->count++] = more.list[i];
}

/* Looks a word up exactly and transliterated. If nothing is found, looks it up without a foreign
 * ending, then with typos. */
static void find_word_readings(const struct phrase_words *words, const struct letters *word,
                               struct word_readings *out)
{
    struct letters spelled = *word;
    enum ending ending;

    words_find(words, word, false, out);
    if (letters_are_latin(word)) {
        const struct letters kazakh = letters_to_kazakh_cyrillic(word);
        spelled = letters_to_cyrillic(word);
        add_readings(words, &spelled, out);
        if (!letters_equal(&kazakh, &spelled))
            add_readings(words, &kazakh, out);
    }
    const size_t foreign = out->count == 0 ? ending_find_foreign_case_len(&spelled, &ending) : 0;
    if (foreign > 0) {
        struct letters stem = spelled;
        stem.len = (uint8_t)(stem.len - foreign);
        words_find(words, &stem, false, out);
        for (size_t i = 0; i < out->count; i++)
            out->list[i].ending = (uint8_t)ending;
    }
    if (out->count == 0)
        words_find(words, word, true, out);
    if (out->count == 0 && letters_are_latin(word) && word->len >= SPELLED_MIN)
        words_find(words, &spelled, true, out);
}

bool items_is_token_word(const struct token *token, const char *words)
{
    struct slice rest = slice_of(words);

    while (token->kind == TOKEN_WORD && rest.at != NULL) {
        const struct letters letters = letters_of(slice_cut(&rest, '|'));
        if (letters_equal(&token->letters, &letters))
            return true;
    }
    return false;
}

/* True for an ending that stands apart from the currency before it: "20 мың тг дан". Endings of two
 * letters are also words: "да", "на". */
static bool is_ending_apart(const struct token *token, const struct item *item)
{
    enum { LEN_MIN = 3 };

    return token->gap == GAP_SPACE && token->letters.len >= LEN_MIN &&
           (item->kind == WORD_TENGE || item->kind == WORD_THOUSAND);
}

/* Reads the Kazakh ending that a hyphen joins to an abbreviation: "20 мың тг-ден", "12 жел-ге".
 * Returns the number of tokens. */
static size_t read_joined_ending(const struct tokens *tokens, size_t at, struct item *item)
{
    const struct token *token = &tokens->list[at];
    enum ending ending;

    if (at >= tokens->count || token->kind != TOKEN_WORD ||
        (token->gap != GAP_HYPHEN && !is_ending_apart(token, item)) ||
        !ending_is_kazakh_case(&token->letters, &ending))
        return 0;
    item->ending = (uint8_t)ending;
    return 1;
}

/* Returns the number of tokens. */
static size_t read_sign(const struct item_reader *reader, size_t at, struct items *out)
{
    const struct tokens *tokens = reader->tokens;
    const struct token *token = &tokens->list[at];
    enum word_kind kind = WORD_FOREIGN;

    if (token->number == TOKEN_LEFT_ARROW && !reader->for_ride)
        return 1;
    if (token->number == TOKEN_LEFT_ARROW)
        kind = WORD_OUT_OF; /* "Алматы ← Тараз"; the value is OUT_OF_PLACE */
    else if (token->number == '+' || token->number == '&')
        kind = WORD_AND;
    else if (token->number == 0x2116 || token->number == '#')
        kind = WORD_LABEL;
    else if (token->number == 0x20b8)
        kind = WORD_TENGE;
    else if (token->number == '~' || token->number == 0xb1 || token->number == 0x2248)
        kind = WORD_ABOUT; /* ~, ± or ≈ */
    out->list[out->count++] = (struct item){.kind = (uint8_t)kind, .gap = (uint8_t)token->gap};
    out->list[out->count - 1].value = kind == WORD_AND ? (int)AND_PLUS_SIGN : 0;
    return 1 + read_joined_ending(tokens, at + 1, &out->list[out->count - 1]);
}

static const struct word_readings *get_readings(struct item_reader *reader, size_t at)
{
    if (!reader->found[at]) {
        reader->readings[at].count = 0;
        if (reader->tokens->list[at].kind == TOKEN_WORD)
            find_word_readings(reader->words, &reader->tokens->list[at].letters,
                               &reader->readings[at]);
        reader->found[at] = true;
    }
    return &reader->readings[at];
}

bool items_read_expression(struct item_reader *reader, size_t at, enum word_kind wanted,
                           struct word_meaning *meaning)
{
    const struct word_readings *read[EXPRESSION_WORDS_MAX];
    size_t count = 0;

    while (count < EXPRESSION_WORDS_MAX && at + count < reader->tokens->count &&
           (count == 0 || reader->tokens->list[at + count].gap < GAP_CLAUSE)) {
        read[count] = get_readings(reader, at + count);
        count++;
    }
    return count > 0 && words_find_meaning(reader->words, read, count, wanted, meaning);
}

/* The kind that a word next to a word of `kind` must have: "Алматы ауданы", "желтоқсан көшесі". */
static enum word_kind required_kind_next_to(enum word_kind kind)
{
    if (kind == WORD_DISTRICT_KIND)
        return WORD_DISTRICT;
    return kind == WORD_STREET_KIND ? WORD_NAME : WORD_NOTHING;
}

static enum word_kind required_kind_after_last(const struct items *out)
{
    enum { BEFORE_IT = 2 };
    const enum word_kind last = out->count > 0 ? out->list[out->count - 1].kind : WORD_NOTHING;
    const enum word_kind wanted = required_kind_next_to(last);

    /* The word before the last one was already read as the wanted kind. */
    if (out->count >= BEFORE_IT && out->list[out->count - BEFORE_IT].kind == wanted)
        return WORD_NOTHING;
    return wanted;
}

/* Reads the short name of a Kazakh month after a day: "12 жел". In a chat in another language a
 * word that has another meaning keeps it: Russian "там" (there). */
static bool find_short_month(struct item_reader *reader, size_t at, const struct items *out,
                             struct word_meaning *meaning)
{
    enum { WITH_SUFFIX = 2 }; /* tokens of "12-ші" */
    const struct item *last = out->count > 0 ? &out->list[out->count - 1] : NULL;
    struct word_meaning other;

    if (last == NULL || reader->tokens->list[at].gap == GAP_CLAUSE || last->kind != WORD_NUMBER ||
        last->is_date || last->value < 1 || last->value > DATE_DAY_OF_MONTH_MAX ||
        last->token + (size_t)WITH_SUFFIX < at ||
        !items_read_expression(reader, at, WORD_SHORT_MONTH, meaning) || meaning->typos > 0)
        return false;
    meaning->kind = WORD_MONTH;
    return reader->language == LANGUAGE_KZ ||
           !items_read_expression(reader, at, WORD_NOTHING, &other) || other.typos > 0;
}

/* True for "алматы" in "алматы мкр самал", although a street may have the city's name. `after` is
 * the token after the word for a street. */
static bool is_city_before_street(struct item_reader *reader, size_t at, size_t after)
{
    struct word_meaning city, name;

    return after < reader->tokens->count && reader->tokens->list[after].gap < GAP_CLAUSE &&
           items_read_expression(reader, at, WORD_CITY, &city) && city.typos == 0 &&
           items_read_expression(reader, after, WORD_NAME, &name);
}

static bool find_meaning(struct item_reader *reader, size_t at, const struct items *out,
                         struct word_meaning *meaning)
{
    const struct tokens *tokens = reader->tokens;
    struct word_meaning next_to;
    enum word_kind wanted =
        tokens->list[at].gap < GAP_CLAUSE ? required_kind_after_last(out) : WORD_NOTHING;

    if (find_short_month(reader, at, out, meaning) ||
        (wanted != WORD_NOTHING && items_read_expression(reader, at, wanted, meaning)))
        return true;
    for (size_t words = 1; words < EXPRESSION_WORDS_MAX; words++) {
        const size_t after = at + words;
        if (after >= tokens->count || tokens->list[after].gap == GAP_CLAUSE)
            break;
        if (!items_read_expression(reader, after, WORD_NOTHING, &next_to))
            continue;
        wanted = required_kind_next_to(next_to.kind);
        if (wanted == WORD_NAME && is_city_before_street(reader, at, after + next_to.words))
            continue;
        if (wanted != WORD_NOTHING && items_read_expression(reader, at, wanted, meaning) &&
            meaning->words == words)
            return true;
    }
    return items_read_expression(reader, at, WORD_NOTHING, meaning);
}

/* Reads two words that form one: "посудо мойка". */
static bool find_meaning_of_joined_words(struct item_reader *reader, size_t at,
                                         struct word_meaning *meaning)
{
    enum { LONG_ENOUGH = 8 };
    const struct tokens *tokens = reader->tokens;
    struct word_readings readings;
    const struct word_readings *read = &readings;

    if (at + 1 >= tokens->count || tokens->list[at + 1].kind != TOKEN_WORD ||
        tokens->list[at + 1].gap == GAP_CLAUSE)
        return false;
    struct letters joined = tokens->list[at].letters;
    const struct letters *second = &tokens->list[at + 1].letters;
    for (size_t i = 0; i < second->len; i++)
        letters_add(&joined, second->at[i]);
    if (joined.len < LONG_ENOUGH || tokens->list[at].letters.len < 3)
        return false;
    words_find(reader->words, &joined, false, &readings);
    if (readings.count == 0 && joined.len >= LETTERS_MAX / 3)
        words_find(reader->words, &joined, true, &readings);
    if (!words_find_meaning(reader->words, &read, 1, WORD_NOTHING, meaning) ||
        meaning->kind == WORD_NOTHING || word_is_for_rides(meaning->kind))
        return false;
    meaning->words = 2;
    return true;
}

/* True for a word that makes the number before it an hour: "7 вечера", "2 pm". */
static bool is_part_of_day(const struct token *token)
{
    return token->gap < GAP_CLAUSE && items_is_token_word(token, "утра|вечера|am|pm");
}

/* True for the hour in "кешкі 7-де", which for a stay is no day. */
static bool is_kazakh_hour(const struct tokens *tokens, size_t at, const struct item *item)
{
    return at > 0 && item->kind == WORD_NUMBER && item->ending == ENDING_AT &&
           items_is_token_word(&tokens->list[at - 1], "тангы|туски|кешки|тунги");
}

/* Hides the hour before the token `at`, and that at the beginning of a range, "с 6 до 8 вечера":
 * for a stay they are neither days nor numbers of guests. */
static void drop_hour_before(struct items *out, size_t at)
{
    struct item *const last = out->count > 0 ? &out->list[out->count - 1] : NULL;

    if (last == NULL || last->kind != WORD_NUMBER || last->is_date || last->token + 1U != at)
        return;
    const bool to = out->count > 2 && last[-1].kind == WORD_TO;
    struct item *const first = to ? last - 2 : out->count > 1 ? last - 1 : last;

    last->used = true;
    if ((to || last->gap == GAP_HYPHEN) && first->kind == WORD_NUMBER && !first->is_date)
        first->used = true;
}

/* True if the token at `at` continues a number or a time: "7 am", not "I am". */
static bool continues_time(const struct items *out, const struct token *token)
{
    const enum word_kind last = out->count > 0 ? out->list[out->count - 1].kind : WORD_NOTHING;

    return token->gap < GAP_CLAUSE && (last == WORD_NUMBER || last == WORD_CLOCK);
}

/* Adds an item for a Kazakh verb in the negative, which is not in the vocabulary: "төлемеймін". */
static void add_negative_verb(const struct token *token, struct items *out)
{
    if (ending_is_of_negative_verb(&token->letters))
        out->list[out->count++] = (struct item){.kind = WORD_NOT_VERB, .gap = (uint8_t)token->gap};
}

/* In a phrase about a stay, "между" and "арасында" bound an amount, not a time. */
static void read_between_as_bound(struct word_meaning *meaning, const struct items *out)
{
    const enum word_kind last = out->count > 0 ? out->list[out->count - 1].kind : WORD_NOTHING;
    const bool follows = last == WORD_NUMBER || last == WORD_THOUSAND || last == WORD_TENGE;
    const size_t words = meaning->words;

    if (meaning->kind != WORD_BOUND || meaning->value != BOUND_BETWEEN)
        return;
    *meaning = follows ? (struct word_meaning){.kind = WORD_TO, .value = TO_BETWEEN}
                       : (struct word_meaning){.kind = WORD_FROM, .value = FROM_OF_PRICES};
    meaning->words = words;
}

static size_t read_words(struct item_reader *reader, size_t at, struct items *out)
{
    const struct token *token = &reader->tokens->list[at];
    struct word_meaning meaning;
    const bool known = find_meaning(reader, at, out, &meaning);

    if (!reader->for_ride && is_part_of_day(token))
        drop_hour_before(out, at);
    out->unknown[at] = !known && !find_meaning_of_joined_words(reader, at, &meaning);
    if (out->unknown[at]) {
        add_negative_verb(token, out);
        return 1;
    }
    if (!reader->for_ride)
        read_between_as_bound(&meaning, out);
    if (meaning.kind == WORD_NOTHING || (word_is_for_rides(meaning.kind) && !reader->for_ride) ||
        (meaning.kind == WORD_DAYTIME && meaning.value == DAYTIME_AM &&
         !continues_time(out, token)))
        return meaning.words;
    out->list[out->count++] = (struct item){
        .kind = (uint8_t)meaning.kind,
        .ending = (uint8_t)meaning.ending,
        .gap = (uint8_t)token->gap,
        .value = meaning.value,
        .counts_units = items_is_token_word(token, "двое|трое|четверо|пятеро|шестеро|семеро"),
        .homograph = items_is_token_word(token, "он")};
    return meaning.words +
           read_joined_ending(reader->tokens, at + meaning.words, &out->list[out->count - 1]);
}

static bool is_spelled_number(const struct item *item)
{
    return (item->kind == WORD_NUMBER || item->kind == WORD_ORDINAL) && !item->digits &&
           !item->is_date;
}

static bool is_countable(const struct item *item)
{
    return item->kind == WORD_UNIT || item->kind == WORD_THOUSAND || item->kind == WORD_PEOPLE ||
           item->kind == WORD_PERSON || item->kind == WORD_ROOM || item->kind == WORD_MONTH ||
           item->kind == WORD_CHILD || item->kind == WORD_TENGE || item->kind == WORD_HALF;
}

/* True for "five hundred" and "бес жүз", whose numbers are multiplied. */
static bool is_number_of_hundreds(const struct item *count, const struct item *hundred)
{
    return is_spelled_number(count) && is_spelled_number(hundred) && count->value >= 1 &&
           count->value <= 9 && hundred->value == 100 && count->kind == WORD_NUMBER &&
           hundred->kind == WORD_NUMBER && hundred->gap == GAP_SPACE && !hundred->separated;
}

/* What lies between an item and the item before it. */
struct skipped {
    bool separated, detached, unknown_after_last, unknown_before; /* as in struct item */
};

static void set_skipped(struct item *item, const struct skipped *skipped)
{
    item->separated = skipped->separated;
    item->detached = skipped->detached;
    item->unknown_after_last = skipped->unknown_after_last;
    item->unknown_before = skipped->unknown_before;
}

/* Joins numbers: "двадцать пять" becomes one number, "он бесінші" one day. */
static void join_numbers(struct items *items, const struct skipped *skipped)
{
    size_t kept = 0;

    for (size_t i = 0; i < items->count; i++) {
        struct item *item = &items->list[i];
        struct item *last = kept > 0 ? &items->list[kept - 1] : NULL;
        if (last != NULL && last->kind == WORD_TOGETHER && item->gap < GAP_CLAUSE &&
            (is_countable(item) || item->kind == WORD_OR))
            last->kind = WORD_NUMBER; /* not people: "for two nights" */
        if (last != NULL && is_number_of_hundreds(last, item)) {
            last->value *= item->value;
            last->ending = item->ending;
            continue;
        }
        if (last != NULL && is_spelled_number(last) && is_spelled_number(item) &&
            last->kind == WORD_NUMBER && item->gap == GAP_SPACE && !item->separated &&
            last->value >= 10 && last->value % 10 == 0 &&
            item->value < (last->value >= 100 ? 100 : 10)) {
            last->value += item->value;
            last->kind = item->kind;
            last->ending = item->ending;
            last->homograph = false;
            continue;
        }
        items->list[kept++] = *item;
    }
    items->count = kept;
    items->list[kept] = (struct item){.gap = GAP_CLAUSE};
    set_skipped(&items->list[kept], skipped);
    for (size_t i = 0; i < kept; i++)
        if (items->list[i].homograph && !is_countable(&items->list[i + 1]))
            items->list[i].used = true;
}

/* True for digits that follow unknown letters: "AB12345". */
static bool is_code_number(const struct token *token)
{
    return token->gap == GAP_NONE && token->number >= CODE_FROM;
}

/* True for a word that may stand between a preposition and its place: "в город Тараз". */
static bool is_attribute(const struct token *token)
{
    return items_is_token_word(token, "город|города|городе|городу|г|село|села|поселок|поселка|аул"
                                      "|аула|наш|нашего|родной|родного|the|city|town|of|my|our");
}

void items_from_tokens(const struct phrase_words *words, const struct tokens *tokens,
                       enum language language, bool for_ride, struct word_readings *readings,
                       struct items *out)
{
    struct item_reader reader = {.words = words,
                                 .tokens = tokens,
                                 .language = language,
                                 .for_ride = for_ride,
                                 .readings = readings};
    enum gap gap = GAP_NONE;
    struct skipped skipped = {.separated = false};

    out->count = 0;
    memset(out->unknown, 0, sizeof out->unknown);
    for (size_t at = 0; at < tokens->count;) {
        const size_t before = out->count;
        const enum token_kind kind = tokens->list[at].kind;
        const bool detached = skipped.detached;
        gap = tokens->list[at].gap > gap ? tokens->list[at].gap : gap;
        skipped.unknown_before &= tokens->list[at].gap < GAP_CLAUSE;
        size_t used = 1;
        if (kind == TOKEN_WORD)
            used = read_words(&reader, at, out);
        else if (kind == TOKEN_DATE || (kind == TOKEN_NUMBER &&
                                        !(skipped.separated && is_code_number(&tokens->list[at]))))
            used = items_read_number(&reader, at, out);
        else if (kind == TOKEN_SIGN)
            used = read_sign(&reader, at, out);
        else if (kind == TOKEN_TIME && for_ride)
            used = items_read_clock(&reader, at, out);
        if (out->count > before) {
            out->list[before].gap = (uint8_t)gap;
            set_skipped(&out->list[before], &skipped);
            out->list[before].after_slash = tokens->list[at].after_slash;
            out->list[before].token = (uint8_t)at;
            out->list[before].used = !for_ride && is_kazakh_hour(tokens, at, &out->list[before]);
            gap = GAP_NONE;
            skipped = (struct skipped){.separated = false};
        }
        skipped.separated = out->count == before;
        if (out->unknown[at]) {
            skipped.unknown_after_last |= gap < GAP_CLAUSE;
            skipped.unknown_before = true;
        }
        skipped.detached =
            skipped.separated && (detached || used > 1 || !is_attribute(&tokens->list[at]));
        at += used;
    }
    join_numbers(out, &skipped);
}

enum word_kind item_kind(const struct items *items, size_t at)
{
    return at < items->count && !items->list[at].used ? items->list[at].kind : WORD_NOTHING;
}

enum word_kind item_kind_before(const struct items *items, size_t at)
{
    return at > 0 ? item_kind(items, at - 1) : WORD_NOTHING;
}

bool item_is_postposed_to(const struct items *items, size_t at)
{
    return item_kind(items, at) == WORD_TO && items->list[at].value != TO_PREPOSITION;
}

void items_mark_used(struct items *items, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < items->count; i++)
        items->list[i].used = true;
}

bool item_is_number(const struct items *items, size_t at)
{
    const enum word_kind kind = item_kind(items, at);

    return kind == WORD_NUMBER && !items->list[at].is_date;
}
