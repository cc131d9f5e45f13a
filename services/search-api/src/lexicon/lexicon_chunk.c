// SPDX-License-Identifier: MIT
#include "lexicon/lexicon_chunk.h"

#include <string.h>

#include "base/digest.h"

#include "lexicon/lexicon_private.h"

enum {
    SUM_BYTES = 8,
    HEAD_BYTES = SUM_BYTES + 1,
    NUMBER_BYTES_MAX = 5,
    TEXT_BYTES_MAX = 4 * VOCABULARY_POINTS_MAX,          /* bytes of a term or a word */
    COUNTED_ROOM = 1 + TEXT_BYTES_MAX + NUMBER_BYTES_MAX /* bytes of a counted word or term */
};
_Static_assert((int)TERM_BYTES_MAX <= (int)TEXT_BYTES_MAX,
               "the buffer of a word is large enough for a term");

static bool set_broken_fault(struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "broken_chunk",
                     "A chunk of the stored lexicon is broken.");
}

/* --- writing --- */

static size_t write_varint(char *out, uint32_t number)
{
    size_t len = 0;

    for (; number >= 0x80; number >>= 7)
        out[len++] = (char)(0x80 | (number & 0x7f));
    out[len++] = (char)number;
    return len;
}

static size_t write_counted_text(char *out, struct slice text, uint32_t count)
{
    out[0] = (char)text.len;
    memcpy(out + 1, text.at, text.len);
    return 1 + text.len + write_varint(out + 1 + text.len, count);
}

static size_t write_gram_counters(const struct lexicon *lexicon,
                                  struct lexicon_chunk_cursor *cursor, char *out)
{
    size_t len = HEAD_BYTES;

    while (cursor->grams < LEXICON_GRAMS && len + NUMBER_BYTES_MAX <= LEXICON_CHUNK_BYTES_MAX)
        len += write_varint(out + len, lexicon->grams[cursor->grams++]);
    return len;
}

static size_t write_terms(const struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                          char *out)
{
    size_t len = HEAD_BYTES;

    for (; cursor->table < LEXICON_TABLES; cursor->table++, cursor->slot = 0)
        for (; cursor->slot < lexicon->tables[cursor->table].count; cursor->slot++) {
            const struct slot *slot = &lexicon->tables[cursor->table].slots[cursor->slot];
            if (len + COUNTED_ROOM > LEXICON_CHUNK_BYTES_MAX)
                return len;
            if (slot->len > 0)
                len +=
                    write_counted_text(out + len, (struct slice){slot->text, slot->len}, slot->df);
        }
    return len;
}

static size_t write_words(const struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                          char *out)
{
    const size_t count = vocabulary_word_count(lexicon->vocabulary);
    size_t len = HEAD_BYTES;
    uint16_t times;

    while (cursor->words < count && len + COUNTED_ROOM <= LEXICON_CHUNK_BYTES_MAX) {
        const struct slice word = vocabulary_word_at(lexicon->vocabulary, cursor->words++, &times);
        len += write_counted_text(out + len, word, times);
    }
    return len;
}

static void write_checksum(char *chunk, size_t len)
{
    uint64_t sum = digest_fast64((struct slice){chunk + SUM_BYTES, len - SUM_BYTES});

    for (size_t i = 0; i < SUM_BYTES; i++, sum >>= 8)
        chunk[i] = (char)sum;
}

/* --- reading --- */

static bool read_varint(struct slice *rest, uint32_t *out)
{
    uint64_t number = 0;

    for (size_t i = 0; i < NUMBER_BYTES_MAX && i < rest->len; i++) {
        const unsigned char byte = (unsigned char)rest->at[i];
        number |= (uint64_t)(byte & 0x7f) << (7 * i);
        if ((byte & 0x80) != 0)
            continue;
        *rest = (struct slice){rest->at + i + 1, rest->len - i - 1};
        *out = (uint32_t)number;
        return number <= UINT32_MAX;
    }
    return false;
}

