// SPDX-License-Identifier: MIT
/* An owner's apartments, and the nights that the owner blocks. */
#include <stdlib.h>

#include "base/date.h"
#include "base/parse.h"

#include "dialogue/product_moves.h"
#include "guest/stay_parse.h"
#include "owner/owner_private.h"
#include "telegram/text.h"

enum {
    BLOCK_PAGES_MAX = 3, /* of an apartment's blocks that are read */
    BLOCK_BUTTONS_MAX = 30
};

bool owner_fetch_apartments(struct talk *talk, struct slice cursor_parameter,
                            struct owner_apartments **out)
{
    struct service_answer answer;
    struct owner_apartments *apartments = arena_alloc(talk->arena, sizeof *apartments);

    if (apartments == NULL)
        return arena_fault(talk->fault);
    if (!owner_get_as_owner(talk,
                            talk_printf(talk, "/v1/apartments?is_active=all&limit=%d%.*s",
                                        OWNER_APARTMENTS_MAX, SLICE_ARG(cursor_parameter)),
                            &answer))
        return false;
    *out = NULL;
    if (answer.status != 200)
        return true;
    *out = apartments;
    return owner_read_apartments(answer.body, talk->arena, apartments, talk->fault);
}

/* --- all apartments --- */

static bool show_apartments(struct talk *talk)
{
    struct owner_apartments *apartments;

    if (!owner_fetch_apartments(talk, owner_format_cursor_parameter(talk), &apartments))
        return false;
    if (apartments == NULL)
        return owner_fail_or_explain_unbound(talk, "no apartments of an owner");
    owner_of(talk)->more = apartments->next;
    talk_say(talk, apartments->count > 0 ? TEXT_DESK_FLATS : TEXT_DESK_NO_FLATS);
    for (size_t i = 0; i < apartments->count; i++) {
        struct slice label = talk_join(talk, apartments->items[i].code, " · ",
                                       talk_localized(talk, &apartments->items[i].title));
        label.len = telegram_text_cut(label, STAY_LABEL_MAX);
        talk_put_id_button(talk, label, "flat", &apartments->items[i].id);
    }
    if (owner_of(talk)->more.at != NULL)
        talk_put_button(talk, TEXT_BUTTON_MORE, "more");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool open_tapped_apartment(struct talk *talk)
{
    return talk_step(talk, talk_read_id(talk, &owner_of(talk)->apartment) ? &owner_step_apartment
                                                                          : &owner_step_apartments);
}

/* --- one apartment --- */

/* Reads the apartment, or a resource below its path (`subpath`), as owner_get_or_explain() does. */
static bool fetch_apartment_resource(struct talk *talk, struct slice subpath, struct slice *body)
{
    return owner_get_or_explain(
        talk, talk_path(talk, "apartments", &owner_of(talk)->apartment, subpath.at),
        &owner_step_apartments, body);
}

static int compare_first_nights(const void *left, const void *right)
{
    const struct owner_block *a = left, *b = right;

    return (a->from > b->from) - (a->from < b->from);
}

/* Reads the blocks that have not ended, in the order of their nights. booking-api lists the newest
 * first, also those that have ended, so an early one may be on a later page. */
static bool fetch_unended_blocks(struct talk *talk, struct owner_blocks *out)
{
    const int32_t today = format_day_of(talk->input->now);
    struct owner_block *items =
        arena_alloc(talk->arena, BLOCK_PAGES_MAX * OWNER_BLOCKS_MAX * sizeof *items);
    struct owner_blocks page = {.next = SLICE("")};
    size_t count = 0;

    if (items == NULL)
        return arena_fault(talk->fault);
    for (int i = 0; i < BLOCK_PAGES_MAX && page.next.at != NULL && talk_calls_left(talk) > 0; i++) {
        const char *cursor = page.next.len > 0 ? "&cursor=" : "";
        struct slice body;
        if (!fetch_apartment_resource(talk,
                                      talk_printf(talk, "blocks?limit=%d%s%.*s", OWNER_BLOCKS_MAX,
                                                  cursor, SLICE_ARG(page.next)),
                                      &body) ||
            !owner_read_blocks(body, talk->arena, &page, talk->fault))
            return false;
        for (size_t k = 0; k < page.count; k++)
            if (page.items[k].to > today)
                items[count++] = page.items[k];
    }
    qsort(items, count, sizeof *items, compare_first_nights);
    *out = (struct owner_blocks){.items = items, .count = count};
    return true;
}

static bool show_apartment(struct talk *talk)
{
    struct owner_blocks blocks;
    struct owner_apartment apartment;
    struct slice body;

    if (!fetch_apartment_resource(talk, SLICE(""), &body) ||
        !owner_read_apartment(body, talk->arena, &apartment, talk->fault) ||
        !fetch_unended_blocks(talk, &blocks))
        return false;
    talk_add(talk, blocks.count > 0 ? TEXT_DESK_FLAT_BLOCKED : TEXT_DESK_FLAT,
             TALK_VALUES({.name = "title", .text = talk_localized(talk, &apartment.title)},
                         {.name = "flat", .text = apartment.code}));
    for (size_t i = 0; i < blocks.count && i < BLOCK_BUTTONS_MAX; i++) {
        const struct owner_block *block = &blocks.items[i];
        const struct formatted dates = format_date_range(block->from, block->to, talk->language);
        struct slice label =
            talk_join(talk, talk_printf(talk, "%s", dates.text), " · ", block->reason);
        label.len = telegram_text_cut(label, STAY_LABEL_MAX);
        talk_put_id_button(talk, label, "open", &block->id);
    }
    talk_put_button(talk, TEXT_DESK_BUTTON_BLOCK, "block");
    talk_put_button(talk, TEXT_DESK_BUTTON_FEEDS, "feeds");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* --- nights to block: the calendar of guests without the rules for guests --- */

static bool ask_first_night(struct talk *talk)
{
    owner_of(talk)->month = format_day_of(talk->input->now);
    return talk_step(talk, &owner_step_from);
}

/* Reads the days from .. to - 1, and removes the rules for guests, such as minimum nights, or the
 * buffer that a stay needs before the next one. */
static bool fetch_days_without_rules(struct talk *talk, int32_t from, int32_t end,
                                     struct calendar *calendar)
{
    const struct slice more =
        talk_printf(talk, "calendar?from=%s&to=%s", talk_date(talk, from), talk_date(talk, end));
    struct slice body;

    if (!fetch_apartment_resource(talk, more, &body) ||
        !calendar_read(body, from, talk->arena, calendar, talk->fault))
        return false;
    for (size_t i = 0; i < calendar->count; i++)
        calendar->days[i] = (struct calendar_day){.taken = calendar->days[i].occupied};
    return true;
}

static bool show_tapped_month(struct talk *talk)
{
    return stay_show_tapped_month(talk, &owner_of(talk)->month);
}

static bool show_first_night_choice(struct talk *talk)
{
    struct calendar calendar = stay_make_empty_calendar(talk);
    const int32_t month = calendar_clamp_month(&calendar, owner_of(talk)->month),
                  first = month < calendar.today ? calendar.today : month;

    if (!fetch_days_without_rules(
            talk, first, calendar_next_month_start(month) + CALENDAR_NIGHTS_MAX + 1, &calendar) ||
        !stay_ask_day_of_month(talk, &calendar, month, TEXTS, TEXT_DESK_BLOCK_FROM, NULL, 0))
        return false;
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* Handles a text that names no day: it may be for staff. */
static bool refuse_unknown_day(struct talk *talk, const struct flow_step *step)
{
    return talk_is_text_for_staff(talk) ? product_pass_to_staff(talk)
                                        : talk_refuse(talk, TEXT_STAY_DAY_UNKNOWN, step);
}

/* Reads "22.11" or a phrase: "5 мая", "с 5 по 10 мая", of which the first day counts. */
static bool parse_first_night(struct talk *talk, int32_t today, int32_t *day, bool *found)
{
    struct phrase phrase;
    bool only_dates;

    *found = format_parse_date(talk->argument, today, day);
    if (*found)
        return true;
    if (!stay_parse_new_dates(talk, &phrase, &only_dates))
        return false;
    *found = only_dates && phrase.check_in != DATE_ABSENT;
    if (*found)
        *day = phrase.check_in;
    return true;
}

static bool set_first_night(struct talk *talk)
{
    const struct calendar any = stay_make_empty_calendar(talk);
    int32_t day;
    bool found;

    if (!parse_first_night(talk, any.today, &day, &found))
        return false;
    if (!found)
        return refuse_unknown_day(talk, &owner_step_from);
    if (!stay_check_day_or_explain(talk, &any, day))
        return talk_step(talk, &owner_step_from);
    owner_of(talk)->from = day;
    owner_of(talk)->month = day + 1;
    return talk_step(talk, &owner_step_to);
}

/* Shows the choice of the last night or, if the first is not available any more, of the first. */
static bool show_last_night_choice(struct talk *talk)
{
    struct owner_state *state = talk->data;
    struct calendar calendar = stay_make_empty_calendar(talk);

    if (state->from >= calendar.today &&
        !fetch_days_without_rules(talk, state->from, state->from + CALENDAR_NIGHTS_MAX + 1,
                                  &calendar))
        return false;
    if (!stay_check_day_or_explain(talk, &calendar, state->from)) {
        state->month = state->from;
        return talk_step(talk, &owner_step_from);
    }
    calendar.check_in = state->from;
    if (!stay_ask_day_of_month(talk, &calendar, state->month, TEXTS, TEXT_DESK_BLOCK_TO,
                               TALK_VALUES({.name = "check_in", .number = state->from},
                                           {.name = "most", .number = CALENDAR_NIGHTS_MAX})))
        return false;
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* Reads a number as the first day with it, from `from` on. */
static bool parse_day_of_month(struct slice text, int32_t from, int32_t *day)
{
    int64_t number;

    return parse_i64(slice_trim(text), 1, DATE_DAY_OF_MONTH_MAX, &number) &&
           date_find_next(from, 0, (int)number, day);
}

/* Reads "22.11", "22", a phrase with one day: "10 мая", "до 10", or a range that begins on the
 * first day. */
static bool parse_end(struct talk *talk, int32_t from, int32_t *day, bool *found)
{
    struct phrase phrase;
    enum stay_parsed parsed;

    *found = format_parse_date(talk->argument, from, day) ||
             parse_day_of_month(talk->argument, from, day);
    if (*found)
        return true;
    if (!stay_parse_bare_check_out(talk, from, &phrase, &parsed) ||
        (parsed != STAY_PARSED && !stay_parse_update(talk, &phrase, &parsed)))
        return false;
    if (parsed != STAY_PARSED || stay_has_filters(&phrase))
        return true;
    stay_move_check_in_to_check_out(&phrase);
    if (!stay_move_check_out_after(talk, from, &phrase))
        return false;
    *found = (phrase.check_in == DATE_ABSENT || phrase.check_in == from) &&
             phrase.check_out != DATE_ABSENT;
    if (*found)
        *day = phrase.check_out;
    return true;
}

/* Blocks the nights up to the chosen day. booking-api checks whether they are free. */
static bool block_nights(struct talk *talk)
{
    const struct owner_state *state = talk->data;
    struct calendar any = stay_make_empty_calendar(talk);
    struct service_call call = {.method = "POST"};
    struct service_answer answer;
    int32_t day;
    bool found;

    any.check_in = state->from;
    if (!parse_end(talk, state->from, &day, &found))
        return false;
    if (!found)
        return refuse_unknown_day(talk, &owner_step_to);
    if (!stay_check_day_or_explain(talk, &any, day))
        return talk_step(talk, &owner_step_to);
    call.path = talk_path(talk, "apartments", &state->apartment, "blocks");
    call.body = talk_printf(talk, "{\"from\":\"%s\",\"to\":\"%s\"}", talk_date(talk, state->from),
                            talk_date(talk, day));
    if (!owner_call_as_owner(talk, call, &answer))
        return false;
    if (answer.status != 201)
        return owner_explain_refusal(
            talk, &answer, answer.status == 404 ? &owner_step_apartments : &owner_step_from);
    return talk_step_with(talk, TEXT_DESK_BLOCKED, &owner_step_apartment);
}

/* --- one block --- */

static bool open_tapped_block(struct talk *talk)
{
    return talk_step(talk, talk_read_id(talk, &owner_of(talk)->block) ? &owner_step_block
                                                                      : &owner_step_apartment);
}

static bool show_block(struct talk *talk)
{
    const struct owner_block *block = NULL;
    struct owner_blocks blocks;

    if (!fetch_unended_blocks(talk, &blocks))
        return false;
    for (size_t i = 0; i < blocks.count && block == NULL; i++)
        if (uuid_equal(&blocks.items[i].id, &owner_of(talk)->block))
            block = &blocks.items[i];
    if (block == NULL)
        return talk_step_with(talk, TEXT_DESK_OPEN_ALREADY, &owner_step_apartment);
    talk_add(talk, TEXT_DESK_BLOCK,
             TALK_VALUES({.name = "check_in", .number = block->from},
                         {.name = "check_out", .number = block->to},
                         {.name = "note", .text = block->reason}));
    talk_put_button(talk, TEXT_DESK_BUTTON_OPEN, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool delete_block(struct talk *talk)
{
    const struct slice more = talk_printf(talk, "blocks/%s", talk_id(talk, &owner_of(talk)->block));
    struct service_call call = {.method = "DELETE"};
    struct service_answer answer;

    call.path = talk_path(talk, "apartments", &owner_of(talk)->apartment, more.at);
    if (!owner_call_as_owner(talk, call, &answer))
        return false;
    if (answer.status != 204 && answer.status != 404)
        return owner_explain_refusal(talk, &answer, &owner_step_apartment);
    return talk_step_with(talk, answer.status == 204 ? TEXT_DESK_OPENED : TEXT_DESK_OPEN_ALREADY,
                          &owner_step_apartment);
}

/* --- the steps --- */

OWNER_LEADS_TO_LIST(to_apartments, &owner_step_apartments)
OWNER_LEADS_TO_LIST(to_home, &owner_step_home)
TALK_LEADS_TO(to_calendars, &owner_step_feeds)

// clang-format off
static const struct flow_move apartments_moves[] = {
    {FLOW_TAP, "flat", .act = open_tapped_apartment},
    {FLOW_TAP, "more", .act = owner_show_next_page},
    {FLOW_TAP, "back", .act = to_home},
};
static const struct flow_move apartment_moves[] = {
    {FLOW_TAP, "block", .act = ask_first_night},
    {FLOW_TAP, "open",  .act = open_tapped_block},
    {FLOW_TAP, "feeds", .act = to_calendars},
    {FLOW_TAP, "back",  .act = to_apartments},
};
static const struct flow_move from_moves[] = {
    STAY_CALENDAR_MOVES(set_first_night, show_tapped_month, set_first_night)
};
static const struct flow_move to_moves[] = {
    STAY_CALENDAR_MOVES(block_nights, show_tapped_month, block_nights)
};
static const struct flow_move block_moves[] = {
    {FLOW_TAP,  "yes", delete_block, REMARK_YES, .unless = FLOW_BOOKS},
    {FLOW_WORDS, NULL,  talk_go_back, .remark = REMARK_NO},
};
// clang-format on
const struct flow_step owner_step_apartments = {"flats", show_apartments,
                                                FLOW_MOVES(apartments_moves)};
const struct flow_step owner_step_apartment = {"flat", show_apartment, FLOW_MOVES(apartment_moves)};
const struct flow_step owner_step_from = {"from", show_first_night_choice,
                                          FLOW_BACK(&owner_step_apartment, from_moves)};
const struct flow_step owner_step_to = {"to", show_last_night_choice,
                                        FLOW_BACK(&owner_step_from, to_moves)};
const struct flow_step owner_step_block = {"block", show_block,
                                           FLOW_BACK(&owner_step_apartment, block_moves)};
