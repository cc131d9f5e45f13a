// SPDX-License-Identifier: MIT
/* openapi.yaml agrees with the code in scopes and fields. tests/contract compares the routes. */
#include <jansson.h>

#include "base/embed.h"

#include "bots/bots_json.h"
#include "broadcasts/broadcasts_json.h"
#include "definition.h"
#include "inbox/inbox_json.h"
#include "outbox/outbox_json.h"
#include "outgoing_webhooks/forwards_json.h"
#include "routes.h"
#include "support/openapi_bounds.h"
#include "support/test.h"
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

TEST(routes_with_a_key_name_their_scope)
{
    json_t *operation;
    const char *path, *verb;
    json_t *verbs;
    size_t named = 0, wanted = 0;
    for (size_t i = 0; i < gateway_route_count; i++)
        wanted += gateway_routes[i].scope != 0;
    json_object_foreach(json_object_get(contract, "paths"), path, verbs)
    {
        json_object_foreach(verbs, verb, operation)
        {
            const char *text = json_string_value(json_object_get(operation, "description"));
            for (size_t i = 0; i < gateway_callers.scope_count; i++) {
                char scope[64];
                snprintf(scope, sizeof scope, "Scope %s.", gateway_callers.scopes[i]);
                named += text != NULL && strstr(text, scope) != NULL;
            }
        }
    }
    ck_assert_uint_eq(named, wanted);
}

/* As each service would read them. */
TEST(other_services_know_its_scopes)
{
    static const struct api_callers other = {0};
    for (size_t i = 0; i < gateway_callers.scope_count; i++)
        ck_assert_msg(api_scopes_are_all_known(&other, slice_of(gateway_callers.scopes[i])),
                      "services/callers.txt lacks %s", gateway_callers.scopes[i]);
}

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
