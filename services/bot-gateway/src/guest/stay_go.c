// SPDX-License-Identifier: MIT
/* Ways between the steps: to the first missing answer of a search, from a search to the bookings
 * and back. */
#include "guest/stay.h"
#include "guest/stay_steps.h"

bool stay_find_shown_booking(const struct talk *talk, struct uuid *booking)
{
    static const struct flow_step *const steps[] = {&stay_step_booking, &stay_step_contact,
                                                    &stay_step_cancel};

    if (talk->flow != &stay_flow || !TALK_IS_AT(talk, steps))
        return false;
    *booking = stay_of(talk)->booking;
    return true;
}

bool stay_asks_for_stay_of_chosen(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {&stay_step_day, &stay_step_nights,
                                                    &stay_step_guests};

    return stay_of(talk)->chosen && TALK_IS_AT(talk, steps);
}

/* --- the search --- */

bool stay_begin_search(struct talk *talk)
{
    return talk_begin(talk, &stay_flow);
}

void stay_reset_to_first_page(struct stay *stay)
{
    stay->at = 0;
    stay->pages.count = 0;
}

bool stay_go_to_missing_answer(struct talk *talk)
{
    struct stay *stay = talk->data;

    if (stay->city.at == NULL && !stay->chosen)
        return talk_step(talk, &stay_step_city);
    if (stay->check_in < format_day_of(talk->input->now)) {
        if (stay->unsure && stay->far > 0)
            stay_ask_about_far_dates(talk);
        else if (stay->unsure)
            talk_add_paragraph(talk, TEXT_STAY_UNSURE_DATES);
        else if (stay->pending_nights > 0)
            talk_add_paragraph(talk, TEXT_STAY_UNSURE_START);
        return talk_step(talk, &stay_step_day);
    }
    if (stay->nights == 0)
        return talk_step(talk, &stay_step_nights);
    if (stay->guests == 0)
        return talk_step(talk, &stay_step_guests);
    return stay->chosen ? talk_step(talk, &stay_step_apartment) : stay_show_first_result(talk);
}

bool stay_show_first_result(struct talk *talk)
{
    stay_reset_to_first_page(talk->data);
    return talk_step(talk, &stay_step_list);
}

bool stay_ask_apartment_dates(struct talk *talk)
{
    struct stay *stay = talk->data;

    stay->chosen = true;
    stay->month = stay->check_in;
    return talk_step(talk, &stay_step_day);
}

/* --- leaving a search and resuming it --- */

static const struct flow_step *const search_steps[] = {
    &stay_step_city, &stay_step_day, &stay_step_nights,   &stay_step_guests,
    &stay_step_list, &stay_step_all, &stay_step_apartment};

bool stay_is_at_search(const struct talk *talk)
{
    return talk->flow == &stay_flow && TALK_IS_AT(talk, search_steps);
}

/* The step of the search that is stored by this name; NULL: it is none. */
static const struct flow_step *find_search_step(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(search_steps); i++)
        if (slice_is(name, search_steps[i]->name))
            return search_steps[i];
    return NULL;
}

/* The step of the search to which the guest can return. If the search has led to a booking, that is
 * the step with the results. */
static struct slice resumable_search_step(const struct talk *talk)
{
    const struct stay *stay = talk->data;

    if (TALK_IS_AT(talk, search_steps))
        return slice_of(talk->step->name);
    return stay->search_step.at == NULL && stay->searched ? slice_of(stay_step_list.name)
                                                          : stay->search_step;
}

bool stay_leave_search_for(struct talk *talk, const struct flow_step *step)
{
    if (talk->flow != &stay_flow)
        return talk_begin_at(talk, &stay_flow, step);
    stay_of(talk)->search_step = resumable_search_step(talk);
    stay_of(talk)->page = (struct stay_page){.ended = false};
    return talk_step(talk, step);
}

bool stay_show_all_bookings(struct talk *talk)
{
    return stay_leave_search_for(talk, &stay_step_bookings);
}

bool stay_resume_search(struct talk *talk)
{
    const struct flow_step *step = find_search_step(stay_of(talk)->search_step);

    stay_of(talk)->opened = false;
    return talk_step(talk, step != NULL ? step : &stay_step_city);
}

bool stay_open_booking_in_argument(struct talk *talk)
{
    stay_of(talk)->claimed = false;
    return talk_step(talk,
                     talk_read_id(talk, &stay_of(talk)->booking) ? &stay_step_booking : talk->step);
}

bool stay_show_booking_in_argument(struct talk *talk)
{
    if (!stay_leave_search_for(talk, &stay_step_bookings))
        return false;
    stay_of(talk)->opened = true;
    return stay_open_booking_in_argument(talk);
}

bool stay_go_to_results_or_bookings(struct talk *talk)
{
    return talk_step(talk, stay_of(talk)->searched && !stay_of(talk)->opened ? &stay_step_list
                                                                             : &stay_step_bookings);
}

/* --- buttons --- */

void stay_put_message_buttons(struct talk *talk, const struct stay_booking *booking, bool is_guest)
{
    const enum text other = is_guest ? TEXT_RELAY_BUTTON_OWNER : TEXT_RELAY_BUTTON_GUEST;
    const struct slice argument = talk_id_argument(talk, &booking->id, is_guest ? "_g" : "_o");

    talk_new_row(talk);
    talk_command_button(talk, talk_label(talk, other), "write", argument);
    talk_command_button(talk, talk_label(talk, TEXT_BUTTON_PERSON), "person", argument);
}

void stay_put_exit_buttons(struct talk *talk, enum text back_label)
{
    talk_put_button(talk, back_label, "back");
    talk_command_button(talk, talk_label(talk, TEXT_BUTTON_AGAIN), "search", SLICE(""));
}
