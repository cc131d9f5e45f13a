// SPDX-License-Identifier: MIT
#include "query/query.h"

#include "base/text.h"

#include "text/letters.h"

/* The marks behind a code point do not change whether it is a letter. */
static bool counts_at(struct slice text, size_t at)
{
    int32_t point;

    return at < text.len && text_decode(text, at, &point) > 0 && letter_counts(point);
}

/* A no-break space is a blank, too. */
static bool blank_before(struct slice text, size_t at)
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

/* Length of the quote at `at`; 0: none. */
static size_t quote_at(struct slice text, size_t at, bool opens)
{
    for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++)
        if ((opens ? quotes[i].opens : quotes[i].closes) &&
            slice_starts(slice_from(text, at), quotes[i].sign))
            return quotes[i].sign.len;
    return 0;
}

/* What is next in the text. Searches go on where the last one has ended, so that a query of quotes
 * is read once and not once for each of them. */
struct prefetch {
    size_t closing; /* the quote that ends a phrase */
    size_t word;
};

static bool closes_at(struct slice text, size_t at)
{
    const size_t closing = quote_at(text, at, false);

    return closing > 0 && !letter_is_blank(text.at[at - 1]) && !counts_at(text, at + closing);
}

/* The phrase whose first quote stands at `at`, behind those that were asked for before; `end` is
 * behind its last one. */
static bool phrase_at(struct slice text, size_t at, struct prefetch *prefetch, struct slice *phrase,
                      size_t *end)
{
    const size_t opening = quote_at(text, at, true), begin = at + opening;

    if (opening == 0)
        return false;
    if (prefetch->closing < begin)
        prefetch->closing = begin;
    while (prefetch->closing < text.len && !closes_at(text, prefetch->closing))
        prefetch->closing++;
    if (prefetch->word < begin)
        prefetch->word = begin;
    while (prefetch->word < prefetch->closing && !counts_at(text, prefetch->word))
        prefetch->word++;
    if (prefetch->closing == text.len || prefetch->word == prefetch->closing)
        return false;
    *phrase = (struct slice){text.at + begin, prefetch->closing - begin};
    *end = prefetch->closing + quote_at(text, prefetch->closing, false);
    return true;
}

static size_t chunk_end(struct slice text, size_t at)
{
    while (at < text.len && !letter_is_blank(text.at[at]))
        at++;
    return at;
}

static void add(struct query *query, enum query_kind kind, struct slice text)
{
    if (text.len > 0)
        query->parts[query->count++] = (struct query_part){kind, text};
}

/* A phrase or an exclusion at `at`: its text, and what is behind it. */
static bool special_at(struct slice text, size_t at, struct prefetch *prefetch,
                       struct query_part *part, size_t *end)
{
    if (!blank_before(text, at))
        return false;
    if (text.at[at] != '-') {
        part->kind = QUERY_PHRASE;
        return phrase_at(text, at, prefetch, &part->text, end);
    }
    part->kind = QUERY_WITHOUT;
    if (at + 1 < text.len && phrase_at(text, at + 1, prefetch, &part->text, end))
        return true;
    *end = chunk_end(text, at);
    part->text = (struct slice){text.at + at + 1, *end - at - 1};
    return counts_at(text, at + 1);
}

void query_read(struct slice text, struct query *out)
{
    struct query query = {0};
    struct prefetch prefetch = {0};
    struct query_part part;
    size_t begin = 0, end;

    text.len = text_cut(text, QUERY_BYTES_MAX);
    for (size_t at = 0; at < text.len;) {
        /* Room for the words before it, for itself, and for the words behind it. */
        if (query.count + 2 >= QUERY_PARTS_MAX || !special_at(text, at, &prefetch, &part, &end)) {
            at++;
            continue;
        }
        add(&query, QUERY_WORDS, (struct slice){text.at + begin, at - begin});
        add(&query, part.kind, part.text);
        begin = at = end;
    }
    if (begin < text.len)
        add(&query, QUERY_WORDS, slice_from(text, begin));
    if (text.len > 0 && begin < text.len) {
        size_t last = text.len - 1;
        while (last > begin && ((unsigned char)text.at[last] & 0xc0) == 0x80)
            last--;
        query.open = counts_at(text, last);
    }
    *out = query;
}
