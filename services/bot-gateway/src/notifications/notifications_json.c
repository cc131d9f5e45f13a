// SPDX-License-Identifier: MIT
#include "notifications/notifications_json.h"

#include "base/parse.h"
#include "base/text.h"

#include "clients/answer_values_json.h"
#include "notifications/notification_store.h"

enum { CHECK_IN_USUAL = 14 * 60, CHECK_OUT_USUAL = 12 * 60 };

/* --- events --- */

// clang-format off
#define AT(member) offsetof(struct notification_event, member)
static const struct foreign_member event_members[] = {
    {"type",             FOREIGN_TEXT, AT(type),        NULL, 0},
    {"occurred_at",      FOREIGN_TIME, AT(occurred_at), NULL, 0},
    {"resource/type",    FOREIGN_TEXT, AT(resource),    NULL, 0},
    {"resource/id",      FOREIGN_UUID, AT(id),          NULL, 0},
    {"resource/version", FOREIGN_INT,  AT(version),     NULL, 0},
    {"data/status",      FOREIGN_TEXT, AT(status),      NULL, 0},
    {"data/step/from",   FOREIGN_TEXT, AT(step.from),   NULL, 0},
    {"data/step/to",     FOREIGN_TEXT, AT(step.to),     NULL, 0},
    {"data/step/actor",  FOREIGN_TEXT, AT(step.actor),  NULL, 0},
    {"data/step/has_reason", FOREIGN_BOOL, AT(step.has_reason), NULL, 0},
    {"data/was_requested", FOREIGN_BOOL, AT(was_requested), NULL, 0},
    {"data/former_owner_id", FOREIGN_UUID, AT(former_owner), NULL, 0},
    {"data/sold_elsewhere", FOREIGN_BOOL, AT(sold_elsewhere), NULL, 0},
    {"data/ride_id",     FOREIGN_UUID, AT(ride),        NULL, 0},
    {"data/driver_id",   FOREIGN_UUID, AT(driver),      NULL, 0},
    {"data/from_stop",   FOREIGN_INT,  AT(from_stop),   NULL, 0},
    {"data/minutes",     FOREIGN_INT,  AT(minutes),     NULL, 0},
    {"data/delay_minutes", FOREIGN_INT, AT(delay),      NULL, 0},
    {"data/owner_id",    FOREIGN_UUID, AT(owner),       NULL, 0},
    {"data/apartment_id", FOREIGN_UUID, AT(apartment),  NULL, 0},
    {"data/booking_id",  FOREIGN_UUID, AT(booking),     NULL, 0},
    {"data/channel",     FOREIGN_TEXT, AT(channel),     NULL, 0},
    {"data/previous_status", FOREIGN_TEXT, AT(previous), NULL, 0},
    {"data/last_error",  FOREIGN_TEXT, AT(error),       NULL, 0},
    {"data/host",        FOREIGN_TEXT, AT(host),        NULL, 0},
    {"data/from",        FOREIGN_DATE, AT(from),        NULL, 0},
    {"data/to",          FOREIGN_DATE, AT(to),          NULL, 0},
};
#undef AT
// clang-format on
static const struct foreign event_table = FOREIGN_OF(event_members, struct notification_event);

bool notification_read_event_page(struct slice body, struct arena *arena,
                                  struct notification_page *out, struct fault *fault)
{
    struct answer_page page;

    if (!answer_read_page(&event_table, NOTIFICATION_PAGE_MAX, body, arena, &page, fault))
        return false;
    if (page.items.left_out > 0 || page.next.len == 0 || page.next.len > NOTIFICATION_CURSOR_MAX ||
        !text_is_url_safe(page.next))
        return answer_fail_bad("no page of events", fault);
    *out = (struct notification_page){page.items.items, page.items.count, page.next};
    return true;
}

/* --- the step of a booking, ride or trip --- */

static bool was_more_than_a_hold(struct slice from)
{
    return from.len > 0 && !slice_is(from, "held");
}

