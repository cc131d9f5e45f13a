// SPDX-License-Identifier: MIT
/* Bookings of a guest: all of them, the pending ones, the holds that are offered for release, those
 * whose payment a receipt may claim, and the rating of a completed one. */
#include "base/now.h"

#include "dialogue/receipt.h"
#include "guest/stay.h"
#include "guest/stay_steps.h"

#define LIVE  "status=held,requested,payment_claimed,confirmed,checked_in"
#define ENDED "status=completed,expired,declined,cancelled,no_show"

enum {
    LATE_RECEIPT_S = 24 * 3600, /* a receipt may come so long after its booking has ended */
    RATED_DAYS = 14             /* a typed rating may come so long after check-out */
};

static void put_booking_buttons(struct talk *talk, const struct stay_bookings *bookings,
                                const char *action)
{
    for (size_t i = 0; i < bookings->count; i++)
        stay_put_booking_button(talk, &bookings->items[i], action);
}

static bool show_first_page_of_bookings(struct talk *talk)
{
    stay_of(talk)->page = (struct stay_page){.ended = false};
    return talk_step(talk, &stay_step_bookings);
}

bool stay_ask_about_only_booking(struct talk *talk, bool *asked)
{
    struct stay_bookings live;

    if (!stay_fetch_bookings(talk, SLICE(LIVE "&limit=2"), &live))
        return false;
    *asked = live.count > 0;
    if (live.count != 1)
        return live.count == 0 || stay_show_all_bookings(talk);
    if (!stay_leave_search_for(talk, &stay_step_booking))
        return false;
    stay_of(talk)->booking = live.items[0].id;
    stay_of(talk)->opened = true;
    return talk_hear(talk);
}

bool stay_search_if_no_booking(struct talk *talk, bool *searches)
{
    struct stay_bookings any;

    if (!stay_fetch_bookings(talk, SLICE("limit=1"), &any))
        return false;
    *searches = any.count == 0;
    return !*searches || stay_begin_search(talk);
}

bool stay_show_bookings_with_balance(struct talk *talk)
{
    const struct stay_booking *due = NULL;
    struct stay_bookings agreed;
    size_t count = 0;

    if (!stay_fetch_bookings(talk, SLICE("status=confirmed,checked_in&limit=6"), &agreed))
        return false;
    for (size_t i = 0; i < agreed.count; i++)
        if (stay_is_confirmed_or_checked_in(&agreed.items[i]) &&
            agreed.items[i].total > agreed.items[i].paid) {
            due = &agreed.items[i];
            count++;
        }
    if (count == 0)
        return true;
    talk_add_paragraph(talk, TEXT_STAY_RECEIPT_OWNER);
    talk->argument = count == 1 ? talk_id_argument(talk, &due->id, "") : SLICE("");
    if (!stay_show_booking_in_argument(talk))
        return false;
    stay_of(talk)->answered = SLICE_NONE; /* may be of another booking */
    return talk_stop(talk, true);
}

/* --- all bookings --- */

/* Adds a page of live or ended bookings, and sets `more` to the next page. */
static bool put_page_of_bookings(struct talk *talk, bool ended, struct slice cursor,
                                 size_t *total_count)
{
    struct stay_bookings bookings;
    const struct slice query =
        talk_printf(talk, "%s&limit=%d%s%.*s", ended ? ENDED : LIVE, STAY_BOOKINGS_MAX,
                    cursor.at != NULL ? "&cursor=" : "", SLICE_ARG(cursor));

    if (!stay_fetch_bookings(talk, query, &bookings))
        return false;
    *total_count += bookings.count;
    stay_of(talk)->more = (struct stay_page){ended, bookings.next_cursor};
    put_booking_buttons(talk, &bookings, "open");
    return true;
}

static void put_list_exit_buttons(struct talk *talk)
{
    const struct stay *stay = talk->data;
    const bool first = stay->page.cursor.at == NULL && !stay->page.ended;

    if (stay->more.cursor.at != NULL)
        talk_put_button(talk, TEXT_BUTTON_MORE, "more");
    if (stay->search_step.at != NULL)
        talk_put_button(talk, TEXT_STAY_BUTTON_SEARCH, "search");
    if (first)
        talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    else
        stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
}

