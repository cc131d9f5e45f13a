// SPDX-License-Identifier: MIT
#include "telegram/poll.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"
#include "base/retry.h"
#include "json/foreign.h"
#include "loop/fiber.h"

#include "telegram/poll_private.h"

enum {
    BODY_MAX = 4096,
    ROUND_BYTES_MAX = 4 * TELEGRAM_UPDATES_BYTES_MAX,
    ANSWER_MARGIN_MS = 10000, /* how late an answer may come after get_timeout_s */
    IDLE_PAUSE_MS = 1000      /* pause if a server returns no update without waiting */
};

static const struct foreign_member update_members[] = {
    {"update_id", FOREIGN_INT, offsetof(struct telegram_update, update_id), NULL, 0},
    {"",          FOREIGN_RAW, offsetof(struct telegram_update, raw),       NULL, 0},
};
static const struct foreign update_table = FOREIGN_OF(update_members, struct telegram_update);

static bool fault_bad_updates(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "telegram_bad_updates",
                     "Telegram answered with something else than updates.");
}

/* Parses the result of getUpdates into a list of at most TELEGRAM_UPDATES_MAX updates; further
 * updates are dropped. FAULT_UNAVAILABLE "telegram_bad_updates" if `result` is not an array of
 * objects with an id. */
static bool parse_updates(struct slice result, struct arena *arena, struct foreign_list *out,
                          struct fault *fault)
{
    if (!foreign_read_list(&update_table, TELEGRAM_UPDATES_MAX, result, out, arena, fault))
        return fault->kind == FAULT_UNREADABLE ? fault_bad_updates(fault) : false;
    for (size_t i = 0; i < out->count; i++)
        if (((struct telegram_update *)out->items)[i].update_id == FIELD_ABSENT)
            return fault_bad_updates(fault);
    return true;
}

struct telegram_poll {
    struct loop *loop;
    struct telegram_poll_options options;
    struct loop_timer timer;
    struct fiber *fiber; /* fiber of the running round, or NULL */
    bool stopped;        /* the running round frees the memory when it ends */
    struct fiber_queue stoppers;
    int64_t offset;    /* id of the last stored update plus one; 0: none */
    int64_t limit;     /* updates requested by the next call */
    unsigned failures; /* consecutive failed rounds */
    bool reported;     /* `state` is set; `changed`, if any, was called */
    enum telegram_poll_state state;
};

struct round {
    bool ok;
    enum telegram_poll_state state;
    int64_t pause_ms; /* pause before the next round */
    struct fault fault;
};

const char *telegram_poll_state_name(enum telegram_poll_state state)
{
    static const char *const names[] = {
        [TELEGRAM_POLL_WORKS] = "works",     [TELEGRAM_POLL_FAILS] = "fails",
        [TELEGRAM_POLL_WEBHOOK] = "webhook", [TELEGRAM_POLL_OTHER] = "other",
        [TELEGRAM_POLL_NO_BOT] = "no_bot",
    };

    return names[state];
}

/* --- one call --- */

static int get_timeout_s(const struct telegram_poll *poll)
{
    return poll->options.timeout_s > 0 ? poll->options.timeout_s : TELEGRAM_POLL_S;
}

static int64_t get_call_timeout_ms(const struct telegram_poll *poll)
{
    return get_timeout_s(poll) * INT64_C(1000) + ANSWER_MARGIN_MS;
}

/* How long a call waits for updates: 0 until polling works, so that success is detected soon. */
static int get_updates_wait_s(const struct telegram_poll *poll)
{
    return poll->reported && poll->state == TELEGRAM_POLL_WORKS ? get_timeout_s(poll) : 0;
}

static bool call_get_updates(const struct telegram_poll *poll, struct arena *arena,
                             struct telegram_answer *answer, struct fault *fault)
{
    char body[BODY_MAX];
    struct buf out = buf_over(body, sizeof body);

    buf_printf(&out, "{\"timeout\":%d,\"limit\":%d", get_updates_wait_s(poll), (int)poll->limit);
    if (poll->offset != 0)
        buf_printf(&out, ",\"offset\":%lld", (long long)poll->offset);
    buf_printf(&out, ",\"allowed_updates\":%s}", poll->options.allowed_updates);
    *answer = (struct telegram_answer){.outcome = TELEGRAM_NOT_SENT};
    if (!buf_ok(&out, fault))
        return false;
    const struct telegram_request request = {.token = poll->options.token,
                                             .method = "getUpdates",
                                             .body = buf_as_slice(&out),
                                             .timeout_ms = get_call_timeout_ms(poll),
                                             .answer_max = TELEGRAM_UPDATES_BYTES_MAX};
    return telegram_call(&poll->options.telegram, &request, arena, answer, fault);
}

/* Distinguishes "Conflict: can't use getUpdates method while webhook is active; ..." and "Conflict:
 * terminated by other getUpdates request; ...". */
static enum telegram_poll_state state_from_failed_answer(const struct telegram_answer *answer)
{
    if (answer->outcome != TELEGRAM_NO_BOT)
        return TELEGRAM_POLL_FAILS;
    if (answer->status != 409)
        return TELEGRAM_POLL_NO_BOT;
    return slice_starts(answer->description, SLICE("Conflict: terminated")) ? TELEGRAM_POLL_OTHER
                                                                            : TELEGRAM_POLL_WEBHOOK;
}

/* --- the pause after a call --- */

