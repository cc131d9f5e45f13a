// SPDX-License-Identifier: MIT
/* SQL of the list of apartments. PostgreSQL may use one plan of a prepared statement for all
 * values, so there is a statement for each choice of an index: for each base filter and order, with
 * and without dates. All other filters are in each statement; a filter whose parameter is NULL is
 * not applied.
 *
 * If an index provides the order (`walked`), rows are read in its order until the page is full. If
 * no index does (`sorted`), only ids and keys are sorted, then the rows of the page are fetched.
 * Free nights are checked last, per apartment: the COALESCE of {stay_taken} keeps the planner from
 * joining the whole table occupancy. The inner LIMIT is a constant, because the planner expects a
 * LIMIT by parameter to return a tenth of the table.
 *
 * A short page without filters uses a simpler statement (`plain`), because unused filters and the
 * running sum of bytes take a third of the time of such a page. Its rows are used if each fits into
 * an equal share of a page's bytes; if one does not, the full statement reads the page again. */
#include <math.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/money.h"

#include "apartments/apartment_listed.h"
#include "apartments/apartment_row.h"
#include "calendar/apartment_list.h"
#include "calendar/stay_sql.h"
#include "prices/stay_price.h"

// clang-format off
/* The parameters after {tenant} and their values in apartment_list_find(). {key} and {key_id} are
 * the cursor, {rooms} is a bit set, {words} an array of patterns, {lat_min} to {lon_max} a box
 * around `near`. A plain statement has no FILTERS; it is used if all their values are NULL. */
#define PLAIN_PARAMETERS(ROW)                                                                      \
    ROW("city text",                 db_text(query->city))                                         \
    ROW("owner uuid",                db_uuid(&query->owner_id))                                    \
    ROW("is_active boolean",         query->is_active == ACTIVE_ALL ? db_null() : db_bool(query->is_active == ACTIVE_TRUE)) \
    ROW("key bigint",                db_int(cursor.number))                                        \
    ROW("key_id uuid",               cursor_id_value(&cursor.id))                                  \
    ROW("limit bigint",              db_int(query->page.limit + 1))
#define FILTERS(ROW)                                                                               \
    ROW("guests integer",            db_int(query->guests))                                        \
    ROW("rooms bigint",              db_int(query->rooms))                                         \
    ROW("min_price bigint",          db_int(query->min_price))                                     \
    ROW("max_price bigint",          db_int(query->max_price))                                     \
    ROW("district text",             db_text(query->district))                                     \
    ROW("amenities jsonb",           db_text(amenities))                                           \
    ROW("words text",                db_text(patterns))                                            \
    ROW("lat_min double precision",  db_double(box.lat_min))                                       \
    ROW("lat_max double precision",  db_double(box.lat_max))                                       \
    ROW("lon_min double precision",  db_double(box.lon_min))                                       \
    ROW("lon_max double precision",  db_double(box.lon_max))                                       \
    ROW("lat double precision",      db_double(query->near.lat))                                   \
    ROW("lon double precision",      db_double(isnan(query->near.lat) ? (double)NAN : query->near.lon)) \
    ROW("radius_m double precision", isnan(query->near.lat) ? db_null() : db_double((double)radius_km * 1000)) \
    ROW("check_in date",             db_date(query->check_in))                                     \
    ROW("check_out date",            db_date(query->check_out))                                    \
    ROW("nights bigint",             db_int(dated ? (int64_t)query->check_out - query->check_in : FIELD_ABSENT)) \
    ROW("weekend_nights bigint",     db_int(dated ? stay_price_count_weekend_nights(query->check_in, query->check_out) : FIELD_ABSENT)) \
    ROW("code text",                 db_text(query->code))                                         \
    ROW("id uuid",                   db_uuid(&query->id))
#define DECLARATION(declaration, value) ", " declaration
#define VALUE(declaration, value) value,
#define ONE(declaration, value) +1
enum { PLAIN_VALUES = 1 PLAIN_PARAMETERS(ONE) };
#undef ONE

/* SQL of the number of bytes in the columns that may be long. It does not read their values;
 * octet_length(concat()) would. */
#define LONG                                                                                       \
    "CASE WHEN a.check_in_info_ru IS NULL THEN octet_length(a.listed)"                             \
    " ELSE octet_length(a.listed) + octet_length(a.check_in_info_ru)"                              \
    "   + coalesce(octet_length(a.check_in_info_kz), 0)"                                           \
    "   + coalesce(octet_length(a.check_in_info_en), 0) END"

