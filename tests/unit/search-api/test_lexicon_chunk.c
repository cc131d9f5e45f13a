// SPDX-License-Identifier: MIT
/* A lexicon is written in chunks and read again; broken chunks are refused. */

#include "base/digest.h"
#include "base/sanitizer.h"

#include "lexicon/lexicon_chunk.h"
#include "support/patience.h"
#include "unit/search-api/engine.h"

enum {
    TRIES = 5,
#if defined(__OPTIMIZE__) && !defined(UNDER_ASAN) && !defined(UNDER_TSAN)
    BUDGET_US = 5000,
#else
    BUDGET_US = 30000,
#endif
};

static char pieces[LEXICON_CHUNKS_MAX][LEXICON_CHUNK_BYTES_MAX];
static struct slice written[LEXICON_CHUNKS_MAX];
static size_t count;
static struct lexicon *copy;
static struct lexicon_chunk_cursor place;

static void make_copy(void)
{
    lexicon_destroy(copy);
    ck_ok((copy = lexicon_create(&fault)) != NULL);
    place = (struct lexicon_chunk_cursor){0};
}

static void setup(void)
{
    engine_setup();
    make_copy();
}

static void teardown(void)
{
    lexicon_destroy(copy);
    copy = NULL;
    engine_teardown();
}

TEST_CASE("lexicon_chunk", .setup = setup, .teardown = teardown, .timeout_s = 60);

static void write_all(void)
{
    struct lexicon_chunk_cursor at = {0};

    for (count = 0; count < LEXICON_CHUNKS_MAX; count++) {
        written[count] =
            (struct slice){pieces[count], lexicon_chunk_write_next(lexicon, &at, pieces[count])};
        if (written[count].len == 0)
            return;
        ck_assert_uint_le(written[count].len, LEXICON_CHUNK_BYTES_MAX);
    }
    ck_abort_msg("too many pieces");
}

static bool read_one(size_t number)
{
    return lexicon_chunk_read_next(copy, &place, written[number], &fault);
}

static bool end(void)
{
    return lexicon_chunk_finish_reading(copy, &place, lexicon_number_of_terms(lexicon),
                                        lexicon_sums(lexicon), &fault);
}

static void add_number(int number)
{
    engine_add(textf("x%dy дом%d q%c%c%c", number, number % 7, 'a' + number % 26,
                     'a' + number / 26 % 26, 'a' + number / 676 % 26));
    arena_reset(&arena);
}

/* The copy has the same whole words with the same frequencies. */
static void check_words(void)
{
    const struct vocabulary *from = lexicon_vocabulary(lexicon), *to = lexicon_vocabulary(copy);
    uint16_t times, again;

    ck_assert_uint_eq(vocabulary_word_count(to), vocabulary_word_count(from));
    ck_assert_uint_gt(vocabulary_word_count(to), 0);
    for (size_t i = 0; i < vocabulary_word_count(from); i++) {
        ck_assert(
            slice_equal(vocabulary_word_at(to, i, &again), vocabulary_word_at(from, i, &times)));
        ck_assert_uint_eq(again, times);
    }
}

/* With 11,000 documents the tables are nearly full; with 12,000 they have just grown. */
static const int sizes[] = {1, 1000, 11000, 12000, 30000};

TEST_ROWS(lexicon_survives_writing_and_reading, sizes)
{
    const int size = *row;

    for (int i = 0; i < size; i++)
        add_number(i);
    write_all();
    for (size_t i = 0; i < count; i++)
        ck_assert(read_one(i));
    ck_assert(end());
    ck_assert_mem_eq(lexicon_sums(copy), lexicon_sums(lexicon), sizeof(struct lexicon_sums));
    ck_assert_uint_eq(lexicon_number_of_terms(copy), lexicon_number_of_terms(lexicon));
    for (int i = 0; i < size; i++)
        ck_assert_uint_eq(lexicon_term_df(copy, slice_of(textf("x%dy", i))), 1);
    ck_assert_uint_eq(lexicon_prefix_df(copy, slice_of("дом")), (uint32_t)size);
    ck_assert_uint_eq(engine_gram_df(copy, "домик"), engine_gram_df(lexicon, "домик"));
    check_words();
    /* The copy continues to count. */
    const struct lexicon_sums *sums = lexicon_sums(copy);
    const struct words words = engine_words("дом дом1");
    engine_count(copy, &words);
    ck_assert_uint_eq(sums->documents, (uint64_t)size + 1);
    ck_assert_uint_eq(lexicon_prefix_df(copy, slice_of("дом")), (uint32_t)size + 1);
}

