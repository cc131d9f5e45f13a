// SPDX-License-Identifier: MIT
/* An owner's flats, and the nights that he keeps for himself. */
#include <stdlib.h>

#include "base/date.h"

#include "owner/owner_private.h"
#include "telegram/text.h"

bool desk_ask_flats(struct talk *talk, struct slice page, struct desk_flats **out,
                    struct fault *fault)
{
    struct service_answer answer;
    struct desk_flats *flats = arena_alloc(talk->arena, sizeof *flats);

    if (flats == NULL || page.at == NULL)
        return arena_fault(fault);
    if (!desk_get(talk,
                  arena_printf(talk->arena, "/v1/apartments?is_active=all&limit=%d%.*s",
                               DESK_FLATS_MAX, SLICE_ARG(page)),
                  &answer, fault))
        return false;
    *out = NULL;
    if (answer.status != 200)
        return true;
    *out = flats;
    return desk_read_flats(answer.body, talk->arena, flats, fault);
}

/* --- all of them --- */

bool desk_show_flats(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;
    struct desk_flats *flats;

    if (!desk_ask_flats(talk, desk_page(talk), &flats, fault))
        return false;
    if (flats == NULL)
        return desk_missing(talk, "no flats of an owner", fault);
    desk->more = flats->next;
    talk_add(talk, flats->count > 0 ? TEXT_DESK_FLATS : TEXT_DESK_NO_FLATS, TALK_NO_VALUES);
    for (size_t i = 0; i < flats->count; i++) {
        const struct slice parts[] = {flats->items[i].code,
                                      stay_words(talk, &flats->items[i].title)};
        struct slice label = desk_label(talk, parts, 2);
        if (label.at != NULL)
            label.len = telegram_text_cut(label, STAY_LABEL_MAX);
        if (!stay_put_id(talk, label, "flat", &flats->items[i].id, fault))
            return false;
    }
    return (desk->more.at == NULL || stay_put(talk, TEXT_BUTTON_MORE, "more", fault)) &&
           stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
}

bool desk_turn_flats(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;

    desk->cursor = desk->more;
    return talk_step(talk, "flats", fault);
}

bool desk_open_flat(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;

    return talk_step(talk, stay_take_id(talk, &desk->flat) ? "flat" : "flats", fault);
}

/* --- one of them --- */

/* `found` is false where there is none such: why is said, and the dialogue is elsewhere. */
static bool ask_flat(struct talk *talk, struct desk_flat *out, bool *found, struct fault *fault)
{
    const struct desk *desk = talk->data;
    struct service_answer answer;

    if (!desk_get(talk, desk_path(talk, "apartments", &desk->flat, ""), &answer, fault))
        return false;
    *found = answer.status == 200;
    return *found ? desk_read_flat(answer.body, talk->arena, out, fault)
                  : desk_refuse(talk, &answer, "flats", fault);
}

static int compare(const void *left, const void *right)
{
    const struct desk_block *a = left, *b = right;

    return (a->from > b->from) - (a->from < b->from);
}

/* Those that are not over, in the order of their nights. */
static bool ask_blocks(struct talk *talk, struct desk_blocks **out, bool *found,
                       struct fault *fault)
{
    const struct desk *desk = talk->data;
    const int32_t today = format_day_of(talk->input->now);
    struct desk_blocks *blocks = arena_alloc(talk->arena, sizeof *blocks);
    const struct slice more = arena_printf(talk->arena, "/blocks?limit=%d", DESK_BLOCKS_MAX);
    struct service_answer answer;
    size_t count = 0;

    if (blocks == NULL || more.at == NULL)
        return arena_fault(fault);
    if (!desk_get(talk, desk_path(talk, "apartments", &desk->flat, more.at), &answer, fault))
        return false;
    *found = answer.status == 200;
    if (!*found)
        return desk_refuse(talk, &answer, "flats", fault);
    if (!desk_read_blocks(answer.body, talk->arena, blocks, fault))
        return false;
    for (size_t i = 0; i < blocks->count; i++)
        if (blocks->items[i].to > today)
            blocks->items[count++] = blocks->items[i];
    blocks->count = count;
    qsort(blocks->items, count, sizeof blocks->items[0], compare);
    *out = blocks;
    return true;
}

