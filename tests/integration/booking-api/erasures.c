// SPDX-License-Identifier: MIT
#include "erasures.h"

struct answer erase(const struct api_caller *caller, const char *body)
{
    return ask_post(post_guest_erase, .caller = caller, .body = body);
}

long long erased_rows(const struct answer *answer, const char *table)
{
    const json_t *erased = json_object_get(answer->json, "erased");

    ck_assert_msg(json_object_get(erased, table) != NULL, "%s", table);
    return json_integer_value(json_object_get(erased, table));
}

void verify_phones(void)
{
    stand_sql("UPDATE booking SET guest_phone_verified = true");
}

long long count_mentions(const char *text)
{
    return stand_number(
        "SELECT coalesce(sum((xpath('/row/n/text()', query_to_xml(format("
        " 'SELECT count(*) AS n FROM %%I t WHERE t::text LIKE %%L', table_name, '%%%s%%'),"
        " false, true, '')))[1]::text::bigint), 0)"
        " FROM information_schema.tables WHERE table_schema = current_schema()"
        " AND table_type = 'BASE TABLE'",
        text);
}
