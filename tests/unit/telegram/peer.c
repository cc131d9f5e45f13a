// SPDX-License-Identifier: MIT
#include "peer.h"

#include <signal.h>
#include <sys/socket.h>

#include "loop/fiber.h"
#include "loop/work.h"

#include "support/patience.h"

struct peer peer;
struct loop *loop;
struct telegram telegram;
const char *const token = "4711:S3cret-Token_of";
struct work *work;
static char root[64];

/* --- the server --- */

/* Header and body in one write, because the kernel would delay the second write until the first is
 * acknowledged. */
static bool answer(int fd, const struct peer_step *step)
{
    size_t body_len = strlen(step->body);
    size_t size = body_len + 512;
    char *text = malloc(size);
    int len = snprintf(
        text, size, "HTTP/1.1 %d Status\r\nContent-Length: %zu\r\n%s\r\n%s", step->status, body_len,
        step->headers != NULL ? step->headers : "Content-Type: application/json\r\n", step->body);
    size_t cut = step->act == PEER_CUTS_SHORT ? body_len / 2 : 0;
    bool more = say_all(fd, text, (size_t)len - cut) && cut == 0;

    free(text);
    return more;
}

static struct peer_step step_now(int number)
{
    int count = atomic_load(&peer.step_count);

    return peer.steps[number < count ? number : count - 1];
}

/* Handles one request as its step requires. Returns false if the connection has ended. */
static bool serve(int fd)
{
    char ignored;

    if (recv(fd, &ignored, 1, MSG_PEEK) <= 0)
        return false;
    int number = atomic_load(&peer.requests) % PEER_STEPS_MAX;
    struct peer_step step = step_now(number);
    if (step.act == PEER_CUTS_EARLY) {
        const struct linger linger = {.l_onoff = 1, .l_linger = 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
        atomic_fetch_add(&peer.requests, 1);
        return false;
    }
    if (hear_request(fd, peer.request[number], PEER_REQUEST_MAX) == 0)
        return false;
    atomic_fetch_add(&peer.requests, 1);
    if (step.act == PEER_HANGS)
        return recv(fd, &ignored, 1, 0) > 0;
    return step.act != PEER_CUTS && answer(fd, &step);
}

static void converse(void *data, int fd)
{
    while (serve(fd))
        continue;
}

void peer_goes(void)
{
    visitors_stop(&peer.at);
}

void peer_says(const struct peer_step *steps, size_t count)
{
    atomic_store(&peer.requests, 0);
    memcpy(peer.steps, steps, count * sizeof *steps);
    atomic_store(&peer.step_count, (int)count);
}

/* --- the client --- */

void stand_begin(void)
{
    const struct http_client_options options = {.breaker_open_ms = 200,
                                                .connect_ms = patience_ms(0)};

    signal(SIGPIPE, SIG_IGN);
    memset(&peer, 0, sizeof peer);
    visitors_start(&peer.at, "127.0.0.1", 0, converse, NULL);
    loop = loop_create(&fault);
    work = work_create(loop, 1, 16, &fault);
    snprintf(root, sizeof root, "http://127.0.0.1:%d", peer.at.port);
    telegram = (struct telegram){
        .client = http_client_create(loop, work, &options, &fault), .root = root, .own_root = true};
    ck_assert_ptr_nonnull(telegram.client);
}

void stand_end(void)
{
    http_client_destroy(telegram.client);
    work_destroy(work);
    loop_destroy(loop);
    peer_goes();
}

static const bool *awaited;
static int awaited_requests;

static void tick(void *data)
{
    struct loop_timer *timer = data;

    if ((awaited != NULL && *awaited) ||
        (awaited_requests > 0 && atomic_load(&peer.requests) >= awaited_requests))
        loop_stop(loop);
    else
        (void)!loop_timer_start(loop, timer, now_mono_ns() + 2 * NS_PER_MS, tick, timer);
}

static void time_over(void *data)
{
    loop_stop(loop);
}

void run_for(int64_t ms, const bool *done)
{
    struct loop_timer often = {0}, once = {0};

    awaited = done;
    (void)!loop_timer_start(loop, &often, now_mono_ns(), tick, &often);
    (void)!loop_timer_start(loop, &once, now_mono_ns() + ms * NS_PER_MS, time_over, NULL);
    loop_run(loop);
    loop_timer_stop(loop, &often);
    loop_timer_stop(loop, &once);
}

void run_until_requests(int count)
{
    awaited_requests = count;
    run_for(patience_ms(10000), NULL);
    awaited_requests = 0;
    ck_assert_int_ge(atomic_load(&peer.requests), count);
}

static void run(void *data)
{
    struct call *call = data;

    call->ok = telegram_call(&telegram, &call->request, &arena, &call->answer, &call->fault);
    call->done = true;
}

void make(struct call *call)
{
    call->done = false;
    ck_assert(fiber_start(loop, run, call, now_mono_ns() + 2 * patience_ms(10000) * NS_PER_MS,
                          "call", &fault));
    run_for(2 * patience_ms(10000), &call->done);
    ck_assert(call->done);
}
