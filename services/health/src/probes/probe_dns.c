// SPDX-License-Identifier: MIT
/* Asks the name servers of this machine directly, over UDP, because the system's resolver returns
 * only addresses and may use a cache. An answer of one server is enough. A truncated answer is
 * reported as such; TCP is not tried. */
#include <errno.h>
#include <sys/socket.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "probes/dns_message.h"
#include "probes/name_servers.h"
#include "probes/probe_private.h"

enum {
    ARENA_MAX = 64 * 1024,
    DATAGRAMS_MAX = 16 /* read in one event-loop iteration */
};

enum outcome {
    OUTCOME_ANSWERED,
    OUTCOME_SILENT,
    OUTCOME_REFUSED, /* nothing listens there, or there is no route */
    OUTCOME_BROKEN,  /* an answer that cannot be parsed */
    OUTCOME_LOCAL
};

struct lookup {
    struct loop *loop;
    struct arena *arena;
    struct dns_question question;
    uint8_t query[DNS_QUERY_MAX];
    size_t query_len;
    struct dns_answer answer;
};

/* --- one server --- */

static void wake(void *data, uint32_t events)
{
    (void)events;
    fiber_wake(data);
}

/* Reads datagrams until one is an answer. False: none yet. */
static bool take_answers(struct lookup *lookup, int fd, enum outcome *outcome)
{
    uint8_t data[DNS_ANSWER_MAX];
    for (int i = 0; i < DATAGRAMS_MAX; i++) {
        const ssize_t len = recv(fd, data, sizeof(data), 0);
        if (len < 0) {
            *outcome = OUTCOME_REFUSED;
            return errno != EAGAIN && errno != EINTR;
        }
        const enum dns_answer_kind reading =
            dns_answer_read(&lookup->question, data, (size_t)len, lookup->arena, &lookup->answer);
        if (reading == DNS_ANSWER_IGNORED)
            continue;
        *outcome = reading == DNS_ANSWER_OK ? OUTCOME_ANSWERED : OUTCOME_BROKEN;
        return true;
    }
    return false;
}

static enum outcome await_answer(struct lookup *lookup, int fd, int64_t until_ns)
{
    struct loop_watch watch = {.fd = -1};
    struct fault fault;
    enum outcome outcome = OUTCOME_SILENT;
    if (!loop_watch_add(lookup->loop, &watch, fd, EPOLLIN, wake, fiber_current(), &fault))
        return OUTCOME_LOCAL;
    while (!take_answers(lookup, fd, &outcome)) {
        if (!fiber_park(until_ns, &fault)) {
            outcome = OUTCOME_SILENT;
            break;
        }
    }
    loop_watch_remove(lookup->loop, &watch);
    return outcome;
}

/* The socket is connected, so the kernel accepts only the server's datagrams; its port is
 * random. */