/* The statement for an order that an index provides. All filters are one coalesce(), which the
 * planner cannot estimate. For separate conditions the planner would multiply their selectivities,
 * expect almost no rows, and not use the index. */
static const char walked[] =
    LIST_PAGE_OF
    "SELECT * FROM (SELECT * FROM ("
    "    SELECT {columns}, {total} AS total,"
    "      CASE WHEN {lat} IS NOT NULL THEN {distance_m} END AS distance,"
    "      {free_until} AS free_until, {large} AS large"
    "    FROM (SELECT * FROM apartment a WHERE {base} AND {after} ORDER BY {order} OFFSET 0) a"
    "    WHERE coalesce({filters} AND {rules}, false) AND {free} OFFSET 0"
    "  ) priced WHERE {fits} LIMIT 101) a"
    " LIMIT {limit}"
    LIST_PAGE_CUT;
static const char sorted[] =
    LIST_PAGE_OF
    "SELECT {columns}, page.total, page.distance, {free_until} AS free_until, {large} AS large"
    " FROM (SELECT * FROM ("
    "    SELECT a.id, a.total, a.distance"
    "    FROM (SELECT a.id, a.buffer_days, {total} AS total, {distance_shown} AS distance"
    "          FROM apartment a"
    "          WHERE {base} AND coalesce({filters} AND {rules}, false)"
    "          ORDER BY {sort}, id OFFSET 0) a"
    "    WHERE (a.{sort}, a.id) > ({key}, {key_id}) AND {fits} AND {free}"
    "    ORDER BY a.{sort}, a.id LIMIT 101"
    "  ) most LIMIT {limit}) page"
    " JOIN apartment a ON a.id = page.id"
    " ORDER BY page.{sort}, page.id"
    LIST_PAGE_CUT;
/* The statement for short pages without filters. Rows have the columns of a LIST_PAGE_OF statement,
 * but 0 as their sizes. `bytes` is NULL if a row exceeds its share or its stored JSON is not
 * valid. */
static const char plain[] =
    "SELECT * FROM ("
    "  SELECT {columns}, NULL::bigint AS total, NULL::bigint AS distance,"
    "    NULL::timestamptz AS free_until, 0 AS large,"
    "    CASE WHEN " APARTMENT_IS_LISTED " AND {sent} THEN 0 END AS bytes"
    "  FROM apartment a"
    "  WHERE {base} AND {after} AND ({is_active} IS NULL OR a.is_active = {is_active})"
    "  ORDER BY {order} LIMIT 101) a"
    " LIMIT {limit}";
/* The highest limit of a short page, and the bytes that each of its rows may have: 8 kB of the
 * columns that may be long and 1 kB of the others. */
enum { PLAIN_LIMIT = LIST_LIMIT_DEFAULT, SHARE = 9 * 1024 };
_Static_assert((PLAIN_LIMIT + 1) * SHARE <= LIST_PAGE_BYTES_MAX, "every row has its share");
static const struct db_part within_share[] = {
    {"sent", LONG " <= 8192"},
    {0},
};
static const struct db_part parts[] = {
    {"sent", "true"},
    {"filters",
        "({city} IS NULL OR a.city = {city})"
        " AND ({id} IS NULL OR a.id = {id})"
        " AND ({code} IS NULL OR lower(a.code) = lower({code}))"
        " AND ({owner} IS NULL OR a.owner_id = {owner})"
        " AND ({is_active} IS NULL OR a.is_active = {is_active})"
        " AND ({guests} IS NULL OR a.max_guests >= {guests})"
        " AND ({rooms} IS NULL OR ({rooms} >> a.rooms) & 1 = 1)"
        " AND ({district} IS NULL OR lower(a.district) = lower({district}))"
        " AND ({amenities} IS NULL OR a.amenities @> {amenities})"
        " AND ({words} IS NULL OR a.words LIKE ALL (lower({words})::text[]))"},
    /* SQL of the distance from `near` on a sphere, in metres. */
    {"distance",
        "(12742017.6 * asin(least(1, sqrt("
        "   power(sin(radians(a.lat - {lat}) / 2), 2)"
        "   + cos(radians({lat})) * cos(radians(a.lat))"
        "   * power(sin(radians(a.lon - {lon}) / 2), 2)))))"},
    {"distance_m", "round({distance})::bigint"},
    /* SQL of a row's size in bytes, without the 1 kB that LIST_PAGE_OF adds. If the stored JSON is
     * not valid, all columns are read later, so all count. */
    {"large",
        "CASE WHEN NOT " APARTMENT_IS_LISTED " THEN octet_length(a::text) ELSE " LONG " END - 1024"},
    {0},
};