bool notification_take_step(const struct notification_event *event, struct notification_change *out)
{
    if (event->step.to.len == 0)
        return false;
    *out = (struct notification_change){.from = event->step.from,
                                        .actor = event->step.actor,
                                        .has_reason = event->step.has_reason,
                                        .owner_knows = event->was_requested ||
                                                       was_more_than_a_hold(event->step.from)};
    return true;
}

struct wire_step {
    int64_t version;
    struct slice from, actor, reason;
};

static const struct foreign_member step_members[] = {
    {"version",     FOREIGN_INT,  offsetof(struct wire_step, version), NULL, 0},
    {"from_status", FOREIGN_TEXT, offsetof(struct wire_step, from),    NULL, 0},
    {"actor",       FOREIGN_TEXT, offsetof(struct wire_step, actor),   NULL, 0},
    {"reason",      FOREIGN_TEXT, offsetof(struct wire_step, reason),  NULL, 0},
};
static const struct foreign step_table = FOREIGN_OF(step_members, struct wire_step);

bool notification_read_history_step(struct slice body, int64_t version, struct arena *arena,
                                    struct notification_change *out, bool *found,
                                    struct fault *fault)
{
    struct answer_page page;
    bool owner_knows = false;

    if (!answer_read_page(&step_table, NOTIFICATION_STEPS_MAX, body, arena, &page, fault))
        return false;
    *found = false;
    for (size_t i = 0; i < page.items.count; i++) {
        const struct wire_step *step = (const struct wire_step *)page.items.items + i;
        owner_knows |= step->version <= version && was_more_than_a_hold(step->from);
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

#define AT(member) offsetof(struct notification_apartment, member)
static const struct foreign_member apartment_members[] = {
    {"title",          FOREIGN_OBJECT, AT(title),          &answer_texts_table, 0},
    {"timezone",       FOREIGN_TEXT,   AT(zone),           NULL,                0},
    {"check_in_time",  FOREIGN_TEXT,   AT(check_in_time),  NULL,                0},
    {"check_out_time", FOREIGN_TEXT,   AT(check_out_time), NULL,                0},
};
#undef AT
static const struct foreign apartment_table =
    FOREIGN_OF(apartment_members, struct notification_apartment);

bool notification_read_apartment(struct slice body, struct arena *arena,
                                 struct notification_apartment *out, struct fault *fault)
{
    if (!answer_read(&apartment_table, body, out, arena, fault) ||
        !answer_clean_texts(&out->title, ANSWER_TITLE_MAX, arena, fault))
        return false;
    if (!parse_time_of_day(out->check_in_time, &out->check_in_minutes))
        out->check_in_minutes = CHECK_IN_USUAL;
    if (!parse_time_of_day(out->check_out_time, &out->check_out_minutes))
        out->check_out_minutes = CHECK_OUT_USUAL;
    if (out->zone.len == 0)
        out->zone = SLICE("Asia/Almaty");
    return true;
}

static const struct foreign_member owner_members[] = {
    {"telegram_id", FOREIGN_INT,  offsetof(struct notification_owner, telegram_id), NULL, 0},
    {"notify",      FOREIGN_BOOL, offsetof(struct notification_owner, notify),      NULL, 0},
    {"language",    FOREIGN_TEXT, offsetof(struct notification_owner, language),    NULL, 0},
};
static const struct foreign owner_table = FOREIGN_OF(owner_members, struct notification_owner);

bool notification_read_owner(struct slice body, struct arena *arena, struct notification_owner *out,
                             struct fault *fault)
{
    return answer_read(&owner_table, body, out, arena, fault);
}

bool notification_read_drivers(struct slice body, size_t drivers_max, struct arena *arena,
                               const struct notification_owner **out, size_t *count,
                               struct fault *fault)
{
    struct answer_page page;

    if (!answer_read_page(&owner_table, drivers_max, body, arena, &page, fault))
        return false;
    *out = page.items.items;
    *count = page.items.count;
    return true;
}
