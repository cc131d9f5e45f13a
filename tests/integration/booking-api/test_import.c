// SPDX-License-Identifier: MIT
/* Imports concurrent with other writers on PostgreSQL: locks, apartments that change during the
 * import, and the owner of their bookings. */
#include <stdio.h>

#include "import/import_run.h"
#include "stand.h"

static void begin(void)
{
    char tenant[UUID_TEXT_LEN + 1];

    stand_begin("test_import");
    uuid_format(&stand_owner.tenant_id, tenant);
    stand_sql("INSERT INTO tenant VALUES ('%s', 'one')", tenant);
}

static struct import {
    char text[2048]; /* content of the file */
    struct import_options options;
    int code;
    char sum[512];
    char messages[4096]; /* reported problems */
} import;

/* Runs in a fiber. */
static void load(void *data)
{
    FILE *file = fmemopen(import.text, strlen(import.text), "rb");
    struct import_report report = {.english = true,
                                   .out = fmemopen(import.sum, sizeof import.sum, "w"),
                                   .errors =
                                       fmemopen(import.messages, sizeof import.messages, "w")};
    struct fault fault = {.code = ""};
    struct import_csv *csv = import_csv_create(file, &fault);

    (void)data;
    ck_assert_msg(csv != NULL, "%s", fault.code);
    import.code = import_run(stand_app()->service, &import.options, csv, &report);
    import_csv_destroy(csv);
    fclose(file);
    fclose(report.out);
    fclose(report.errors);
}

static void given_file(const char *text)
{
    memset(&import, 0, sizeof import);
    snprintf(import.text, sizeof import.text, "%s", text);
}

static void ck_loaded(int code, const char *counts)
{
    ck_assert_msg(import.code == code && strstr(import.sum, counts) != NULL, "%d, not %d: %s%s",
                  import.code, code, import.sum, import.messages);
}

static int times_said(const char *text)
{
    int times = 0;

    for (const char *at = import.messages; (at = strstr(at, text)) != NULL; at++)
        times++;
    return times;
}

static void given_apartments(int count)
{
    for (int i = 0; i < count; i++)
        stand_apartment(); /* T1, T2, .. */
}

/* Runs the import until it waits for the transaction of the fixture's own connection. */
static void load_until_waiting(void)
{
    stand_go(load, NULL);
    stand_until(stand_number("SELECT count(*) FROM pg_locks WHERE NOT granted"
                             " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))") > 0,
                "the import did not wait: %s%s", import.sum, import.messages);
}

/* --- locks --- */

static void order_body(void *data)
{
    (void)data;
    given_apartments(4);
    given_file("code;base price\nT3;15000\nT4;10000\nT1;15000\nT2;15000\n");
    stand_sql("BEGIN; SELECT FROM apartment WHERE code = 'T1' FOR NO KEY UPDATE");
    load_until_waiting();
    /* As a change of a stay from T1 to T3 does. */
    stand_sql("SELECT FROM apartment WHERE code = 'T3' FOR NO KEY UPDATE NOWAIT");
    stand_sql("COMMIT");
}

START_TEST(apartments_are_locked_in_id_order_for_any_file_order)
{
    stand_run(order_body, NULL);
    ck_loaded(IMPORT_EXIT_OK, "created 0, changed 3, unchanged 1, bad 0;");
}
END_TEST

static void unchanged_body(void *data)
{
    (void)data;
    given_apartments(3);
    given_file("code;base price\nT1;10000\nT2;10000\nT3;15000\n");
    stand_sql("BEGIN; SELECT FROM apartment WHERE code = 'T3' FOR NO KEY UPDATE");
    load_until_waiting();
    stand_sql("SELECT FROM apartment WHERE code <> 'T3' FOR NO KEY UPDATE NOWAIT");
    stand_sql("COMMIT");
}

START_TEST(unchanged_apartment_is_not_locked)
{
    stand_run(unchanged_body, NULL);
    ck_loaded(IMPORT_EXIT_OK, "created 0, changed 1, unchanged 2, bad 0;");
}
END_TEST

/* --- what changed meanwhile --- */

/* In the meantime T1 contradicts the file, T2 becomes equal to it, and T3 gets another title. */
static void meanwhile_body(void *data)
{
    (void)data;
    given_apartments(4);
    stand_sql("BEGIN; UPDATE apartment SET version = version + 1,"
              " max_guests = CASE code WHEN 'T1' THEN 2 ELSE max_guests END,"
              " included_guests = CASE code WHEN 'T1' THEN 2 WHEN 'T2' THEN 3"
              "  ELSE included_guests END,"
              " title_ru = CASE code WHEN 'T3' THEN 'Новое имя' ELSE title_ru END"
              " WHERE code IN ('T1', 'T2', 'T3')");
    load_until_waiting();
    stand_sql("COMMIT");
}