/* Base filters: a statement has one of them, which selects the index. */
static const struct db_part in_tenant[] = {
    {"base", "a.tenant_id = {tenant}"},
    {0},
};
static const struct db_part in_city[] = {
    {"base", "a.tenant_id = {tenant} AND a.city = {city}"},
    {0},
};
/* Base filters that normally match at most one apartment. */
static const struct db_part of_id[] = {
    {"base", "a.tenant_id = {tenant} AND a.id = {id}"},
    {0},
};
static const struct db_part of_code[] = {
    {"base", "a.tenant_id = {tenant} AND lower(a.code) = lower({code})"},
    {0},
};
static const struct db_part of_owner[] = {
    {"base", "a.tenant_id = {tenant} AND a.owner_id = {owner}"},
    {0},
};
static const struct db_part nearby[] = {
    {"base",
        "a.tenant_id = {tenant} AND a.lat BETWEEN {lat_min} AND {lat_max}"
        " AND a.lon BETWEEN {lon_min} AND {lon_max} AND {distance} <= {radius_m}"},
    {0},
};

/* Parts of statements without dates: prices are per night. */
static const struct db_part by_night[] = {
    {"total", "NULL::bigint"},
    {"free_until", "NULL::timestamptz"},
    {"rules",
        "({min_price} IS NULL OR a.base_price >= {min_price})"
        " AND ({max_price} IS NULL OR a.base_price <= {max_price})"},
    {"free", "true"},
    {"fits", "true"},
    {0},
};
/* Parts of statements with dates: the rules of booking_check() in SQL; a test compares both. The
 * total is computed last, once per row, unless a price filter needs it. */
static const struct db_part by_stay[] = {
    {"total", "{stay_total}"},
    /* money_per_night() in SQL */
    {"stay_night", "(({stay_total} + 50 * {nights}) / (100 * {nights}) * 100)"},
    {"free_until",
        "(SELECT tier.until FROM cancellation_policy p CROSS JOIN LATERAL (SELECT"
        "   policy_until(jsonb_build_object('tiers', p.tiers), 0, {check_in}, a.check_in_time,"
        "    a.timezone) AS until) tier"
        "  WHERE p.name = a.cancellation_policy AND tier.until >= now()"
        "   AND policy_keep_percent(jsonb_build_object('tiers', p.tiers), 0) = 0)"},
    {"rules",
        "({min_price} IS NULL OR {stay_night} >= {min_price})"
        " AND ({max_price} IS NULL OR {stay_night} <= {max_price})"
        " AND a.is_active AND {nights} BETWEEN a.min_nights AND a.max_nights"
        " AND {check_in} >= " APARTMENT_LOCAL "::date"
        " AND {check_in} <= " APARTMENT_LOCAL "::date + a.booking_window_days"
        " AND date_trunc('minute', " APARTMENT_LOCAL ")"
        "   + a.advance_notice_hours * interval '1 hour' <= {check_in} + interval '1 day'"
        " AND {stay_seasons_allow}"},
    {"free", "NOT {stay_taken}"},
    {"fits", "total <= {stay_total_max}"},
    {0},
};

/* Orders that an index provides, for `walked` and `plain` statements: */
static const struct db_part newest[] = {
    {"after", "a.id < {key_id}"},
    {"order", "a.id DESC"},
    {0},
};
static const struct db_part cheapest[] = {
    {"after", "(a.base_price, a.id) > ({key}, {key_id})"},
    {"order", "a.base_price, a.id"},
    {0},
};
/* Orders for `sorted` statements: */
static const struct db_part by_total[] = {
    {"sort", "total"},
    {"distance_shown", "CASE WHEN {lat} IS NOT NULL THEN {distance_m} END"},
    {0},
};
static const struct db_part by_distance[] = {
    {"sort", "distance"},
    {"distance_shown", "{distance_m}"},
    {0},
};

