// SPDX-License-Identifier: MIT
/* Queries the name servers of this machine for IPv4 addresses directly, by c-ares over UDP, because
 * the system's resolver may use a cache. One server's answer is enough. A truncated answer fails
 * the probe (TROUBLE_RECORDS); the query is not repeated over TCP. */
#include <arpa/inet.h>
#include <arpa/nameser.h>

#include <ares.h>

#include "base/now.h"
#include "loop/fiber.h"

#include "probes/probe_private.h"

enum {
    RECORDS_MAX = 32,
    ANSWER_MAX = 1232, /* bytes of an answer, announced to servers (RFC 6891) */
    FLAG_TRUNCATED = 0x02,
    RCODE = 0x0f
};

struct answer {
    int rcode;
    bool truncated; /* the server has truncated it, or it has at least RECORDS_MAX records */
    struct ares_addrttl records[RECORDS_MAX];
    int count;
};

struct lookup {
    struct loop *loop;
    const char *name;
    ares_channel channel;
    bool ended;
    int status; /* once `ended`: result of c-ares; if it is ARES_SUCCESS, `answer` is set */
    struct answer answer;
};

/* --- one server --- */

static void store_answer(void *data, int status, int timeouts, unsigned char *message, int len)
{
    struct lookup *lookup = data;
    struct answer *answer = &lookup->answer;

    (void)timeouts;
    lookup->ended = true;
    lookup->status = status;
    if (message == NULL)
        return;
    *answer = (struct answer){.rcode = message[3] & RCODE,
                              .truncated = (message[2] & FLAG_TRUNCATED) != 0,
                              .count = RECORDS_MAX};
    lookup->status = ARES_SUCCESS;
    if (answer->rcode == ns_r_noerror && !answer->truncated)
        lookup->status = ares_parse_a_reply(message, len, NULL, answer->records, &answer->count);
    if (lookup->status == ARES_ENODATA)
        lookup->status = ARES_SUCCESS;
    answer->truncated |= answer->count == RECORDS_MAX;
}

static void wake_fiber(void *data, uint32_t events)
{
    (void)events;
    fiber_wake(data);
}

/* Waits until the socket of the query is readable. False: lookup->status is the reason. */
static bool wait_for_message(struct lookup *lookup, int64_t until_ns, ares_socket_t *fd)
{
    struct loop_watch watch = {.fd = -1};
    struct fault fault;

    lookup->status = ARES_ENOMEM;
    if (ares_getsock(lookup->channel, fd, 1) == 0 ||
        !loop_watch_add(lookup->loop, &watch, *fd, EPOLLIN, wake_fiber, fiber_current(), &fault))
        return false;
    lookup->status = ARES_ETIMEOUT;
    const bool woken = fiber_park(until_ns, &fault);
    loop_watch_remove(lookup->loop, &watch);
    return woken;
}

/* Queries one server and returns the status of c-ares. */
static int query_server(struct lookup *lookup, const struct ares_addr_port_node *server,
                        int64_t until_ns)
{
    struct ares_addr_port_node alone = *server;
    ares_socket_t fd;

    alone.next = NULL;
    lookup->ended = false;
    lookup->status = ares_set_servers_ports(lookup->channel, &alone);
    if (lookup->status != ARES_SUCCESS)
        return lookup->status;
    ares_query(lookup->channel, lookup->name, ns_c_in, ns_t_a, store_answer, lookup);
    while (!lookup->ended && wait_for_message(lookup, until_ns, &fd))
        ares_process_fd(lookup->channel, fd, ARES_SOCKET_BAD);
    const int status = lookup->status;
    ares_cancel(lookup->channel);
    return status;
}

/* --- evaluation --- */

static bool is_same_address(const char *expected, const struct ares_addrttl *record)
{
    struct in_addr address;

    return inet_pton(AF_INET, expected, &address) == 1 && address.s_addr == record->ipaddr.s_addr;
}

static bool is_expected_address(const struct check *check, const struct ares_addrttl *record)
{
    for (size_t i = 0; i < check->expect_count; i++)
        if (is_same_address(check->expect[i], record))
            return true;
    return check->expect_count == 0;
}

static bool is_address_in_answer(const struct answer *answer, const char *expected)
{
    for (int i = 0; i < answer->count; i++)
        if (is_same_address(expected, &answer->records[i]))
            return true;
    return false;
}

/* Compares the records with the expected ones. If none are expected, any record is accepted. */
static void compare_records_with_expected(const struct check *check, const struct answer *answer,
                                          struct probe_result *result)
{
    char numeric[INET_ADDRSTRLEN];

