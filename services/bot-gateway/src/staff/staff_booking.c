// SPDX-License-Identifier: MIT
/* A booking in the staff chat, and the answers to a request or a claimed payment. booking-api is
 * called as the member who has tapped, whose name its audit has. No text names the guest: an
 * erasure does not search the chat. */
#include "base/digest.h"
#include "base/parse.h"

#include "guest/stay_steps.h"
#include "owner/owner.h"
#include "staff/staff.h"

enum { ID_TEXT_LEN = 22 }; /* as stay_put_id() writes it */

/* The booking of a button, and the version that its message has shown. */
struct named {
    struct uuid id;
    int64_t version;
};

/* --- who asks for what --- */

static bool take_booking(struct talk *talk, struct named *out)
{
    const struct slice argument = talk->argument;

    if (argument.len <= ID_TEXT_LEN + 1 || argument.at[ID_TEXT_LEN] != '_')
        return false;
    talk->argument.len = ID_TEXT_LEN;
    return stay_take_id(talk, &out->id) &&
           parse_i64(slice_from(argument, ID_TEXT_LEN + 1), 1, INT64_MAX, &out->version);
}

/* False: the person is informed why the command is not carried out. */
static bool may_act(struct talk *talk, struct named *out)
{
    const struct staff_chat_view *staff = &talk->input->staff;

    if (!staff->is_linked || !take_booking(talk, out))
        talk_show_notice(talk, TEXT_BUTTON_FOREIGN);
    else if (staff->member.at == NULL)
        talk_show_notice(talk, TEXT_STAFF_STRANGER);
    else
        return true;
    return false;
}

/* --- calls --- */

static bool call(struct talk *talk, const struct named *named, const char *more,
                 struct service_call request, struct service_answer *answer, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&named->id, id);
    request.path = arena_printf(talk->arena, "/v1/bookings/%s%s", id, more);
    request.actor = SERVICE_AS_MEMBER;
    request.member = talk->input->staff.member;
    return request.path.at != NULL ? talk_call(talk, &request, answer, fault) : arena_fault(fault);
}

/* `found` is false if there is no such booking, of which the person is informed. */
static bool fetch(struct talk *talk, const struct named *named, struct stay_booking *out,
                  bool *found, struct fault *fault)
{
    struct service_answer answer;

    if (!call(talk, named, "", (struct service_call){.method = "GET"}, &answer, fault))
        return false;
    *found = answer.status == 200;
    if (*found)
        return stay_read_booking(answer.body, talk->arena, out, fault);
    talk_add(talk, TEXT_STAFF_GONE, TALK_NO_VALUES);
    return answer.status >= 400 || stay_bad_answer("no booking", fault);
}

/* --- the booking --- */

/* The words of an owner, except the one that addresses the owner. */
static struct slice state_of(struct talk *talk, const struct stay_booking *booking)
{
    return slice_is(booking->status, "declined")
               ? talk_format(talk, TEXT_STAFF_IS_DECLINED, TALK_NO_VALUES)
               : owner_state_of(talk, booking);
}

static void add_booking(struct talk *talk, const struct stay_booking *booking)
{
    const struct slice title = stay_localized(talk, &booking->title);
    const struct formatted dates =
        format_range(booking->check_in, booking->check_out, talk->language);
    const struct formatted total = format_money(booking->total),
                           deposit = format_money(booking->deposit),
                           paid = format_money(booking->paid),
                           refund = format_money(booking->refund);
    const struct {
        struct text_value value;
        bool found;
    } all[] = {
        {{.name = "state", .text = state_of(talk, booking)},     true                },
        {{.name = "code", .text = booking->code},                true                },
        {{.name = "dates", .text = formatted_slice(&dates)},     true                },
        {{.name = "guests", .number = booking->guests},          true                },
        {{.name = "total", .text = formatted_slice(&total)},     true                },
        {{.name = "title", .text = title},                       title.len > 0       },
        {{.name = "deposit", .text = formatted_slice(&deposit)}, booking->deposit > 0},
        {{.name = "paid", .text = formatted_slice(&paid)},       booking->paid > 0   },
        {{.name = "refund", .text = formatted_slice(&refund)},   booking->refund > 0 },
    };
    struct text_value values[ARRAY_LEN(all)];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].found)
            values[count++] = all[i].value;
    talk_add(talk, TEXT_STAFF_BOOKING, values, count);
}

static bool put(struct talk *talk, enum text label, const char *command,
                const struct stay_booking *booking, struct fault *fault)
{
    const struct formatted price = format_money(owner_paid_after_confirm(booking));
    const struct text_value value = {.name = "deposit", .text = formatted_slice(&price)};
    const bool has_price = label == TEXT_STAFF_BUTTON_PAID && owner_paid_after_confirm(booking) > 0;
    char id[DIGEST_BASE64_LEN(sizeof booking->id.bytes) + 1];

    digest_base64_encode(DIGEST_BASE64_URL,
                         (struct slice){(const char *)booking->id.bytes, sizeof booking->id.bytes},
                         id);
    const struct slice argument =
        arena_printf(talk->arena, "%s_%lld", id, (long long)booking->version);
    if (argument.at == NULL)
        return arena_fault(fault);
    talk_new_row(talk);
    return talk_command(talk, talk_format(talk, label, &value, has_price), command, argument,
                        fault);
}

