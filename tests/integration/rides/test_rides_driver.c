// SPDX-License-Identifier: MIT
/* Drivers and their cars on a real PostgreSQL: fields and access. */
#include "handlers/ride_handlers.h"
#include "maintenance/ride_sweeper.h"
#include "requests.h"

#define PAPERS                                                                                     \
    "'documents':[{'kind':'licence','last4':'4821','expires_on':'2040-06-01'},"                    \
    "{'kind':'car','last4':'77AB','expires_on':'2041-01-31'},"                                     \
    "{'kind':'insurance','last4':'0910','expires_on':'2039-12-31'}]"

static struct answer post(const char *body)
{
    return ask_post(post_driver, .body = body);
}

static struct answer act(http_handler *verb, const struct api_caller *caller, const char *id)
{
    return ask_action(verb, .caller = caller, .id = id);
}

static struct answer patch(const struct api_caller *caller, const char *id, const char *body)
{
    return ask_patch(patch_driver, .caller = caller, .id = id, .body = body);
}

TEST_CASE("rides_driver", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(driver_is_created_activated_and_blocked)
{
    struct answer made = ck_status(post("{'name':' Ерлан ','phone':'8 701 123-45-67',"
                                        "'telegram_id':42,'language':'kk'}"),
                                   201);

    ck_text(made.json, "name", "Ерлан");
    ck_text(made.json, "phone", "+77011234567");
    ck_text(made.json, "status", "pending");
    ck_assert(json_is_null(json_object_get(made.json, "rating")));
    ck_number(made.json, "faults", 0);
    ck_assert(!answer_allows(&made, "activate") && answer_allows(&made, "suspend"));
    ck_refused(act(activate_driver, NULL, made.id), 409, "documents_missing");
    struct answer changed = ck_status(patch(NULL, made.id, "{" PAPERS "}"), 200);
    ck_assert(answer_allows(&changed, "activate"));
    ck_sql_text("2039-12-31", "SELECT papers_until FROM driver WHERE id = '%s'", made.id);
    ck_status(act(activate_driver, NULL, made.id), 200);
    ck_status(act(activate_driver, NULL, made.id), 200);
    ck_sql(3, "SELECT version FROM driver WHERE id = '%s'", made.id);
    changed = ck_status(act(block_driver, NULL, made.id), 200);
    ck_assert(answer_allows(&changed, "activate") && !answer_allows(&changed, "block"));
    ck_refused(act(suspend_driver, NULL, made.id), 409, "already_blocked");
    stand_sql("UPDATE driver SET rating_sum = 19, rating_count = 4 WHERE id = '%s'", made.id);
    struct answer read = ask_get(get_driver, .id = made.id);
    ck_text(read.json, "status", "blocked");
    ck_assert(answer_allows(&read, "activate") && !answer_allows(&read, "suspend"));
    ck_assert_double_eq(json_number_value(json_object_get(read.json, "rating")), 4.8);
    ck_count(read.json, "documents", 3);
    ck_rows(4, "audit WHERE resource_id = '%s'", made.id);
}

static void ck_found(size_t trips)
{
    struct answer found =
        ask_get(get_trips, .caller = &rides_guest, .params = "from=almaty&to=konaev");

    ck_count(found.json, "items", trips);
    if (trips == 0)
        ck_count(found.json, "nearby", 0);
}

FIBER_TEST(trip_of_blocked_driver_is_hidden_and_takes_no_rides)
{
    const char *mine = rides_driver_id();

    publish_trip(30, "");
    const struct answer held =
        ck_status(order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", ""), 201);
    const struct answer agreed =
        ck_status(order_ride(&rides_driver, 0, 1, ",'phone':'+77017654323'", ",'seats':3"), 201);
    const struct answer waits = ck_status(order_ride(&rides_guest8, 0, 1, "", ",'wait':true"), 201);
    ck_status(act(block_driver, NULL, mine), 200);
    ck_found(0);
    ck_refused(ask_get(get_trip, .caller = &rides_guest, .id = last_trip), 404, "not_found");
    ck_status(ask_get(get_trip, .id = last_trip), 200);
    ck_refused(order_ride(&rides_guest8, 1, 2, "", ""), 422, "unknown_trip");
    ck_refused(order_ride(&rides_guest8, 1, 2, "", ",'wait':true"), 422, "unknown_trip");
    ck_refused(order_ride(NULL, 1, 2, "", ""), 409, "driver_blocked");
    ck_refused(order_ride(&rides_driver, 1, 2, ",'phone':'+77017654324'", ""), 409,
               "driver_blocked");
    struct answer seen = view_ride(&rides_guest, held.id);
    ck_assert(answer_allows(&seen, "cancel") && !answer_allows(&seen, "confirm"));
    ck_refused(post_action(confirm_ride, &rides_guest, held.id, NULL), 409, "driver_blocked");
    ck_assert_str_eq(stored_status(agreed.id), "confirmed");
    /* Freed seats are not assigned. */
    ck_status(post_action(cancel_ride, NULL, agreed.id, NULL), 200);
    ck_assert_str_eq(stored_status(waits.id), "open");
    ck_status(act(activate_driver, NULL, mine), 200);
    ck_found(1);
    ck_ok(ride_sweep_run(&ride_sweep_due_waitlists, stand_changes(), stand_service()->db, &fault));
    ck_assert_str_eq(stored_status(waits.id), "held");
    ck_rows(0, "waitlist_due");
    ck_status(post_action(confirm_ride, &rides_guest, held.id, NULL), 200);
    ck_status(order_ride(NULL, 1, 2, "", ""), 201);
    ck_ride_traces();
}

FIBER_TEST(offer_of_blocked_driver_cannot_be_accepted)
{
    const struct answer open = ck_status(order_open_ride(&rides_guest, 30, ""), 201);

    publish_trip(31, "");
    const struct answer offer =
        ck_status(post_action(post_offer, &rides_driver, open.id,
                              textf("{'price':KZT(800000),'trip_id':'%s'}", last_trip)),
                  201);
    ck_status(act(block_driver, NULL, rides_driver_id()), 200);
    ck_refused(ask_action(accept_offer, .caller = &rides_guest, .id = open.id,
                          .second_id = offer.id, .key = "accept-1"),
               409, "offer_not_valid");
    ck_assert_str_eq(stored_status(open.id), "open");
}

static struct answer ordered;

static void order_meanwhile(void *data)
{
    (void)data;
    ordered = order_ride(&rides_guest, 0, 1, "", "");
}

FIBER_TEST(order_that_waits_for_block_is_refused)
{
    publish_trip(30, "");
    PGconn *block = stand_hold("SET LOCAL search_path = test_rides_driver, public;"
                               "UPDATE driver SET status = 'blocked'");
    ordered = (struct answer){0};
    stand_go(order_meanwhile, NULL);
    wait_for("EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
             " AND query LIKE '%trip_load%')");
    stand_commit(block);
    stand_until(ordered.status != 0, "the order is answered");
    ck_refused(ordered, 422, "unknown_trip");
    ck_rows(0, "ride");
}

/* Staff a and b are actors of one client. */
FIBER_TEST(repeated_action_has_no_effect_for_its_actor_only)
{
    static const struct {
        http_handler *verb;
        const char *code;
    } steps[] = {
        {suspend_driver,  "already_suspended"},
        {activate_driver, "already_active"   },
        {block_driver,    "already_blocked"  },
    };
    const char *mine = rides_driver_id();
    struct api_caller a = stand_staff, b = stand_staff;

    stand_caller(&a, "staff:a");
    stand_caller(&b, "staff:b");
    for (int i = 0; i < (int)ARRAY_LEN(steps); i++) {
        ck_status(act(steps[i].verb, &a, mine), 200);
        ck_status(act(steps[i].verb, &a, mine), 200);
        ck_refused(act(steps[i].verb, &b, mine), 409, steps[i].code);
        ck_status(patch(&b, mine, "{'language':'kz'}"), 200); /* leaves the status of a */
        ck_status(act(steps[i].verb, &a, mine), 200);
        ck_sql(2 * i + 3, "SELECT version FROM driver WHERE id = '%s'", mine);
    }
    ck_rows(6, "audit WHERE resource_id = '%s'", mine);
}

FIBER_TEST(driver_edits_only_own_contact_data)
{
    const char *mine = rides_driver_id();
    struct answer other = post("{'name':'Ерлан','phone':'+77011234567'}");

    ck_refused(ask_get(get_driver, .caller = &rides_driver, .id = other.id), 404, "not_found");
    ck_refused(ask_get(get_driver, .caller = &rides_guest, .id = mine), 404, "not_found");
    ck_refused(ask_get(get_driver, .caller = &stand_other, .id = mine), 404, "not_found");
    ck_refused(ask_get(get_drivers, .caller = &rides_guest), 403, "forbidden");
    struct answer own = ask_get(get_drivers, .caller = &rides_driver);
    ck_count(own.json, "items", 1);
    ck_count(own.json, "items.0.allowed_actions", 0);
    struct answer all = ask_get(get_drivers, .params = "status=pending&limit=1");
    ck_count(all.json, "items", 1);
    ck_text(all.json, "items.0.allowed_actions.0.action", "suspend");
    ck_text(ck_status(patch(&rides_driver, mine, "{'phone':'+77019999999','payment_info':'Kaspi'}"),
                      200)
                .json,
            "payment_info", "Kaspi");
    ck_refused(patch(&rides_driver, mine, "{'name':'Другой'}"), 403, "forbidden");
    ck_refused(patch(&rides_driver, mine, "{'documents':[]}"), 403, "forbidden");
    ck_refused(patch(&rides_driver, other.id, "{'phone':'+77019999999'}"), 404, "not_found");
    ck_refused(act(activate_driver, &rides_driver, mine), 403, "forbidden");
    struct api_caller writer = stand_staff;
    writer.scopes = SCOPE_RIDE_READ | SCOPE_RIDE_WRITE;
    ck_refused(patch(&writer, other.id, "{" PAPERS "}"), 403, "forbidden");
}

static struct answer car(const struct api_caller *caller, const char *driver, const char *plate)
{
    const char *body =
        textf("{'make':'Kia','model':'K5','color':'серый','plate':'%s','seats':4,'doors':4,"
              "'steering':'left','year':2021}",
              plate);

    return ask_post(post_car, .caller = caller, .id = driver, .body = body);
}

static struct answer drop_car(const struct api_caller *caller, const char *driver, const char *id)
{
    return ask_delete(delete_car, .caller = caller, .id = driver, .second_id = id);
}

FIBER_TEST(plate_is_unique_among_live_cars)
{
    const char *mine = rides_driver_id();
    struct answer other = post("{'name':'Ерлан','phone':'+77011234567'}");
    const struct answer made = ck_status(car(&rides_driver, mine, "123 авс 02"), 201);

    ck_sql_text("123ABC02", "SELECT plate FROM car WHERE id = '%s'", made.id);
    ck_refused(car(NULL, other.id, "123ABC02"), 409, "plate_taken");
    ck_refused(car(&rides_driver, mine, "123"), 422, "bad_plate");
    ck_refused(car(&rides_driver, other.id, "001AAA01"), 404, "not_found");
    ck_refused(drop_car(&rides_guest, mine, made.id), 404, "not_found");
    ck_refused(drop_car(NULL, other.id, made.id), 404, "not_found");
    ck_status(drop_car(&rides_driver, mine, made.id), 204);
    ck_refused(drop_car(&rides_driver, mine, made.id), 404, "not_found");
    ck_status(car(NULL, other.id, "123ABC02"), 201);
    for (int i = 0; i < 9; i++)
        ck_status(car(&rides_driver, mine, textf("50%dAAA07", i)), 201);
    ck_refused(car(&rides_driver, mine, "509AAA07"), 409, "too_many_cars");
    struct answer list = ask_get(get_cars, .caller = &rides_driver, .id = mine);
    ck_count(list.json, "items", 10);
}
