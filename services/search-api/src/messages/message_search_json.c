// SPDX-License-Identifier: MIT
#include "messages/message_search_json.h"

#include "base/language.h"

#include "query/rewrite.h"

const char *const search_mode_names[] = {"hybrid", "vector", "text", NULL};

/* Accepts any text: seen_ids_read_cursor() checks the cursor later. */
static bool accept_any_text(struct slice text, void *value, const char **code, const char **detail)
{
    (void)code;
    (void)detail;
    *(struct slice *)value = text;
    return true;
}

static void check_times(const void *value, struct fault_list *problems)
{
    const struct vector_filter *filter = &((const struct message_query *)value)->filter;

    if (filter->from != FIELD_ABSENT && filter->to != FIELD_ABSENT && filter->from >= filter->to)
        fault_list_add(problems, "to", "out_of_range", "Must be after `from`");
}

// clang-format off
#define AT(member) .offset = offsetof(struct message_query, member)
static const struct field items[] = {
    {.name = "query",    .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(query), .min = 1, .max = MESSAGE_QUERY_MAX},
    {.name = "bot",      .type = FIELD_SLUG, .flags = FIELD_NULLABLE, AT(filter.bot)},
    {.name = "chat_id",  .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(filter.chat_id), .min = -INT64_MAX, .max = INT64_MAX},
    {.name = "user_id",  .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(filter.user_id), .min = -INT64_MAX, .max = INT64_MAX},
    {.name = "from",     .type = FIELD_CUSTOM, .flags = FIELD_NULLABLE, AT(filter.from), .decode = field_decode_time},
    {.name = "to",       .type = FIELD_CUSTOM, .flags = FIELD_NULLABLE, AT(filter.to), .decode = field_decode_time},
    {.name = "language", .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(filter.language), .names = language_names, .max = LANGUAGE_KZ},
    {.name = "mode",     .type = FIELD_ENUM, .flags = FIELD_NULLABLE, AT(mode), .names = search_mode_names},
    {.name = "prefix",   .type = FIELD_BOOL, AT(prefix)},
    {.name = "limit",    .type = FIELD_INT,  AT(limit), .min = 1, .max = LIST_LIMIT_MAX},
    {.name = "cursor",   .type = FIELD_CUSTOM, .flags = FIELD_NULLABLE | FIELD_AS_SENT, AT(cursor), .decode = accept_any_text},
};
#undef AT

/* The members of an item that a table encodes; encode_hit() writes the others. */
#define AT(member) .offset = offsetof(struct message_hit, member)
static const struct field hit_items[] = {
    {.name = "bot",     .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(bot)},
    {.name = "chat_id", .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(chat_id)},
    {.name = "user_id", .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(user_id)},
    {.name = "sent_at", .type = FIELD_TIME, AT(sent_at)},
};

static const struct field why_items[] = {
    {.name = "text_rank",   .type = FIELD_INT, .flags = FIELD_NULLABLE, AT(text_rank)},
    {.name = "vector_rank", .type = FIELD_INT, .flags = FIELD_NULLABLE, AT(vector_rank)},
};
#undef AT
// clang-format on
const struct fields message_search_fields =
    FIELDS_CHECKED(items, struct message_query, check_times);
static const struct fields hit_fields = FIELDS_OF(hit_items, struct message_hit);
static const struct fields why_fields = FIELDS_OF(why_items, struct message_hit);

bool message_search_write_request_text(const struct message_query *request, struct arena *arena,
                                       struct slice *out, struct fault *fault)
{
    const struct vector_filter *filter = &request->filter;

    *out = arena_printf(arena, "search %lld %lld %lld %lld %d %d %d %.*s %.*s",
                        (long long)filter->chat_id, (long long)filter->user_id,
                        (long long)filter->from, (long long)filter->to, filter->language,
                        request->mode, (int)request->prefix, SLICE_ARG(filter->bot),
                        SLICE_ARG(request->query));
    return out->at != NULL || arena_fault(fault);
}

static void encode_snippet(const struct snippet *snippet, struct buf *out)
{
    buf_json_member(out, ",\"snippet\":", snippet->text);
    buf_printf(out, ",\"cut\":[%s,%s],\"highlights\":[", snippet->cut_before ? "true" : "false",
               snippet->cut_after ? "true" : "false");
    for (size_t i = 0; i < snippet->mark_count; i++)
        buf_printf(out, "%s[%u,%u]", i > 0 ? "," : "", snippet->marks[i].begin,
                   snippet->marks[i].end);
    buf_char(out, ']');
}

static void encode_hit(const struct message_hit *hit, struct buf *out)
{
    buf_json_member(out, "{\"id\":", hit->id);
    buf_printf(out, ",\"score\":%.6f", hit->score);
    encode_snippet(&hit->snippet, out);
    fields_encode_members(&hit_fields, hit, false, false, out);
    buf_text(out, ",\"why\":");
    fields_encode(&why_fields, hit, false, out);
    buf_char(out, '}');
}

static void encode_rewrite(const char *kind, struct slice from, struct slice to, bool is_first,
                           struct buf *out)
{
    buf_printf(out, "%s{\"kind\":\"%s\",\"from\":", is_first ? "" : ",", kind);
    buf_json_string(out, from);
    buf_json_member(out, ",\"to\":", to);
    buf_char(out, '}');
}

static void encode_rewrites(const struct message_results *results, struct buf *out)
{
    const struct query_terms *query_terms = results->query_terms;
    const struct rewrites *rewrites = &query_terms->rewrites;
    bool first = true;

    buf_text(out, ",\"rewrites\":[");
    for (size_t i = 0; results->has_rewrite != NULL && i < rewrites->count; i++) {
        const struct rewrite *one = &rewrites->list[i];
        if (!results->has_rewrite[i])
            continue;
        encode_rewrite(rewrite_kind_name(one->kind), one->from, one->to, first, out);
        first = false;
    }
    for (size_t i = 0; results->matches != NULL && i < query_terms->term_count; i++) {
        if (results->matches[i].at == NULL)
            continue;
        encode_rewrite("slip", query_terms->terms[i].typo_of, results->matches[i], first, out);
        first = false;
    }
    buf_char(out, ']');
}

static void encode_next_cursor(const struct message_results *results, struct slice request_text,
                               struct buf *out)
{
    buf_text(out, "],\"next_cursor\":");
    if (!results->more) {
        buf_text(out, "null");
        return;
    }
    buf_char(out, '"');
    seen_ids_write_cursor(&results->seen, request_text, out);
    buf_char(out, '"');
}

void message_search_encode_unclosed(const struct message_results *results,
                                    struct slice request_text, struct buf *out)
{
    list_begin(out);
    for (size_t i = 0; i < results->count; i++) {
        list_separator(out, i);
        encode_hit(&results->hits[i], out);
    }
    encode_next_cursor(results, request_text, out);
    buf_printf(out, ",\"mode\":\"%s\",\"phrase_missed\":%s", search_mode_names[results->mode],
               results->phrase_missed ? "true" : "false");
    encode_rewrites(results, out);
}
