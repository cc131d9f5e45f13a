// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/auto.h"
#include "base/now.h"
#include "http/client.h"
#include "json/foreign.h"

#include "webhooks/webhooks_json.h"

enum { TEST_MAX = 8 * 1024 };

const char *const webhook_status_names[] = {"active", "failing", "disabled", NULL};
static const char *const revive_names[] = {"active", NULL};

#define AT(member) .offset = offsetof(struct webhook, member)

// clang-format off
#define TARGET(flags_) \
    {.name = "url",   .type = FIELD_TEXT,  .flags = (flags_), AT(url), .min = 8, .max = DELIVER_URL_MAX}, \
    {.name = "types", .type = FIELD_TEXTS, .flags = (flags_), AT(types), .min = 1, .max = EVENTS_TYPES_MAX}
static const struct field new_items[] = {
    TARGET(FIELD_REQUIRED),
    {.name = "secret", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(secret), .min = 1, .max = DELIVER_SECRET_MAX},
};
static const struct field patch_items[] = {
    TARGET(FIELD_REQUIRED),
    {.name = "status", .type = FIELD_ENUM, .flags = FIELD_REQUIRED, AT(revive), .names = revive_names},
};

#define SHOWN(secret_) \
    {.name = "id",              .type = FIELD_UUID,  AT(id)}, \
    {.name = "url",             .type = FIELD_TEXT,  AT(url)}, \
    {.name = "types",           .type = FIELD_TEXTS, AT(types)}, \
    secret_ \
    {.name = "status",          .type = FIELD_ENUM,  AT(status), .names = webhook_status_names}, \
    {.name = "allowed_actions", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_actions}, \
    {.name = "failing_since",   .type = FIELD_TIME,  .flags = FIELD_OMIT, AT(failing_since)}, \
    {.name = "last_error",      .type = FIELD_TEXT,  .flags = FIELD_OMIT, AT(last_error)}, \
    {.name = "version",         .type = FIELD_INT,   AT(version)}, \
    {.name = "created_at",      .type = FIELD_TIME,  AT(created_at)}, \
    {.name = "updated_at",      .type = FIELD_TIME,  AT(updated_at)}
#define SECRET {.name = "secret", .type = FIELD_TEXT, AT(secret)},

/* The member after the missing secret of a stored answer. No text has it: quotes in texts are escaped. */
static const char missing[] = ",\"secret\":null,\"status\":\"";

/* They pass in every status; a disabled webhook gets nothing. */
static void encode_actions(const void *value, struct buf *out)
{
    (void)value;
    buf_text(out, "[{\"action\":\"test\",\"label\":{\"ru\":\"Проверить\",\"kz\":\"Тексеру\",\"en\":\"Test\"}},"
                  "{\"action\":\"replay\",\"label\":{\"ru\":\"Прислать снова\",\"kz\":\"Қайта жіберу\",\"en\":\"Replay\"}}]");
}

static const struct field items[] = {SHOWN()};
static const struct field created_items[] = {SHOWN(SECRET)};
static const struct field replay_items[] = {
    {.name = "after", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .offset = offsetof(struct webhook_replay, after), .min = 1, .max = WEBHOOK_AFTER_MAX},
};
// clang-format on

/* A URL may contain a secret, so the event has only its host. */
static void encode_host(const void *value, struct buf *out)
{
    AUTO(arena_finish) struct arena arena = ARENA(4 * DELIVER_URL_MAX);
    const struct slice *url = value;
    const struct slice text = arena_copy(&arena, *url);
    struct http_url parsed;
    struct fault ignored;

    if (text.at != NULL && http_url_parse(text.at, &arena, &parsed, &ignored))
        buf_json_string(out, parsed.host);
    else
        buf_text(out, "null");
}

// clang-format off
static const struct field event_items[] = {
    {.name = "id",            .type = FIELD_UUID,   AT(id)},
    {.name = "host",          .type = FIELD_CUSTOM, AT(url), .encode = encode_host},
    {.name = "types",         .type = FIELD_TEXTS,  AT(types)},
    {.name = "status",        .type = FIELD_ENUM,   AT(status), .names = webhook_status_names},
    {.name = "failing_since", .type = FIELD_TIME,   .flags = FIELD_OMIT, AT(failing_since)},
    {.name = "last_error",    .type = FIELD_TEXT,   .flags = FIELD_OMIT, AT(last_error)},
};
// clang-format on

const struct fields webhook_new_fields = FIELDS_OF(new_items, struct webhook);
const struct fields webhook_patch_fields = FIELDS_OF(patch_items, struct webhook);
const struct fields webhook_fields = FIELDS_OF(items, struct webhook);
const struct fields webhook_created_fields = FIELDS_OF(created_items, struct webhook);
const struct fields webhook_event_fields = FIELDS_OF(event_items, struct webhook);
const struct fields webhook_replay_fields = FIELDS_OF(replay_items, struct webhook_replay);

bool webhook_encode_test(const struct webhook *webhook, const struct uuid *event_id, int64_t at_us,
                         struct arena *arena, struct slice *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf body = BUF(TEST_MAX);
    char event[UUID_TEXT_LEN + 1], id[UUID_TEXT_LEN + 1], at[NOW_RFC3339_LEN + 1];

    uuid_format(event_id, event);
    uuid_format(&webhook->id, id);
    now_format_rfc3339(at_us, at);
    buf_printf(&body,
               "{\"id\":\"%s\",\"type\":\"webhook.test\",\"occurred_at\":\"%s\",\"sequence\":%lld,"
               "\"resource\":{\"type\":\"webhook\",\"id\":\"%s\",\"version\":%lld},\"data\":",
               event, at, (long long)webhook->version, id, (long long)webhook->version);
    fields_encode(&webhook_event_fields, webhook, false, &body);
    buf_char(&body, '}');
    return buf_keep(&body, arena, out, fault);
}

/* --- the stored answer --- */

struct stored {
    struct slice id;
};
static const struct foreign_member stored_members[] = {
    {"id", FOREIGN_TEXT, offsetof(struct stored, id), NULL, 0},
};
static const struct foreign stored_table = FOREIGN_OF(stored_members, struct stored);

static const char *find_missing_secret(struct slice stored)
{
    return memmem(stored.at, stored.len, missing, sizeof missing - 1);
}

bool webhook_is_stored_answer(struct slice stored)
{
    return find_missing_secret(stored) != NULL;
}

bool webhook_write_stored_answer(struct change *change, struct slice stored, struct buf *out,
                                 struct fault *fault)
{
    static const char member[] = ",\"secret\":";
    const char *at = find_missing_secret(stored) + sizeof member - 1;
    const size_t head = (size_t)(at - stored.at);
    char secret[DELIVER_SECRET_MAX + 1];
    struct stored parts;
    struct deliver_key key;
    struct uuid id;

    if (!foreign_read(&stored_table, stored, &parts, change->arena, fault))
        return false;
    if (!uuid_parse(parts.id, &id))
        return fault_set(fault, FAULT_INTERNAL, "bad_answer", "The stored answer has no id.");
    if (!deliver_store_read_key(change->tx, &id, &key, fault)) {
        buf_slice(out, stored); /* it was deleted */
        return fault->kind == FAULT_NOT_FOUND;
    }
    deliver_secret_write(&key, secret);
    buf_slice(out, (struct slice){stored.at, head});
    buf_json_string(out, slice_of(secret));
    buf_slice(out, slice_from(stored, head + strlen("null")));
    return true;
}
