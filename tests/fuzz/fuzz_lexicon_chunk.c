// SPDX-License-Identifier: MIT
/* Chunks of a lexicon, broken in any way: reading stays within them, and what was read can be
 * queried, written and read again.
 *
 * The input is chunks without checksums, each after two bytes with its length.
 */
#include <string.h>

#include "base/digest.h"

#include "fuzz.h"
#include "lexicon/lexicon_chunk.h"

static size_t seal(char room[LEXICON_CHUNK_BYTES_MAX + 64], struct slice chunk)
{
    uint64_t sum = digest_fast64(chunk);

    for (size_t i = 0; i < 8; i++, sum >>= 8)
        room[i] = (char)sum;
    memcpy(room + 8, chunk.at, chunk.len);
    return chunk.len + 8;
}

static void check_again(const struct lexicon *lexicon)
{
    static char room[LEXICON_CHUNK_BYTES_MAX];
    struct lexicon_chunk_cursor from = {0}, to = {0};
    struct lexicon *copy = lexicon_create(&fault);
    struct lexicon_sums sums = {.documents = 1};
    size_t len;

    PROMISE(copy != NULL);
    while ((len = lexicon_chunk_write_next(lexicon, &from, room)) > 0) {
        PROMISE(len <= LEXICON_CHUNK_BYTES_MAX);
        PROMISE(lexicon_chunk_read_next(copy, &to, (struct slice){room, len}, &fault));
    }
    PROMISE(
        lexicon_chunk_finish_reading(copy, &to, lexicon_number_of_terms(lexicon), &sums, &fault));
    lexicon_destroy(copy);
}

FUZZ(1)
{
    static char room[LEXICON_CHUNK_BYTES_MAX + 64];
    struct lexicon_term near[LEXICON_FUZZY_MAX];
    struct lexicon_chunk_cursor place = {0};
    struct lexicon *lexicon = lexicon_create(&fault);
    bool ok = true;

    PROMISE(lexicon != NULL);
    while (ok && input.len >= 2) {
        size_t len = (size_t)fuzz_byte(&input) << 8;
        len |= fuzz_byte(&input);
        const struct slice chunk = {input.at, len < input.len ? len : input.len};
        ok = lexicon_chunk_read_next(lexicon, &place, (struct slice){room, seal(room, chunk)},
                                     &fault);
        input = slice_from(input, chunk.len);
    }
    PROMISE(ok || strcmp(fault.code, "broken_chunk") == 0);
    PROMISE(lexicon_find_fuzzy(lexicon, SLICE("кварт"), near) <= LEXICON_FUZZY_MAX);
    if (ok)
        check_again(lexicon);
    lexicon_destroy(lexicon);
}
