// SPDX-License-Identifier: MIT
/* The notes service as the suites of this folder use it: requests, another instance, its clock. */
#pragma once

#include "integration/program.h"

/* `what`: "go", or the milliseconds by which the clock moves before it is stopped; while it is
 * stopped no request times out. Returns the service's time in microseconds since 1970. */
static inline int64_t clock_set(const char *what)
{
    static struct reply reply;
    char path[40];

    snprintf(path, sizeof path, "/v1/clock/%s", what);
    program_ask("POST", path, NULL, NULL, NULL, &reply);
    ck_assert_msg(reply.status == 200, "%ld %s", reply.status, reply.body);
    return strtoll(reply.body, NULL, 10);
}

static inline int64_t clock_move(int ms)
{
    char text[16];

    snprintf(text, sizeof text, "%d", ms);
    return clock_set(text);
}

static inline void clock_go(void)
{
    (void)clock_set("go");
}

/* Runs the program with these arguments; its output is in `out`. */
static char out[REPLY_MAX];

static inline int run(const char *const *words)
{
    return program_run(words, out, sizeof out);
}

/* Asks, and checks the status; the reply is in `answer`. */
#define ck_ask(wanted, ...)                                                                        \
    do {                                                                                           \
        program_ask(__VA_ARGS__, &answer);                                                         \
        ck_assert_msg(answer.status == (wanted), "%ld, not %d: %s", answer.status, (int)(wanted),  \
                      answer.body);                                                                \
    } while (0)
#define ck_whoami(key, wanted) ck_ask(wanted, "GET", "/v1/whoami", key, NULL, NULL)

static inline long whoami(const char *key)
{
    program_ask("GET", "/v1/whoami", key, NULL, NULL, &answer);
    return answer.status;
}

/* One more instance, at a port of its own, to which requests are sent until it ends. */
static pid_t other;
static int usual_port;

/* NOTES_AS is `as`, if not NULL. */
static inline void other_start(const char *as)
{
    usual_port = program_other_port();
    if (as != NULL)
        setenv("NOTES_AS", as, 1);
    other = program_start();
    unsetenv("NOTES_AS");
}

/* With the default limits. */
static inline void other_start_impatient(const char *as)
{
    setenv("NOTES_IMPATIENT", "", 1);
    other_start(as);
    unsetenv("NOTES_IMPATIENT");
    program_ready();
}

/* It ends by itself; returns its exit code. */
static inline int other_wait(void)
{
    const int code = program_wait(other);

    program_port(usual_port);
    return code;
}

static inline void other_stop(void)
{
    program_stop(other);
    program_port(usual_port);
}
