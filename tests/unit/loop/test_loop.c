// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "loop/loop.h"

#include "held_clock.h"
#include "suite.h"
#include "support/test.h"

TEST_CASE("loop", .setup = hold_clock, .teardown = now_thaw);

/* The events in order, as letters. */
struct trace {
    struct loop *loop;
    char text[64];
    size_t len;
};

struct step {
    struct trace *trace;
    char letter;
    struct loop_timer timer;
};

static void note(struct trace *trace, char letter)
{
    ck_assert_uint_lt(trace->len, sizeof(trace->text) - 1);
    trace->text[trace->len++] = letter;
    trace->text[trace->len] = '\0';
}

static void fire_step(void *data)
{
    struct step *step = data;
    note(step->trace, step->letter);
}

static void start_step(struct step *step, int64_t due_ns)
{
    ck_assert(loop_timer_start(step->trace->loop, &step->timer, due_ns, fire_step, step));
}

TEST(timers_fire_in_the_order_of_their_times)
{
    struct trace trace = {.loop = suite_loop()};
    struct step steps[] = {
        {&trace, 'c', {0}},
        {&trace, 'a', {0}},
        {&trace, 'b', {0}}
    };
    const int64_t now_ns = loop_now_ns(trace.loop);

    start_step(&steps[0], now_ns + 3 * MS);
    start_step(&steps[1], now_ns + 1 * MS);
    start_step(&steps[2], now_ns + 2 * MS);
    suite_run_ms(trace.loop, 10);
    ck_assert_str_eq(trace.text, "abc");
    loop_destroy(trace.loop);
}

TEST(a_running_timer_started_again_moves)
{
    struct trace trace = {.loop = suite_loop()};
    struct step steps[] = {
        {&trace, 'a', {0}},
        {&trace, 'b', {0}}
    };
    const int64_t now_ns = loop_now_ns(trace.loop);

    start_step(&steps[0], now_ns + 1 * MS);
    start_step(&steps[1], now_ns + 2 * MS);
    start_step(&steps[0], now_ns + 3 * MS);
    suite_run_ms(trace.loop, 10);
    ck_assert_str_eq(trace.text, "ba");
    loop_destroy(trace.loop);
}

TEST(a_stopped_timer_never_fires)
{
    struct trace trace = {.loop = suite_loop()};
    struct step step = {&trace, 'a', {0}};

    start_step(&step, suite_in_ms(trace.loop, 1));
    loop_timer_stop(trace.loop, &step.timer);
    loop_timer_stop(trace.loop, &step.timer);
    ck_assert_uint_eq(step.timer.slot, 0);
    suite_run_ms(trace.loop, 5);
    ck_assert_str_eq(trace.text, "");
    loop_destroy(trace.loop);
}

enum { MANY = 2000 };

struct many {
    struct loop *loop;
    int64_t last_due_ns;
    int fired;
    struct one {
        struct many *all;
        struct loop_timer timer;
    } each[MANY];
};

static void fire_many(void *data)
{
    struct one *one = data;

    ck_assert_int_ge(one->timer.due_ns, one->all->last_due_ns);
    ck_assert_int_ge(loop_now_ns(one->all->loop), one->timer.due_ns);
    one->all->last_due_ns = one->timer.due_ns;
    one->all->fired++;
}

TEST(random_changes_of_thousands_of_timers_keep_their_order)
{
    static struct many many;
    unsigned seed = 42;
    int running = 0;

    memset(&many, 0, sizeof(many));
    many.loop = suite_loop();
    const int64_t now_ns = loop_now_ns(many.loop);
    for (int i = 0; i < 5 * MANY; i++) {
        struct one *one = &many.each[rand_r(&seed) % MANY];
        one->all = &many;
        if (rand_r(&seed) % 4 == 0)
            loop_timer_stop(many.loop, &one->timer);
        else
            ck_assert(loop_timer_start(many.loop, &one->timer, now_ns + rand_r(&seed) % (20 * MS),
                                       fire_many, one));
    }
    for (int i = 0; i < MANY; i++)
        running += many.each[i].timer.slot != 0;
    suite_run_ms(many.loop, 30);
    ck_assert_int_gt(running, MANY / 2);
    ck_assert_int_eq(many.fired, running);
    loop_destroy(many.loop);
}