enum base { BASE_TENANT, BASE_CITY, BASE_OWNER, BASE_CODE, BASE_ID, BASE_NEAR };
#define DECLARED "tenant uuid" PLAIN_PARAMETERS(DECLARATION)
#define FULL .parameters = DECLARED FILTERS(DECLARATION), .shape = &apartment_listed_shape

/* The statements by base filter, enum apartment_sort, and whether there are dates. */
static const struct db_statement statements[][2][2] = {
    [BASE_TENANT] = {
        {{"apartments_tenant_newest",       walked, .parts = {parts, in_tenant, by_night, newest}, FULL},
         {"apartments_tenant_newest_dated", walked, .parts = {parts, in_tenant, by_stay, newest, stay_parts}, FULL}},
        {{"apartments_tenant_price",        walked, .parts = {parts, in_tenant, by_night, cheapest}, FULL},
         {"apartments_tenant_price_dated",  sorted, .parts = {parts, in_tenant, by_stay, by_total, stay_parts}, FULL}}},
    [BASE_CITY] = {
        {{"apartments_city_newest",         walked, .parts = {parts, in_city, by_night, newest}, FULL},
         {"apartments_city_newest_dated",   walked, .parts = {parts, in_city, by_stay, newest, stay_parts}, FULL}},
        {{"apartments_city_price",          walked, .parts = {parts, in_city, by_night, cheapest}, FULL},
         {"apartments_city_price_dated",    sorted, .parts = {parts, in_city, by_stay, by_total, stay_parts}, FULL}}},
    [BASE_OWNER] = {
        {{"apartments_owner_newest",        walked, .parts = {parts, of_owner, by_night, newest}, FULL},
         {"apartments_owner_newest_dated",  walked, .parts = {parts, of_owner, by_stay, newest, stay_parts}, FULL}},
        {{"apartments_owner_price",         walked, .parts = {parts, of_owner, by_night, cheapest}, FULL},
         {"apartments_owner_price_dated",   sorted, .parts = {parts, of_owner, by_stay, by_total, stay_parts}, FULL}}},
    [BASE_CODE] = {
        {{"apartments_code_newest",         walked, .parts = {parts, of_code, by_night, newest}, FULL},
         {"apartments_code_newest_dated",   walked, .parts = {parts, of_code, by_stay, newest, stay_parts}, FULL}},
        {{"apartments_code_price",          walked, .parts = {parts, of_code, by_night, cheapest}, FULL},
         {"apartments_code_price_dated",    sorted, .parts = {parts, of_code, by_stay, by_total, stay_parts}, FULL}}},
    [BASE_ID] = {
        {{"apartments_id_newest",           walked, .parts = {parts, of_id, by_night, newest}, FULL},
         {"apartments_id_newest_dated",     walked, .parts = {parts, of_id, by_stay, newest, stay_parts}, FULL}},
        {{"apartments_id_price",            walked, .parts = {parts, of_id, by_night, cheapest}, FULL},
         {"apartments_id_price_dated",      sorted, .parts = {parts, of_id, by_stay, by_total, stay_parts}, FULL}}},
    [BASE_NEAR] = {
        {{"apartments_near_newest",         walked, .parts = {parts, nearby, by_night, newest}, FULL},
         {"apartments_near_newest_dated",   walked, .parts = {parts, nearby, by_stay, newest, stay_parts}, FULL}},
        {{"apartments_near_price",          walked, .parts = {parts, nearby, by_night, cheapest}, FULL},
         {"apartments_near_price_dated",    sorted, .parts = {parts, nearby, by_stay, by_total, stay_parts}, FULL}}},
};
/* The plain statements by base filter and enum apartment_sort. */
#define PLAIN .parameters = DECLARED, .shape = &apartment_listed_shape
static const struct db_statement plain_statements[][2] = {
    [BASE_TENANT] = {
        {"apartments_tenant_newest_plain", plain, .parts = {within_share, in_tenant, newest}, PLAIN},
        {"apartments_tenant_price_plain",  plain, .parts = {within_share, in_tenant, cheapest}, PLAIN}},
    [BASE_CITY] = {
        {"apartments_city_newest_plain",   plain, .parts = {within_share, in_city, newest}, PLAIN},
        {"apartments_city_price_plain",    plain, .parts = {within_share, in_city, cheapest}, PLAIN}},
};
static const struct db_statement by_distance_statements[] = {
    {"apartments_distance",       sorted, .parts = {parts, nearby, by_night, by_distance}, FULL},
    {"apartments_distance_dated", sorted, .parts = {parts, nearby, by_stay, by_distance, stay_parts}, FULL},
};
// clang-format on

