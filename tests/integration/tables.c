// SPDX-License-Identifier: MIT
#include "tables.h"

#include "integration/stand.h"

static const char scrubbed[] =
    "CREATE FUNCTION tables_scrubbed(row_ jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$"
    " SELECT regexp_replace(regexp_replace(regexp_replace("
    "  (row_ - '{id,code,number,words,tx,made_tx,epoch,feed_tx,feed_epoch,key,etag}'::text[]"
    "   - '{fingerprint,body,token_hash}'::text[])::text,"
    "  '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'ID', 'g'),"
    "  '\\d{4}-\\d\\d-\\d\\dT[-+0-9:.Z]+', 'TIME', 'g'),"
    /* Also inside JSON stored as text. */
    "  '\\\\?\"code\\\\?\": ?\\\\?\"[^\"\\\\]*\\\\?\"', '\"code\"', 'g') $$";

/* One function for both, so that the tables read and emptied are the same. */
static const char each_table[] =
    "CREATE FUNCTION tables_all() RETURNS SETOF name LANGUAGE sql STABLE AS $$"
    " SELECT relname FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = current_schema()::regnamespace"
    " AND relname NOT IN ('city', 'cancellation_policy', 'tenant') ORDER BY relname $$";

static const char text_of_all[] =
    "CREATE FUNCTION tables_text() RETURNS text LANGUAGE plpgsql AS $$"
    " DECLARE name_ name; rows_ text; all_ text := '';"
    " BEGIN FOR name_ IN SELECT tables_all() LOOP"
    "  EXECUTE format('SELECT string_agg(%L || row_ || E''\\n'', '''' ORDER BY row_) FROM"
    "   (SELECT tables_scrubbed(to_jsonb(t)) AS row_ FROM %I t) AS rows_', name_ || ' ', name_)"
    "   INTO rows_;"
    "  all_ := all_ || coalesce(rows_, ''); END LOOP; RETURN all_; END $$";

/* Without triggers and foreign keys. */
static const char empty_all[] = "CREATE FUNCTION tables_empty() RETURNS void LANGUAGE plpgsql"
                                " SET session_replication_role = replica AS $$"
                                " DECLARE name_ name; BEGIN FOR name_ IN SELECT tables_all() LOOP"
                                "  EXECUTE format('DELETE FROM %I', name_); END LOOP; END $$";

void tables_begin(void)
{
    stand_sql("%s", scrubbed);
    stand_sql("%s", each_table);
    stand_sql("%s", text_of_all);
    stand_sql("%s", empty_all);
}

void tables_empty(void)
{
    stand_sql("SELECT tables_empty()");
}

char *tables_text(void)
{
    return stand_long_text("SELECT tables_text()");
}

static int line_length(const char *at)
{
    return (int)strcspn(at, "\n");
}

const char *tables_differ(const char *is, const char *should)
{
    if (strcmp(is, should) == 0)
        return NULL;
    while (line_length(is) == line_length(should) &&
           strncmp(is, should, strcspn(is, "\n") + 1) == 0) {
        is += line_length(is) + 1;
        should += line_length(should) + 1;
    }
    return textf("%.*s\nand not\n%.*s", line_length(is), is, line_length(should), should);
}