static enum outcome ask_server(struct lookup *lookup, const struct work_address *server,
                               int64_t until_ns)
{
    auto_close int fd =
        socket(server->addr.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return OUTCOME_LOCAL;
    digest_random(&lookup->question.id, sizeof(lookup->question.id));
    lookup->query_len = dns_question_write(&lookup->question, lookup->query);
    if (connect(fd, (const struct sockaddr *)&server->addr, server->len) != 0 ||
        send(fd, lookup->query, lookup->query_len, 0) < 0)
        return OUTCOME_REFUSED;
    return await_answer(lookup, fd, until_ns);
}

/* --- evaluation --- */

/* The text without its trailing dot. */
static struct slice without_dot(const char *text)
{
    struct slice whole = slice_of(text);
    if (whole.len > 0 && whole.at[whole.len - 1] == '.')
        whole.len--;
    return whole;
}

static bool is_same(enum dns_type type, const char *expected, struct slice record)
{
    struct work_address address;
    char numeric[INET6_ADDRSTRLEN];
    if (type == DNS_TXT)
        return slice_is(record, expected);
    if (type != DNS_A && type != DNS_AAAA)
        return slice_equal_caseless(record, without_dot(expected));
    if (!work_address_parse(expected, 0, &address))
        return false;
    work_address_format(&address, numeric);
    return slice_is(record, numeric);
}

static bool is_expected(const struct check *check, enum dns_type type, struct slice record)
{
    for (size_t i = 0; i < check->expect_count; i++) {
        if (is_same(type, check->expect[i], record))
            return true;
    }
    return check->expect_count == 0;
}

static bool is_present(const struct dns_answer *answer, enum dns_type type, const char *expected)
{
    for (size_t i = 0; i < answer->count; i++) {
        if (is_same(type, expected, answer->records[i]))
            return true;
    }
    return false;
}

static void evaluate_records(const struct check *check, enum dns_type type,
                             const struct dns_answer *answer, struct probe_result *result)
{
    if (answer->truncated || answer->left_out > 0) {
        probe_fail(result, TROUBLE_RECORDS, "truncated");
        return;
    }
    for (size_t i = 0; i < answer->count; i++) {
        if (!is_expected(check, type, answer->records[i]))
            probe_fail(result, TROUBLE_RECORDS, "other: %.*s", SLICE_ARG(answer->records[i]));
    }
    for (size_t i = 0; i < check->expect_count; i++) {
        if (!is_present(answer, type, check->expect[i]))
            probe_fail(result, TROUBLE_RECORDS, "missing: %s", check->expect[i]);
    }
    if (answer->count == 0)
        probe_fail(result, TROUBLE_RECORDS, "none");
}

enum { RCODE_NONE = 0, RCODE_NO_NAME = 3 };

static bool is_settled(const struct dns_answer *answer)
{
    return answer->rcode == RCODE_NONE || answer->rcode == RCODE_NO_NAME;
}

static void evaluate(const struct check *check, const struct lookup *lookup, enum outcome outcome,
                     struct probe_result *result)
{
    switch (outcome) {
    case OUTCOME_ANSWERED:
        if (lookup->answer.rcode == RCODE_NONE)
            evaluate_records(check, lookup->question.type, &lookup->answer, result);
        else if (lookup->answer.rcode == RCODE_NO_NAME)
            probe_fail(result, TROUBLE_NO_NAME, "%s", "");
        else
            probe_fail(result, TROUBLE_NO_NAME, "rcode %d", lookup->answer.rcode);
        break;
    case OUTCOME_SILENT:
        probe_fail(result, TROUBLE_TIMEOUT, "%s", "");
        break;
    case OUTCOME_REFUSED:
        probe_fail(result, TROUBLE_REFUSED, "%s", "");
        break;
    case OUTCOME_BROKEN:
        probe_fail(result, TROUBLE_BODY, "%s", "");
        break;
    case OUTCOME_LOCAL:
        probe_fail(result, TROUBLE_LOCAL, "socket");
        break;
    }
}

/* --- the probe --- */

static enum outcome ask_servers(const struct probe_tools *tools, struct lookup *lookup,
                                struct probe_result *result)
{
    struct work_address servers[NAME_SERVERS_MAX];
    const size_t count = tools->name_servers != NULL
                             ? name_servers_of_list(slice_of(tools->name_servers), servers)
                             : name_servers_of_system(servers);
    enum outcome outcome = OUTCOME_LOCAL;
    for (size_t i = 0; i < count; i++) {
        const int64_t began_ns = now_mono_ns();
        const int64_t left_ns = fiber_deadline_ns(fiber_current()) - began_ns;
        outcome = ask_server(lookup, &servers[i], began_ns + left_ns / (int64_t)(count - i));
        if (outcome != OUTCOME_ANSWERED || !is_settled(&lookup->answer))
            continue;
        probe_add(result, MEASURE_latency_ms, (double)(now_mono_ns() - began_ns) / NS_PER_MS);
        break;
    }
    return outcome;
}

void probe_dns(const struct probe_tools *tools, const struct check *check, void *memory,
               struct probe_result *result)
{
    struct arena arena;
    struct lookup lookup = {
        .loop = tools->service->loop, .arena = &arena, .question = {.name = check->target}};
    (void)memory;
    if (!dns_type_read(check->record, &lookup.question.type) ||
        dns_question_write(&lookup.question, lookup.query) == 0) {
        probe_fail(result, TROUBLE_LOCAL, "no such question");
        return;
    }
    arena_init(&arena, ARENA_MAX);
    const enum outcome outcome = ask_servers(tools, &lookup, result);
    evaluate(check, &lookup, outcome, result);
    arena_finish(&arena);
}