static enum base choose_base_filter(const struct apartment_query *query)
{
    if (!isnan(query->near.lat))
        return BASE_NEAR;
    if (!uuid_is_nil(&query->id))
        return BASE_ID;
    if (query->code.at != NULL)
        return BASE_CODE;
    if (!uuid_is_nil(&query->owner_id))
        return BASE_OWNER;
    return query->city.at != NULL ? BASE_CITY : BASE_TENANT;
}

static const struct db_statement *choose_statement_with_filters(const struct apartment_query *query)
{
    bool dated = query->check_in != FIELD_ABSENT32;

    if (query->sort == SORT_DISTANCE)
        return &by_distance_statements[dated];
    return &statements[choose_base_filter(query)][query->sort][dated];
}

/* The plain statement for the query. NULL if its page may have more than PLAIN_LIMIT rows, or if it
 * has other filters than a city: a base filter above BASE_CITY, or one of `filters` (the `count`
 * values of FILTERS) that is not NULL. */
static const struct db_statement *
choose_statement_without_filters(const struct apartment_query *query,
                                 const struct db_value *filters, size_t count)
{
    const enum base base = choose_base_filter(query);

    if (base > BASE_CITY || query->page.limit > PLAIN_LIMIT)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (filters[i].type != DB_NULL)
            return NULL;
    return &plain_statements[base][query->sort];
}

/* True if each row of a plain statement fits into its share. */
static bool rows_fit_into_page(const struct db_rows *rows)
{
    const int bytes = (int)apartment_listed_shape.count + APARTMENT_LIST_EXTRA_COLUMNS + 1;

    for (int i = 0; i < rows->count; i++)
        if (db_is_null(rows, i, bytes))
            return false;
    return true;
}

/* A box around the circle of a search, in degrees. If the circle is near a pole or crosses the date
 * line, the box spans all longitudes. Without a circle all members are NAN. */
struct box {
    double lat_min, lat_max, lon_min, lon_max;
};

static struct box box_around(struct field_geo centre, int64_t radius_km)
{
    /* Rounded down from 12742.0176 * pi / 360 of {distance}, so that the box is never too small. */
    const double km_per_degree = 111.19;
    const double none = (double)NAN;

    if (isnan(centre.lat))
        return (struct box){none, none, none, none};
    double lat_reach = (double)radius_km / km_per_degree;
    double smallest_cosine = cos((fabs(centre.lat) + lat_reach) * M_PI / 180);
    double lon_reach = smallest_cosine > 0.01 ? lat_reach / smallest_cosine : 360;
    bool wraps = centre.lon - lon_reach < -180 || centre.lon + lon_reach > 180;
    return (struct box){centre.lat - lat_reach, centre.lat + lat_reach,
                        wraps ? -180 : centre.lon - lon_reach,
                        wraps ? 180 : centre.lon + lon_reach};
}

enum { PATTERNS_MAX = 8192 };

/* Builds {"%word%",...} from the words of `q`, for LIKE ALL. In words %, _ and \ are literal. */
static bool encode_word_patterns(struct slice q, struct arena *arena, struct slice *out,
                                 struct fault *fault)
{
    AUTO(buf_finish) struct buf text = BUF(PATTERNS_MAX);

    buf_char(&text, '{');
    for (struct slice word = apartment_list_next_word(&q); word.len > 0;
         word = apartment_list_next_word(&q)) {
        buf_text(&text, text.len > 1 ? ",\"%" : "\"%");
        for (size_t i = 0; i < word.len; i++) {
            const char c = word.at[i];
            /* Escape the character for LIKE, then the result for the array literal. */
            if (c == '%' || c == '_')
                buf_text(&text, "\\\\");
            else if (c == '\\')
                buf_text(&text, "\\\\\\");
            else if (c == '"')
                buf_char(&text, '\\');
            buf_char(&text, c);
        }
        buf_text(&text, "%\"");
    }
    buf_char(&text, '}');
    return buf_keep(&text, arena, out, fault);
}