static bool read_gram_counters(struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                               struct slice rest, struct fault *fault)
{
    while (rest.len > 0)
        if (cursor->grams == LEXICON_GRAMS || !read_varint(&rest, &lexicon->grams[cursor->grams++]))
            return set_broken_fault(fault);
    return true;
}

/* Reads a text and its counter, which must not be 0. */
static bool read_counted_text(struct slice *rest, size_t len_max, struct slice *text,
                              uint32_t *count)
{
    const size_t len = (unsigned char)rest->at[0];

    if (len == 0 || len > len_max || len >= rest->len)
        return false;
    *text = (struct slice){rest->at + 1, len};
    *rest = (struct slice){rest->at + 1 + len, rest->len - 1 - len};
    return read_varint(rest, count) && *count > 0;
}

static bool read_terms(struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                       struct slice rest, struct fault *fault)
{
    struct slice term;
    struct slot *slot;
    uint32_t df;

    (void)cursor;
    while (rest.len > 0) {
        if (!read_counted_text(&rest, TERM_BYTES_MAX, &term, &df))
            return set_broken_fault(fault);
        if (!lexicon_find_or_add_slot(lexicon, term, &slot, fault))
            return false;
        if (slot == NULL || slot->df > 0)
            return set_broken_fault(fault);
        slot->df = df;
    }
    return true;
}

static bool read_words(struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                       struct slice rest, struct fault *fault)
{
    struct slice word;
    uint32_t times;

    (void)cursor;
    while (rest.len > 0)
        if (!read_counted_text(&rest, TEXT_BYTES_MAX, &word, &times) || times > UINT16_MAX ||
            !vocabulary_insert_with_frequency(lexicon->vocabulary, word, (uint16_t)times))
            return set_broken_fault(fault);
    return true;
}

static bool checksum_matches(struct slice chunk)
{
    uint64_t sum = 0;

    for (size_t i = SUM_BYTES; i > 0; i--)
        sum = sum << 8 | (unsigned char)chunk.at[i - 1];
    return sum == digest_fast64((struct slice){chunk.at + SUM_BYTES, chunk.len - SUM_BYTES});
}

/* The kinds of chunks, in the order in which they are written. */
static const struct lexicon_chunk_kind {
    char sign;
    size_t (*write)(const struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor, char *out);
    bool (*read)(struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor, struct slice rest,
                 struct fault *fault);
} kinds[] = {
    {'g', write_gram_counters, read_gram_counters},
    {'w', write_words,         read_words        },
    {'t', write_terms,         read_terms        },
};
enum { KINDS = ARRAY_LEN(kinds) };

size_t lexicon_chunk_write_next(const struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                                char out[LEXICON_CHUNK_BYTES_MAX])
{
    for (size_t i = 0; i < KINDS; i++) {
        const size_t len = kinds[i].write(lexicon, cursor, out);
        if (len == HEAD_BYTES)
            continue;
        out[SUM_BYTES] = kinds[i].sign;
        write_checksum(out, len);
        return len;
    }
    return 0;
}

bool lexicon_chunk_read_next(struct lexicon *lexicon, struct lexicon_chunk_cursor *cursor,
                             struct slice chunk, struct fault *fault)
{
    if (chunk.len <= HEAD_BYTES || chunk.len > LEXICON_CHUNK_BYTES_MAX || !checksum_matches(chunk))
        return set_broken_fault(fault);
    const struct slice rest = {chunk.at + HEAD_BYTES, chunk.len - HEAD_BYTES};
    for (size_t i = 0; i < KINDS; i++)
        if (chunk.at[SUM_BYTES] == kinds[i].sign)
            return kinds[i].read(lexicon, cursor, rest, fault);
    return set_broken_fault(fault);
}

bool lexicon_chunk_finish_reading(struct lexicon *lexicon,
                                  const struct lexicon_chunk_cursor *cursor, size_t term_count,
                                  const struct lexicon_sums *sums, struct fault *fault)
{
    if (cursor->grams != LEXICON_GRAMS || lexicon_number_of_terms(lexicon) != term_count ||
        sums->documents == 0)
        return set_broken_fault(fault);
    lexicon->sums = *sums;
    return true;
}