static void fire_again(void *data)
{
    struct step *step = data;
    if (step->trace->len < 20)
        note(step->trace, step->letter);
    start_step(step, 0);
    step->timer.fire = fire_again;
}

static void byte_ready(void *data, uint32_t events)
{
    struct trace *trace = data;
    note(trace, 'r');
    loop_stop(trace->loop);
}

TEST(timer_that_is_always_due_does_not_starve_descriptors)
{
    struct trace trace = {.loop = suite_loop()};
    struct step step = {&trace, 't', {0}};
    struct loop_watch watch = {.fd = -1};
    struct fault fault;
    const int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    ck_assert(loop_watch_add(trace.loop, &watch, fd, EPOLLIN, byte_ready, &trace, &fault));
    ck_assert(loop_timer_start(trace.loop, &step.timer, 0, fire_again, &step));
    loop_run(trace.loop);
    ck_assert_ptr_nonnull(strchr(trace.text, 'r'));
    loop_timer_stop(trace.loop, &step.timer);
    loop_watch_remove(trace.loop, &watch);
    close(fd);
    loop_destroy(trace.loop);
}

struct rival {
    struct loop *loop;
    struct rival *other;
    struct loop_watch *watch;
    int *calls;
};

static void remove_the_other(void *data, uint32_t events)
{
    struct rival *rival = data;

    ++*rival->calls;
    loop_watch_remove(rival->loop, rival->other->watch);
    free(rival->other->watch);
    rival->other->watch = NULL;
    loop_stop(rival->loop);
}

TEST(a_watch_removed_and_freed_in_the_same_batch_is_not_called)
{
    struct loop *loop = suite_loop();
    struct fault fault;
    int calls = 0;
    int fds[2];
    struct rival rivals[2] = {
        {loop, &rivals[1], NULL, &calls},
        {loop, &rivals[0], NULL, &calls}
    };

    for (int i = 0; i < 2; i++) {
        fds[i] = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
        rivals[i].watch = calloc(1, sizeof(struct loop_watch));
        ck_assert(loop_watch_add(loop, rivals[i].watch, fds[i], EPOLLIN, remove_the_other,
                                 &rivals[i], &fault));
    }
    loop_run(loop);
    ck_assert_int_eq(calls, 1);
    for (int i = 0; i < 2; i++) {
        if (rivals[i].watch != NULL)
            loop_watch_remove(loop, rivals[i].watch);
        free(rivals[i].watch);
        close(fds[i]);
    }
    loop_destroy(loop);
}

static void count_call(void *data, uint32_t events)
{
    ++*(int *)data;
}

TEST(a_watch_is_level_triggered_and_quiet_without_events)
{
    struct loop *loop = suite_loop();
    struct loop_watch watch = {.fd = -1};
    struct fault fault;
    int calls = 0;
    const int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    ck_assert(loop_watch_add(loop, &watch, fd, EPOLLIN, count_call, &calls, &fault));
    suite_run_ms(loop, 20);
    ck_assert_int_gt(calls, 1);
    loop_watch_change(loop, &watch, 0);
    calls = 0;
    suite_run_ms(loop, 20);
    ck_assert_int_eq(calls, 0);
    loop_watch_change(loop, &watch, EPOLLIN);
    suite_run_ms(loop, 20);
    ck_assert_int_gt(calls, 1);
    loop_watch_remove(loop, &watch);
    ck_assert_int_eq(watch.fd, -1);
    loop_watch_remove(loop, &watch);
    close(fd);
    loop_destroy(loop);
}

TEST(hang_up_is_reported_once_without_events)
{
    struct loop *loop = suite_loop();
    struct loop_watch watch = {.fd = -1};
    struct fault fault;
    int calls = 0;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    close(ends[1]);
    ck_assert(loop_watch_add(loop, &watch, ends[0], 0, count_call, &calls, &fault));
    suite_run_ms(loop, 5);
    ck_assert_int_eq(calls, 1);
    loop_watch_remove(loop, &watch);
    close(ends[0]);
    loop_destroy(loop);
}

