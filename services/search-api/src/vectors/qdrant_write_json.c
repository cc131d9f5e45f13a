// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdio.h>

#include "base/language.h"
#include "base/now.h"

#include "vectors/qdrant_json.h"

enum { QUERY_SCALE = 32767 /* the largest magnitude of a value in a query */ };

bool qdrant_version_supports(const struct qdrant_version *version, enum qdrant_feature feature)
{
    return version->major > 1 || (version->major == 1 && version->minor >= (int)feature);
}

/* --- the collection --- */

/* Vectors are stored on disk, and in memory with a byte per dimension. Payload on disk and one
 * optimiser thread suit a small server. */
void qdrant_write_collection(int64_t dimensions, const char *generation,
                             const struct qdrant_version *version, struct buf *out)
{
    buf_printf(out,
               "{\"vectors\":{\"size\":%lld,\"distance\":\"Cosine\",\"on_disk\":true},"
               "\"on_disk_payload\":true,\"quantization_config\":{\"scalar\":{\"type\":\"int8\","
               "\"quantile\":0.99,\"always_ram\":true}},\"optimizers_config\":{"
               "\"default_segment_number\":2,\"max_optimization_threads\":1},"
               "\"hnsw_config\":{\"m\":16,\"max_indexing_threads\":1}",
               (long long)dimensions);
    if (qdrant_version_supports(version, QDRANT_STRICT_MODE))
        buf_printf(out,
                   ",\"strict_mode_config\":{\"enabled\":true,"
                   "\"unindexed_filtering_retrieve\":false,\"unindexed_filtering_update\":false,"
                   "\"max_query_limit\":%d}",
                   VECTOR_HITS_MAX);
    if (qdrant_version_supports(version, QDRANT_METADATA)) {
        buf_text(out, ",\"metadata\":{\"owner\":\"search-api\",\"generation\":");
        buf_json_string(out, slice_of(generation));
        buf_char(out, '}');
    }
    buf_char(out, '}');
}

void qdrant_write_payload_index(size_t index, const struct qdrant_version *version, struct buf *out)
{
    static const struct {
        const char *name, *schema;
    } indexes[QDRANT_INDEXES] = {
        {"tenant",   "\"keyword\"" },
        {"chat_id",  "\"keyword\"" },
        {"user_id",  "\"keyword\"" },
        {"bot",      "\"keyword\"" },
        {"language", "\"keyword\"" },
        {"ts",       "\"datetime\""},
        {"rev",      "\"integer\"" },
    };
    const bool is_tenant = index == 0 && qdrant_version_supports(version, QDRANT_TENANT_INDEX);

    buf_printf(out, "{\"field_name\":\"%s\",\"field_schema\":%s}", indexes[index].name,
               is_tenant ? "{\"type\":\"keyword\",\"is_tenant\":true}" : indexes[index].schema);
}

/* --- values --- */

/* Writes a time with microseconds, the precision of PostgreSQL. */
static void write_time(int64_t wall_us, struct buf *out)
{
    char text[NOW_RFC3339_LEN + 1];
    const int64_t of_ms = (wall_us % US_PER_MS + US_PER_MS) % US_PER_MS;

    now_format_rfc3339(wall_us - of_ms, text);
    buf_printf(out, "\"%.*s%03dZ\"", NOW_RFC3339_LEN - 1, text, (int)of_ms);
}

/* Writes an attribute as a member of a payload or, with `is_filter`, as a condition. */
static void write_attribute(const char *name, struct slice value, bool is_filter, struct buf *out)
{
    buf_printf(out, is_filter ? "{\"key\":\"%s\",\"match\":{\"value\":" : "\"%s\":", name);
    buf_json_string(out, value);
    buf_text(out, is_filter ? "}}" : "");
}

/* Writes an attribute and a comma, unless it is absent. */
static void write_optional_attribute(const char *name, struct slice value, bool is_filter,
                                     struct buf *out)
{
    if (value.at == NULL)
        return;
    write_attribute(name, value, is_filter, out);
    buf_char(out, ',');
}

/* A chat's or user's id is a text, because a keyword index takes texts. */
static void write_id_attribute(const char *name, int64_t id, bool is_filter, struct buf *out)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)id);
    write_optional_attribute(name, id != FIELD_ABSENT ? slice_of(text) : SLICE_NONE, is_filter,
                             out);
}

static void write_attributes(const struct vector_filter *attributes, bool is_filter,
                             struct buf *out)
{
    const char *language = attributes->language >= 0 ? language_names[attributes->language] : NULL;
    char tenant[UUID_TEXT_LEN + 1];

