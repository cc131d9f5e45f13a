// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/eventfd.h>

#include "held_clock.h"
#include "suite.h"

/* The events in order, as letters. */
static struct {
    char text[64];
    size_t len;
} trace;

static struct loop_watch watch;

static void begin(void)
{
    suite_begin_held();
    watch = (struct loop_watch){.fd = -1};
    memset(&trace, 0, sizeof trace);
}

TEST_CASE("loop", .setup = begin, .teardown = suite_end);

struct step {
    char letter;
    struct loop_timer timer;
};

static void note(char letter)
{
    ck_assert_uint_lt(trace.len, sizeof trace.text - 1);
    trace.text[trace.len++] = letter;
    trace.text[trace.len] = '\0';
}

static void fire_step(void *data)
{
    note(((const struct step *)data)->letter);
}

static void start_step(struct step *step, int64_t ms)
{
    suite_after_ms(&step->timer, ms, fire_step, step);
}

/* Starts of timers, in order: a letter, and a digit of milliseconds. */
static const char *const starts[][2] = {
    {"c3 a1 b2", "abc"},
    {"a1 b2 a3", "ba" }, /* a running timer started again moves */
};

TEST_ROWS(timers_fire_in_the_order_of_their_times, starts)
{
    struct step steps[] = {
        {'a', {0}},
        {'b', {0}},
        {'c', {0}}
    };

    for (const char *at = (*row)[0]; *at != '\0'; at += at[2] == ' ' ? 3 : 2)
        start_step(&steps[at[0] - 'a'], at[1] - '0');
    suite_run_ms(10);
    ck_assert_str_eq(trace.text, (*row)[1]);
}

TEST(a_stopped_timer_never_fires)
{
    struct step step = {'a', {0}};

    start_step(&step, 1);
    loop_timer_stop(loop, &step.timer);
    loop_timer_stop(loop, &step.timer);
    ck_assert_uint_eq(step.timer.slot, 0);
    suite_run_ms(5);
    ck_assert_str_eq(trace.text, "");
}

enum { MANY = 2000 };

static int64_t last_due_ns;
static int fired;

static void fire_many(void *data)
{
    const struct loop_timer *timer = data;

    ck_assert_int_ge(timer->due_ns, last_due_ns);
    ck_assert_int_ge(loop_now_ns(loop), timer->due_ns);
    last_due_ns = timer->due_ns;
    fired++;
}

TEST(random_changes_of_thousands_of_timers_keep_their_order)
{
    static struct loop_timer timers[MANY];
    unsigned seed = 42;
    int running = 0;

    memset(timers, 0, sizeof timers);
    last_due_ns = fired = 0;
    const int64_t now_ns = loop_now_ns(loop);
    for (int i = 0; i < 5 * MANY; i++) {
        struct loop_timer *one = &timers[rand_r(&seed) % MANY];
        if (rand_r(&seed) % 4 == 0)
            loop_timer_stop(loop, one);
        else
            ck_assert(
                loop_timer_start(loop, one, now_ns + rand_r(&seed) % (20 * MS), fire_many, one));
    }
    for (int i = 0; i < MANY; i++)
        running += timers[i].slot != 0;
    suite_run_ms(30);
    ck_assert_int_gt(running, MANY / 2);
    ck_assert_int_eq(fired, running);
}

static void fire_again(void *data)
{
    struct loop_timer *timer = data;

    if (trace.len < 20)
        note('t');
    ck_assert(loop_timer_start(loop, timer, 0, fire_again, timer));
}

static void byte_ready(void *data, uint32_t events)
{
    note('r');
    loop_stop(loop);
}

TEST(timer_that_is_always_due_does_not_starve_descriptors)
{
    struct loop_timer timer = {0};
    const int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    ck_ok(loop_watch_add(loop, &watch, fd, EPOLLIN, byte_ready, NULL, &fault));
    fire_again(&timer);
    loop_run(loop);
    ck_assert_ptr_nonnull(strchr(trace.text, 'r'));
    loop_timer_stop(loop, &timer);
    loop_watch_remove(loop, &watch);
    close(fd);
}

struct rival {
    struct rival *other;
    struct loop_watch *watch;
    int *calls;
};

static void remove_the_other(void *data, uint32_t events)
{
    struct rival *rival = data;

    ++*rival->calls;
    loop_watch_remove(loop, rival->other->watch);
    free(rival->other->watch);
    rival->other->watch = NULL;
    loop_stop(loop);
}

