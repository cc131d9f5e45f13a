// SPDX-License-Identifier: MIT
/* An import on a real PostgreSQL: whom a flat's bookings belong to afterwards. */
#include <stdio.h>

#include "import_run.h"
#include "stand.h"

static void begin(void)
{
    char tenant[UUID_TEXT_LEN + 1];

    stand_begin("test_import");
    uuid_format(&stand_owner.tenant_id, tenant);
    stand_sql("CREATE TABLE tenant AS SELECT '%s'::uuid AS id, 'one' AS name", tenant);
}

static struct import {
    char text[2048]; /* the file */
    struct import_options options;
    int code;
    char sum[512];
    char said[4096]; /* of problems */
} import;

/* In a fiber. */
static void load(void *data)
{
    FILE *file = fmemopen(import.text, strlen(import.text), "rb");
    struct import_tell tell = {.english = true,
                               .out = fmemopen(import.sum, sizeof import.sum, "w"),
                               .errors = fmemopen(import.said, sizeof import.said, "w")};
    struct fault fault = {.code = ""};
    struct import_csv *csv = import_csv_create(file, &fault);

    (void)data;
    ck_assert_msg(csv != NULL, "%s", fault.code);
    import.code = import_run(stand_app()->service, &import.options, csv, &tell);
    import_csv_destroy(csv);
    fclose(file);
    fclose(tell.out);
    fclose(tell.errors);
}

static void given_file(const char *text)
{
    memset(&import, 0, sizeof import);
    snprintf(import.text, sizeof import.text, "%s", text);
}

static void ck_loaded(int code, const char *counts)
{
    ck_assert_msg(import.code == code && strstr(import.sum, counts) != NULL, "%d, not %d: %s%s",
                  import.code, code, import.sum, import.said);
}

static const char *const statuses[] = {"held", "confirmed", "checked_in", "cancelled", "completed"};
enum { STATUSES = sizeof statuses / sizeof statuses[0], LIVE = 3 };

static void make_stays(const char *flat)
{
    for (int i = 0; i < STATUSES; i++) {
        const struct answer booked = stand_book(NULL, flat, 10 + 2 * i, 2, "", "");

        ck_status(booked, 201);
        stand_sql("UPDATE occupancy SET status = '%s' WHERE id = '%s'", statuses[i], booked.id);
        stand_sql("UPDATE booking_history SET to_status = '%s' WHERE booking_id = '%s'",
                  statuses[i], booked.id);
        stand_sql("UPDATE outbox SET type = 'booking.%s', data = data || '{\"status\": \"%s\"}'"
                  " WHERE resource_id = '%s'",
                  statuses[i], statuses[i], booked.id);
    }
}

static long long with_new_owner(void)
{
    return stand_number("SELECT count(*) FROM booking JOIN owner ON owner.id = booking.owner_id"
                        " WHERE phone = '+77012223344'");
}

static void handover_body(void *data)
{
    (void)data;
    make_stays(stand_flat());
    make_stays(stand_flat());
    make_stays(stand_flat());
    given_file("code;owner;owner phone;base price\nT2;Ермек;87012223344;\nT3;;;20000\n"
               "T1;Ермек;87012223344;\n");
    import.options.dry_run = true;
    load(NULL);
    ck_loaded(IMPORT_EXIT_FINE, "created 0, changed 3, unchanged 0, bad 0; new owners 1");
    ck_assert_int_eq(with_new_owner(), 0);
    import.options.dry_run = false;
    load(NULL);
    ck_loaded(IMPORT_EXIT_FINE, "created 0, changed 3, unchanged 0, bad 0; new owners 1");
}

START_TEST(a_flat_with_another_owner_takes_its_live_bookings_along)
{
    stand_run(handover_body, NULL);
    ck_assert_int_eq(with_new_owner(), 2 * LIVE);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking b JOIN apartment a"
                                  " ON a.id = b.apartment_id JOIN occupancy o ON o.id = b.id"
                                  " WHERE (b.owner_id = a.owner_id AND a.code <> 'T3')"
                                  "  <> (o.version = 2) OR (o.version = 2)"
                                  "  <> (a.code <> 'T3'"
                                  "   AND o.status IN ('held', 'confirmed', 'checked_in'))"),
                     0);
    ck_assert_str_eq(
        stand_text("SELECT concat_ws(' ', count(*), min(h.actor), min(a.actor), min(a.action),"
                   " count(*) FILTER (WHERE e.data ->> 'owner_id' = o.id::text))"
                   " FROM booking_history h JOIN audit a"
                   "  ON a.resource_id = h.booking_id AND a.resource_version = h.version"
                   " JOIN outbox e ON e.resource_id = h.booking_id AND e.sequence = h.version"
                   "  AND e.type = 'booking.changed' JOIN owner o ON phone = '+77012223344'"
                   " WHERE h.version = 2"),
        "6 system system booking.change_owner 6");
    stand_check_traces();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("import");
    TCase *tests = tcase_create("import");

    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_flat_with_another_owner_takes_its_live_bookings_along);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