int64_t telegram_poll_pause_ms(unsigned failures, uint32_t random)
{
    static const struct retry_policy policy = {
        .jitter_percent = 100,
        .waits_ms = {1000, 2000, 4000, 8000, 16000, TELEGRAM_POLL_PAUSE_MAX_S * 500}
    };

    return retry_wait_ms(&policy, failures, random);
}

static void set_failure_state_and_pause(struct telegram_poll *poll,
                                        const struct telegram_answer *answer, struct round *round)
{
    if (strcmp(round->fault.code, "answer_too_large") == 0 && poll->limit > 1)
        poll->limit /= 2;
    poll->failures++;
    round->state = state_from_failed_answer(answer);
    round->pause_ms = answer->outcome == TELEGRAM_THROTTLED
                          ? answer->retry_after_s * 1000
                          : telegram_poll_pause_ms(poll->failures, digest_random_number());
}

/* --- one round --- */

/* Stores the updates of an answer. The answer also shows that earlier updates are confirmed. */
static bool store_updates(struct telegram_poll *poll, const struct telegram_answer *answer,
                          struct arena *arena, struct round *round)
{
    struct foreign_list list;
    int64_t asked = poll->offset;

    poll->offset = 0;
    if (!parse_updates(answer->result, arena, &list, &round->fault))
        return false;
    const struct telegram_update *updates = list.items;
    if (list.count > 0 &&
        !poll->options.store(poll->options.data, updates, list.count, &round->fault))
        return false;
    if (list.count > 0)
        poll->offset = updates[list.count - 1].update_id + 1;
    /* Pauses for servers that do not wait, or do not delete confirmed updates, as some test servers
     * do. */
    bool idle = list.count == 0 ? answer->took_ms < IDLE_PAUSE_MS : poll->offset == asked;
    round->pause_ms = idle ? IDLE_PAUSE_MS : 0;
    poll->limit = poll->limit * 2 < TELEGRAM_UPDATES_MAX ? poll->limit * 2 : TELEGRAM_UPDATES_MAX;
    poll->failures = 0;
    return true;
}

static void poll_once(struct telegram_poll *poll, struct round *round)
{
    struct telegram_answer answer;
    struct arena arena = ARENA(ROUND_BYTES_MAX);

    *round = (struct round){.state = TELEGRAM_POLL_WORKS};
    round->ok = call_get_updates(poll, &arena, &answer, &round->fault) &&
                store_updates(poll, &answer, &arena, round);
    if (!round->ok)
        set_failure_state_and_pause(poll, &answer, round);
    arena_finish(&arena);
}

static void report_state_if_changed(struct telegram_poll *poll, const struct round *round)
{
    if (poll->reported && poll->state == round->state)
        return;
    poll->reported = true;
    poll->state = round->state;
    poll->options.changed(poll->options.data, round->state, round->ok ? NULL : &round->fault);
}

static void schedule_round(struct telegram_poll *poll, int64_t pause_ms);

static void run_round(void *data)
{
    struct telegram_poll *poll = data;
    struct round round;

    poll->fiber = fiber_current();
    poll_once(poll, &round);
    poll->fiber = NULL;
    if (poll->stopped) {
        (void)!fiber_queue_wake_one(&poll->stoppers);
        free(poll);
        return;
    }
    report_state_if_changed(poll, &round);
    schedule_round(poll, round.pause_ms);
}

static void start_round(void *data)
{
    struct telegram_poll *poll = data;
    struct round round = {.state = TELEGRAM_POLL_FAILS};
    int64_t deadline_ns =
        loop_now_ns(poll->loop) + (get_call_timeout_ms(poll) + TELEGRAM_STORE_MS) * NS_PER_MS;

    if (fiber_start(poll->loop, run_round, poll, deadline_ns, "telegram poll", &round.fault))
        return;
    report_state_if_changed(poll, &round);
    poll->failures++;
    schedule_round(poll, telegram_poll_pause_ms(poll->failures, digest_random_number()));
}

static bool start_round_timer(struct telegram_poll *poll, int64_t pause_ms)
{
    int64_t due_ns = loop_now_ns(poll->loop) + pause_ms * NS_PER_MS;

    return loop_timer_start(poll->loop, &poll->timer, due_ns, start_round, poll);
}

static void schedule_round(struct telegram_poll *poll, int64_t pause_ms)
{
    if (!start_round_timer(poll, pause_ms))
        LOG(LOG_ERROR, "task_ended", "No memory for the timer of the next round",
            log_str("task", "telegram poll"));
}

/* --- start and stop --- */

struct telegram_poll *telegram_poll_start(struct loop *loop,
                                          const struct telegram_poll_options *options,
                                          struct fault *fault)
{
    struct telegram_poll *poll = fault_calloc(sizeof *poll, "polling a bot", fault);

    if (poll == NULL)
        return NULL;
    poll->loop = loop;
    poll->options = *options;
    poll->limit = TELEGRAM_UPDATES_MAX;
    if (!start_round_timer(poll, 0)) {
        fault_out_of_memory(fault, "polling a bot");
        free(poll);
        return NULL;
    }
    return poll;
}

void telegram_poll_stop(struct telegram_poll *poll)
{
    struct fault fault;

    if (poll == NULL)
        return;
    loop_timer_stop(poll->loop, &poll->timer);
    if (poll->fiber == NULL) {
        free(poll);
        return;
    }
    poll->stopped = true;
    fiber_cancel(poll->fiber);
    if (fiber_current() != NULL)
        (void)!fiber_queue_wait(&poll->stoppers, 1, 0, &fault);
}
