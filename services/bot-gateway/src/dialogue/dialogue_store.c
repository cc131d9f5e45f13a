// SPDX-License-Identifier: MIT
#include "dialogue/dialogue_store.h"

#include "base/language.h"

// clang-format off
static const struct db_statement begin_statement = {
    .name = "dialogue_begin",
    .parameters = "bot uuid, chat bigint, person bigint, flow text, step text, data jsonb,"
                  " format bigint, ends_at timestamptz, version bigint",
    .sql = "INSERT INTO dialogue (bot_id, chat_id, user_id, flow, step, data, data_format, ends_at, version)"
           " VALUES ({bot}, {chat}, {person}, {flow}, {step}, {data}, {format}, {ends_at}, {version} + 1)"
           " ON CONFLICT (bot_id, chat_id, user_id) DO NOTHING",
};

static const struct db_statement move_statement = {
    .name = "dialogue_move",
    .parameters = "bot uuid, chat bigint, person bigint, flow text, step text, data jsonb,"
                  " format bigint, ends_at timestamptz, version bigint",
    .sql = "UPDATE dialogue SET flow = {flow}, step = {step}, data = {data}, data_format = {format},"
           "  ends_at = {ends_at}, version = version + 1, updated_at = now()"
           " WHERE bot_id = {bot} AND chat_id = {chat} AND user_id = {person} AND version = {version}",
};

static const struct db_statement migrate_statement = {
    .name = "dialogue_migrate",
    .parameters = "bot uuid, old bigint, new bigint",
    .sql = "UPDATE dialogue d SET chat_id = {new}"
           " WHERE d.bot_id = {bot} AND d.chat_id = {old} AND NOT EXISTS (SELECT FROM dialogue there"
           "  WHERE there.bot_id = {bot} AND there.chat_id = {new} AND there.user_id = d.user_id)",
};

const struct db_statement dialogue_store_clear_old = {
    .name = "dialogue_forget",
    .parameters = "limit bigint",
    .sql = "UPDATE dialogue SET flow = NULL, step = NULL, data = NULL, data_format = 0, ends_at = NULL"
           " WHERE id IN (SELECT id FROM dialogue WHERE ends_at < now() - interval '1 day'"
           "  LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};

const struct db_statement dialogue_store_person = {
    .name = "person_seen",
    .parameters = "bot uuid, person bigint, language text, told text, source text, owner boolean,"
                  " consent text",
    .sql = "INSERT INTO person AS p (bot_id, user_id, language, told_language, source, is_owner,"
           "  consent_version, consent_at)"
           " VALUES ({bot}, {person}, {language}, {told}, {source}, coalesce({owner}, false),"
           "  {consent}, CASE WHEN {consent} IS NOT NULL THEN now() END)"
           " ON CONFLICT (bot_id, user_id) DO UPDATE"
           "  SET language = coalesce(EXCLUDED.language, p.language), told_language = EXCLUDED.told_language,"
           "   source = coalesce(p.source, EXCLUDED.source), is_owner = coalesce({owner}, p.is_owner),"
           "   consent_version = coalesce({consent}, p.consent_version),"
           "   consent_at = CASE WHEN {consent} <> coalesce(p.consent_version, '') THEN now() ELSE p.consent_at END,"
           "   version = p.version + 1,"
           "   last_seen_at = CASE WHEN p.last_seen_at < now() - " PERSON_SEEN " THEN now() ELSE p.last_seen_at END",
};
// clang-format on

bool dialogue_store_set_state(struct db *tx, const struct turn_update *update,
                              const struct turn_state *state, bool *stored, struct fault *fault)
{
    const bool ended = state->flow.at == NULL;
    const struct db_value values[] = {
        db_uuid(&update->bot_id),
        db_int(update->chat_id),
        db_int(update->user_id),
        db_text(state->flow),
        db_text(ended ? state->flow : state->step),
        db_text(ended ? state->flow : state->data),
        db_int(ended ? 0 : state->data_format),
        ended ? db_null() : db_time(state->ends_at),
        db_int(update->state.version),
    };

    return db_query_one(tx, update->state.version == 0 ? &begin_statement : &move_statement, values,
                        ARRAY_LEN(values), stored, fault);
}

bool dialogue_store_move_group(struct db *tx, const struct uuid *bot_id, int64_t from_chat,
                               int64_t to_chat, struct fault *fault)
{
    return db_query(tx, &migrate_statement,
                    DB_VALUES(db_uuid(bot_id), db_int(from_chat), db_int(to_chat)), NULL, fault);
}

void dialogue_store_fill_person_values(const struct turn_update *update,
                                       const struct turn_output *output,
                                       enum language told_language,
                                       struct db_value values[PERSON_VALUES])
{
    values[0] = db_uuid(&update->bot_id);
    values[1] = db_int(update->user_id);
    values[2] = db_str(output->language >= 0 ? language_names[output->language] : NULL);
    values[3] = db_str(language_names[told_language]);
    values[4] = db_text(output->source);
    values[5] = output->owner == TURN_OWNER_SAME ? db_null() : db_bool(output->owner == TURN_OWNER);
    values[6] = db_text(output->consent);
}