bool desk_show_flat(struct talk *talk, struct fault *fault)
{
    struct desk_blocks *blocks;
    struct desk_flat flat;
    bool found;

    if (!ask_flat(talk, &flat, &found, fault))
        return false;
    if (!found)
        return true;
    if (!ask_blocks(talk, &blocks, &found, fault))
        return false;
    if (!found)
        return true;
    talk_add(talk, blocks->count > 0 ? TEXT_DESK_FLAT_BLOCKED : TEXT_DESK_FLAT,
             TALK_VALUES({.name = "title", .text = stay_words(talk, &flat.title)},
                         {.name = "flat", .text = flat.code}));
    for (size_t i = 0; i < blocks->count; i++) {
        const struct desk_block *block = &blocks->items[i];
        const struct formatted dates = format_range(block->from, block->to, talk->language);
        const struct slice parts[] = {formatted_slice(&dates), block->reason};
        struct slice label = desk_label(talk, parts, 2);
        if (label.at != NULL)
            label.len = telegram_text_cut(label, STAY_LABEL_MAX);
        if (!stay_put_id(talk, label, "open", &block->id, fault))
            return false;
    }
    return stay_put(talk, TEXT_DESK_BUTTON_BLOCK, "block", fault) &&
           stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
}

/* --- nights to block: the calendar of guests, without what binds only them --- */

bool desk_begin_block(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;

    desk->month = format_day_of(talk->input->now);
    return talk_step(talk, "from", fault);
}

/* The days from .. to - 1 of the flat. `found` as above. */
static bool ask_days(struct talk *talk, int32_t from, int32_t to, struct calendar *calendar,
                     bool *found, struct fault *fault)
{
    const struct desk *desk = talk->data;
    char first[DATE_TEXT_LEN + 1], end[DATE_TEXT_LEN + 1];
    struct service_answer answer;

    date_format(from, first);
    date_format(to, end);
    const struct slice more = arena_printf(talk->arena, "/calendar?from=%s&to=%s", first, end);
    if (more.at == NULL)
        return arena_fault(fault);
    if (!desk_get(talk, desk_path(talk, "apartments", &desk->flat, more.at), &answer, fault))
        return false;
    *found = answer.status == 200;
    if (!*found)
        return desk_refuse(talk, &answer, "flats", fault);
    if (!calendar_read(answer.body, from, talk->arena, calendar, fault))
        return false;
    for (size_t i = 0; i < calendar->count; i++)
        calendar->days[i] = (struct calendar_day){.taken = calendar->days[i].taken};
    return true;
}

static bool put_calendar(struct talk *talk, const struct calendar *calendar, enum text question,
                         const struct text_value *values, size_t count, struct fault *fault)
{
    const struct desk *desk = talk->data;
    struct calendar_page *page = arena_alloc(talk->arena, sizeof *page);

    if (page == NULL)
        return arena_fault(fault);
    calendar_show(calendar, calendar_month(calendar, desk->month), talk->language, page);
    talk_add(talk, question, values, count);
    return stay_put_calendar(talk, page, fault) && stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
}

static bool turn_month(struct talk *talk, const char *step, struct fault *fault)
{
    struct desk *desk = talk->data;
    int32_t month;

    if (date_parse(talk->argument, &month))
        desk->month = month;
    return talk_step(talk, step, fault);
}

bool desk_turn_from(struct talk *talk, struct fault *fault)
{
    return turn_month(talk, "from", fault);
}

bool desk_turn_to(struct talk *talk, struct fault *fault)
{
    return turn_month(talk, "to", fault);
}

bool desk_show_from(struct talk *talk, struct fault *fault)
{
    const struct desk *desk = talk->data;
    struct calendar calendar = stay_calendar(talk);
    const int32_t month = calendar_month(&calendar, desk->month),
                  first = month < calendar.today ? calendar.today : month;
    bool found;

    if (!ask_days(talk, first, calendar_next(month) + CALENDAR_NIGHTS_MAX + 1, &calendar, &found,
                  fault))
        return false;
    return !found || put_calendar(talk, &calendar, TEXT_DESK_BLOCK_FROM, TALK_NO_VALUES, fault);
}

bool desk_take_from(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;
    const struct calendar any = stay_calendar(talk);
    int32_t day;

    if (!format_read_day(talk->argument, any.today, &day))
        return stay_refuse(talk, TEXT_STAY_DAY_UNKNOWN, "from", fault);
    const enum calendar_why why = calendar_judge(&any, day);
    if (why != CALENDAR_OPEN)
        return stay_refuse(talk, stay_why_texts[why], "from", fault);
    desk->from = day;
    desk->month = day + 1;
    return talk_step(talk, "to", fault);
}

