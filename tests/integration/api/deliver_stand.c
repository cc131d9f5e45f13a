// SPDX-License-Identifier: MIT
#include "deliver_stand.h"

#include "support/scratch.h"

struct receiver receiver;
struct reaction (*react)(const struct received *one, int nth);

static struct reaction take_all(const struct received *one, int nth)
{
    return (struct reaction){.status = 200};
}

static struct reaction ask_test(const struct received *one, int nth)
{
    return react(one, nth);
}

void deliver_end(void)
{
    receiver_stop(&receiver);
    stand_end();
}

void deliver_begin(const char *schema)
{
    static const struct embed_file none;
    static struct db_migration_set own;
    static struct service_definition definition;

    own = (struct db_migration_set){.schema = schema, .files = &none};
    definition = (struct service_definition){.name = schema,
                                             .needs = NEEDS_DATABASE,
                                             .sets = &own,
                                             .set_count = 1,
                                             .delivers = true,
                                             .search_path = schema};
    react = take_all;
    stand_service_begin(&definition, schema);
    receiver_start(&receiver, ask_test);
}

/* --- items --- */

struct deliver *start_with(bool loopback)
{
    const struct deliver_options options = {
        .service = stand_service(), .hosts = {.internal = "n8n", .loopback = loopback}
    };
    struct deliver *deliver = deliver_start(&options, &fault);

    ck_assert_msg(deliver != NULL, "%s", fault.detail);
    return deliver;
}

struct deliver *start(void)
{
    return start_with(true);
}

static bool make_receiver(struct db *tx, void *arg, struct fault *why)
{
    struct placing *placing = arg;
    struct deliver_key key;

    return deliver_secret_read(SLICE(SECRET), &key, why) &&
           deliver_store_add_receiver(tx, &placing->receivers[0], slice_of(placing->url), &key,
                                      why);
}

struct uuid receiver_at(const char *url)
{
    struct placing placing = {.url = url, .receivers = {uuid_make()}};

    DO(make_receiver, &placing);
    return placing.receivers[0];
}

struct uuid receiver_on(const char *path)
{
    return receiver_at(textf("http://127.0.0.1:%d%s", receiver.at.port, path));
}

bool place_item(struct db *tx, void *arg, struct fault *why)
{
    const struct placing *placing = arg;

    return deliver_store_enqueue(tx, &placing->item, placing->receivers, placing->count, why);
}

void place_body(const struct uuid *to, size_t count, const char *lane, struct slice body)
{
    struct placing placing = {
        .count = count,
        .item = {.id = uuid_make(),
                 .lane = slice_of(lane),
                 .idempotency_key = SLICE("taxi:7"),
                 .body = body}
    };

    memcpy(placing.receivers, to, count * sizeof *to);
    DO(place_item, &placing);
}

void place(const struct uuid *to, const char *lane, int number)
{
    place_body(to, 1, lane, slice_of(textf("{\"lane\":\"%s\",\"n\":%d}", lane, number)));
}

void wait_count(const char *path, int count)
{
    stand_until(receiver_count(&receiver, path) >= count, "%s was called %d times, not %d", path,
                receiver_count(&receiver, path), count);
    ck_assert_int_eq(receiver_count(&receiver, path), count);
}