static const char meanwhile_file[] =
    "code;included guests;max guests\nT4;3;\nT1;3;\nT3;3;\nNEW;nothing;\nT2;3;\n";

static void ck_meanwhile(void)
{
    ck_loaded(IMPORT_EXIT_BAD, "created 0, changed 2, unchanged 1, bad 2;");
    ck_assert_msg(times_said("line 3, column 2 (B)") == 1 && times_said("line 5, column 2") == 1,
                  "%s", import.messages);
    ck_assert_str_eq(stand_text("SELECT string_agg(concat_ws(' ', code, title_ru, max_guests,"
                                " included_guests, version), ', ' ORDER BY code) FROM apartment"),
                     "T1 Студия 2 2 2, T2 Студия 4 3 2, T3 Новое имя 4 3 3, T4 Студия 4 3 2");
}

START_TEST(deferred_row_is_applied_to_the_locked_apartment)
{
    given_file(meanwhile_file);
    import.options.skip_bad = true;
    stand_run(meanwhile_body, NULL);
    ck_meanwhile();
}
END_TEST

START_TEST(row_that_becomes_invalid_rolls_back_the_import)
{
    given_file("code;included guests;max guests\nT4;3;\nT1;3;\nT3;3;\nT2;3;\n");
    stand_run(meanwhile_body, NULL);
    ck_assert_int_eq(import.code, IMPORT_EXIT_BAD);
    ck_assert_int_eq(times_said("line 3, column 2 (B)"), 1);
    ck_assert_int_eq(stand_number("SELECT max(version) FROM apartment"), 2);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox"), 0);
}
END_TEST

START_TEST(retried_transaction_reports_each_problem_once)
{
    given_file(meanwhile_file);
    import.options.skip_bad = true;
    stand_sql("CREATE SEQUENCE attempt;"
              "CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              " IF NEW.code = 'T3' AND NEW.included_guests = 3 AND nextval('attempt') = 1 THEN"
              "  RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END IF;"
              " RETURN NEW; END $$;"
              "CREATE TRIGGER fail_once BEFORE UPDATE ON apartment FOR EACH ROW"
              " EXECUTE FUNCTION fail_once()");
    stand_run(meanwhile_body, NULL);
    ck_meanwhile();
    ck_assert_int_eq(stand_number("SELECT last_value FROM attempt"), 2);
}
END_TEST

static void rewritten_body(void *data)
{
    (void)data;
    given_apartments(2);
    given_file("code;base price\nT1;15000\n");
    stand_sql("BEGIN; SELECT FROM apartment WHERE code = 'T1' FOR NO KEY UPDATE");
    load_until_waiting();
    strcpy(import.text, "code;base price\nT9;15000\n");
    stand_sql("COMMIT");
}

START_TEST(file_changed_during_the_import_is_refused)
{
    stand_run(rewritten_body, NULL);
    ck_assert_int_eq(import.code, IMPORT_EXIT_BAD);
    ck_assert_msg(times_said("the file was changed") == 1, "%s", import.messages);
    ck_assert_int_eq(stand_number("SELECT max(version) FROM apartment"), 1);
}
END_TEST

/* --- another owner --- */

static const char *const statuses[] = {"held", "confirmed", "checked_in", "cancelled", "completed"};
enum { STATUSES = ARRAY_LEN(statuses), LIVE = 3 };

static void make_stays(const char *apartment)
{
    for (int i = 0; i < STATUSES; i++) {
        const struct answer booked = stand_book(NULL, apartment, 10 + 2 * i, 2, "", "");

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
    make_stays(stand_apartment());
    make_stays(stand_apartment());
    make_stays(stand_apartment());
    given_file("code;owner;owner phone;base price\nT2;Ермек;87012223344;\nT3;;;20000\n"
               "T1;Ермек;87012223344;\n");
    import.options.dry_run = true;
    load(NULL);
    ck_loaded(IMPORT_EXIT_OK, "created 0, changed 3, unchanged 0, bad 0; new owners 1");
    ck_assert_int_eq(with_new_owner(), 0);
    import.options.dry_run = false;
    load(NULL);
    ck_loaded(IMPORT_EXIT_OK, "created 0, changed 3, unchanged 0, bad 0; new owners 1");
}

START_TEST(change_of_owner_includes_live_bookings)
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
    tcase_add_test(tests, apartments_are_locked_in_id_order_for_any_file_order);
    tcase_add_test(tests, unchanged_apartment_is_not_locked);
    tcase_add_test(tests, deferred_row_is_applied_to_the_locked_apartment);
    tcase_add_test(tests, row_that_becomes_invalid_rolls_back_the_import);
    tcase_add_test(tests, retried_transaction_reports_each_problem_once);
    tcase_add_test(tests, file_changed_during_the_import_is_refused);
    tcase_add_test(tests, change_of_owner_includes_live_bookings);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