    write_optional_attribute("bot", attributes->bot, is_filter, out);
    write_id_attribute("chat_id", attributes->chat_id, is_filter, out);
    write_id_attribute("user_id", attributes->user_id, is_filter, out);
    write_optional_attribute("language", slice_of(language), is_filter, out);
    uuid_format(&attributes->tenant_id, tenant);
    write_attribute("tenant", slice_of(tenant), is_filter, out);
}

static void write_vector(const int8_t *vector, size_t dimensions, struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < dimensions; i++) {
        if (i > 0)
            buf_char(out, ',');
        buf_i64(out, vector[i]);
    }
    buf_char(out, ']');
}

/* --- points --- */

static void write_point(const struct vector_row *row, size_t dimensions, struct buf *out)
{
    const struct vector_filter attributes = vector_filter_from_row(row);

    buf_printf(out, "{\"id\":%lld,\"vector\":", (long long)row->number);
    write_vector(row->vector, dimensions, out);
    buf_text(out, ",\"payload\":{");
    write_attributes(&attributes, false, out);
    buf_text(out, ",\"ts\":");
    write_time(row->sent_at, out);
    buf_printf(out, ",\"rev\":%lld}}", (long long)row->revision);
}

/* How many of the first rows one operation can write. With `has_update_filter`, that is with an
 * update filter, all rows of an operation must have one revision. */
static size_t count_operation_rows(const struct vector_row *rows, size_t count,
                                   bool has_update_filter)
{
    size_t taken = 1;

    while (taken < count && (!has_update_filter || rows[taken].revision == rows[0].revision))
        taken++;
    return taken;
}

static void write_upsert(const struct vector_row *rows, size_t count, size_t dimensions,
                         bool has_update_filter, struct buf *out)
{
    buf_text(out, "{\"upsert\":{\"points\":[");
    for (size_t i = 0; i < count; i++) {
        buf_text(out, i > 0 ? "," : "");
        write_point(&rows[i], dimensions, out);
    }
    buf_char(out, ']');
    if (has_update_filter)
        buf_printf(out, ",\"update_filter\":{\"must\":[{\"key\":\"rev\",\"range\":{\"lt\":%lld}}]}",
                   (long long)rows[0].revision);
    buf_text(out, "}}");
}

void qdrant_write_upserts(const struct vector_row *rows, size_t count, size_t dimensions,
                          const struct qdrant_version *version, struct buf *out)
{
    const bool guarded = qdrant_version_supports(version, QDRANT_UPDATE_FILTER);

    buf_text(out, "{\"operations\":[");
    for (size_t i = 0, taken; i < count; i += taken) {
        taken = count_operation_rows(&rows[i], count - i, guarded);
        buf_text(out, i > 0 ? "," : "");
        write_upsert(&rows[i], taken, dimensions, guarded, out);
    }
    buf_text(out, "]}");
}

void qdrant_write_deletion(const int64_t *numbers, size_t count, struct buf *out)
{
    buf_text(out, "{\"points\":[");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, i > 0 ? ",%lld" : "%lld", (long long)numbers[i]);
    buf_text(out, "]}");
}

/* --- searches --- */

static void write_time_bound(const char *name, int64_t wall_us, struct buf *out)
{
    if (wall_us == FIELD_ABSENT)
        return;
    buf_printf(out, "{\"key\":\"ts\",\"range\":{\"%s\":", name);
    write_time(wall_us, out);
    buf_text(out, "}},");
}

static void write_filter(const struct vector_filter *filter, struct buf *out)
{
    buf_text(out, "\"filter\":{\"must\":[");
    write_time_bound("gte", filter->from, out);
    write_time_bound("lt", filter->to, out);
    write_attributes(filter, true, out);
    buf_text(out, "]}");
}

bool qdrant_write_query(const struct vector_filter *filter, const float *vector, size_t dimensions,
                        size_t limit, struct buf *out)
{
    float largest = 0;

    for (size_t i = 0; i < dimensions; i++) {
        if (!isfinite(vector[i]))
            return false;
        largest = fmaxf(largest, fabsf(vector[i]));
    }
    if (largest <= 0)
        return false;
    buf_text(out, "{\"query\":[");
    for (size_t i = 0; i < dimensions; i++) {
        buf_text(out, i > 0 ? "," : "");
        buf_i64(out, lrintf(vector[i] / largest * QUERY_SCALE));
    }
    buf_text(out, "],");
    write_filter(filter, out);
    buf_printf(out,
               ",\"params\":{\"quantization\":{\"rescore\":true,\"oversampling\":2.0}},"
               "\"with_payload\":false,\"with_vector\":false,\"limit\":%zu}",
               limit);
    return true;
}

void qdrant_write_point_list_request(int64_t after, size_t limit, struct buf *out)
{
    buf_printf(out,
               "{\"offset\":%lld,\"with_payload\":[\"rev\"],\"with_vector\":false,\"limit\":%zu}",
               (long long)after + 1, limit);
}
