// SPDX-License-Identifier: MIT
/* Each allocation in turn fails: the failure is reported, and AddressSanitizer finds no leak. */
#include "base/env.h"
#include "base/text.h"

#include "failing_malloc.h"
#include "support/scratch.h"

TEST(arena_survives_each_failed_allocation)
{
    int n = 0;

    do {
        struct arena starved = ARENA(1 << 20);
        bool ok = true;
        failing_malloc_arm(++n);
        for (int i = 0; i < 100 && ok; i++)
            ok = arena_alloc(&starved, 1000) != NULL &&
                 arena_printf(&starved, "%d", i).at != NULL &&
                 text_clean(&starved, SLICE("e\u0301")).at != NULL;
        failing_malloc_arm(0);
        ck_assert_int_eq(ok, !failing_malloc_hit());
        ck_assert_ptr_nonnull(
            arena_alloc(&starved, 10)); /* continues when allocations succeed again */
        arena_finish(&starved);
    } while (n < 50);
}

TEST(full_buffer_keeps_its_contents_and_fails)
{
    for (int n = 1; n < 12; n++) {
        struct buf buf = BUF(1 << 20);
        failing_malloc_arm(n);
        for (int i = 0; i < 5000; i++)
            buf_json_string(&buf, SLICE("some \"text\""));
        failing_malloc_arm(0);
        ck_assert_int_eq(buf_ok(&buf, &fault), !failing_malloc_hit());
        buf_finish(&buf);
    }
}

TEST(configuration_is_loaded_completely_or_not_at_all)
{
    struct config {
        const char *a, *b, *c;
    };
    static const struct env_variable table[] = {
        {"T_A", ENV_TEXT,   offsetof(struct config, a), NULL, 0, 0, "A."},
        {"T_B", ENV_SECRET, offsetof(struct config, b), NULL, 0, 0, "B."},
        {"T_C", ENV_TEXT,   offsetof(struct config, c), "c",  0, 0, "C."},
    };
    FILE *errors = fopen("/dev/null", "w");

    setenv("T_A", "a", 1);
    setenv("T_B", "b", 1);
    for (int n = 1; n < 8; n++) {
        struct config config = {NULL, NULL, NULL};
        failing_malloc_arm(n);
        bool ok = env_load(table, 3, &config, errors);
        failing_malloc_arm(0);
        ck_assert_int_eq(ok, !failing_malloc_hit());
        ck_assert_int_eq(ok, config.a != NULL);
        env_finish(table, 3, &config);
    }
    fclose(errors);
}
