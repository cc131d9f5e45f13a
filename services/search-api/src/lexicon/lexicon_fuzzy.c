// SPDX-License-Identifier: MIT
/* Finds terms one typo away: a stem has some 350 variants with one typo, and each is looked up.
 * Lookups are cheaper than an index of similar terms, and need no memory. */
#include "base/text.h"

#include "lexicon/lexicon.h"
#include "text/letters.h"

enum { LETTERS_MAX = TERM_POINTS + 1 };

struct search {
    const struct lexicon *lexicon;
    int32_t stem[LETTERS_MAX]; /* may have one letter more than a term, a superfluous one */
    size_t count;              /* letters of the stem */
    int32_t first, last;       /* letters of the alphabet */
    struct lexicon_term *out;
    size_t found;
};

/* Inserts the term into the result if it is among the most frequent. */
static void insert_term_if_frequent(struct search *search, struct slice term, uint32_t df)
{
    size_t at = search->found;

    for (size_t i = 0; i < search->found; i++)
        if (slice_equal((struct slice){search->out[i].text, search->out[i].len}, term))
            return;
    while (at > 0 && search->out[at - 1].df < df)
        at--;
    if (at == LEXICON_FUZZY_MAX)
        return;
    if (search->found < LEXICON_FUZZY_MAX)
        search->found++;
    for (size_t i = search->found - 1; i > at; i--)
        search->out[i] = search->out[i - 1];
    search->out[at] = (struct lexicon_term){.len = (uint8_t)term.len, .df = df};
    memcpy(search->out[at].text, term.at, term.len);
}

/* Looks up the term that the first TERM_POINTS letters form. */
static void look_up_letters(struct search *search, const int32_t *letters, size_t count)
{
    char text[4 * TERM_POINTS];
    size_t len = 0;

    for (size_t i = 0; i < count && i < TERM_POINTS; i++)
        len += text_encode(letters[i], text + len);
    const struct slice term = {text, len};
    const uint32_t df = lexicon_term_df(search->lexicon, term);
    if (df > 0)
        insert_term_if_frequent(search, term, df);
}

/* Looks up the stem with a change at position `at`: omits `omitted_count` letters there and, unless
 * `inserted_letter` is 0, inserts it. */
static void look_up_typo(struct search *search, size_t at, size_t omitted_count,
                         int32_t inserted_letter)
{
    int32_t letters[LETTERS_MAX + 1];
    size_t count = 0;

    for (size_t i = 0; i < at; i++)
        letters[count++] = search->stem[i];
    if (inserted_letter != 0)
        letters[count++] = inserted_letter;
    for (size_t i = at + omitted_count; i < search->count; i++)
        letters[count++] = search->stem[i];
    look_up_letters(search, letters, count);
}

static void look_up_exchange(struct search *search, size_t at)
{
    int32_t letters[LETTERS_MAX];

    memcpy(letters, search->stem, search->count * sizeof letters[0]);
    letters[at] = search->stem[at + 1];
    letters[at + 1] = search->stem[at];
    look_up_letters(search, letters, search->count);
}

static bool read_stem(struct search *search, struct slice stem)
{
    for (size_t at = 0, len; at < stem.len && search->count < LETTERS_MAX; at += len) {
        len = text_decode(stem, at, &search->stem[search->count]);
        if (len == 0)
            return false;
        search->count++;
    }
    if (search->count < 3) /* too many terms are one typo away from two letters */
        return false;
    const bool russian = letter_is_russian(search->stem[0]);
    search->first = russian ? 0x430 : 'a';
    search->last = russian ? 0x44f : 'z';
    for (size_t i = 0; i < search->count; i++)
        if (search->stem[i] < search->first || search->stem[i] > search->last)
            return false;
    return true;
}

size_t lexicon_find_fuzzy(const struct lexicon *lexicon, struct slice stem,
                          struct lexicon_term out[LEXICON_FUZZY_MAX])
{
    struct search search = {.lexicon = lexicon, .out = out};

    if (!read_stem(&search, stem))
        return 0;
    for (size_t at = 0; at < search.count; at++) {
        look_up_typo(&search, at, 1, 0);
        if (at + 1 < search.count)
            look_up_exchange(&search, at);
    }
    for (size_t at = 0; at < search.count && at < TERM_POINTS; at++)
        for (int32_t letter = search.first; letter <= search.last; letter++) {
            look_up_typo(&search, at, 0, letter);
            if (letter != search.stem[at])
                look_up_typo(&search, at, 1, letter);
        }
    for (int32_t letter = search.first; search.count < TERM_POINTS && letter <= search.last;
         letter++)
        look_up_typo(&search, search.count, 0, letter);
    return search.found;
}
