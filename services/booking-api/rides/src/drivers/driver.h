// SPDX-License-Identifier: MIT
/* A driver: the rules (driver.c), JSON (driver_json.c), SQL (driver_store.c), the routes
 * (handlers/driver_handlers.c). Text in a struct driver is borrowed from the arena to which the
 * driver was read. */
#pragma once

#include <stdint.h>

#include "api/transition.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/value.h"
#include "db/query.h"

struct change;

enum driver_status { DRIVER_PENDING, DRIVER_ACTIVE, DRIVER_SUSPENDED, DRIVER_BLOCKED };
extern const char *const driver_status_names[]; /* NULL-terminated */

/* A driver needs valid documents of the first three kinds: licence, car and insurance. */
enum document_kind {
    DOCUMENT_LICENCE,
    DOCUMENT_CAR,
    DOCUMENT_INSURANCE,
    DOCUMENT_MEDICAL,
    DOCUMENT_TECHNICAL,
    DOCUMENT_KINDS
};
extern const char *const document_kind_names[]; /* NULL-terminated */

struct driver_document {
    int kind;           /* enum document_kind */
    struct slice last4; /* last four characters of the document's number */
    int32_t expires_on; /* the last day on which it is valid */
};

/* The final ratings by passengers. Their average is sum / count. */
struct driver_rating {
    int64_t sum;   /* of the stars */
    int64_t count; /* of the ratings */
};

struct driver {
    struct uuid id;
    struct uuid tenant_id;
    struct slice name;
    struct slice phone; /* E.164 */
    int64_t telegram_id;
    struct slice payment_info;   /* how passengers pay; may be absent */
    int language;                /* enum language */
    int status;                  /* enum driver_status */
    struct slice changed_by;     /* the actor whose action set the status; absent: none */
    struct field_list documents; /* struct driver_document, from a request body */
    struct slice papers;         /* `documents` as stored: JSON */
    int32_t papers_until;        /* FIELD_ABSENT32: a required document is missing */
    struct driver_rating rating;
    int64_t trips_done;
    int64_t faults; /* in the last CANCEL_DRIVER_DAYS */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* The data of a driver that trips, rides and offers show. */
struct driver_view {
    struct slice name;
    struct slice phone;        /* read for rides only; absent for trips and offers */
    struct slice payment_info; /* likewise; see ride_shows_payment_info() */
    struct driver_rating rating;
    int64_t trips_done;
};

// clang-format off
/* Columns of a struct that has the members `driver` (struct driver_view) and `car` (struct
 * car_view). In the SQL, `d` is the table driver and `c` the table car. */
#define DRIVER_VIEW_COLUMNS                                                                        \
    {DB_TEXT, AT(driver.name),         .sql = "d.name"},                                           \
    {DB_INT,  AT(driver.rating.sum),   .sql = "d.rating_sum"},                                     \
    {DB_INT,  AT(driver.rating.count), .sql = "d.rating_count"},                                   \
    {DB_INT,  AT(driver.trips_done),   .sql = "d.trips_done"},                                     \
    {DB_TEXT, AT(car.make),            .sql = "c.make"},                                           \
    {DB_TEXT, AT(car.model),           .sql = "c.model"},                                          \
    {DB_TEXT, AT(car.color),           .sql = "c.color"}
// clang-format on

/* The last day on which all required documents are valid; FIELD_ABSENT32: a required document is
 * missing. */
int32_t driver_documents_valid_until(const struct driver_document *documents, size_t count);
/* Checks the documents of a struct driver: kinds do not repeat, `last4` is four digits or capital
 * letters. Skips absent members. */
void driver_check_documents(const void *driver, struct fault_list *problems);

enum driver_action { DRIVER_ACTIVATE, DRIVER_SUSPEND, DRIVER_BLOCK, DRIVER_ACTION_COUNT };
/* Faults: 403 "forbidden", 409 "already_<status>", 409 "documents_missing" (an activation without
 * the required documents). */
extern const struct transition_machine driver_machine;
struct transition_state driver_state(const struct driver *driver);
/* Whether the action is a repetition: the same action of the same actor set the present status
 * (transition_repeats()). */
bool driver_action_is_repeated(const struct driver *driver, enum driver_action action,
                               struct slice actor_text);

/* Whether the driver may take a trip. FAULT_FORBIDDEN "driver_suspended", "driver_not_active" or
 * "document_expired". */
bool driver_may_drive(int status, int32_t papers_until, int32_t arrival_day,
                      struct fault *fault) MUST_CHECK;

/* --- SQL (driver_store.c) --- */

/* FAULT_NOT_FOUND "not_found" if the tenant has no such driver. No function here returns an erased
 * driver. */
bool driver_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct arena *arena, struct driver *out, struct fault *fault) MUST_CHECK;
/* Like driver_store_find(), and locks the driver until the transaction ends. */
bool driver_store_lock(struct change *change, const struct uuid *id, struct driver *out,
                       struct fault *fault) MUST_CHECK;
/* Reads a row of driver_list_statement. Text is borrowed. */
void driver_store_read(const struct db_rows *rows, int row, struct driver *out);
/* Like driver_store_find(), without reading the driver. */
bool driver_store_check_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                               struct fault *fault) MUST_CHECK;
/* Inserts the driver if the version is 0, else writes the row, and sets version and times as
 * stored. FAULT_CONFLICT "telegram_taken": another driver has the account. */
bool driver_store_write(struct db *tx, struct driver *driver, struct fault *fault) MUST_CHECK;

/* Increments trips_done. */
bool driver_store_increment_trips_done(struct db *tx, const struct uuid *id,
                                       struct fault *fault) MUST_CHECK;
/* Suspends a locked, active driver who has at least `faults_min` faults in the last
 * CANCEL_DRIVER_DAYS. `new_version`: 0 if nothing changed. */
bool driver_store_suspend_for_faults(struct db *tx, const struct uuid *id, int64_t faults_min,
                                     int64_t *new_version, struct fault *fault) MUST_CHECK;

/* Conditions on a ride `r` and the driver {who}. {looks}: the ride looks for a driver. {suits}: the
 * driver has a car with enough seats and is not busy for the whole window. {avoids}: after a
 * one-star rating, driver and passenger are not matched again, as in struct ride_pair. */
extern const struct db_part driver_fit_parts[];
/* For list_reply(): the drivers of a tenant, the newest first. Values: tenant; then id,
 * telegram_id, status and the id of a ride that the driver must fit, each NULL for any. */
extern const struct db_statement driver_list_statement;
