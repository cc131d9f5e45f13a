// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/language.h"
#include "base/now.h"
#include "base/value.h"

#include "vectors/qdrant_json.h"

enum { QUERY_SCALE = 32767 };

static const struct qdrant_version features[QDRANT_FEATURES] = {
    [QDRANT_LEAST] = {1, 10},
      [QDRANT_TENANT_INDEX] = {1, 11},
      [QDRANT_STRICT_MODE] = {1, 13},
    [QDRANT_METADATA] = {1, 16},
      [QDRANT_UPDATE_FILTER] = {1, 16},
};

bool qdrant_version_has(const struct qdrant_version *version, enum qdrant_feature feature)
{
    const struct qdrant_version *since = &features[feature];

    return version->major > since->major ||
           (version->major == since->major && version->minor >= since->minor);
}

/* --- the collection --- */

/* Vectors are on disk, with a byte per dimension in memory; payload on disk and one optimiser
 * thread suit a small server. */
void qdrant_write_collection(const struct qdrant_shape *shape, const struct qdrant_version *version,
                             struct buf *out)
{
    buf_text(out, "{\"vectors\":{\"size\":");
    buf_i64(out, shape->dimensions);
    buf_text(out, ",\"distance\":\"Cosine\",\"on_disk\":true},\"on_disk_payload\":true,"
                  "\"quantization_config\":{\"scalar\":{\"type\":\"int8\",\"quantile\":0.99,"
                  "\"always_ram\":true}},"
                  "\"optimizers_config\":{\"default_segment_number\":2,"
                  "\"max_optimization_threads\":1},"
                  "\"hnsw_config\":{\"m\":16,\"max_indexing_threads\":1}");
    if (qdrant_version_has(version, QDRANT_STRICT_MODE))
        buf_printf(out,
                   ",\"strict_mode_config\":{\"enabled\":true,"
                   "\"unindexed_filtering_retrieve\":false,\"unindexed_filtering_update\":false,"
                   "\"max_query_limit\":%d}",
                   VECTOR_HITS_MAX);
    if (qdrant_version_has(version, QDRANT_METADATA)) {
        buf_text(out, ",\"metadata\":{\"owner\":\"search-api\",\"generation\":");
        buf_json_string(out, shape->generation);
        buf_char(out, '}');
    }
    buf_char(out, '}');
}

/* The indexes of payload. Strict mode refuses filters without an index. */
static const struct {
    const char *name;
    const char *type;
} indexes[] = {
    {"tenant",   "keyword" },
    {"chat_id",  "keyword" },
    {"user_id",  "keyword" },
    {"bot",      "keyword" },
    {"language", "keyword" },
    {"ts",       "datetime"},
    {"rev",      "integer" },
};
enum { TENANT };

size_t qdrant_payload_index_count(void)
{
    return ARRAY_LEN(indexes);
}

void qdrant_write_payload_index(size_t i, const struct qdrant_version *version, struct buf *out)
{
    buf_printf(out, "{\"field_name\":\"%s\",\"field_schema\":", indexes[i].name);
    if (i == TENANT && qdrant_version_has(version, QDRANT_TENANT_INDEX))
        buf_text(out, "{\"type\":\"keyword\",\"is_tenant\":true}");
    else
        buf_printf(out, "\"%s\"", indexes[i].type);
    buf_char(out, '}');
}

/* --- values --- */

static void write_uuid(const struct uuid *uuid, struct buf *out)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(uuid, text);
    buf_printf(out, "\"%s\"", text);
}

/* A chat's or user's id as text, because a keyword index takes texts. */
static void write_id(int64_t id, struct buf *out)
{
    buf_char(out, '"');
    buf_i64(out, id);
    buf_char(out, '"');
}