/* Shows a page of bookings. The last page of live bookings also has the first ended ones. */
static bool show_bookings(struct talk *talk)
{
    struct stay *stay = talk->data;
    const struct stay_page page = stay->page;
    size_t count = 0;

    if (!put_page_of_bookings(talk, page.ended, page.cursor, &count))
        return false;
    if (!page.ended && stay->more.cursor.at == NULL &&
        !put_page_of_bookings(talk, true, SLICE_NONE, &count))
        return false;
    talk_say(talk, count > 0 ? TEXT_STAY_MINE : TEXT_STAY_MINE_NONE);
    put_list_exit_buttons(talk);
    return true;
}

static bool open_booking_from_list(struct talk *talk)
{
    stay_of(talk)->opened = true;
    return stay_open_booking_in_argument(talk);
}

static bool show_next_page_of_bookings(struct talk *talk)
{
    stay_of(talk)->page = stay_of(talk)->more;
    return talk_step(talk, &stay_step_bookings);
}

/* --- pending bookings --- */

static bool show_pending_bookings(struct talk *talk)
{
    struct stay_bookings bookings;

    if (!stay_fetch_bookings(talk, SLICE("status=held,requested,payment_claimed&limit=3"),
                             &bookings))
        return false;
    talk_say(talk, bookings.count > 0 ? TEXT_STAY_HOLDS : TEXT_STAY_NO_HOLDS);
    put_booking_buttons(talk, &bookings, "open");
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

/* --- holds at the end of the dialogue --- */

static void put_release_button(struct talk *talk, const struct stay_booking *booking)
{
    const struct slice label =
        talk_format(talk, TEXT_STAY_BUTTON_RELEASE,
                    TALK_VALUES({.name = "code", .text = booking->code}, STAY_DATES_OF(booking)));

    talk_put_id_button(talk, label, "drop", &booking->id);
}

static bool show_holds_to_release(struct talk *talk)
{
    struct stay_bookings bookings;

    if (!stay_fetch_bookings(talk, SLICE("status=held&limit=3"), &bookings))
        return false;
    if (bookings.count == 0) {
        talk_end(talk);
        talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
        return true;
    }
    talk_say(talk, TEXT_STAY_RELEASE);
    for (size_t i = 0; i < bookings.count; i++)
        put_release_button(talk, &bookings.items[i]);
    talk_put_command(talk, TEXT_BUTTON_MYBOOKINGS, "mybookings");
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    return true;
}

/* Releases a hold. If the booking is not held any more, shows it. If something was paid meanwhile,
 * asks with the refund and the fee. */
static bool release_hold(struct talk *talk)
{
    struct stay_booking booking;

    if (!talk_read_id(talk, &stay_of(talk)->booking))
        return talk_step(talk, &stay_step_release);
    if (!stay_fetch_booking(talk, &booking))
        return false;
    if (!slice_is(booking.status, "held"))
        return talk_step(talk, &stay_step_booking);
    if (booking.paid > 0)
        return talk_step(talk, &stay_step_cancel);
    stay_of(talk)->refund = 0;
    stay_of(talk)->version = booking.version;
    return stay_cancel_booking(talk);
}

/* --- the receipt of a payment: a photo or a PDF --- */

/* Whether the payment can be claimed, or is claimed but not checked yet. */
static bool awaits_payment_or_its_check(const struct stay_booking *booking)
{
    return stay_find_allowed_action(booking, "claim-payment") != NULL ||
           slice_is(booking->status, "payment_claimed");
}

static bool fetch_bookings_awaiting_payment(struct talk *talk, struct stay_bookings *unpaid)
{
    size_t count = 0;

    if (!stay_fetch_bookings(talk, SLICE("status=held,payment_claimed&limit=6"), unpaid))
        return false;
    for (size_t i = 0; i < unpaid->count; i++)
        if (awaits_payment_or_its_check(&unpaid->items[i]))
            unpaid->items[count++] = unpaid->items[i];
    unpaid->count = count;
    return true;
}

static bool claim_payment_with_receipt(struct talk *talk)
{
    struct stay *stay = talk->data;
    const char *receipt = talk_json_string(talk, stay->receipt);
    struct service_answer answer;

    if (!stay_post_action(talk, "claim-payment", talk_printf(talk, "{\"receipt\":%s}", receipt),
                          &answer))
        return false;
    stay->receipt = SLICE_NONE;
    stay->claimed = false;
    stay->opened = true;
    if (answer.status != 200)
        return stay_explain_refused_action(talk, &answer);
    talk_add_paragraph(talk, TEXT_STAY_RECEIPT);
    return stay_show_returned_booking(talk, &answer);
}

/* Sets the booking whose payment the receipt claims. A booking that was not shown has no
 * version. */
static void set_booking_of_receipt(struct stay *stay, const struct uuid *booking)
{
    if (!uuid_equal(&stay->booking, booking))
        stay->version = 0;
    stay->booking = *booking;
}

static bool take_file_as_receipt(struct talk *talk, const struct stay_bookings *unpaid)
{
    const struct update_view *update = &talk->input->update;
    const struct receipt receipt = {update->file_id, update->file == UPDATE_DOCUMENT};
    struct stay *stay;

    if (!stay_leave_search_for(talk, &stay_step_receipt))
        return false;
    stay = talk->data;
    stay->unpaid = *unpaid;
    stay->receipt = receipt_write(&receipt, talk->input->bot, talk->arena);
    if (unpaid->count > 1)
        return true;
    set_booking_of_receipt(stay, &unpaid->items[0].id);
    if (slice_is(unpaid->items[0].status, "payment_claimed"))
        stay->version = 0; /* another receipt changes no sum */
    return claim_payment_with_receipt(talk);
}

/* Shows the newest booking that has ended within the last day and may have been paid, and stops the
 * move: the file may be its receipt. Does nothing if there is no such booking. */
static bool show_ended_booking_of_late_receipt(struct talk *talk)
{
    const int64_t since = talk->input->now - LATE_RECEIPT_S * US_PER_S;
    struct stay_bookings ended;
    size_t i = 0;

    if (!stay_fetch_bookings(talk, SLICE("status=expired,cancelled&limit=6"), &ended))
        return false;
    while (i < ended.count &&
           (!stay_may_have_been_paid(&ended.items[i]) || ended.items[i].updated_at < since))
        i++;
    if (i == ended.count)
        return true;
    talk_add_with_support(talk, TEXT_STAY_RECEIPT_NONE);
    talk_add_html(talk, SLICE("\n\n"));
    if (!stay_leave_search_for(talk, &stay_step_booking))
        return false;
    stay_of(talk)->booking = ended.items[i].id;
    stay_of(talk)->claimed = false;
    stay_of(talk)->opened = true;
    return talk_stop(talk, true);
}

bool stay_take_file_as_receipt(struct talk *talk, bool is_for_another_person)
{
    struct stay_bookings unpaid;

    if (!fetch_bookings_awaiting_payment(talk, &unpaid))
        return false;
    if (unpaid.count == 0)
        return is_for_another_person || show_ended_booking_of_late_receipt(talk);
    if (talk->input->update.file != UPDATE_OTHER_FILE)
        return talk_stop(talk, take_file_as_receipt(talk, &unpaid));
    talk_add_paragraph(talk, TEXT_STAY_RECEIPT_KIND);
    return talk_stop(talk, stay_leave_search_for(talk, &stay_step_bookings));
}

static bool show_bookings_for_receipt(struct talk *talk)
{
    struct stay_bookings unpaid = stay_of(talk)->unpaid;

    if (unpaid.items == NULL && !fetch_bookings_awaiting_payment(talk, &unpaid))
        return false;
    if (unpaid.count > 0)
        talk_say(talk, TEXT_STAY_RECEIPT_WHICH);
    else /* the payment has been confirmed meanwhile */
        talk_add_with_support(talk, TEXT_STAY_RECEIPT_NONE);
    put_booking_buttons(talk, &unpaid, "pay");
    stay_put_exit_buttons(talk, TEXT_BUTTON_BACK);
    return true;
}

static bool claim_tapped_booking(struct talk *talk)
{
    struct uuid booking;

    if (!talk_read_id(talk, &booking) || stay_of(talk)->receipt.at == NULL)
        return talk_step(talk, &stay_step_bookings);
    set_booking_of_receipt(talk->data, &booking);
    return claim_payment_with_receipt(talk);
}

/* --- the rating of a completed stay --- */

bool stay_post_rating(struct talk *talk)
{
    struct service_answer answer;
    struct uuid booking;
    int64_t rating;

    /* in the argument, the rating follows the id as a version would */
    if (!talk_read_id_and_version(talk, &booking, &rating) || rating < 1 ||
        rating > STAY_RATING_MAX)
        return stay_show_all_bookings(talk);
    if (!talk_post(talk, talk_path(talk, "bookings", &booking, "rate"),
                   talk_printf(talk, "{\"rating\":%lld}", (long long)rating), &answer))
        return false;
    if (answer.status != 200)
        return stay_show_booking_in_argument(talk) && stay_explain_refused_action(talk, &answer);
    talk_say(talk, TEXT_STAY_RATED);
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    return true;
}

/* Asks for the rating of a stay that the guest has only praised or blamed. */
static void ask_rating(struct talk *talk, const struct uuid *booking)
{
    talk_say(talk, TEXT_NOTICE_RATE);
    for (int rating = 1; rating <= STAY_RATING_MAX; rating++)
        talk_command_button(talk, talk_printf(talk, "%d ⭐", rating), "rate",
                            talk_id_argument(talk, booking, talk_printf(talk, "_%d", rating).at));
}

bool stay_take_typed_rating(struct talk *talk, bool *taken)
{
    const int32_t since = format_day_of(talk->input->now) - RATED_DAYS;
    struct stay_bookings completed;
    int64_t rating;

    *taken = false;
    if (talk->input->has_talk || !remark_read_rating(talk->input->update.text, &rating))
        return true;
    if (!stay_fetch_bookings(talk, SLICE("status=completed&limit=1"), &completed))
        return false;
    if (completed.count == 0)
        return true;
    const struct stay_booking *last = &completed.items[0];
    if (last->check_out < since || (last->rating != FIELD_ABSENT && last->rating != rating))
        return true;
    *taken = true;
    if (rating == 0) {
        ask_rating(talk, &last->id);
        return true;
    }
    talk->argument =
        talk_id_argument(talk, &last->id, talk_printf(talk, "_%lld", (long long)rating).at);
    return stay_post_rating(talk);
}

/* --- the steps --- */

// clang-format off
static const struct flow_move holds_moves[] = {
    {FLOW_TAP,  "open", .act = stay_open_booking_in_argument},
};
static const struct flow_move bookings_moves[] = {
    {FLOW_TAP,  "open",   .act = open_booking_from_list},
    {FLOW_TAP,  "more",   .act = show_next_page_of_bookings},
    {FLOW_TAP,  "search", .act = stay_resume_search},
    {FLOW_TAP,  "back",   .act = show_first_page_of_bookings},
};
static const struct flow_move release_moves[] = {
    {FLOW_TAP,  "drop", .act = release_hold},
};
static const struct flow_move receipt_moves[] = {
    {FLOW_TAP,  "pay",  .act = claim_tapped_booking},
    {FLOW_TAP,  "back", .act = stay_show_all_bookings},
};
// clang-format on
const struct flow_step stay_step_holds = {"holds", show_pending_bookings,
                                          FLOW_BACK(&stay_step_apartment, holds_moves)};
const struct flow_step stay_step_bookings = {"mine", show_bookings, FLOW_MOVES(bookings_moves)};
const struct flow_step stay_step_release = {"release", show_holds_to_release,
                                            FLOW_MOVES(release_moves)};
const struct flow_step stay_step_receipt = {"receipt", show_bookings_for_receipt,
                                            FLOW_MOVES(receipt_moves)};
