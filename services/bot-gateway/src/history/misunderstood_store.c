// SPDX-License-Identifier: MIT
#include "history/misunderstood_store.h"

// clang-format off
const struct db_statement misunderstood_keep_statement = {
    .name = "misunderstood_keep",
    .parameters = "bot uuid, language text, flow text, step text, text text",
    .sql = "INSERT INTO misunderstood AS m (tenant_id, bot_id, language, step, text)"
           " SELECT b.tenant_id, b.id, {language}, concat_ws('.', {flow}, {step}), {text} FROM bot b"
           " WHERE b.id = {bot} AND (SELECT count(*) FROM misunderstood o WHERE o.tenant_id = b.tenant_id) < 1000"
           " ON CONFLICT ON CONSTRAINT misunderstood_once DO UPDATE SET times = m.times + 1, last_at = now()",
};

const struct db_statement misunderstood_store_delete_old = {
    .name = "misunderstood_forget",
    .parameters = "limit bigint",
    .sql = "DELETE FROM misunderstood WHERE ctid = ANY (ARRAY(SELECT m.ctid FROM"
           "  misunderstood m WHERE m.last_at < now() - interval '30 days' OR m.ctid = ANY (ARRAY("
           "   SELECT ctid FROM (SELECT ctid, row_number() OVER (PARTITION BY tenant_id ORDER BY last_at DESC) AS nth"
           "    FROM misunderstood) newest WHERE nth > 500)) LIMIT {limit} FOR UPDATE SKIP LOCKED))",
};

const struct db_statement misunderstood_list_statement = {
    .name = "misunderstood_list",
    .sql = "SELECT b.name, m.language, m.step, m.times::text, to_char(m.last_at, 'YYYY-MM-DD'), m.text"
           " FROM misunderstood m JOIN bot b ON b.id = m.bot_id"
           " ORDER BY m.times DESC, m.last_at DESC, m.text",
};
// clang-format on

void misunderstood_fill_row_values(const struct uuid *bot_id, enum language language,
                                   struct slice flow, struct slice step, struct slice text,
                                   struct db_value values[MISUNDERSTOOD_VALUES])
{
    values[0] = db_uuid(bot_id);
    values[1] = db_str(language_names[language]);
    values[2] = db_text(flow);
    values[3] = db_text(step);
    values[4] = db_text(text);
}
