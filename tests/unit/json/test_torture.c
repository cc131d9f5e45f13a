// SPDX-License-Identifier: MIT
/* Each allocation of our code and of jansson fails in turn: out of memory is reported as such,
 * never as an error of the client, and nothing leaks or stays half done. */
#include <stdlib.h>

#include <jansson.h>

#include "failing_malloc.h"
#include "sample.h"
#include "support/test.h"
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

TEST(decoding_succeeds_or_reports_out_of_memory)
{
    bool done = false;

    for (int n = 1; !done; n++) {
        struct sample sample = sample_empty();
        struct sample before = sample;
        struct arena arena;
        struct fault fault = {.code = ""};
        bool ok;
        ck_assert_int_lt(n, MORE_THAN_ENOUGH);
        arena_init(&arena, 1 << 20);
        failing_malloc_arm(n);
        ok = fields_decode(&sample_fields, SLICE(body_text), false, &sample, NULL, &arena, &fault);
        failing_malloc_arm(0);
        done = !failing_malloc_hit();
        ck_assert_int_eq(ok, done);
        if (!ok) {
            ck_assert_msg(strcmp(fault.code, "out_of_memory") == 0, "the %dth: %s %s", n,
                          fault.code, sample_problems(&fault));
            ck_assert(memcmp(&sample, &before, sizeof(sample)) == 0);
        }
        arena_finish(&arena);
    }
}

/* The first parse fails, so the mended text is parsed too. Before the long number is a longer text:
 * jansson 2.14 aborts if it cannot extend its buffer within a number (lex_unget_unsave()). */
static const char answer_text[] = "{\"description\":\"a text of more than 32 bytes "
                                  "\\u0000b\",\"ids\":[1,2,3],\"answers\":[{},{\"result\":[{}]}],"
                                  "\"score\":184467440737095516160}";

TEST(foreign_reading_succeeds_or_reports_out_of_memory)
{
    bool done = false;

    for (int n = 1; !done; n++) {
        struct answer answer = {.error_code = 7};
        struct arena arena;
        struct fault fault = {.code = ""};
        bool ok;
        ck_assert_int_lt(n, MORE_THAN_ENOUGH);
        arena_init(&arena, 1 << 20);
        failing_malloc_arm(n);
        ok = foreign_read(&answer_table, SLICE(answer_text), &answer, &arena, &fault);
        failing_malloc_arm(0);
        done = !failing_malloc_hit();
        ck_assert_int_eq(ok, done);
        ck_assert_int_eq(answer.error_code, ok ? FIELD_ABSENT : 7);
        if (!ok)
            ck_assert_msg(strcmp(fault.code, "out_of_memory") == 0, "the %dth: %s", n, fault.code);
        arena_finish(&arena);
    }
}

TEST(canonical_text_is_complete_or_refused)
{
    struct arena arena;
    struct json_body *body = NULL;
    struct fault fault;
    bool done = false;

    arena_init(&arena, 1 << 20);
    ck_assert(fields_parse(SLICE(body_text), true, &body, &arena, &fault));
    for (int n = 1; !done; n++) {
        struct buf out;
        bool ok;
        ck_assert_int_lt(n, MORE_THAN_ENOUGH);
        buf_init(&out, 1 << 16);
        failing_malloc_arm(n);
        ok = fields_canonical(body, &out, &fault);
        failing_malloc_arm(0);
        done = !failing_malloc_hit();
        ck_assert_int_eq(ok, done);
        buf_finish(&out);
    }
    fields_parse_finish(body);
    arena_finish(&arena);
}

int main(void)
{
    json_set_alloc_funcs(malloc_again, free_again);
    return test_run_all();
}