/* Writes a time with microseconds, the precision of PostgreSQL. */
static void write_time(int64_t wall_us, struct buf *out)
{
    char text[NOW_RFC3339_LEN + 1];
    const int64_t of_ms = (wall_us % US_PER_MS + US_PER_MS) % US_PER_MS;

    now_format_rfc3339(wall_us - of_ms, text);
    buf_printf(out, "\"%.*s%03dZ\"", NOW_RFC3339_LEN - 1, text, (int)of_ms);
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

static void write_numbers(const char *name, const int64_t *numbers, size_t count, struct buf *out)
{
    buf_printf(out, "\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_char(out, ',');
        buf_i64(out, numbers[i]);
    }
    buf_char(out, ']');
}

/* --- points --- */

static void write_point(const struct vector_row *row, size_t dimensions, struct buf *out)
{
    buf_text(out, "{\"id\":");
    buf_i64(out, row->number);
    buf_text(out, ",\"vector\":");
    write_vector(row->vector, dimensions, out);
    buf_text(out, ",\"payload\":{\"tenant\":");
    write_uuid(&row->tenant_id, out);
    if (row->bot.at != NULL) {
        buf_text(out, ",\"bot\":");
        buf_json_string(out, row->bot);
    }
    if (row->chat_id != FIELD_ABSENT) {
        buf_text(out, ",\"chat_id\":");
        write_id(row->chat_id, out);
    }
    if (row->user_id != FIELD_ABSENT) {
        buf_text(out, ",\"user_id\":");
        write_id(row->user_id, out);
    }
    if (row->language >= 0)
        buf_printf(out, ",\"language\":\"%s\"", language_names[row->language]);
    buf_text(out, ",\"ts\":");
    write_time(row->sent_at, out);
    buf_text(out, ",\"rev\":");
    buf_i64(out, row->revision);
    buf_text(out, "}}");
}

/* How many of the first rows one operation can write; with `guarded`, rows of one revision. */
static size_t together(const struct vector_row *rows, size_t count, bool guarded)
{
    size_t taken = 1;

    while (taken < count && (!guarded || rows[taken].revision == rows[0].revision))
        taken++;
    return taken;
}

static void write_upsert(const struct vector_row *rows, size_t count, size_t dimensions,
                         bool guarded, struct buf *out)
{
    buf_text(out, "{\"upsert\":{\"points\":[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_char(out, ',');
        write_point(&rows[i], dimensions, out);
    }
    buf_char(out, ']');
    if (guarded) {
        buf_text(out, ",\"update_filter\":{\"must\":[{\"key\":\"rev\",\"range\":{\"lt\":");
        buf_i64(out, rows[0].revision);
        buf_text(out, "}}]}");
    }
    buf_text(out, "}}");
}

void qdrant_write_points(const struct vector_row *rows, size_t count, size_t dimensions,
                         const struct qdrant_version *version, struct buf *out)
{
    const bool guarded = qdrant_version_has(version, QDRANT_UPDATE_FILTER);

    buf_text(out, "{\"operations\":[");
    for (size_t i = 0; i < count;) {
        const size_t taken = together(&rows[i], count - i, guarded);
        if (i > 0)
            buf_char(out, ',');
        write_upsert(&rows[i], taken, dimensions, guarded, out);
        i += taken;
    }
    buf_text(out, "]}");
}

void qdrant_write_deletion(const int64_t *numbers, size_t count, struct buf *out)
{
    buf_char(out, '{');
    write_numbers("points", numbers, count, out);
    buf_char(out, '}');
}

void qdrant_write_lookup(const int64_t *numbers, size_t count, struct buf *out)
{
    buf_char(out, '{');
    write_numbers("ids", numbers, count, out);
    buf_text(out, ",\"with_payload\":[\"rev\"],\"with_vector\":false}");
}

/* --- searches --- */

static void begin_match(const char *key, struct buf *out)
{
    buf_printf(out, ",{\"key\":\"%s\",\"match\":{\"value\":", key);
}

static void write_range(const struct vector_filter *filter, struct buf *out)
{
    buf_text(out, ",{\"key\":\"ts\",\"range\":{");
    if (filter->from != FIELD_ABSENT) {
        buf_text(out, "\"gte\":");
        write_time(filter->from, out);
    }
    if (filter->to != FIELD_ABSENT) {
        buf_text(out, filter->from != FIELD_ABSENT ? ",\"lt\":" : "\"lt\":");
        write_time(filter->to, out);
    }
    buf_text(out, "}}");
}

static void write_filter(const struct vector_filter *filter, struct buf *out)
{
    buf_text(out, "\"filter\":{\"must\":[{\"key\":\"tenant\",\"match\":{\"value\":");
    write_uuid(&filter->tenant_id, out);
    buf_text(out, "}}");
    if (filter->bot.at != NULL) {
        begin_match("bot", out);
        buf_json_string(out, filter->bot);
        buf_text(out, "}}");
    }
    if (filter->chat_id != FIELD_ABSENT) {
        begin_match("chat_id", out);
        write_id(filter->chat_id, out);
        buf_text(out, "}}");
    }
    if (filter->user_id != FIELD_ABSENT) {
        begin_match("user_id", out);
        write_id(filter->user_id, out);
        buf_text(out, "}}");
    }
    if (filter->language >= 0) {
        begin_match("language", out);
        buf_printf(out, "\"%s\"}}", language_names[filter->language]);
    }
    if (filter->from != FIELD_ABSENT || filter->to != FIELD_ABSENT)
        write_range(filter, out);
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
        if (i > 0)
            buf_char(out, ',');
        buf_i64(out, lrintf(vector[i] / largest * QUERY_SCALE));
    }
    buf_text(out, "],");
    write_filter(filter, out);
    buf_text(out, ",\"params\":{\"quantization\":{\"rescore\":true,\"oversampling\":2.0}},"
                  "\"with_payload\":false,\"with_vector\":false,\"limit\":");
    buf_u64(out, limit);
    buf_char(out, '}');
    return true;
}

void qdrant_write_count(const struct vector_filter *filter, struct buf *out)
{
    buf_char(out, '{');
    if (filter != NULL) {
        write_filter(filter, out);
        buf_char(out, ',');
    }
    buf_text(out, "\"exact\":true}");
}

void qdrant_write_scroll(int64_t after, size_t limit, struct buf *out)
{
    buf_text(out, "{\"offset\":");
    buf_i64(out, after + 1);
    buf_text(out, ",\"with_payload\":[\"rev\"],\"with_vector\":false,\"limit\":");
    buf_u64(out, limit);
    buf_char(out, '}');
}
