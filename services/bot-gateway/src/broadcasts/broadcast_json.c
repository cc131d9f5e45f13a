// SPDX-License-Identifier: MIT
#include "base/language.h"

#include "broadcasts/broadcasts_json.h"
#include "outbox/outbox_json.h"
#include "telegram/text.h"

/* --- the request --- */

// clang-format off
#define AT(member) .offset = offsetof(struct broadcast_audience, member)
static const struct field audience_items[] = {
    {.name = "all",         .type = FIELD_BOOL,   .flags = FIELD_NULLABLE, AT(all)},
    {.name = "language",    .type = FIELD_ENUM,   .flags = FIELD_NULLABLE, AT(language), .max = LANGUAGE_KZ, .names = language_names},
    {.name = "seen_after",  .type = FIELD_CUSTOM, .flags = FIELD_NULLABLE, AT(seen_after), .decode = field_decode_time},
    {.name = "user_ids",    .type = FIELD_INTS,   .flags = FIELD_NULLABLE, AT(user_ids), .min = 1, .max = BROADCAST_USERS_MAX},
    /* Refused as read-only: only another service knows its value. */
    {.name = "has_booking", .type = FIELD_BOOL,   .flags = FIELD_READ_ONLY, AT(all)},
};
#undef AT
static const struct fields audience_fields = FIELDS_OF(audience_items, struct broadcast_audience);

static const char *const parse_modes[] = {"HTML", NULL};

#define AT(member) .offset = offsetof(struct texts, member)
static const struct field texts_items[] = {
    {.name = "ru", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(ru), .min = 1, .max = MESSAGE_TEXT_MAX},
    {.name = "kz", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(kz), .min = 1, .max = MESSAGE_TEXT_MAX},
    {.name = "en", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(en), .min = 1, .max = MESSAGE_TEXT_MAX},
};
#undef AT
static const struct fields texts_fields = FIELDS_OF(texts_items, struct texts);

#define AT(member) .offset = offsetof(struct broadcast_request, member)
static const struct field ask_items[] = {
    {.name = "bot",        .type = FIELD_TEXT,   .flags = FIELD_REQUIRED, AT(bot), .min = 1, .max = BOT_NAME_MAX},
    {.name = "audience",   .type = FIELD_OBJECT, .flags = FIELD_REQUIRED, AT(audience), .table = &audience_fields},
    {.name = "text",       .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(text), .min = 1, .max = MESSAGE_TEXT_MAX},
    {.name = "texts",      .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(texts), .table = &texts_fields},
    {.name = "template",   .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(template.key), .min = 1, .max = TEXT_KEY_MAX},
    {.name = "params",     .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(template.params), .table = &text_params_fields},
    {.name = "parse_mode", .type = FIELD_ENUM,   .flags = FIELD_NULLABLE, AT(parse_mode), .names = parse_modes},
    {.name = "buttons",    .type = FIELD_LIST,   .flags = FIELD_NULLABLE | FIELD_ROWS, AT(buttons),
     .max = MESSAGE_ROWS_MAX, .table = &message_button_fields},
    {.name = "on_unknown", .type = FIELD_ENUM,   AT(on_unknown), .names = outbox_on_unknown_names},
};
#undef AT
// clang-format on

static bool has_criterion(const struct broadcast_audience *audience)
{
    return audience->language >= 0 || audience->seen_after != FIELD_ABSENT ||
           audience->user_ids.items != NULL;
}

/* Checks that the text fits one message, as a broadcast must. */
static void check_fits_one_message(const char *field, struct slice text,
                                   enum telegram_markup markup, struct fault_list *problems)
{
    struct fault fault;

    if (text.at == NULL)
        return;
    if (markup == TELEGRAM_HTML && !telegram_text_check_html(text, &fault))
        fault_list_add(problems, field, "bad_html", "%s", fault.detail);
    else if (telegram_text_length(text, markup) > TELEGRAM_TEXT_MAX)
        fault_list_add(problems, field, "text_too_long", "More than one message.");
}

static void check_request(const void *value, struct fault_list *problems)
{
    const struct broadcast_request *ask = value;
    const enum telegram_markup markup = ask->parse_mode == 0 ? TELEGRAM_HTML : TELEGRAM_PLAIN;

    if (ask->audience.all == has_criterion(&ask->audience))
        fault_list_add(problems, "audience", "all_or_some",
                       "Either all, or at least one of language, seen_after and user_ids.");
    if ((ask->text.at != NULL) + (ask->texts.ru.at != NULL) + (ask->template.key.at != NULL) != 1 &&
        !fault_list_has(problems, "template"))
        fault_list_add(problems, "text", "text_or_texts", "One of text, texts and template.");
    text_request_check(&ask->template, problems);
    check_fits_one_message("text", ask->text, markup, problems);
    check_fits_one_message("texts/ru", ask->texts.ru, markup, problems);
    check_fits_one_message("texts/kz", ask->texts.kz, markup, problems);
    check_fits_one_message("texts/en", ask->texts.en, markup, problems);
    message_buttons_check(&ask->buttons, problems);
}