TEST(descriptor_refused_by_the_kernel_is_refused)
{
    struct loop *loop = suite_loop();
    struct loop_watch watch = {.fd = -1};
    struct fault fault;

    ck_assert(!loop_watch_add(loop, &watch, 9999, EPOLLIN, count_call, NULL, &fault));
    ck_assert_str_eq(fault.code, "watch_refused");
    ck_assert_int_eq(watch.fd, -1);
    loop_destroy(loop);
}

struct hooked {
    struct trace *trace;
    char letter;
    int progress; /* number of times that it reports progress */
    struct loop_hook hook;
    struct loop_hook *removes;
};

static bool run_hook(void *data)
{
    struct hooked *hooked = data;

    note(hooked->trace, hooked->letter);
    if (hooked->removes != NULL)
        loop_hook_remove(hooked->trace->loop, hooked->removes);
    return hooked->progress-- > 0;
}

static void add_hook(struct hooked *hooked)
{
    loop_hook_add(hooked->trace->loop, &hooked->hook, run_hook, hooked);
}

TEST(hooks_run_in_order_and_repeat_while_one_makes_progress)
{
    struct trace trace = {.loop = suite_loop()};
    struct hooked a = {.trace = &trace, .letter = 'a', .progress = 2};
    struct hooked b = {.trace = &trace, .letter = 'b'};

    add_hook(&a);
    add_hook(&b);
    suite_run_ms(trace.loop, 0);
    ck_assert_str_eq(trace.text, "ababab");
    loop_destroy(trace.loop);
}

TEST(a_hook_may_remove_itself_and_the_next_one)
{
    struct trace trace = {.loop = suite_loop()};
    struct hooked c = {.trace = &trace, .letter = 'c'};
    struct hooked b = {.trace = &trace, .letter = 'b'};
    struct hooked a = {.trace = &trace, .letter = 'a', .removes = &b.hook};

    c.removes = &c.hook;
    add_hook(&a);
    add_hook(&b);
    add_hook(&c);
    suite_run_ms(trace.loop, 0);
    ck_assert_str_eq(trace.text, "ac");
    loop_destroy(trace.loop);
}

static bool endless(void *data)
{
    ++*(int *)data;
    return true;
}

TEST(a_hook_that_always_makes_progress_does_not_starve_descriptors)
{
    struct trace trace = {.loop = suite_loop()};
    struct loop_watch watch = {.fd = -1};
    struct loop_hook hook;
    struct fault fault;
    int calls = 0;
    const int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    loop_hook_add(trace.loop, &hook, endless, &calls);
    ck_assert(loop_watch_add(trace.loop, &watch, fd, EPOLLIN, byte_ready, &trace, &fault));
    loop_run(trace.loop);
    ck_assert_str_eq(trace.text, "r");
    ck_assert_int_le(calls, 200);
    loop_watch_remove(trace.loop, &watch);
    close(fd);
    loop_destroy(trace.loop);
}

static void on_signal(void *data, int signo)
{
    struct trace *trace = data;
    note(trace, signo == SIGUSR1 ? '1' : '2');
    if (trace->len == 2)
        loop_stop(trace->loop);
}

TEST(signals_are_handled_in_the_loop)
{
    struct trace trace = {.loop = suite_loop()};
    struct fault fault;

    ck_assert(loop_on_signal(trace.loop, SIGUSR1, on_signal, &trace, &fault));
    ck_assert(loop_on_signal(trace.loop, SIGUSR2, on_signal, &trace, &fault));
    raise(SIGUSR1);
    raise(SIGUSR2);
    ck_assert_uint_eq(trace.len, 0);
    loop_run(trace.loop);
    ck_assert_str_eq(trace.text, "12");
    loop_destroy(trace.loop);
}

TEST(a_ninth_signal_is_refused)
{
    struct loop *loop = suite_loop();
    struct fault fault;

    for (int i = 0; i < 8; i++)
        ck_assert(loop_on_signal(loop, SIGRTMIN + i, on_signal, NULL, &fault));
    ck_assert(!loop_on_signal(loop, SIGRTMIN + 8, on_signal, NULL, &fault));
    ck_assert_str_eq(fault.code, "signal_refused");
    loop_destroy(loop);
}
