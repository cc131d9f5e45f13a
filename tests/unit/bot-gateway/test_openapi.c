// SPDX-License-Identifier: MIT
/* openapi.yaml agrees with the code in fields. tests/contract compares routes and scopes. */
#include <jansson.h>

#include "base/embed.h"

#include "bots/bots_json.h"
#include "broadcasts/broadcasts_json.h"
#include "inbox/inbox_json.h"
#include "outbox/outbox_json.h"
#include "outgoing_webhooks/forwards_json.h"
#include "support/openapi_bounds.h"
#include "support/unseen_marks.h"
#include "texts/text_key.h"

extern const struct embed_file bot_openapi_files[];

static json_t *contract;

static void setup(void)
{
    struct slice text = embed_content(&bot_openapi_files[0]);

    contract = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(contract);
}

static void teardown(void)
{
    json_decref(contract);
}

TEST_CASE("contract", .setup = setup, .teardown = teardown);

static const struct {
    const char *schema;
    const struct fields *table;
} tables[] = {
    {"Bot",            &bot_fields           },
    {"BotWebhook",     &bot_webhook_fields   },
    {"BotPolling",     &bot_polling_fields   },
    {"BroadcastNew",   &broadcast_ask_fields },
    {"Forward",        &forward_fields       },
    {"ForwardMatch",   &forward_match_fields },
    {"ForwardNew",     &forward_new_fields   },
    {"Message",        &message_shown_fields },
    {"MessageNew",     &message_fields       },
    {"MessageButton",  &message_button_fields},
    {"TemplateParams", &text_params_fields   },
    {"Update",         &update_fields        },
};

TEST_ROWS(fields_are_described_as_encoded, tables)
{
    json_t *schemas = json_object_get(json_object_get(contract, "components"), "schemas");
    json_t *properties = json_object_get(json_object_get(schemas, row->schema), "properties");
    const struct fields *table = row->table;

    for (size_t i = 0; i < table->count; i++)
        ck_assert_msg(json_object_get(properties, table->items[i].name) != NULL, "%s: %s",
                      row->schema, table->items[i].name);
    ck_assert_uint_eq(json_object_size(properties), table->count);
    ck_bounds(contract, json_object_get(schemas, row->schema), table);
}

TEST_ROWS(characters_that_cannot_be_seen_change_no_text, tables)
{
    ck_unseen_marks(row->table);
}
