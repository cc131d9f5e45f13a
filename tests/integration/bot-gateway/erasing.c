// SPDX-License-Identifier: MIT
#include "erasing.h"

#include "api/deliver.h"

static struct gateway_config config;
static struct http_client *client; /* NULL: not started */

static const char says[] =
    "CREATE FUNCTION says(wanted text) RETURNS text LANGUAGE plpgsql AS $$"
    " DECLARE c record; n bigint; found text := '';"
    " BEGIN FOR c IN SELECT table_name, column_name, data_type FROM information_schema.columns"
    "   JOIN information_schema.tables USING (table_schema, table_name)"
    "   WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
    "   ORDER BY table_name, column_name LOOP"
    "  EXECUTE format('SELECT count(*) FROM %I WHERE %s LIKE %L', c.table_name,"
    "   CASE c.data_type WHEN 'bytea' THEN format('encode(%I, ''escape'')', c.column_name)"
    "    ELSE format('%I::text', c.column_name) END, '%' || wanted || '%') INTO n;"
    "  IF n > 0 THEN found := found || ' ' || c.table_name || '.' || c.column_name; END IF;"
    " END LOOP; RETURN found; END $$";

void erasing_begin(void)
{
    client = NULL;
    sends_begin_with_key();
    stand_sql("DROP FUNCTION IF EXISTS says");
    stand_sql("%s", says);
    stand_app()->forward_hosts = (struct deliver_hosts){.internal = "n8n"};
    stand_app()->config = &config;
}

/* --- booking-api --- */

const struct booking_says receipts[RECEIPTS] = {
    {200, 0,
     "{\"id\":\"x\",\"erased\":{\"audit\":1,\"booking\":2,\"quote\":3,\"ride\":4,\"ride_history\":"
     "5,\"later\":9}}"                                             },
    {200, 0, "{\"erased\":{\"audit\":0,\"booking\":0,\"quote\":0}}"},
};
const struct booking_says search_receipt = {
    200, 0, "{\"at\":\"2026-01-02T03:04:05Z\",\"erased\":{\"document\":5}}"};

void erasing_start(const struct booking_says *booking, int count)
{
    if (client != NULL) {
        stand_stop(client);
        booking_stop();
    }
    booking_start(booking, count);
    config.booking_url = booking_url();
    config.search_url = "";
    stand_app()->turns_http = client = stand_client(&(struct http_client_options){0});
    stand_look();
}

void erasing_with_search(void)
{
    config.search_url = booking_url();
}

/* --- requests --- */

enum { TRIES = 5 };

struct answer erase(const char *user)
{
    return ask_delete(delete_user, .id = "taxi", .second_id = user, .traceparent = "00-a-b-01");
}

struct answer erase_to_end(const char *user)
{
    struct answer answer = erase(user);

    for (int i = 1; i < TRIES && strcmp(answer.code, "erasure_unfinished") == 0; i++)
        answer = erase(user);
    return answer;
}

struct answer erase_dry_run(const char *user)
{
    return ask_delete(delete_user, .id = "taxi", .second_id = user, .params = "dry_run=true");
}

/* --- the receipt --- */

long long erased_rows(const struct answer *answer, const char *table)
{
    const json_t *count = json_object_get(json_object_get(answer->json, "erased"), table);

    ck_assert_msg(json_is_integer(count), "%s", table);
    return json_integer_value(count);
}

long long erased_in_all(const struct answer *answer)
{
    const char *table;
    json_t *count;
    long long sum = 0;

    json_object_foreach(json_object_get(answer->json, "erased"), table, count) sum +=
        json_integer_value(count);
    return sum;
}

const char *erased_by(const struct answer *answer, const char *name)
{
    return text_at(value_at(answer->json, "services"), name);
}

/* --- updates of the person --- */

void update(int number, const char *about)
{
    deliver(textf("{\"update_id\":%d,%s}", number, about));
}

void say(int number, const char *text)
{
    update(number, textf("\"message\":{\"message_id\":%d,\"date\":1," FROM_HIM "," IN_HIS_CHAT
                         ",\"text\":\"%s\"}",
                         number, text));
}
