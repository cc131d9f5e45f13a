// SPDX-License-Identifier: MIT
#include "stand.h"

#include <errno.h>

#include "access.h"
#include "definition.h"

enum { APARTMENT_IDS = 32 };

struct api_caller stand_owner = {.actor = ACTOR_OWNER};
struct api_caller stand_guest = {.actor = ACTOR_GUEST, .actor_number = 7};
struct api_caller stand_guest8 = {.actor = ACTOR_GUEST, .actor_number = 8};

static struct booking_app app;
static int apartments; /* created in this test */

/* The tables of rides are in the same schema, because erasure and self-check use both. */
static const struct service_definition *in_one_schema(void)
{
    static struct service_definition definition;
    static struct db_migration_set sets[2];

    definition = *booking_definition();
    ck_assert_uint_eq(definition.set_count, 2);
    memcpy(sets, definition.sets, sizeof sets);
    sets[1].schema = sets[0].schema;
    definition.sets = sets;
    return &definition;
}

void stand_begin(void)
{
    static const struct booking_config config = {.sweep_interval_ms = 1000,
                                                 .public_url = "https://api.test",
                                                 .feed_interval_ms = 600000,
                                                 .feed_stale_ms = 3600000};
    static struct service_config common;
    char owner[UUID_TEXT_LEN + 1];

    stand_service_begin(in_one_schema(), program_invocation_short_name);
    common = *stand_service()->config;
    common.environment = "test";
    stand_service()->config = &common;
    app = (struct booking_app){.config = &config};
    stand_handlers_get((struct service_data *)&app);
    apartments = 0;
    stand_owner.actor_id = uuid_make();
    uuid_format(&stand_owner.actor_id, owner);
    stand_caller(&stand_owner, stand_text("SELECT 'owner:%s'", owner));
    stand_caller(&stand_guest, "guest:7");
    stand_caller(&stand_guest8, "guest:8");
    stand_sql("INSERT INTO owner (id, tenant_id, name) VALUES ('%s', '%s', 'Асель')", owner,
              stand_tenant());
}

struct booking_app *stand_app(void)
{
    return &app;
}

const char *stand_apartment(void)
{
    static char ids[APARTMENT_IDS][UUID_TEXT_LEN + 1];
    char tenant[UUID_TEXT_LEN + 1], owner[UUID_TEXT_LEN + 1];
    const struct uuid apartment = uuid_make();
    char *id = ids[apartments % APARTMENT_IDS];

    uuid_format(&stand_owner.tenant_id, tenant);
    uuid_format(&stand_owner.actor_id, owner);
    uuid_format(&apartment, id);
    stand_sql("INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, rooms,"
              " max_guests, included_guests, base_price) VALUES ('%s', '%s', '%s', 'T%d', 'Студия',"
              " 'almaty', 1, 4, 4, 1000000)",
              id, tenant, owner, ++apartments);
    return id;
}

const char *stand_day(int offset)
{
    return stand_text("SELECT (now() AT TIME ZONE 'Asia/Almaty')::date + %d", offset);
}

struct answer stand_book(const struct api_caller *caller, const char *apartment, int from,
                         int nights, const char *guest, const char *more)
{
    const char *body = textf("{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':2,"
                             "'guest':{'name':'Данияр'%s}%s}",
                             apartment, stand_day(from), stand_day(from + nights), guest, more);

    return ask_post(post_booking, .caller = caller, .body = body);
}

struct answer book(const struct api_caller *caller, const char *apartment, int from, int nights)
{
    return stand_book(caller, apartment, from, nights, "", "");
}

struct answer stand_act(http_handler *verb, const struct api_caller *caller, const char *id,
                        const char *body)
{
    return ask_action(verb, .caller = caller, .id = id, .body = body);
}

void stand_check_traces(void)
{
    ck_rows(0, "booking_history a JOIN booking_history b"
               " ON b.booking_id = a.booking_id AND b.version = a.version + 1"
               " WHERE b.from_status IS DISTINCT FROM a.to_status");
    ck_rows(0, "occupancy o WHERE kind = 'booking' AND (version <>"
               " (SELECT count(*) FROM booking_history WHERE booking_id = o.id) OR version <>"
               " (SELECT count(*) FROM outbox WHERE resource_id = o.id) OR version <>"
               " (SELECT count(*) FROM audit WHERE resource_id = o.id))");
    ck_rows(0, "outbox e JOIN booking_history h"
               " ON h.booking_id = e.resource_id AND h.version = e.sequence"
               " JOIN audit a ON a.resource_id = h.booking_id AND a.resource_version = h.version"
               " WHERE e.type <> 'booking.' || CASE WHEN a.action = 'booking.set_paid' THEN 'paid'"
               "  WHEN h.from_status = h.to_status AND a.action <> 'booking.receipt' THEN 'changed'"
               "  ELSE h.to_status END"
               " OR e.data ->> 'status' <> h.to_status");
}

void stand_finish(void)
{
    if (stand_running() == 0)
        stand_check_traces();
    stand_end();
}