/* The duration of the slowest chunk. */
static int64_t slowest_us(void)
{
    int64_t slowest = 0;

    make_copy();
    for (size_t i = 0; i < count; i++) {
        const int64_t begun = cpu_now_us();
        ck_assert(read_one(i));
        const int64_t used = cpu_now_us() - begun;
        slowest = used > slowest ? used : slowest;
    }
    return slowest;
}

/* Even if many tables grow. */
TEST(every_chunk_is_fast)
{
    for (int i = 0; i < 74000; i++)
        add_number(i);
    write_all();
    int64_t slowest = slowest_us();
    for (int tries = 1; tries < TRIES && slowest > BUDGET_US; tries++)
        slowest = slowest_us();
    ck_assert(!is_timed() || slowest <= BUDGET_US);
    ck_assert(end());
}

TEST(changed_byte_is_detected)
{
    add_number(1);
    write_all();
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < written[i].len; at += at < 64 ? 1 : 997) {
            pieces[i][at] ^= 1;
            ck_assert(!read_one(i));
            ck_assert_str_eq(fault.code, "broken_chunk");
            pieces[i][at] ^= 1;
        }
        ck_assert(read_one(i));
    }
    ck_assert(end());
}

TEST_LOOP(missing_chunk_is_detected, 0, 2)
{
    for (int i = 0; i < 1000; i++)
        add_number(i);
    write_all();
    ck_assert_uint_gt(count, 2);
    for (size_t i = 0; i < count; i++)
        if (i != (_i == 0 ? 0 : count - 1))
            ck_assert(read_one(i));
    ck_assert(!end());
    ck_assert_str_eq(fault.code, "broken_chunk");
}

TEST_LOOP(superfluous_chunk_is_detected, 0, 2)
{
    add_number(1);
    write_all();
    for (size_t i = 0; i < count; i++)
        ck_assert(read_one(i));
    ck_assert(!read_one(_i == 0 ? 0 : count - 1));
    ck_assert_str_eq(fault.code, "broken_chunk");
}

#define BYTES(text)                                                                                \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }

/* After a valid checksum. */
static const struct {
    const char *why;
    struct slice bytes;
} broken[] = {
    {"nothing",                      BYTES("")                                                  },
    {"a kind alone",                 BYTES("t")                                                 },
    {"another kind",                 BYTES("x\1a\1")                                            },
    {"a term without a counter",     BYTES("t\1a")                                              },
    {"a counter that does not end",  BYTES("t\1a\x80\x80")                                      },
    {"a counter of six groups",      BYTES("t\1a\x80\x80\x80\x80\x80\1")                        },
    {"a counter beyond 32 bits",     BYTES("t\1a\xff\xff\xff\xff\x1f")                          },
    {"a counter of 0",               BYTES("t\1a\0")                                            },
    {"a term without letters",       BYTES("t\0\1")                                             },
    {"a term longer than any",       BYTES("t\x18"
                                     "aaaaaaaaaaaaaaaaaaaaaaaa\1")},
    {"a term longer than the piece", BYTES("t\5a\1")                                            },
    {"a term twice",                 BYTES("t\1a\1\1a\1")                                       },
    {"a word of no letters",         BYTES("w\3a1b\1")                                          },
    {"a word that is too short",     BYTES("w\2ab\1")                                           },
    {"a word twice",                 BYTES("w\3abc\1\3abc\1")                                   },
    {"a word too often",             BYTES("w\3abc\x80\x80\4")                                  },
    {"a 4-gram's that does not end", BYTES("g\x80")                                             },
    {"a 4-gram's beyond 32 bits",    BYTES("g\xff\xff\xff\xff\x1f")                             },
};

static struct slice sealed(struct slice bytes)
{
    static char room[64];
    uint64_t sum = digest_fast64(bytes);

    for (size_t i = 0; i < 8; i++, sum >>= 8)
        room[i] = (char)sum;
    memcpy(room + 8, bytes.at, bytes.len);
    return (struct slice){room, 8 + bytes.len};
}

TEST_ROWS_WHY(broken_chunk_is_refused, broken)
{
    ck_assert(!lexicon_chunk_read_next(copy, &place, sealed(row->bytes), &fault));
    ck_assert_str_eq(fault.code, "broken_chunk");
}

TEST(valid_chunk_is_read)
{
    ck_assert(lexicon_chunk_read_next(copy, &place, sealed(SLICE("t\1a\x80\1\2bc\1")), &fault));
    ck_assert_uint_eq(lexicon_term_df(copy, SLICE("a")), 128);
    ck_assert_uint_eq(lexicon_term_df(copy, SLICE("bc")), 1);
}