/* The cursor of the first page: a position before every row in the query's order. */
static struct list_cursor first_page_cursor(const struct apartment_query *query)
{
    struct list_cursor cursor = {.number = -1};

    if (query->sort == SORT_NEWEST)
        memset(&cursor.id, 0xff, sizeof cursor.id);
    return cursor;
}

/* The value of a cursor's id, which may be nil. db_uuid() would send a nil id as NULL. */
static struct db_value cursor_id_value(const struct uuid *id)
{
    return (struct db_value){.type = DB_UUID, .uuid = *id};
}

bool apartment_list_load_without_stored_json(struct db *db, const struct uuid *tenant_id,
                                             const struct db_rows *rows, struct arena *arena,
                                             struct apartment_unlisted *out, struct fault *fault)
{
    struct uuid ids[LIST_LIMIT_MAX + 1];
    const int listed = (int)apartment_listed_shape.count - 1;
    size_t count = 0;

    *out = (struct apartment_unlisted){0};
    for (int i = 0; i < rows->count && count < ARRAY_LEN(ids); i++)
        if (db_is_null(rows, i, listed))
            ids[count++] = db_get_uuid(rows, i, 0);
    if (count == 0)
        return true;
    struct apartment *apartments = arena_alloc(arena, count * sizeof *apartments);
    if (apartments == NULL)
        return arena_fault(fault);
    if (!apartment_store_find_brief_by_ids(db, tenant_id, ids, count, arena, apartments,
                                           &out->count, fault))
        return false;
    out->apartments = apartments;
    return out->count == count ||
           fault_set(fault, FAULT_UNAVAILABLE, "busy",
                     "An apartment of the list was deleted in the meantime.");
}

void apartment_list_read_row(const struct db_rows *rows, int row,
                             const struct apartment_unlisted *unlisted, struct apartment *out)
{
    *out = (struct apartment){0};
    db_row_read(rows, row, 0, apartment_listed_shape.columns, apartment_listed_shape.count, out);
    /* The cursor must have the price by which the row was sorted, not one that was read later. */
    const int64_t base_price = out->base_price;
    for (size_t i = 0; i < unlisted->count; i++)
        if (uuid_equal(&unlisted->apartments[i].id, &out->id))
            *out = unlisted->apartments[i];
    out->base_price = base_price;
    out->total = db_get_int(rows, row, (int)apartment_listed_shape.count);
    out->distance_m = db_get_int(rows, row, (int)apartment_listed_shape.count + 1);
    out->free_until = db_get_time(rows, row, (int)apartment_listed_shape.count + 2);
    out->deposit = FIELD_ABSENT;
    if (out->total != FIELD_ABSENT)
        out->deposit = money_percent_rounded_up(out->total, out->prepayment_percent);
}

bool apartment_list_find(struct db *db, const struct uuid *tenant_id,
                         const struct apartment_query *query, struct arena *arena,
                         struct db_rows *rows, struct fault *fault)
{
    bool dated = query->check_in != FIELD_ABSENT32;
    int64_t radius_km = query->radius_km != FIELD_ABSENT ? query->radius_km : RADIUS_KM_DEFAULT;
    struct box box = box_around(query->near, radius_km);
    struct list_cursor cursor =
        query->page.after.set ? query->page.after : first_page_cursor(query);
    struct slice amenities = {0};
    struct slice patterns = {0};

    if ((query->amenities.count > 0 &&
         !apartment_row_encode_list(&query->amenities, arena, &amenities, fault)) ||
        (query->q.at != NULL && !encode_word_patterns(query->q, arena, &patterns, fault)))
        return false;

    const struct db_value values[] = {db_uuid(tenant_id), PLAIN_PARAMETERS(VALUE) FILTERS(VALUE)};
    const struct db_statement *plain_statement = choose_statement_without_filters(
        query, values + PLAIN_VALUES, ARRAY_LEN(values) - PLAIN_VALUES);
    if (plain_statement != NULL) {
        if (!db_query(db, plain_statement, values, PLAIN_VALUES, rows, fault))
            return false;
        if (rows_fit_into_page(rows))
            return true;
        db_rows_finish(rows);
    }
    return db_query(db, choose_statement_with_filters(query), values, ARRAY_LEN(values), rows,
                    fault);
}
