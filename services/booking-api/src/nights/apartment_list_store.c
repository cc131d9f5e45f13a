// SPDX-License-Identifier: MIT
/* The SQL of the list. There are few shapes, because PostgreSQL plans a prepared statement once for
 * all values: what decides the index (the place searched, the order, dates or none) is in the text,
 * everything else is a filter that lets all pass when its parameter is NULL.
 *
 * Where an index gives the order ("walked"), rows are taken from it until the page is full. Where
 * not ("sorted"), ids and keys alone are sorted and rows fetched for the page. Nights are
 * probed flat by flat, last of all filters: the COALESCE keeps the planner from joining the whole
 * of occupancy instead. The inner LIMIT is a constant, because a parameter there is taken for a
 * tenth of the table.
 */
#include <math.h>

#include "flats/apartment_row.h"
#include "nights/apartment_list.h"
#include "nights/stay_sql.h"
#include "prices/stay_price.h"

/* What the index is for. $1 tenant, $2 city, $3 owner, $12..$15 the box around `near`. */
#define IN_TENANT "a.tenant_id = $1"
#define IN_CITY   "a.tenant_id = $1 AND a.city = $2"
#define OF_OWNER  "a.tenant_id = $1 AND a.owner_id = $3"
#define NEARBY                                                                                     \
    "a.tenant_id = $1 AND a.lat BETWEEN $12 AND $13 AND a.lon BETWEEN $14 AND $15"                 \
    " AND " DISTANCE " <= $18::double precision"

/* Metres from ($16, $17) on a sphere. */
#define DISTANCE                                                                                   \
    "(12742017.6 * asin(least(1, sqrt(power(sin(radians(a.lat - $16::double precision) / 2), 2)"   \
    " + cos(radians($16::double precision)) * cos(radians(a.lat))"                                 \
    " * power(sin(radians(a.lon - $17::double precision) / 2), 2)))))"
#define DISTANCE_M "round(" DISTANCE ")::bigint"

/* Names the parameters of `near` where there is none: each needs its type. */
#define NOWHERE " AND coalesce($12::double precision, $13, $14, $15, $16, $17, $18) IS NULL"

/* $6 rooms as bits; $10 amenities as jsonb; $11 words as patterns. */
#define FILTERS                                                                                    \
    "($2::text IS NULL OR a.city = $2) AND ($3::uuid IS NULL OR a.owner_id = $3)"                  \
    " AND ($4::boolean IS NULL OR a.is_active = $4)"                                               \
    " AND ($5::integer IS NULL OR a.max_guests >= $5)"                                             \
    " AND ($6::bigint IS NULL OR ($6 >> a.rooms) & 1 = 1)"                                         \
    " AND ($9::text IS NULL OR lower(a.district) = lower($9))"                                     \
    " AND ($10::jsonb IS NULL OR a.amenities @> $10)"                                              \
    " AND ($11::text IS NULL OR a.words LIKE ALL (lower($11)::text[]))"

/* $7, $8: a night's price. */
#define PRICE_OF_NIGHT                                                                             \
    " AND ($7::bigint IS NULL OR a.base_price >= $7)"                                              \
    " AND ($8::bigint IS NULL OR a.base_price <= $8)"

/* $22 check-in, $23 check-out, $24 nights, $25 of them at the weekend's price. least() passes over
 * what is NULL. */
#define TOTAL STAY_TOTAL("$22::date", "$23::date", "$24::bigint", "$25::bigint", "$5::integer")
#define PRICE_OF_STAY                                                                              \
    " AND " TOTAL " BETWEEN coalesce($7::bigint * $24::bigint, 0)"                                 \
    " AND least($8::bigint * $24::bigint, " STAY_TOTAL_MAX_SQL ")"

/* The other rules of booking_judge(), for rows that are not read yet; a test compares. */
#define BOOKABLE                                                                                   \
    " AND a.is_active AND $24::bigint BETWEEN a.min_nights AND a.max_nights"                       \
    " AND $22::date >= " APARTMENT_LOCAL "::date"                                                  \
    " AND $22::date <= " APARTMENT_LOCAL "::date + a.booking_window_days"                          \
    " AND date_trunc('minute', " APARTMENT_LOCAL ")"                                               \
    "   + a.advance_notice_hours * interval '1 hour' <= $22::date + interval '1 day'"              \
    " AND " STAY_SEASON_ALLOWS("$22::date", "$23::date", "$24::bigint")

#define NIGHTS_FREE(flat) " AND NOT " STAY_TAKEN(flat, "$22::date", "$23::date")

/* All filters as one, of which the planner knows nothing: taken apart, it would multiply guesses
 * until it expected no rows at all, and then not walk. */
#define OPAQUE(filters) "coalesce(" filters ", false)"

/* The bytes of what may be long in a row. */
#define LARGE                                                                                      \
    "octet_length(concat(amenities, photos, title_ru, title_kz, title_en, district, address, "     \
    "check_in_info_ru, check_in_info_kz, check_in_info_en))"

