// SPDX-License-Identifier: MIT
/* Each allocation of our code and of jansson fails in turn: out of memory is reported as such,
 * never as an error of the client, and nothing leaks or stays half done. */

#include <jansson.h>

#include "failing_malloc.h"
#include "sample.h"
#include "support/scratch.h"
#include "update.h"

enum { MORE_THAN_ENOUGH = 2000 };

/* jansson is a shared library, so --wrap does not affect its calls. */
static void *malloc_again(size_t size)
{
    return malloc(size);
}

static void free_again(void *memory)
{
    free(memory);
}

static const char body_text[] =
    "{\"title\":{\"ru\":\"Дом\"},\"rooms\":1,\"price\":{\"amount\":100,\"currency\":\"KZT\"},"
    "\"amenities\":[\"a\",\"b\"],\"rules\":[{\"from\":\"2026-01-01\"},{\"from\":\"2026-01-02\"}],"
    "\"location\":{\"lat\":43.24,\"lon\":76.5},\"description\":{\"ru\":\"e\\u0301e\\u0301\"}}";

/* The n-th allocation between the two fails. */
static void begin_try(int n)
{
    ck_assert_int_lt(n, MORE_THAN_ENOUGH);
    arena_reset(&arena);
    failing_malloc_arm(n);
}

static bool done; /* none failed */

static void end_try(bool ok)
{
    failing_malloc_arm(0);
    done = !failing_malloc_hit();
    ck_assert_int_eq(ok, done);
}

static void ck_out_of_memory(int n)
{
    ck_assert_msg(strcmp(fault.code, "out_of_memory") == 0, "the %dth: %s %s", n, fault.code,
                  sample_problems(&fault));
}

TEST(decoding_succeeds_or_reports_out_of_memory)
{
    for (int n = 1; !done; n++) {
        struct sample sample = sample_empty();
        struct sample before = sample;
        begin_try(n);
        const bool ok = sample_create(body_text, &sample, NULL);
        end_try(ok);
        if (!ok)
            ck_out_of_memory(n);
        ck_assert(ok || memcmp(&sample, &before, sizeof sample) == 0);
    }
}

/* The first parse fails, so the mended text is parsed too. Before the long number is a longer text:
 * jansson 2.14 aborts if it cannot extend its buffer within a number (lex_unget_unsave()). */
static const char answer_text[] = "{\"description\":\"a text of more than 32 bytes "
                                  "\\u0000b\",\"ids\":[1,2,3],\"answers\":[{},{\"result\":[{}]}],"
                                  "\"score\":184467440737095516160}";

TEST(foreign_reading_succeeds_or_reports_out_of_memory)
{
    for (int n = 1; !done; n++) {
        struct answer answer = {.error_code = 7};
        begin_try(n);
        const bool ok = foreign_read(&answer_table, SLICE(answer_text), &answer, &arena, &fault);
        end_try(ok);
        if (!ok)
            ck_out_of_memory(n);
        ck_assert_int_eq(answer.error_code, ok ? FIELD_ABSENT : 7);
    }
}

TEST(canonical_text_is_complete_or_refused)
{
    struct arena parsed = ARENA(1 << 20);
    struct json_body *body = NULL;

    ck_ok(fields_parse(SLICE(body_text), true, &body, &parsed, &fault));
    for (int n = 1; !done; n++) {
        struct buf out = BUF(1 << 16);
        begin_try(n);
        end_try(fields_encode_canonical(body, &out, &fault));
        buf_finish(&out);
    }
    fields_parse_finish(body);
    arena_finish(&parsed);
}

int main(void)
{
    json_set_alloc_funcs(malloc_again, free_again);
    return test_run_all();
}
