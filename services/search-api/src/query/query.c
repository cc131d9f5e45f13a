// SPDX-License-Identifier: MIT
#include "query/query.h"

#include "base/text.h"

#include "text/letters.h"

/* Whether a letter or digit is at `at`; a combining mark may follow it. */
static bool has_letter_at(struct slice text, size_t at)
{
    int32_t point;

    return at < text.len && text_decode(text, at, &point) > 0 && letter_is_letter_or_digit(point);
}

/* Whether `at` follows a blank, including a no-break space, or is the beginning of the text. */
static bool has_blank_before(struct slice text, size_t at)
{
    return at == 0 || letter_is_blank(text.at[at - 1]) ||
           (at > 1 && slice_starts(slice_from(text, at - 2), SLICE("\xc2\xa0")));
}

static const struct {
    struct slice sign;
    bool opens, closes;
} quotes[] = {
    {{"\"", 1},           true,  true},
    {{"\xe2\x80\x9c", 3}, true,  true}, /* “ */
    {{"\xe2\x80\x9d", 3}, false, true}, /* ” */
};

/* The length of the quote at `at` that opens or closes a phrase; 0: none. */
static size_t quote_length_at(struct slice text, size_t at, bool opens)
{
    for (size_t i = 0; i < ARRAY_LEN(quotes); i++)
        if ((opens ? quotes[i].opens : quotes[i].closes) &&
            slice_starts(slice_from(text, at), quotes[i].sign))
            return quotes[i].sign.len;
    return 0;
}

/* The positions that the searches for a closing quote and for a word have reached. Each search
 * resumes there, so that a query of many quotes is read only once. */
struct next {
    size_t closing; /* the quote that ends a phrase */
    size_t word;
};

static bool closes_phrase_at(struct slice text, size_t at)
{
    const size_t closing = quote_length_at(text, at, false);

    return closing > 0 && !letter_is_blank(text.at[at - 1]) && !has_letter_at(text, at + closing);
}

/* Reads the phrase whose opening quote is at `at`, and sets `end` to the position after its closing
 * quote. Must be called with ascending positions. False: no phrase begins there. */
static bool read_phrase_at(struct slice text, size_t at, struct next *next, struct slice *phrase,
                           size_t *end)
{
    const size_t opening = quote_length_at(text, at, true), begin = at + opening;

    if (opening == 0)
        return false;
    if (next->closing < begin)
        next->closing = begin;
    while (next->closing < text.len && !closes_phrase_at(text, next->closing))
        next->closing++;
    if (next->word < begin)
        next->word = begin;
    while (next->word < next->closing && !has_letter_at(text, next->word))
        next->word++;
    if (next->closing == text.len || next->word == next->closing)
        return false;
    *phrase = (struct slice){text.at + begin, next->closing - begin};
    *end = next->closing + quote_length_at(text, next->closing, false);
    return true;
}

static size_t find_chunk_end(struct slice text, size_t at)
{
    while (at < text.len && !letter_is_blank(text.at[at]))
        at++;
    return at;
}

static void add_part_if_not_empty(struct query *query, enum query_kind kind, struct slice text)
{
    if (text.len > 0)
        query->parts[query->count++] = (struct query_part){kind, text};
}

/* Reads the phrase or exclusion that begins at `at`: its kind, its text and its end. False: neither
 * begins there. */
static bool read_phrase_or_exclusion_at(struct slice text, size_t at, struct next *next,
                                        struct query_part *part, size_t *end)
{
    if (!has_blank_before(text, at))
        return false;
    if (text.at[at] != '-') {
        part->kind = QUERY_PHRASE;
        return read_phrase_at(text, at, next, &part->text, end);
    }
    part->kind = QUERY_WITHOUT;
    if (at + 1 < text.len && read_phrase_at(text, at + 1, next, &part->text, end))
        return true;
    *end = find_chunk_end(text, at);
    part->text = (struct slice){text.at + at + 1, *end - at - 1};
    return has_letter_at(text, at + 1);
}

void query_parse(struct slice text, struct query *out)
{
    struct query query = {0};
    struct next next = {0};
    struct query_part part;
    size_t begin = 0, end;

    text.len = slice_prefix_len(text, QUERY_BYTES_MAX);
    for (size_t at = 0; at < text.len;) {
        /* Reading a phrase or exclusion adds up to three parts: the words before it, itself, and
         * the words after it. */
        if (query.count + 2 >= QUERY_PARTS_MAX ||
            !read_phrase_or_exclusion_at(text, at, &next, &part, &end)) {
            at++;
            continue;
        }
        add_part_if_not_empty(&query, QUERY_WORDS, (struct slice){text.at + begin, at - begin});
        add_part_if_not_empty(&query, part.kind, part.text);
        begin = at = end;
    }
    if (begin < text.len) {
        add_part_if_not_empty(&query, QUERY_WORDS, slice_from(text, begin));
        query.open = has_letter_at(text, slice_prefix_len(text, text.len - 1));
    }
    *out = query;
}
