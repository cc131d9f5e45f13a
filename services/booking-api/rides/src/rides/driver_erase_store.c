// SPDX-License-Identifier: MIT
#include "rides/ride_store.h"

// clang-format off
static const struct db_statement live_statement = {
    .name = "driver_erase_live",
    .parameters = "id uuid",
    .sql = "SELECT EXISTS (SELECT FROM trip WHERE driver_id = {id} AND status IN ('scheduled', 'started'))",
};

static const struct db_part driver_parts[] = {
    {"rides", "SELECT r.id FROM trip t JOIN ride r ON r.trip_id = t.id WHERE t.driver_id = {id}"},
    {NULL, NULL},
};
#define BLANK(name_, sql_) {                                                                       \
    .name = "driver_erase_" name_,                                                                 \
    .parameters = "id uuid",                                                                       \
    .parts = {driver_parts},                                                                          \
    .sql = sql_}

/* Removes personal data from stored answers: a client that repeats a request still gets the answer. Answers are stored
 * for 48 hours, so rows changed more than 50 hours ago have none. The erasure of a passenger finds an answer by its
 * beginning, so there must be no space before the id. */
#define ANSWERS                                                                                                         \
    "UPDATE idempotency SET body = regexp_replace((b.body"                                                              \
    "  || CASE WHEN b.body ? 'documents' THEN"                                                                          \
    "      '{\"name\": \"erased\", \"phone\": null, \"telegram_id\": null, \"payment_info\": null, \"documents\": []}'"  \
    "      ELSE '{}' END::jsonb"                                                                                        \
    "  || CASE WHEN b.body ? 'plate' THEN '{\"plate\": null}' ELSE '{}' END::jsonb"                                     \
    "  || CASE WHEN b.body ? 'stops' THEN '{\"note\": null}' ELSE '{}' END::jsonb"                                      \
    "  || CASE WHEN jsonb_typeof(b.body -> 'driver') = 'object' THEN jsonb_build_object('driver',"                      \
    "      (b.body -> 'driver') - 'payment_info'"                                                                       \
    "      || '{\"name\": \"erased\"}' || CASE WHEN b.body -> 'driver' ? 'phone' THEN '{\"phone\": null}' ELSE '{}' END::jsonb)" \
    "     ELSE '{}' END"                                                                                                \
    "  || CASE WHEN jsonb_typeof(b.body -> 'car') = 'object' AND b.body -> 'car' ? 'plate'"                             \
    "      THEN jsonb_build_object('car', b.body -> 'car' || '{\"plate\": null}') ELSE '{}' END)::text,"                \
    "  '^{\"id\": ', '{\"id\":')"                                                                                       \
    " FROM (SELECT i.id, i.body::jsonb AS body FROM idempotency i WHERE i.body LIKE '{\"id\":\"%'"                      \
    "   AND substr(i.body, 8, 36) = ANY (ARRAY (SELECT {id}::text"                                                      \
    "    UNION ALL SELECT id::text FROM car WHERE driver_id = {id}"                                                     \
    "    UNION ALL SELECT id::text FROM offer WHERE driver_id = {id} AND updated_at > now() - interval '50 hours'"      \
    "    UNION ALL SELECT id::text FROM trip WHERE driver_id = {id} AND updated_at > now() - interval '50 hours'"       \
    "    UNION ALL SELECT id::text FROM ride WHERE id IN ({rides}) AND updated_at > now() - interval '50 hours'))) b"   \
    " WHERE idempotency.id = b.id"

/* Removes the texts of ratings and of the driver's complaints from stored answers, which do not contain the ride's id;
 * the location does (index idempotency_of_feedback). The answer to a rating does not name its side. Both can be written
 * for 7 days after the ride. */
#define FEEDBACK                                                                                                        \
    "UPDATE idempotency SET body = (body::jsonb || CASE WHEN body::jsonb ? 'about' THEN '{\"text\": \"erased\"}'"       \
    "   ELSE '{\"text\": null}' END::jsonb)::text"                                                                      \
    " WHERE (location LIKE '/v1/rides/%/rating/%' OR location LIKE '/v1/rides/%/complaints/%')"                         \
    "  AND lower(substr(location, 11, 36)) = ANY (ARRAY ("                                                              \
    "   SELECT id::text FROM ride WHERE id IN ({rides}) AND ended_at > now() - interval '10 days'))"                    \
    "  AND body::jsonb ->> 'side' IS DISTINCT FROM 'guest'"

static const struct db_statement blank_statements[] = {
    BLANK("answers", ANSWERS),
    BLANK("feedback", FEEDBACK),
    BLANK("cars", "UPDATE car SET plate = NULL, is_live = false WHERE driver_id = {id}"),
    BLANK("trips", "UPDATE trip SET note = NULL WHERE driver_id = {id} AND note IS NOT NULL"),
    BLANK("trip_steps", "UPDATE trip_history SET reason = NULL WHERE reason IS NOT NULL"
                        " AND trip_id IN (SELECT id FROM trip WHERE driver_id = {id})"),
    BLANK("ride_steps", "UPDATE ride_history SET reason = NULL WHERE reason IS NOT NULL"
                        " AND ride_id IN ({rides}) AND actor = 'driver:' || {id}::text"),
    BLANK("ratings", "UPDATE rating SET text = NULL WHERE driver_id = {id} AND side = 'driver' AND text IS NOT NULL"),
    BLANK("complaints", "UPDATE complaint SET text = 'erased' WHERE side = 'driver' AND ride_id IN ({rides})"),
    BLANK("calls", "UPDATE sos SET lat = NULL, lon = NULL WHERE side = 'driver' AND lat IS NOT NULL AND ride_id IN ({rides})"),
    BLANK("places", "DELETE FROM trip_location WHERE trip_id IN (SELECT id FROM trip WHERE driver_id = {id})"),
    BLANK("driver", "UPDATE driver SET name = 'erased', phone = NULL, telegram_id = NULL, payment_info = NULL,"
                    " documents = '[]', papers_until = NULL, status = 'blocked', changed_by = NULL, blanked_at = now() WHERE id = {id} RETURNING version"),
};
// clang-format on
enum { BLANKS = ARRAY_LEN(blank_statements) };

bool driver_erase_store_has_live_trips(struct db *tx, const struct uuid *id, int64_t *has_live,
                                       struct fault *fault)
{
    return db_query_number(tx, &live_statement, DB_VALUES(db_uuid(id)), has_live, fault);
}

bool driver_erase_store_erase_data(struct db *tx, const struct uuid *id, int64_t *version,
                                   struct fault *fault)
{
    auto_rows struct db_rows driver = {0};
    const struct db_value values[] = {db_uuid(id)};
    struct db_call calls[BLANKS];

    for (size_t i = 0; i < BLANKS; i++)
        calls[i] = (struct db_call){&blank_statements[i], values, 1, NULL};
    calls[BLANKS - 1].rows = &driver;
    if (!db_query_all(tx, calls, BLANKS, fault))
        return false;
    *version = db_get_int(&driver, 0, 0);
    return true;
}
