// SPDX-License-Identifier: MIT
/* The state of a fiber: its stack, and the registers saved while it is parked. */
#include <fenv.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "loop/fiber_private.h"

#include "held_clock.h"
#include "parker.h"

TEST_CASE("fiber_stack", .setup = parker_begin, .teardown = suite_end);

static void round_upward_across_a_park(void *data)
{
    fesetround(FE_UPWARD);
    park_once(data);
    ck_assert_int_eq(fegetround(), FE_UPWARD);
}

__attribute__((noinline)) static int use_stack(int kilobytes)
{
    volatile char room[1024];

    for (size_t i = 0; i < sizeof room; i++)
        room[i] = (char)kilobytes;
    return kilobytes == 0 ? 0 : use_stack(kilobytes - 1) + room[kilobytes];
}

static void use_32_kb(void *data)
{
    ck_assert_int_ne(use_stack(32), 0);
}

static void use_too_much(void *data)
{
    use_stack(FIBER_STACK_SIZE / 1024 + 8);
}

_Noreturn static void die_of_overflow(void)
{
    static const struct rlimit no_core = {0, 0};

    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL);
    if (!fiber_start(loop, use_too_much, NULL, INT64_MAX, "test", &fault))
        _exit(2);
    _exit(1);
}

enum { BURST = 400, BLOCK = 65536 };

static long mappings(void)
{
    FILE *file = fopen("/proc/self/maps", "r");
    long lines = 0;

    ck_assert_ptr_nonnull(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        lines += c == '\n';
    fclose(file);
    return lines;
}

TEST(rounding_mode_and_callee_saved_registers_belong_to_a_fiber)
{
    const int before = fegetround();

    start(&parker, round_upward_across_a_park, 1000);
    ck_assert_int_eq(fegetround(), before);
    fiber_wake(parker.fiber);
    suite_run_ms(0);
    ck_assert(parker.done && parker.woken);
    ck_assert_int_eq(fegetround(), before);
}

/* The number of bytes between the lowest touched page of the stack and its top. */
static size_t depth(const struct fiber *fiber)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t pages = FIBER_STACK_SIZE / page;
    unsigned char resident[FIBER_STACK_SIZE / 4096];
    size_t lowest = 0;

    ck_assert_int_eq(mincore(fiber->stack, FIBER_STACK_SIZE, resident), 0);
    while (lowest < pages && (resident[lowest] & 1) == 0)
        lowest++;
    return (pages - lowest) * page;
}

TEST(stack_keeps_only_touched_pages)
{
    start(&parker, park_once, 1000);
    const size_t shallow = depth(parker.fiber);
    fiber_wake(parker.fiber);
    suite_run_ms(0);
    start(&parker, use_32_kb, 1000);
    const struct fiber_scheduler *room = loop->fibers;
    ck_assert_uint_eq(room->kept_count, 1);
    const size_t deep = depth(room->kept[0]);
    printf("stack of %d KiB: parked %zu bytes, after using 32 KiB %zu bytes\n",
           FIBER_STACK_SIZE / 1024, shallow, deep);
    ck_assert_uint_gt(shallow, 0);
    ck_assert_uint_le(shallow, FIBER_STACK_SIZE / 4);
    ck_assert_uint_ge(deep, 32 * 1024);
    ck_assert_uint_le(deep, FIBER_STACK_SIZE);
}

TEST(overflowing_a_stack_hits_the_guard_page)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0)
        die_of_overflow();
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "status %x",
                  (unsigned)status);
}

TEST(unneeded_stacks_are_unmapped)
{
    static struct parker parkers[BURST];

    for (int i = 0; i < BURST; i++)
        start(&parkers[i], park_once, 10);
    const long during = mappings();
    /* Sixteen stacks every tenth of a second, so that the loop is not blocked. */
    suite_run_ms(3500);
    const long after = mappings();
    ck_assert_uint_eq(fiber_count_live(loop), 0);
    ck_assert_int_gt(during - after, BURST);
}

/* The sanitizers' malloc() releases memory differently. */
#if !defined(UNDER_ASAN) && !defined(UNDER_TSAN)
static char *volatile blocks[BURST], *volatile kept[BURST];

/* The freed blocks lie between blocks that stay allocated. */
static void park_with_memory(void *data)
{
    static int count;
    const int i = count++ % BURST;

    blocks[i] = malloc(BLOCK);
    kept[i] = malloc(1);
    memset(blocks[i], 1, BLOCK);
    park_once(data);
    free(blocks[i]);
}

static long resident(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%*s %ld", &pages), 1);
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

TEST(memory_freed_by_a_burst_is_returned)
{
    static struct parker parkers[BURST];

    for (int i = 0; i < BURST; i++)
        start(&parkers[i], park_with_memory, 10);
    const long during = resident();
    suite_run_ms(3500);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
    ck_assert_int_gt(during - resident(), (long)BURST * BLOCK * 9 / 10);
}
#endif
