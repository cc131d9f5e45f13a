// SPDX-License-Identifier: MIT
/* Options used by health's probes, which watch servers. */
#include <dirent.h>

#include "rig.h"

TEST_CASE("all", .setup = rig_begin, .teardown = rig_end);

static struct work_address address_of(const struct peer *to)
{
    struct work_address address;

    ck_assert(work_address_parse("127.0.0.1", (uint16_t)to->at.port, &address));
    return address;
}

TEST(call_connects_to_the_given_address)
{
    const struct work_address address = address_of(&peer);
    struct call call = call_to("GET", "/ok");

    resolver_fails = "host_unknown"; /* the name is not resolved */
    call.call.url = "http://watched.example:81/echo";
    call.call.address = &address;
    make_well(&call);
    ck_has(peer.last, "Host: watched.example:81\r\n");
}

TEST(given_private_address_also_needs_permission)
{
    const struct work_address address = address_of(&peer);
    struct call call = call_to("GET", "/ok");

    loopback_is_public = false;
    call.call.url = "http://watched.example/ok";
    call.call.address = &address;
    make_refused(&call, "address_refused");
}

TEST(call_to_a_given_address_does_not_reuse_or_keep_a_connection)
{
    const struct work_address address = address_of(&peer);

    for (int i = 1; i <= 3; i++) {
        struct call call = call_to("GET", "/ok");
        call.call.address = &address;
        make_well(&call);
        ck_assert_int_eq(peer.at.connections, i);
    }
    (void)make_get("/ok");
    ck_assert_msg(peer.at.connections == 4, "no connection was kept");
}

static int open_descriptors(void)
{
    int count = 0;
    DIR *all = opendir("/proc/self/fd");

    while (readdir(all) != NULL)
        count++;
    closedir(all);
    return count;
}

TEST(connect_only_sends_nothing)
{
    struct call call = call_to("GET", "/ok");
    const int before = open_descriptors();
    const struct work_address addresses[] = {address_of(&peer), address_of(&other)};

    call.call.only_connects = true;
    call.call.address = &addresses[0];
    for (int i = 1; i <= 3; i++) {
        call.done = false;
        make_well(&call);
        ck_assert(!call.answer.sent);
        ck_assert_int_eq(call.answer.status, 0);
        ck_assert_int_eq(call.answer.certificate_until_us, 0);
        ck_assert_int_eq(call.answer.distrust, HTTP_TRUSTED);
    }
    /* The peer accepts and closes connections in threads of its own. */
    wait_until(peer.at.connections == 3 && open_descriptors() <= before,
               "%d connections, one was kept", peer.at.connections);
    (void)make_get("/ok");
    ck_assert_int_eq(peer.at.connections, 4);
    ck_assert_int_eq(peer.requests, 1);
    peer_stop(&other);
    call.call.url = url_of(&other, "/");
    call.call.address = &addresses[1];
    call.done = false;
    make_refused(&call, "upstream_unreachable");
    peer_start(&other);
}

static const struct {
    const char *name;
    const char *value; /* NULL: absent */
} headers[] = {
    {"content-TYPE",   "text/plain"},
    {"Content-Length", "5"         },
    {"Content",        NULL        },
    {"X-Nothing",      NULL        },
};

TEST_ROWS(requested_header_is_returned, headers)
{
    struct call call = call_to("GET", "/ok");

    call.call.headers_returned[0] = row->name;
    make_well(&call);
    ck_assert_msg(slice_equal(call.answer.headers[0], slice_of(row->value)), "%s: %.*s", row->name,
                  SLICE_ARG(call.answer.headers[0]));
}

TEST(values_of_a_repeated_header_are_joined)
{
    struct call call = call_to("GET", "/twice");

    call.call.headers_returned[0] = "X-Twice";
    make_well(&call);
    ck_assert_slice(call.answer.headers[0], "one, two");
}