/* $19, $20: the key and id after which the page begins; beyond every row at the start. */
#define WALKED(place, more, free, total, after, order)                                             \
    LIST_PAGE_OF                                                                                   \
    "SELECT *, " LARGE " AS large FROM (SELECT {brief}, " total " AS total,"       \
    "  CASE WHEN $16::double precision IS NOT NULL THEN " DISTANCE_M " END AS distance"            \
    "  FROM (SELECT * FROM apartment a WHERE " place after " ORDER BY " order " OFFSET 0) a"       \
    "  WHERE " OPAQUE(FILTERS more) free " LIMIT 101) page LIMIT $21" LIST_PAGE_CUT

#define SORTED(place, more, total, distance, free, key)                                            \
    LIST_PAGE_OF                                                                                   \
    "SELECT {brief}, page.total, page.distance, " LARGE " AS large FROM"           \
    " (SELECT * FROM"                                                                              \
    "  (SELECT found.id, found.total, found.distance FROM"                                         \
    "   (SELECT a.id, a.buffer_days, " total " AS total, " distance " AS distance"                 \
    "    FROM apartment a WHERE " place                                                            \
    " AND " OPAQUE(FILTERS more) " ORDER BY " key ", id OFFSET 0) found"                           \
                                 "   WHERE (found." key                                            \
                                 ", found.id) > ($19::bigint, $20::uuid)" free                     \
                                 "   ORDER BY found." key                                          \
                                 ", found.id LIMIT 101) most LIMIT $21) page"                      \
                                 " JOIN apartment a ON a.id = page.id ORDER BY page." key          \
                                 ", page.id" LIST_PAGE_CUT

#define NEWEST_FIRST      " AND a.id < $20 AND $19::bigint IS NOT NULL", "a.id DESC"
#define CHEAPEST_FIRST    " AND (a.base_price, a.id) > ($19::bigint, $20::uuid)", "a.base_price, a.id"
#define APPLY(macro, ...) macro(__VA_ARGS__)

// clang-format off
/* By enum apartment_sort and whether there are dates. */
#define SHAPES(place, name, near) {                                                                \
    {{"apartments_" name "_newest",                                                                \
      APPLY(WALKED, place, near PRICE_OF_NIGHT, "", "NULL::bigint", NEWEST_FIRST), .shape = &apartment_shape},          \
     {"apartments_" name "_newest_dated",                                                          \
      APPLY(WALKED, place, near PRICE_OF_STAY BOOKABLE, NIGHTS_FREE("a"), TOTAL, NEWEST_FIRST),    \
      .shape = &apartment_shape}},                                                                                      \
    {{"apartments_" name "_price",                                                                 \
      APPLY(WALKED, place, near PRICE_OF_NIGHT, "", "NULL::bigint", CHEAPEST_FIRST), .shape = &apartment_shape},        \
     {"apartments_" name "_price_dated",                                                           \
      SORTED(place, near PRICE_OF_STAY BOOKABLE, TOTAL, "NULL::bigint", NIGHTS_FREE("found"),      \
             "total"),                                                                             \
      .shape = &apartment_shape}}}
// clang-format on

enum place { PLACE_TENANT, PLACE_CITY, PLACE_OWNER, PLACE_NEAR };

static const struct db_statement shapes[][2][2] = {
    [PLACE_TENANT] = SHAPES(IN_TENANT, "tenant", NOWHERE),
    [PLACE_CITY] = SHAPES(IN_CITY, "city", NOWHERE),
    [PLACE_OWNER] = SHAPES(OF_OWNER, "owner", NOWHERE),
    [PLACE_NEAR] = SHAPES(NEARBY, "near", ""),
};

// clang-format off
static const struct db_statement by_distance[] = {
    {"apartments_distance",
     SORTED(NEARBY, PRICE_OF_NIGHT, "NULL::bigint", DISTANCE_M, "", "distance"), .shape = &apartment_shape},
    {"apartments_distance_dated",
     SORTED(NEARBY, PRICE_OF_STAY BOOKABLE, TOTAL, DISTANCE_M, NIGHTS_FREE("found"), "distance"),
     .shape = &apartment_shape},
};
// clang-format on

static const struct db_statement *shape_of(const struct apartment_query *query)
{
    bool dated = query->check_in != FIELD_ABSENT32;
    if (query->sort == SORT_DISTANCE)
        return &by_distance[dated];
    enum place place = !isnan(query->near.lat)          ? PLACE_NEAR
                       : !uuid_is_nil(&query->owner_id) ? PLACE_OWNER
                       : query->city.at != NULL         ? PLACE_CITY
                                                        : PLACE_TENANT;
    return &shapes[place][query->sort][dated];
}

/* A box that holds the circle. A circle over a pole or the date line takes all longitudes. */
struct box {
    double lat_min, lat_max, lon_min, lon_max;
};

static struct box box_around(struct field_geo place, int64_t radius_km)
{
    const double km_per_degree = 111.19; /* a little less than on the sphere of DISTANCE */
    const double none = (double)NAN;
    if (isnan(place.lat))
        return (struct box){none, none, none, none};
    double lat_reach = (double)radius_km / km_per_degree;
    double narrowest = cos((fabs(place.lat) + lat_reach) * M_PI / 180);
    double lon_reach = narrowest > 0.01 ? lat_reach / narrowest : 360;
    bool wraps = place.lon - lon_reach < -180 || place.lon + lon_reach > 180;
    return (struct box){place.lat - lat_reach, place.lat + lat_reach,
                        wraps ? -180 : place.lon - lon_reach, wraps ? 180 : place.lon + lon_reach};
}

