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

/* Both functions name all tables, so that a session plans their statements once. tables_empty()
 * ignores triggers and foreign keys. */
static const char functions[] =
    "DO $do$ DECLARE names name[]; BEGIN SELECT array_agg(relname) INTO names"
    " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    " AND relname NOT IN ('city', 'cancellation_policy', 'tenant');"
    " EXECUTE (SELECT 'CREATE FUNCTION tables_text() RETURNS text LANGUAGE plpgsql AS $$"
    "  DECLARE rows_ text; all_ text := ''''; BEGIN '"
    "  || string_agg(format('SELECT string_agg(%L || row_ || E''\\n'', '''' ORDER BY row_)"
    "   INTO rows_ FROM (SELECT tables_scrubbed(to_jsonb(t)) AS row_ FROM %I t) AS rows;"
    "   all_ := all_ || coalesce(rows_, '''');', name || ' ', name), ' ' ORDER BY name)"
    "  || ' RETURN all_; END $$' FROM unnest(names) name);"
    " EXECUTE (SELECT 'CREATE FUNCTION tables_empty() RETURNS void LANGUAGE plpgsql"
    "  SET session_replication_role = replica AS $$ BEGIN '"
    "  || string_agg(format('DELETE FROM %I;', name), ' ') || ' END $$' FROM unnest(names) name);"
    " END $do$";

void tables_begin(void)
{
    stand_sql("%s", scrubbed);
    stand_sql("%s", functions);
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
