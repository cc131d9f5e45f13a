// SPDX-License-Identifier: MIT
/* Limits of prices: each phrase of tests/data/phrases/limits.tsv with each amount in each context
 * means what its row says (tests/data/phrases/README.md, "Limits"). */
#include "base/buf.h"

#include "phrase_world.h"
#include "support/test.h"

enum {
    WORLD_BYTES = 1 << 21,
    WORK_BYTES = 1 << 17,
    ROWS_MAX = 500,
    FAILURES_SHOWN = 20,
    LOW = 15000,
    HIGH = 20000,
    TODAY = 20781, /* 2026-11-24 */
    NOON = 12
};

struct row {
    enum language language;
    struct slice kind, text;
};

static struct arena world;
static struct row rows[ROWS_MAX];
static size_t row_count;

static void begin(void)
{
    arena_init(&world, WORLD_BYTES);
    struct slice rest = phrase_world_file(&world, REPOSITORY "/tests/data/phrases/limits.tsv");
    slice_cut(&rest, '\n');
    while (rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        struct row *row = &rows[row_count++];
        ck_assert_uint_lt(row_count, ROWS_MAX);
        ck_assert(language_read(slice_cut(&line, '\t'), &row->language));
        row->kind = slice_cut(&line, '\t');
        row->text = line;
    }
}

static void end(void)
{
    arena_finish(&world);
}

TEST_CASE("phrase_limits", .setup_once = begin, .teardown_once = end, .timeout_s = 60);

/* The row number `index` of a kind in a language; NULL: there are fewer. */
static const struct row *find_row(enum language language, struct slice kind, size_t index)
{
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].language == language && slice_equal(rows[i].kind, kind) && index-- == 0)
            return &rows[i];
    return NULL;
}

/* Appends an amount, of which "{15|20}" has the low and the high number. */
static void append_amount(struct slice amount, bool high, struct buf *out)
{
    buf_slice(out, slice_cut(&amount, '{'));
    struct slice numbers = slice_cut(&amount, '}');
    const struct slice low = slice_cut(&numbers, '|');
    buf_slice(out, high ? numbers : low);
    buf_slice(out, amount);
}

/* Appends the text with the amounts that its marks name: "@high", "@low-from". */
static void append_phrase(const struct row *row, size_t amount_index, struct buf *out)
{
    static const char *const forms[] = {"-from", "-to"};
    struct slice rest = row->text;

    buf_slice(out, slice_cut(&rest, '@'));
    while (rest.at != NULL) {
        struct slice part = slice_cut(&rest, '@');
        const bool high = slice_starts(part, SLICE("high"));
        const char *form = "";
        part = slice_from(part, high ? strlen("high") : strlen("low"));
        for (size_t i = 0; i < COUNT(forms); i++)
            if (slice_starts(part, slice_of(forms[i])))
                form = forms[i];
        part = slice_from(part, strlen(form));
        const struct row *amount =
            find_row(row->language, slice_of(textf("amount%s", form)), amount_index);
        ck_assert_ptr_nonnull(amount);
        append_amount(amount->text, high, out);
        buf_slice(out, part);
    }
}

static bool has_meaning(const struct phrase *phrase, struct slice kind)
{
    const bool asks = (phrase->ask & PHRASE_ASK_PRICE) != 0;
    const bool least = slice_is(kind, "min"), most = slice_is(kind, "max");
    const bool both = slice_is(kind, "both");

    return phrase->min_price == (least  ? HIGH
                                 : both ? LOW
                                        : 0) &&
           phrase->max_price == (most || both ? HIGH : 0) && asks == slice_is(kind, "ask");
}

static bool reads_as_its_row(const struct row *row, struct slice text, struct arena *arena)
{
    const struct phrase_now now = {.day = TODAY, .hour = NOON};
    struct phrase phrase;
    struct fault fault;
    const bool right =
        phrase_read(phrase_world_words(), text, row->language, now, arena, &phrase, &fault) &&
        has_meaning(&phrase, row->kind);

    arena_reset(arena);
    return right;
}

struct score {
    size_t phrases, wrong;
};

/* Tests the row with each amount in each context of its language. */
static void judge(const struct row *row, struct arena *arena, struct score *score)
{
    const struct row *context;

    for (size_t a = 0; find_row(row->language, SLICE("amount"), a) != NULL; a++)
        for (size_t c = 0; (context = find_row(row->language, SLICE("context"), c)) != NULL; c++) {
            char bytes[512];
            struct slice after = context->text;
            struct buf out;
            buf_init_over(&out, bytes, sizeof bytes);
            buf_slice(&out, slice_cut(&after, '@'));
            append_phrase(row, a, &out);
            buf_slice(&out, slice_from(after, strlen("phrase")));
            score->phrases++;
            if (reads_as_its_row(row, buf_as_slice(&out), arena))
                continue;
            if (++score->wrong <= FAILURES_SHOWN)
                printf("%.*s: %.*s\n", SLICE_ARG(row->kind), SLICE_ARG(buf_as_slice(&out)));
        }
}

static const enum language languages[] = {LANGUAGE_RU, LANGUAGE_KZ, LANGUAGE_EN};

TEST_ROWS(limits_of_prices_are_read_in_all_words_and_forms, languages)
{
    struct arena arena = ARENA(WORK_BYTES);
    struct score score = {0};

    for (size_t i = 0; i < row_count; i++)
        if (rows[i].language == *row && !slice_starts(rows[i].kind, SLICE("amount")) &&
            !slice_is(rows[i].kind, "context"))
            judge(&rows[i], &arena, &score);
    arena_finish(&arena);
    ck_assert_uint_gt(score.phrases, 1000);
    ck_assert_uint_eq(score.wrong, 0);
}