const struct fields broadcast_ask_fields =
    FIELDS_CHECKED(ask_items, struct broadcast_request, check_request);

struct broadcast_request broadcast_request_defaults(void)
{
    struct broadcast_request ask;

    fields_clear(&broadcast_ask_fields, &ask);
    ask.on_unknown = OUTBOX_HOLD;
    return ask;
}

/* --- the answer --- */

// clang-format off
#define AT(member) .offset = offsetof(struct broadcast_audience, member)
static const struct field stored_items[] = {
    {.name = "all",        .type = FIELD_BOOL, .flags = FIELD_OMIT, AT(all)},
    {.name = "language",   .type = FIELD_ENUM, .flags = FIELD_OMIT, AT(language), .names = language_names},
    {.name = "seen_after", .type = FIELD_TIME, .flags = FIELD_OMIT, AT(seen_after)},
    {.name = "user_count", .type = FIELD_INT,  .flags = FIELD_OMIT, AT(user_count)},
};
#undef AT
static const struct fields stored_fields = FIELDS_OF(stored_items, struct broadcast_audience);

struct shown {
    struct broadcast broadcast;
    int64_t left;
    int64_t cancelled;
    int64_t progress;
    int64_t eta_s;
};
// clang-format on

static void encode_allowed_actions(const void *value, struct buf *out)
{
    const struct transition_state state = {((const struct broadcast *)value)->status, 0};

    transition_encode(&broadcast_machine, state, TRANSITION_BY_STAFF, FIELD_ABSENT, out);
}

// clang-format off
#define AT(member) .offset = offsetof(struct shown, member)
static const struct field shown_items[] = {
    {.name = "id",              .type = FIELD_UUID, AT(broadcast.id)},
    {.name = "bot",             .type = FIELD_TEXT, AT(broadcast.bot)},
    {.name = "status",          .type = FIELD_ENUM, AT(broadcast.status), .names = broadcast_status_names},
    {.name = "audience",        .type = FIELD_RAW,  AT(broadcast.audience)},
    {.name = "total",           .type = FIELD_INT,  AT(broadcast.total)},
    {.name = "queued",          .type = FIELD_INT,  AT(left)},
    {.name = "sent",            .type = FIELD_INT,  AT(broadcast.counts.sent)},
    {.name = "failed",          .type = FIELD_INT,  AT(broadcast.counts.failed)},
    {.name = "unreachable",     .type = FIELD_INT,  AT(broadcast.counts.unreachable)},
    {.name = "uncertain",       .type = FIELD_INT,  AT(broadcast.counts.uncertain)},
    {.name = "cancelled",       .type = FIELD_INT,  AT(cancelled)},
    {.name = "progress",        .type = FIELD_INT,  AT(progress)},
    {.name = "eta_seconds",     .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(eta_s)},
    {.name = "on_unknown",      .type = FIELD_ENUM, AT(broadcast.on_unknown), .names = outbox_on_unknown_names},
    {.name = "allowed_actions", .type = FIELD_CUSTOM, AT(broadcast), .encode = encode_allowed_actions},
    {.name = "finished_at",     .type = FIELD_TIME, .flags = FIELD_OMIT, AT(broadcast.finished_at)},
    {.name = "version",         .type = FIELD_INT,  AT(broadcast.version)},
    {.name = "created_at",      .type = FIELD_TIME, AT(broadcast.created_at)},
    {.name = "updated_at",      .type = FIELD_TIME, AT(broadcast.updated_at)},
};
#undef AT
static const struct fields shown_fields = FIELDS_OF(shown_items, struct shown);
// clang-format on

void broadcast_audience_encode_without_ids(const struct broadcast_audience *audience,
                                           struct buf *out)
{
    struct broadcast_audience stored = *audience;

    stored.user_count =
        stored.user_ids.items != NULL ? (int64_t)stored.user_ids.count : FIELD_ABSENT;
    fields_encode(&stored_fields, &stored, false, out);
}

void broadcast_user_ids_encode(const struct broadcast_audience *audience, struct buf *out)
{
    const struct field_ints *users = &audience->user_ids;

    if (users->items == NULL)
        return;
    for (size_t i = 0; i < users->count; i++) {
        buf_char(out, i == 0 ? '[' : ',');
        buf_i64(out, users->items[i]);
    }
    buf_char(out, ']');
}

void broadcast_encode(const struct broadcast *broadcast, bool in_list, struct buf *out)
{
    struct broadcast_rate rate = broadcast->rate;
    struct shown shown = {.broadcast = *broadcast,
                          .left = broadcast_count_unfinished(broadcast),
                          .cancelled = broadcast_count_cancelled(broadcast),
                          .progress = broadcast_percent_done(broadcast)};

    rate.status = broadcast->status;
    rate.left = shown.left;
    shown.eta_s = broadcast_compute_eta_s(&rate);
    fields_encode(&shown_fields, &shown, in_list, out);
}
