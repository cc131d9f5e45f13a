// SPDX-License-Identifier: MIT
#include "notifications/notifications_json.h"

#include "base/parse.h"
#include "base/text.h"

#include "clients/stay_values_json.h"
#include "dialogue/button.h"
#include "notifications/notification_store.h"

enum { CHECK_IN_USUAL = 14 * 60, CHECK_OUT_USUAL = 12 * 60 };

/* --- events --- */

struct wire_event {
    struct slice id, type, occurred_at, resource_type, resource_id, status;
    int64_t version;
};
struct wire_page {
    struct foreign_list items;
    struct slice next_cursor;
};

// clang-format off
#define AT(member) offsetof(struct wire_event, member)
static const struct foreign_member event_members[] = {
    {"id",               FOREIGN_TEXT, AT(id),            NULL, 0},
    {"type",             FOREIGN_TEXT, AT(type),          NULL, 0},
    {"occurred_at",      FOREIGN_TEXT, AT(occurred_at),   NULL, 0},
    {"resource/type",    FOREIGN_TEXT, AT(resource_type), NULL, 0},
    {"resource/id",      FOREIGN_TEXT, AT(resource_id),   NULL, 0},
    {"resource/version", FOREIGN_INT,  AT(version),       NULL, 0},
    {"data/status",      FOREIGN_TEXT, AT(status),        NULL, 0},
};
#undef AT
static const struct foreign event_table = FOREIGN_OF(event_members, struct wire_event);

static const struct foreign_member page_members[] = {
    {"items",       FOREIGN_LIST, offsetof(struct wire_page, items),       &event_table, NOTIFICATION_PAGE_MAX},
    {"next_cursor", FOREIGN_TEXT, offsetof(struct wire_page, next_cursor), NULL,         0},
};
static const struct foreign page_table = FOREIGN_OF(page_members, struct wire_page);
// clang-format on

static struct notification_event event_of(const struct wire_event *wire)
{
    struct notification_event event = {.occurred_at = stay_value_read_time(wire->occurred_at),
                                       .type = wire->type,
                                       .version = wire->version,
                                       .status = wire->status};

    event.id = stay_value_id(wire->id);
    if (slice_is(wire->resource_type, "booking"))
        event.booking = stay_value_id(wire->resource_id);
    return event;
}

bool notification_read_page(struct slice body, struct arena *arena, struct notification_page *out,
                            struct fault *fault)
{
    struct wire_page wire;

    if (!stay_value_read(&page_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL || wire.items.left_out > 0 || wire.next_cursor.len == 0 ||
        wire.next_cursor.len > NOTIFICATION_CURSOR_MAX || !text_is_url_safe(wire.next_cursor))
        return stay_bad_answer("no page of events", fault);
    out->count = wire.items.count;
    out->next = wire.next_cursor;
    for (size_t i = 0; i < wire.items.count; i++)
        out->items[i] = event_of((const struct wire_event *)wire.items.items + i);
    return true;
}

/* --- a booking --- */

struct wire_booking {
    struct slice owner;
    int64_t guest;
};

// clang-format off
static const struct foreign_member booking_members[] = {
    {"owner_id",          FOREIGN_TEXT, offsetof(struct wire_booking, owner), NULL, 0},
    {"guest/telegram_id", FOREIGN_INT,  offsetof(struct wire_booking, guest), NULL, 0},
};
static const struct foreign booking_table = FOREIGN_OF(booking_members, struct wire_booking);
// clang-format on

bool notification_read_booking(struct slice body, struct arena *arena,
                               struct notification_booking *out, struct fault *fault)
{
    struct wire_booking wire;