/* A first night that is gone meanwhile, or was typed, is asked for again. */
bool desk_show_to(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;
    struct calendar calendar = stay_calendar(talk);
    const struct formatted from = format_date(desk->from, talk->language);
    bool found = true;

    if (desk->from >= calendar.today &&
        !ask_days(talk, desk->from, desk->from + CALENDAR_NIGHTS_MAX + 1, &calendar, &found, fault))
        return false;
    if (!found)
        return true;
    const enum calendar_why why = calendar_judge(&calendar, desk->from);
    if (why != CALENDAR_OPEN) {
        desk->month = desk->from;
        return stay_refuse(talk, stay_why_texts[why], "from", fault);
    }
    calendar.check_in = desk->from;
    return put_calendar(talk, &calendar, TEXT_DESK_BLOCK_TO,
                        TALK_VALUES({.name = "check_in", .text = formatted_slice(&from)},
                                    {.name = "most", .number = CALENDAR_NIGHTS_MAX}),
                        fault);
}

/* Whether the nights can be had booking-api decides, when it takes them. */
bool desk_take_to(struct talk *talk, struct fault *fault)
{
    const struct desk *desk = talk->data;
    struct calendar any = stay_calendar(talk);
    char from[DATE_TEXT_LEN + 1], to[DATE_TEXT_LEN + 1];
    struct service_call call = {.method = "POST"};
    struct service_answer answer;
    int32_t day;

    any.check_in = desk->from;
    if (!format_read_day(talk->argument, desk->from, &day))
        return stay_refuse(talk, TEXT_STAY_DAY_UNKNOWN, "to", fault);
    const enum calendar_why why = calendar_judge(&any, day);
    if (why != CALENDAR_OPEN)
        return stay_refuse(talk, stay_why_texts[why], "to", fault);
    date_format(desk->from, from);
    date_format(day, to);
    call.path = desk_path(talk, "apartments", &desk->flat, "/blocks");
    call.body = arena_printf(talk->arena, "{\"from\":\"%s\",\"to\":\"%s\"}", from, to);
    if (call.body.at == NULL)
        return arena_fault(fault);
    if (!desk_call(talk, call, &answer, fault))
        return false;
    if (answer.status != 201)
        return desk_refuse(talk, &answer, answer.status == 404 ? "flats" : "from", fault);
    stay_tell(talk, TEXT_DESK_BLOCKED);
    return talk_step(talk, "flat", fault);
}

/* --- a block, and its end --- */

bool desk_open_block(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;

    return talk_step(talk, stay_take_id(talk, &desk->block) ? "block" : "flat", fault);
}

bool desk_show_block(struct talk *talk, struct fault *fault)
{
    const struct desk *desk = talk->data;
    const struct desk_block *block = NULL;
    struct desk_blocks *blocks;
    bool found;

    if (!ask_blocks(talk, &blocks, &found, fault))
        return false;
    if (!found)
        return true;
    for (size_t i = 0; i < blocks->count && block == NULL; i++)
        if (uuid_equal(&blocks->items[i].id, &desk->block))
            block = &blocks->items[i];
    if (block == NULL) {
        stay_tell(talk, TEXT_DESK_OPEN_ALREADY);
        return talk_step(talk, "flat", fault);
    }
    const struct formatted from = format_date(block->from, talk->language),
                           to = format_date(block->to, talk->language);
    const struct text_value values[] = {
        {.name = "check_in",  .text = formatted_slice(&from)},
        {.name = "check_out", .text = formatted_slice(&to)  },
        {.name = "note",      .text = block->reason         },
    };
    talk_add(talk, TEXT_DESK_BLOCK, values, block->reason.len > 0 ? 3 : 2);
    return stay_put(talk, TEXT_DESK_BUTTON_OPEN, "yes", fault) &&
           stay_put(talk, TEXT_BUTTON_BACK, "back", fault);
}

bool desk_drop_block(struct talk *talk, struct fault *fault)
{
    const struct desk *desk = talk->data;
    char id[UUID_TEXT_LEN + 1];
    struct service_call call = {.method = "DELETE"};
    struct service_answer answer;

    uuid_format(&desk->block, id);
    const struct slice more = arena_printf(talk->arena, "/blocks/%s", id);
    if (more.at == NULL)
        return arena_fault(fault);
    call.path = desk_path(talk, "apartments", &desk->flat, more.at);
    if (!desk_call(talk, call, &answer, fault))
        return false;
    if (answer.status != 204 && answer.status != 404)
        return desk_refuse(talk, &answer, "flat", fault);
    stay_tell(talk, answer.status == 204 ? TEXT_DESK_OPENED : TEXT_DESK_OPEN_ALREADY);
    return talk_step(talk, "flat", fault);
}