TEST(a_watch_removed_and_freed_in_the_same_batch_is_not_called)
{
    int calls = 0;
    int fds[2];
    struct rival rivals[2] = {
        {&rivals[1], NULL, &calls},
        {&rivals[0], NULL, &calls}
    };

    for (int i = 0; i < 2; i++) {
        fds[i] = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
        rivals[i].watch = calloc(1, sizeof(struct loop_watch));
        ck_ok(loop_watch_add(loop, rivals[i].watch, fds[i], EPOLLIN, remove_the_other, &rivals[i],
                             &fault));
    }
    loop_run(loop);
    ck_assert_int_eq(calls, 1);
    for (int i = 0; i < 2; i++) {
        if (rivals[i].watch != NULL)
            loop_watch_remove(loop, rivals[i].watch);
        free(rivals[i].watch);
        close(fds[i]);
    }
}

static void count_call(void *data, uint32_t events)
{
    ++*(int *)data;
}

TEST(a_watch_is_level_triggered_and_quiet_without_events)
{
    int calls = 0;
    const int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    ck_ok(loop_watch_add(loop, &watch, fd, EPOLLIN, count_call, &calls, &fault));
    suite_run_ms(20);
    ck_assert_int_gt(calls, 1);
    loop_watch_change(loop, &watch, 0);
    calls = 0;
    suite_run_ms(20);
    ck_assert_int_eq(calls, 0);
    loop_watch_change(loop, &watch, EPOLLIN);
    suite_run_ms(20);
    ck_assert_int_gt(calls, 1);
    loop_watch_remove(loop, &watch);
    ck_assert_int_eq(watch.fd, -1);
    loop_watch_remove(loop, &watch);
    close(fd);
}

TEST(hang_up_is_reported_once_without_events)
{
    int calls = 0;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    close(ends[1]);
    ck_ok(loop_watch_add(loop, &watch, ends[0], 0, count_call, &calls, &fault));
    suite_run_ms(5);
    ck_assert_int_eq(calls, 1);
    loop_watch_remove(loop, &watch);
    close(ends[0]);
}

TEST(descriptor_refused_by_the_kernel_is_refused)
{
    ck_unavailable(loop_watch_add(loop, &watch, 9999, EPOLLIN, count_call, NULL, &fault),
                   "watch_refused");
    ck_assert_int_eq(watch.fd, -1);
}

struct hooked {
    char letter;
    int progress; /* number of times that it reports progress */
    struct loop_hook hook;
    struct loop_hook *removes;
};

static bool run_hook(void *data)
{
    struct hooked *hooked = data;

    note(hooked->letter);
    if (hooked->removes != NULL)
        loop_hook_remove(loop, hooked->removes);
    return hooked->progress-- > 0;
}

static void add_hook(struct hooked *hooked)
{
    loop_hook_add(loop, &hooked->hook, run_hook, hooked);
}

TEST(hooks_run_in_order_and_repeat_while_one_makes_progress)
{
    struct hooked a = {.letter = 'a', .progress = 2};
    struct hooked b = {.letter = 'b'};

    add_hook(&a);
    add_hook(&b);
    suite_run_ms(0);
    ck_assert_str_eq(trace.text, "ababab");
}

TEST(a_hook_may_remove_itself_and_the_next_one)
{
    struct hooked c = {.letter = 'c', .removes = &c.hook};
    struct hooked b = {.letter = 'b'};
    struct hooked a = {.letter = 'a', .removes = &b.hook};

    add_hook(&a);
    add_hook(&b);
    add_hook(&c);
    suite_run_ms(0);
    ck_assert_str_eq(trace.text, "ac");
}

static bool endless(void *data)
{
    ++*(int *)data;
    return true;
}

TEST(a_hook_that_always_makes_progress_does_not_starve_descriptors)
{
    struct loop_hook hook;
    int calls = 0;
    const int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    loop_hook_add(loop, &hook, endless, &calls);
    ck_ok(loop_watch_add(loop, &watch, fd, EPOLLIN, byte_ready, NULL, &fault));
    loop_run(loop);
    ck_assert_str_eq(trace.text, "r");
    ck_assert_int_le(calls, 200);
    loop_watch_remove(loop, &watch);
    close(fd);
}

static void on_signal(void *data, int signo)
{
    note(signo == SIGUSR1 ? '1' : '2');
    if (trace.len == 2)
        loop_stop(loop);
}

TEST(signals_are_handled_in_the_loop)
{
    ck_ok(loop_on_signal(loop, SIGUSR1, on_signal, NULL, &fault));
    ck_ok(loop_on_signal(loop, SIGUSR2, on_signal, NULL, &fault));
    raise(SIGUSR1);
    raise(SIGUSR2);
    ck_assert_uint_eq(trace.len, 0);
    loop_run(loop);
    ck_assert_str_eq(trace.text, "12");
}

TEST(a_ninth_signal_is_refused)
{
    for (int i = 0; i < 8; i++)
        ck_ok(loop_on_signal(loop, SIGRTMIN + i, on_signal, NULL, &fault));
    ck_fault(loop_on_signal(loop, SIGRTMIN + 8, on_signal, NULL, &fault), "signal_refused",
             FAULT_INTERNAL);
}