static bool is_claim(const struct stay_booking *booking)
{
    return slice_is(booking->status, "payment_claimed");
}

/* The end of the path of an answer, after the slash its action. A claimed payment cannot be
 * declined: the booking is cancelled. */
static const char *path_of(const struct stay_booking *booking, bool accepts)
{
    if (accepts)
        return "/confirm";
    return is_claim(booking) ? "/cancel" : "/decline";
}

static bool is_allowed(const struct stay_booking *booking, bool accepts)
{
    return (is_claim(booking) || slice_is(booking->status, "requested")) &&
           stay_find_action(booking, path_of(booking, accepts) + 1) != NULL;
}

/* The answers that the booking waits for. */
static bool put_answers(struct talk *talk, const struct stay_booking *booking, struct fault *fault)
{
    return (!is_allowed(booking, true) ||
            put(talk, is_claim(booking) ? TEXT_STAFF_BUTTON_PAID : TEXT_STAFF_BUTTON_ACCEPT,
                "staff_ok", booking, fault)) &&
           (!is_allowed(booking, false) ||
            put(talk, is_claim(booking) ? TEXT_STAFF_BUTTON_UNPAID : TEXT_STAFF_BUTTON_DECLINE,
                "staff_no", booking, fault));
}

static bool show(struct talk *talk, const struct stay_booking *booking, struct fault *fault)
{
    add_booking(talk, booking);
    return put_answers(talk, booking, fault);
}

static bool show_changed(struct talk *talk, const struct stay_booking *booking, struct fault *fault)
{
    stay_add_paragraph(talk, TEXT_STAY_MOVED_ON);
    return show(talk, booking, fault);
}

/* --- answers --- */

static bool waits(const struct stay_booking *booking, const struct named *named, bool accepts)
{
    return booking->version == named->version && is_allowed(booking, accepts);
}

static struct slice body_of(const struct talk *talk, const struct stay_booking *booking,
                            bool accepts)
{
    const int64_t paid = owner_paid_after_confirm(booking);

    return accepts && paid > 0
               ? arena_printf(talk->arena, "{\"paid\":{\"amount\":%lld,\"currency\":\"KZT\"}}",
                              (long long)paid)
               : SLICE("{}");
}

/* Shows the booking of the answer, and who has decided. If booking-api refuses, the booking has
 * changed at the same time. */
static bool finish(struct talk *talk, const struct named *named,
                   const struct service_answer *answer, struct fault *fault)
{
    const struct text_value name = {.name = "name", .text = talk->input->staff.member};
    struct stay_booking booking;
    bool found;

    if (answer->status != 200)
        return fetch(talk, named, &booking, &found, fault) &&
               (!found || show_changed(talk, &booking, fault));
    if (!stay_read_booking(answer->body, talk->arena, &booking, fault) ||
        !show(talk, &booking, fault))
        return false;
    talk_add(talk, TEXT_STAFF_DECIDED, &name, 1);
    talk_mark_reply_confided(talk);
    return true;
}

/* Finds the booking of a button. `open` is false if it does not wait for the action in the version
 * that was shown, or the person may not act: then the person is informed. */
static bool begin(struct talk *talk, bool accepts, struct named *named,
                  struct stay_booking *booking, bool *open, struct fault *fault)
{
    *open = false;
    if (!may_act(talk, named))
        return true;
    if (!fetch(talk, named, booking, open, fault))
        return false;
    if (!*open)
        return true;
    *open = waits(booking, named, accepts);
    return *open || show_changed(talk, booking, fault);
}

static bool act(struct talk *talk, bool accepts, struct fault *fault)
{
    struct named named;
    struct stay_booking booking;
    struct service_answer answer;
    bool open;

    if (!begin(talk, accepts, &named, &booking, &open, fault))
        return false;
    if (!open)
        return true;
    const struct slice body = body_of(talk, &booking, accepts);
    if (body.at == NULL)
        return arena_fault(fault);
    return call(talk, &named, path_of(&booking, accepts),
                (struct service_call){.method = "POST", .body = body, .version = named.version},
                &answer, fault) &&
           finish(talk, &named, &answer, fault);
}

bool staff_command_approve(struct talk *talk, struct fault *fault)
{
    return act(talk, true, fault);
}

bool staff_command_decline(struct talk *talk, struct fault *fault)
{
    return act(talk, false, fault);
}

bool staff_command_show(struct talk *talk, struct fault *fault)
{
    struct named named;
    struct stay_booking booking;
    bool found;

    if (!may_act(talk, &named))
        return true;
    return fetch(talk, &named, &booking, &found, fault) && (!found || show(talk, &booking, fault));
}

bool staff_command_doubt(struct talk *talk, struct fault *fault)
{
    struct named named;
    struct stay_booking booking;
    bool open;

    if (!begin(talk, false, &named, &booking, &open, fault))
        return false;
    if (!open)
        return true;
    stay_add_paragraph(talk, TEXT_STAFF_SURE);
    add_booking(talk, &booking);
    return put(talk, TEXT_DESK_BUTTON_SURE, "staff_sure", &booking, fault) &&
           put(talk, TEXT_BUTTON_BACK, "staff_see", &booking, fault);
}
