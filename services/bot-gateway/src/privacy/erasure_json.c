// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "json/fields.h"
#include "json/foreign.h"

#include "privacy/erasure.h"

struct services {
    struct slice booking;
    struct slice search;
};
struct receipt {
    struct uuid id;
    int64_t at;
    struct erasure_counts erased;
    struct services services;
};

// clang-format off
#define THEIRS(member, name_, of_service)                                                          \
    {.name = (name_), .type = FIELD_INT, .offset = offsetof(struct erasure_counts, member)},
#define OWN(member) THEIRS(member, #member, "")
static const struct field count_items[] = {ERASURE_COUNTS(OWN, THEIRS)};
#undef OWN
#undef THEIRS
static const struct fields count_fields = FIELDS_OF(count_items, struct erasure_counts);

static const struct field service_items[] = {
    {.name = "booking-api", .type = FIELD_TEXT, .offset = offsetof(struct services, booking)},
    {.name = "search-api",  .type = FIELD_TEXT, .offset = offsetof(struct services, search)},
};
static const struct fields service_fields = FIELDS_OF(service_items, struct services);

static const struct field receipt_items[] = {
    {.name = "id",       .type = FIELD_UUID, .offset = offsetof(struct receipt, id)},
    {.name = "at",       .type = FIELD_TIME, .offset = offsetof(struct receipt, at)},
    {.name = "erased",   .type = FIELD_OBJECT, .offset = offsetof(struct receipt, erased), .table = &count_fields},
    {.name = "services", .type = FIELD_OBJECT, .offset = offsetof(struct receipt, services), .table = &service_fields},
};
static const struct fields receipt_fields = FIELDS_OF(receipt_items, struct receipt);
// clang-format on

void erasure_encode_receipt(const struct erasure *erasure, struct buf *out)
{
    const struct receipt receipt = {
        .id = erasure->id,
        .at = erasure->at,
        .erased = erasure->erased,
        .services = {.booking = SLICE("erased"),
                     .search = erasure_has_search_api(erasure) ? SLICE("erased")
                                                               : SLICE("not_configured")},
    };

    fields_encode(&receipt_fields, &receipt, false, out);
}

/* --- answers of booking-api and search-api --- */

struct counts {
    bool here;
    struct erasure_counts of;
};
struct answer {
    struct counts erased;
    struct counts would; /* of a dry run */
    struct erasure_reply reply;
};

#define THEIRS(member, name, of_service)                                                           \
    {of_service, FOREIGN_INT, offsetof(struct counts, of.member), NULL, 0},
#define OWN(member)
static const struct foreign_member counts_members[] = {ERASURE_COUNTS(OWN, THEIRS)};
#undef OWN
#undef THEIRS
static const struct foreign counts_table = FOREIGN_HERE(counts_members, struct counts);

static const struct foreign_member answer_members[] = {
    {"erased",       FOREIGN_OBJECT, offsetof(struct answer, erased),         &counts_table, 0},
    {"would/erased", FOREIGN_OBJECT, offsetof(struct answer, would),          &counts_table, 0},
    {"code",         FOREIGN_TEXT,   offsetof(struct answer, reply.code),     NULL,          0},
    {"bookings",     FOREIGN_RAW,    offsetof(struct answer, reply.bookings), NULL,          0},
    {"rides",        FOREIGN_RAW,    offsetof(struct answer, reply.rides),    NULL,          0},
    {"trips",        FOREIGN_RAW,    offsetof(struct answer, reply.trips),    NULL,          0},
};
static const struct foreign answer_table = FOREIGN_OF(answer_members, struct answer);

/* Sets the counts of tables that the answer lacks to 0. */
static void zero_absent_counts(struct counts *counts)
{
    for (size_t i = 0; i < ARRAY_LEN(counts_members); i++) {
        void *at = (char *)counts + counts_members[i].offset;
        int64_t *count = at;
        *count = *count == FIELD_ABSENT ? 0 : *count;
    }
}

bool erasure_reply_read(struct slice body, struct arena *arena, struct erasure_reply *out,
                        struct fault *fault)
{
    struct answer answer;

    if (!foreign_read(&answer_table, body, &answer, arena, fault))
        return false;
    struct counts *counts = answer.erased.here ? &answer.erased : &answer.would;
    zero_absent_counts(counts);
    *out = answer.reply;
    out->is_receipt = counts->here;
    out->erased = counts->of;
    return true;
}
