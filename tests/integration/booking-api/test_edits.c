// SPDX-License-Identifier: MIT
/* Changes past the API: an audit row each, and the event of an apartment. */
#include "maintenance/edits.h"
#include "stand.h"
#include "support/scratch.h"

static void begin(void)
{
    stand_begin();
    /* Suites run concurrently, and the role belongs to the cluster. */
    stand_sql("DO $$ BEGIN CREATE ROLE directus_user; EXCEPTION WHEN duplicate_object OR"
              " unique_violation THEN NULL; END $$");
    stand_sql("DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %%I TO directus_user',"
              " current_schema()); END $$");
    stand_sql("GRANT SELECT ON apartment, owner, tenant_settings TO directus_user");
    stand_sql("GRANT UPDATE (title_ru) ON apartment TO directus_user");
    stand_sql("GRANT UPDATE (phone) ON owner TO directus_user");
    stand_sql("GRANT INSERT, UPDATE ON tenant_settings TO directus_user");
}

static void finish(void)
{
    stand_sql("DROP OWNED BY directus_user"); /* the grants of this schema */
    stand_end();
}

TEST_CASE("edits", .setup = begin, .teardown = finish);

static void as_directus(const char *sql)
{
    stand_sql("SET SESSION AUTHORIZATION directus_user");
    stand_sql("%s", sql);
    stand_sql("RESET SESSION AUTHORIZATION");
}

static void as_psql(const char *sql)
{
    stand_sql("SET application_name = 'psql'");
    stand_sql("%s", sql);
    stand_sql("RESET application_name");
}

static void run(void)
{
    ck_ok(edits_run(stand_service(), &fault));
}

FIBER_TEST(edit_of_an_apartment_writes_the_event_of_a_patch_and_an_audit_row)
{
    const char *id = stand_apartment();

    ck_status(ask_patch(patch_apartment, .id = id, .body = "{'title':{'ru':'Первая'}}"), 200);
    run();
    ck_rows(1, "outbox");
    as_directus("UPDATE apartment SET title_ru = 'Вторая'");
    as_psql("UPDATE apartment SET title_ru = 'Третья', base_price = 2000000");
    ck_rows(1, "apartment_edited");
    run();
    ck_rows(0, "apartment_edited");
    run();
    ck_sql_text("Третья 2000000 4",
                "SELECT concat_ws(' ', data #>> '{title,ru}', data #>> '{base_price,amount}',"
                " sequence) FROM outbox WHERE type = 'apartment.updated' ORDER BY id DESC LIMIT 1");
    ck_rows(2, "outbox"); /* two edits before a run are one event */
    /* The same members as those of a PATCH. */
    ck_sql(1, "SELECT count(DISTINCT (SELECT string_agg(k, ',' ORDER BY k)"
              " FROM jsonb_object_keys(data) k)) FROM outbox");
    ck_rows(1, "audit WHERE actor = 'directus' AND action = 'apartment.update' AND route ="
               " 'directus apartment' AND resource_version = 3 AND tenant_id IS NOT NULL");
    ck_rows(1, "audit WHERE actor = 'psql:' || session_user AND resource_version = 4");
    ck_rows(1, "audit WHERE action = 'apartment.update' AND actor LIKE 'client:%%'");
}

FIBER_TEST(edits_of_owners_and_settings_leave_audit_rows)
{
    as_directus("UPDATE owner SET phone = '+77010000009'");
    as_directus(textf("INSERT INTO tenant_settings VALUES ('%s', 3)", stand_tenant()));
    as_directus("UPDATE tenant_settings SET unpaid_stays_max = 4");
    run();
    ck_rows(1,
            "audit WHERE actor = 'directus' AND action = 'owner.update' AND resource_version = 2");
    ck_rows(2, "audit WHERE actor = 'directus' AND action = 'tenant_settings.update' AND"
               " resource_id = tenant_id");
    ck_rows(0, "outbox");
}

FIBER_TEST(work_of_services_and_of_other_sessions_is_no_edit)
{
    const char *id = stand_apartment();

    ck_status(ask_patch(patch_apartment, .id = id, .body = "{'title':{'ru':'Первая'}}"), 200);
    stand_sql("UPDATE apartment SET title_ru = 'Вторая'");
    as_psql("UPDATE apartment SET listed = NULL, listed_version = NULL");
    ck_rows(0, "apartment_edited");
    ck_rows(1, "audit");
}

static void run_once(void *data)
{
    struct fault why;

    ck_assert(edits_run(stand_service(), &why));
}

FIBER_TEST(edit_is_told_once_by_several_processes)
{
    for (int i = 0; i < 6; i++)
        (void)stand_apartment();
    as_directus("UPDATE apartment SET title_ru = 'Другая'");
    ck_rows(6, "apartment_edited");
    stand_race(4, run_once);
    run();
    ck_rows(6, "outbox WHERE type = 'apartment.updated'");
    ck_rows(6, "audit");
}
