// SPDX-License-Identifier: MIT
#include "lexicon/piece.h"

#include <string.h>

#include "base/digest.h"

#include "lexicon/slots.h"

enum piece_kind { PIECE_GRAMS = 'g', PIECE_TERMS = 't' };

enum {
    SUM_BYTES = 8,
    HEAD_BYTES = SUM_BYTES + 1,
    NUMBER_BYTES_MAX = 5,
    TERM_ROOM = 1 + TERM_BYTES_MAX + NUMBER_BYTES_MAX
};

static bool broken(struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "broken_piece",
                     "A piece of the kept lexicon is broken.");
}

/* --- writing --- */

static size_t put_number(char *out, uint32_t number)
{
    size_t len = 0;

    for (; number >= 0x80; number >>= 7)
        out[len++] = (char)(0x80 | (number & 0x7f));
    out[len++] = (char)number;
    return len;
}

static size_t put_grams(const struct lexicon *lexicon, struct piece_place *place, char *out)
{
    size_t len = HEAD_BYTES;

    while (place->grams < LEXICON_GRAMS && len + NUMBER_BYTES_MAX <= PIECE_BYTES_MAX)
        len += put_number(out + len, lexicon->grams[place->grams++]);
    return len;
}

/* Of the table, then of what is still in the old one. NULL: there are no more. */
static const struct slot *slot_at(const struct lexicon *lexicon, size_t at)
{
    if (at < lexicon->table.count)
        return &lexicon->table.slots[at];
    at += lexicon->moved - lexicon->table.count;
    return at < lexicon->old.count ? &lexicon->old.slots[at] : NULL;
}

static size_t put_terms(const struct lexicon *lexicon, struct piece_place *place, char *out)
{
    const struct slot *slot;
    size_t len = HEAD_BYTES;

    for (; len + TERM_ROOM <= PIECE_BYTES_MAX; place->slots++) {
        slot = slot_at(lexicon, place->slots);
        if (slot == NULL)
            break;
        if (slot->len == 0)
            continue;
        out[len++] = (char)slot->len;
        memcpy(out + len, slot->text, slot->len);
        len += slot->len;
        len += put_number(out + len, slot->df);
    }
    return len;
}

static void put_sum(char *piece, size_t len)
{
    uint64_t sum = digest_fast64((struct slice){piece + SUM_BYTES, len - SUM_BYTES});

    for (size_t i = 0; i < SUM_BYTES; i++, sum >>= 8)
        piece[i] = (char)sum;
}

size_t piece_write(const struct lexicon *lexicon, struct piece_place *place,
                   char out[PIECE_BYTES_MAX])
{
    const bool grams = place->grams < LEXICON_GRAMS;

    out[SUM_BYTES] = grams ? PIECE_GRAMS : PIECE_TERMS;
    const size_t len = (grams ? put_grams : put_terms)(lexicon, place, out);
    if (len == HEAD_BYTES)
        return 0;
    put_sum(out, len);
    return len;
}

/* --- reading --- */

static bool take_number(struct slice *rest, uint32_t *out)
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

static bool take_grams(struct lexicon *lexicon, struct piece_place *place, struct slice rest,
                       struct fault *fault)
{
    while (rest.len > 0)
        if (place->grams == LEXICON_GRAMS || !take_number(&rest, &lexicon->grams[place->grams++]))
            return broken(fault);
    return true;
}

static bool take_term(struct lexicon *lexicon, struct slice *rest, struct fault *fault)
{
    const size_t len = (unsigned char)rest->at[0];
    const struct slice term = {rest->at + 1, len};
    uint32_t df;

    if (len == 0 || len > TERM_BYTES_MAX || len >= rest->len)
        return broken(fault);
    *rest = (struct slice){rest->at + 1 + len, rest->len - 1 - len};
    if (!take_number(rest, &df) || df == 0)
        return broken(fault);
    if (!lexicon_make_room(lexicon, 1, fault))
        return false;
    struct slot *slot = lexicon_slot(lexicon, term);
    if (slot == NULL || slot->df > 0)
        return broken(fault);
    slot->df = df;
    return true;
}

static bool take_terms(struct lexicon *lexicon, struct slice rest, struct fault *fault)
{
    while (rest.len > 0)
        if (!take_term(lexicon, &rest, fault))
            return false;
    return true;
}

static bool sum_is_right(struct slice piece)
{
    uint64_t sum = 0;

    for (size_t i = SUM_BYTES; i > 0; i--)
        sum = sum << 8 | (unsigned char)piece.at[i - 1];
    return sum == digest_fast64((struct slice){piece.at + SUM_BYTES, piece.len - SUM_BYTES});
}

bool piece_read(struct lexicon *lexicon, struct piece_place *place, struct slice piece,
                struct fault *fault)
{
    if (piece.len <= HEAD_BYTES || piece.len > PIECE_BYTES_MAX || !sum_is_right(piece))
        return broken(fault);
    const struct slice rest = {piece.at + HEAD_BYTES, piece.len - HEAD_BYTES};
    switch (piece.at[SUM_BYTES]) {
    case PIECE_GRAMS:
        return take_grams(lexicon, place, rest, fault);
    case PIECE_TERMS:
        return take_terms(lexicon, rest, fault);
    default:
        return broken(fault);
    }
}

bool piece_end(struct lexicon *lexicon, const struct piece_place *place,
               const struct lexicon_sums *sums, size_t terms, struct fault *fault)
{
    if (place->grams != LEXICON_GRAMS || lexicon->taken != terms || sums->documents == 0)
        return broken(fault);
    lexicon->sums = *sums;
    return true;
}