    if (answer->truncated) {
        probe_fail(result, TROUBLE_RECORDS, "truncated");
        return;
    }
    for (int i = 0; i < answer->count; i++)
        if (!is_expected_address(check, &answer->records[i]))
            probe_fail(result, TROUBLE_RECORDS, "other: %s",
                       inet_ntop(AF_INET, &answer->records[i].ipaddr, numeric, sizeof numeric));
    for (size_t i = 0; i < check->expect_count; i++)
        if (!is_address_in_answer(answer, check->expect[i]))
            probe_fail(result, TROUBLE_RECORDS, "missing: %s", check->expect[i]);
    if (answer->count == 0)
        probe_fail(result, TROUBLE_RECORDS, "none");
}

static void set_trouble_by_answer(const struct check *check, const struct lookup *lookup,
                                  struct probe_result *result)
{
    const struct answer *answer = &lookup->answer;

    if (answer->rcode == ns_r_noerror)
        compare_records_with_expected(check, answer, result);
    else if (answer->rcode == ns_r_nxdomain)
        probe_fail(result, TROUBLE_NO_NAME, "%s", "");
    else
        probe_fail(result, TROUBLE_NO_NAME, "rcode %d", answer->rcode);
}

static void fail_by_ares_status(int status, struct probe_result *result)
{
    static const struct {
        int status;
        enum probe_trouble trouble;
        const char *detail;
    } troubles[] = {
        {ARES_ETIMEOUT,     TROUBLE_TIMEOUT, ""                },
        {ARES_ECONNREFUSED, TROUBLE_REFUSED, ""                }, /* also if there is no route */
        {ARES_EBADRESP,     TROUBLE_BODY,    ""                },
        {ARES_EBADNAME,     TROUBLE_LOCAL,   "no such question"},
    };
    for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
        if (troubles[i].status == status)
            probe_fail(result, troubles[i].trouble, "%s", troubles[i].detail);
    }
    probe_fail(result, TROUBLE_LOCAL, "c-ares %d", status);
}

/* --- the probe --- */

/* Queries the servers, each for an equal share of the remaining time, until one answers that the
 * name exists or does not exist. Returns the status of the last queried server. */
static int query_until_answered(struct lookup *lookup, const struct ares_addr_port_node *servers,
                                struct probe_result *result)
{
    int left = 0, status = ARES_ECONNREFUSED;

    for (const struct ares_addr_port_node *one = servers; one != NULL; one = one->next)
        left++;
    for (; servers != NULL; servers = servers->next) {
        const int64_t began_ns = now_mono_ns();
        const int64_t left_ns = fiber_deadline_ns(fiber_current()) - began_ns;
        status = query_server(lookup, servers, began_ns + left_ns / left--);
        if (status != ARES_SUCCESS ||
            (lookup->answer.rcode != ns_r_noerror && lookup->answer.rcode != ns_r_nxdomain))
            continue;
        probe_add_reading(result, MEASURE_latency_ms,
                          (double)(now_mono_ns() - began_ns) / NS_PER_MS);
        break;
    }
    return status;
}

/* Opens a channel of c-ares that sends each query once. `servers`: the servers to query. */
static int open_ares_channel(const struct probe_tools *tools, const struct check *check,
                             ares_channel *channel, struct ares_addr_port_node **servers)
{
    struct ares_options options = {
        .flags = ARES_FLAG_EDNS | ARES_FLAG_IGNTC | ARES_FLAG_NOCHECKRESP,
        .tries = 1,
        .timeout = (int)check->timeout_ms, /* query_server() ends earlier */
        .ednspsz = ANSWER_MAX,
    };
    int status = ares_init_options(
        channel, &options, ARES_OPT_FLAGS | ARES_OPT_TRIES | ARES_OPT_TIMEOUTMS | ARES_OPT_EDNSPSZ);

    if (status == ARES_SUCCESS && tools->name_servers != NULL)
        status = ares_set_servers_ports_csv(*channel, tools->name_servers);
    if (status == ARES_SUCCESS)
        status = ares_get_servers_ports(*channel, servers);
    return status;
}

void probe_dns(const struct probe_tools *tools, const struct check *check, void *memory,
               struct probe_result *result)
{
    struct lookup lookup = {.loop = tools->service->loop, .name = check->target};
    struct ares_addr_port_node *servers = NULL;
    int status = open_ares_channel(tools, check, &lookup.channel, &servers);

    (void)memory;
    if (status == ARES_SUCCESS)
        status = query_until_answered(&lookup, servers, result);
    if (status == ARES_SUCCESS)
        set_trouble_by_answer(check, &lookup, result);
    else
        fail_by_ares_status(status, result);
    ares_free_data(servers);
    ares_destroy(lookup.channel);
}