    if (!stay_read_booking(body, arena, &out->is, fault) ||
        !stay_value_read(&booking_table, body, &wire, arena, fault))
        return false;
    out->owner = stay_value_id(wire.owner);
    out->guest = wire.guest;
    return true;
}

struct wire_step {
    int64_t version;
    struct slice from, actor, reason;
};
struct wire_history {
    struct foreign_list items;
};

// clang-format off
#define AT(member) offsetof(struct wire_step, member)
static const struct foreign_member step_members[] = {
    {"version",     FOREIGN_INT,  AT(version), NULL, 0},
    {"from_status", FOREIGN_TEXT, AT(from),    NULL, 0},
    {"actor",       FOREIGN_TEXT, AT(actor),   NULL, 0},
    {"reason",      FOREIGN_TEXT, AT(reason),  NULL, 0},
};
#undef AT
static const struct foreign step_table = FOREIGN_OF(step_members, struct wire_step);
static const struct foreign_member history_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct wire_history, items), &step_table, NOTIFICATION_STEPS_MAX},
};
static const struct foreign history_table = FOREIGN_OF(history_members, struct wire_history);
// clang-format on

bool notification_read_change(struct slice body, int64_t version, struct arena *arena,
                              struct notification_change *out, bool *found, struct fault *fault)
{
    struct wire_history wire;

    if (!stay_value_read(&history_table, body, &wire, arena, fault))
        return false;
    bool owner_knows = false;

    *found = false;
    for (size_t i = 0; i < wire.items.count; i++) {
        const struct wire_step *step = (const struct wire_step *)wire.items.items + i;
        owner_knows |=
            step->version <= version && step->from.len > 0 && !slice_is(step->from, "held");
        if (step->version != version)
            continue;
        *found = true;
        *out = (struct notification_change){
            .from = step->from, .actor = step->actor, .has_reason = step->reason.len > 0};
    }
    if (*found)
        out->owner_knows = owner_knows;
    return true;
}

/* --- apartment and owner --- */

struct wire_apartment {
    struct texts title;
    struct slice zone, check_in_time, check_out_time;
};

// clang-format off
static const struct foreign_member apartment_members[] = {
    {"title",         FOREIGN_OBJECT, offsetof(struct wire_apartment, title),         &stay_value_texts_table, 0},
    {"timezone",      FOREIGN_TEXT,   offsetof(struct wire_apartment, zone),          NULL,                    0},
    {"check_in_time", FOREIGN_TEXT,   offsetof(struct wire_apartment, check_in_time), NULL,                    0},
    {"check_out_time", FOREIGN_TEXT,  offsetof(struct wire_apartment, check_out_time), NULL,                   0},
};
static const struct foreign apartment_table = FOREIGN_OF(apartment_members, struct wire_apartment);
// clang-format on

bool notification_read_apartment(struct slice body, struct arena *arena,
                                 struct notification_apartment *out, struct fault *fault)
{
    struct wire_apartment wire;
    int check_in = CHECK_IN_USUAL, check_out = CHECK_OUT_USUAL;

    if (!stay_value_read(&apartment_table, body, &wire, arena, fault) ||
        !stay_value_clean(&wire.title, STAY_TITLE_MAX, arena, fault))
        return false;
    (void)!parse_time_of_day(wire.check_in_time, &check_in);
    (void)!parse_time_of_day(wire.check_out_time, &check_out);
    *out = (struct notification_apartment){.title = wire.title,
                                           .zone =
                                               wire.zone.len > 0 ? wire.zone : SLICE("Asia/Almaty"),
                                           .check_in_minutes = check_in,
                                           .check_out_minutes = check_out};
    return true;
}

struct wire_owner {
    int64_t telegram_id;
    bool notify;
    struct slice language;
};

// clang-format off
static const struct foreign_member owner_members[] = {
    {"telegram_id", FOREIGN_INT,  offsetof(struct wire_owner, telegram_id), NULL, 0},
    {"notify",      FOREIGN_BOOL, offsetof(struct wire_owner, notify),      NULL, 0},
    {"language",    FOREIGN_TEXT, offsetof(struct wire_owner, language),    NULL, 0},
};
static const struct foreign owner_table = FOREIGN_OF(owner_members, struct wire_owner);
// clang-format on

bool notification_read_owner(struct slice body, struct arena *arena, struct notification_owner *out,
                             struct fault *fault)
{
    struct wire_owner wire;
    enum language language;

    if (!stay_value_read(&owner_table, body, &wire, arena, fault))
        return false;
    *out =
        (struct notification_owner){wire.telegram_id, wire.notify,
                                    language_read(wire.language, &language) ? (int)language : -1};
    return true;
}