enum { PATTERNS_MAX = 8192 };

/* {"%word%",...} for LIKE ALL: each word anywhere, its own %, _ and \ meant literally. */
static bool word_patterns(struct slice q, struct arena *arena, struct slice *out)
{
    *out = (struct slice){0};
    if (q.at == NULL)
        return true;
    struct buf text;
    struct fault ignored;
    buf_init(&text, PATTERNS_MAX);
    size_t words = 0;
    bool inside = false;
    buf_char(&text, '{');
    for (size_t i = 0; i < q.len; i++) {
        char c = q.at[i];
        if (c == ' ' || c == '\t' || c == '\n') {
            if (inside)
                buf_text(&text, "%\"");
            inside = false;
            continue;
        }
        if (!inside) {
            buf_text(&text, words++ > 0 ? ",\"%" : "\"%");
            inside = true;
        }
        /* Once for LIKE, once more for the array's own quoting. */
        if (c == '%' || c == '_')
            buf_text(&text, "\\\\");
        else if (c == '\\')
            buf_text(&text, "\\\\\\");
        else if (c == '"')
            buf_char(&text, '\\');
        buf_char(&text, c);
    }
    buf_text(&text, inside ? "%\"}" : "}");
    if (buf_ok(&text, &ignored))
        *out = arena_copy(arena, buf_as_slice(&text));
    buf_finish(&text);
    return out->at != NULL;
}

static bool amenities_json(const struct field_texts *amenities, struct arena *arena,
                           struct slice *out)
{
    *out = (struct slice){0};
    if (amenities->count == 0)
        return true;
    struct slice json = SLICE("[");
    for (size_t i = 0; i < amenities->count && json.at != NULL; i++)
        json = arena_printf(arena, "%.*s%s\"%.*s\"", SLICE_ARG(json), i > 0 ? "," : "",
                            SLICE_ARG(amenities->items[i]));
    if (json.at != NULL)
        json = arena_printf(arena, "%.*s]", SLICE_ARG(json));
    *out = json;
    return json.at != NULL;
}

/* Beyond every row of the order. */
static struct list_place first_place(const struct apartment_query *query)
{
    struct list_place place = {.number = -1};
    if (query->sort == SORT_NEWEST)
        memset(&place.id, 0xff, sizeof place.id);
    return place;
}

/* A nil id is no value for db_uuid(), but a place to begin at. */
static struct db_value id_value(const struct uuid *id)
{
    return (struct db_value){.type = DB_UUID, .uuid = *id};
}

void apartment_list_read(const struct db_rows *rows, int row, struct apartment *out)
{
    apartment_row_borrow(rows, row, out);
    out->total = db_get_int(rows, row, (int)apartment_shape.count);
    out->distance_m = db_get_int(rows, row, (int)apartment_shape.count + 1);
}

bool apartment_list_find(struct db *db, const struct uuid *tenant_id,
                         const struct apartment_query *query, const struct list_place *after,
                         struct arena *arena, struct db_rows *rows, struct fault *fault)
{
    bool dated = query->check_in != FIELD_ABSENT32;
    int64_t radius_km = query->radius_km != FIELD_ABSENT ? query->radius_km : RADIUS_KM_DEFAULT;
    struct box box = box_around(query->near, radius_km);
    struct list_place place = after->set ? *after : first_place(query);
    struct slice amenities;
    struct slice patterns;
    if (!amenities_json(&query->amenities, arena, &amenities) ||
        !word_patterns(query->q, arena, &patterns))
        return arena_fault(fault);

    const struct db_value values[] = {
        db_uuid(tenant_id),
        db_text(query->city),
        db_uuid(&query->owner_id),
        query->is_active == ACTIVE_ALL ? db_null() : db_bool(query->is_active == ACTIVE_TRUE),
        db_int(query->guests),
        db_int(query->rooms),
        db_int(query->min_price),
        db_int(query->max_price),
        db_text(query->district),
        db_text(amenities),
        db_text(patterns),
        db_double(box.lat_min),
        db_double(box.lat_max),
        db_double(box.lon_min),
        db_double(box.lon_max),
        db_double(query->near.lat),
        db_double(isnan(query->near.lat) ? (double)NAN : query->near.lon),
        isnan(query->near.lat) ? db_null() : db_double((double)radius_km * 1000),
        db_int(place.number),
        id_value(&place.id),
        db_int(query->limit + 1),
        db_date(query->check_in),
        db_date(query->check_out),
        db_int((int64_t)query->check_out - query->check_in),
        db_int(dated ? stay_price_weekend_nights(query->check_in, query->check_out) : 0),
    };
    enum { WITHOUT_DATES = 21 };
    size_t used = dated ? sizeof values / sizeof values[0] : WITHOUT_DATES;
    return db_query(db, shape_of(query), values, used, rows, fault);
}
