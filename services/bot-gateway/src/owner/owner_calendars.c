// SPDX-License-Identifier: MIT
/* Calendars of other channels that an apartment is connected to, and our links that channels read.
 */
#include "clients/channel_answers_json.h"
#include "owner/owner_channel.h"
#include "owner/owner_private.h"
#include "texts/channel_texts.h"

enum {
    READ_PAUSE_US = 11 * 1000000, /* booking-api reads a feed at most 6 times a minute */
    STAYS_BYTES_MAX = 120
};

/* The path of a resource below the apartment. */
static struct slice subpath(struct talk *talk, const char *collection, const struct uuid *id,
                            const char *action)
{
    const struct slice more =
        id == NULL ? slice_of(collection)
                   : talk_printf(talk, "%s/%s%s", collection, talk_id(talk, id), action);

    return talk_path(talk, "apartments", &owner_of(talk)->apartment, more.at);
}

static struct slice channel_name(struct talk *talk, struct slice channel)
{
    return talk_label(talk, channel_text_of(channel));
}

/* Handles a refusal: what is not there any more leads to `step`. */
static bool explain(struct talk *talk, const struct service_answer *answer,
                    const struct flow_step *step)
{
    return owner_explain_refusal(talk, answer, step);
}

/* --- all calendars of an apartment --- */

static void add_feed_line(struct talk *talk, const struct channel_feed *feed)
{
    talk_add(talk, TEXT_DESK_FEED_LINE,
             TALK_VALUES(
                 {.name = "channel", .text = channel_name(talk, feed->channel)},
                 {.name = "state", .text = talk_label(talk, channel_text_of_state(feed->status))},
                 {.name = "until", .number = feed->last_success_at, .other = talk->input->now}));
}

static bool put_conflict_buttons(struct talk *talk)
{
    struct channel_conflicts conflicts;
    struct slice body;

    if (!owner_get_or_explain(
            talk,
            talk_printf(talk, "/v1/conflicts?status=open&apartment_id=%s&limit=%d",
                        talk_id(talk, &owner_of(talk)->apartment), CHANNEL_CONFLICTS_MAX),
            &owner_step_apartments, &body) ||
        !channel_read_conflicts(body, talk->arena, &conflicts, talk->fault))
        return false;
    for (size_t i = 0; i < conflicts.count; i++) {
        const struct slice label = talk_format(talk, TEXT_DESK_CLASH_LINE,
                                               TALK_VALUES({.name = "dates",
                                                            .number = conflicts.items[i].from,
                                                            .other = conflicts.items[i].to}));
        talk_put_id_button(talk, label, "pair", &conflicts.items[i].id);
    }
    return true;
}

static bool show_feeds(struct talk *talk)
{
    struct owner_apartment apartment;
    struct channel_feeds feeds;
    struct slice body;

    if (!owner_get_or_explain(talk, talk_path(talk, "apartments", &owner_of(talk)->apartment, ""),
                              &owner_step_apartments, &body) ||
        !owner_read_apartment(body, talk->arena, &apartment, talk->fault) ||
        !owner_get_or_explain(
            talk,
            subpath(talk, talk_printf(talk, "feeds?limit=%d", CHANNEL_FEEDS_MAX).at, NULL, ""),
            &owner_step_apartments, &body) ||
        !channel_read_feeds(body, talk->arena, &feeds, talk->fault))
        return false;
    talk_add(talk, TEXT_DESK_FEEDS,
             TALK_VALUES({.name = "title", .text = talk_localized(talk, &apartment.title)}));
    if (feeds.count == 0)
        talk_say(talk, TEXT_DESK_FEEDS_NONE);
    for (size_t i = 0; i < feeds.count; i++)
        add_feed_line(talk, &feeds.items[i]);
    if (!put_conflict_buttons(talk))
        return false;
    for (size_t i = 0; i < feeds.count; i++)
        talk_put_id_button(talk, channel_name(talk, feeds.items[i].channel), "feed",
                           &feeds.items[i].id);
    talk_put_button(talk, TEXT_DESK_BUTTON_CONNECT, "connect");
    talk_put_button(talk, TEXT_DESK_BUTTON_EXPORTS, "exports");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool open_tapped_feed(struct talk *talk)
{
    return talk_step(talk, talk_read_id(talk, &owner_of(talk)->feed) ? &owner_step_feed
                                                                     : &owner_step_feeds);
}

static bool open_tapped_conflict(struct talk *talk)
{
    return talk_step(talk, talk_read_id(talk, &owner_of(talk)->conflict) ? &owner_step_clash
                                                                         : &owner_step_feeds);
}

bool owner_command_show_calendars(struct talk *talk)
{
    talk_send_anew(talk);
    if (!talk_begin_at(talk, &owner_flow, &owner_step_feeds))
        return false;
    return talk_read_id(talk, &owner_of(talk)->apartment) ||
           talk_stop(talk, talk_step(talk, &owner_step_apartments));
}

/* --- one calendar --- */

/* "12–14 дек, 20–22 дек" */
static struct slice format_next_stays(struct talk *talk, const struct channel_feed *feed)
{
    const struct channel_period *periods = feed->next_stays.items;
    struct slice list = SLICE("");

    for (size_t i = 0; i < feed->next_stays.count; i++) {
        const struct formatted dates =
            format_date_range(periods[i].from, periods[i].to, talk->language);
        list = talk_join(talk, list, ", ", talk_printf(talk, "%s", dates.text));
    }
    list.len = slice_prefix_len(list, STAYS_BYTES_MAX);
    return list;
}

static bool fetch_feed(struct talk *talk, struct channel_feed *out)
{
    struct slice body;

    return owner_get_or_explain(talk, subpath(talk, "feeds", &owner_of(talk)->feed, ""),
                                &owner_step_feeds, &body) &&
           channel_read_feed(body, talk->arena, out, talk->fault);
}

static bool show_feed(struct talk *talk)
{
    struct channel_feed feed;

    if (!fetch_feed(talk, &feed))
        return false;
    const struct slice why =
        feed.error.at != NULL ? talk_label(talk, channel_text_of_error(feed.error)) : SLICE_NONE;
    talk_add(talk, TEXT_DESK_FEED,
             TALK_VALUES(
                 {.name = "channel", .text = channel_name(talk, feed.channel)},
                 {.name = "state", .text = talk_label(talk, channel_text_of_state(feed.status))},
                 {.name = "nights", .number = feed.nights}, {.name = "address", .text = feed.host},
                 {.name = "until", .number = feed.last_success_at, .other = talk->input->now},
                 {.name = "taken", .text = format_next_stays(talk, &feed)},
                 {.name = "why", .text = why}));
    const bool is_stale = slice_is(feed.status, "stale");
    /* Only what was read can be accepted; booking-api refuses the rest. */
    const bool is_suspect = channel_feed_is_acceptable(feed.status, feed.error);
    if (is_suspect)
        talk_say(talk, TEXT_DESK_FEED_SUSPECT);
    else if (feed.error.at != NULL)
        talk_say(talk, TEXT_DESK_FEED_KEPT);
    if (is_stale)
        talk_say(talk, TEXT_DESK_FEED_STALE);
    if (is_suspect)
        talk_put_button(talk, TEXT_DESK_BUTTON_ACCEPT, "accept");
    talk_put_button(talk, TEXT_DESK_BUTTON_READ, "read");
    talk_put_button(talk, TEXT_DESK_BUTTON_DISCONNECT, "cut");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool act_on_feed(struct talk *talk, const char *action, struct service_answer *answer)
{
    const struct slice path = subpath(talk, "feeds", &owner_of(talk)->feed, action);

    return owner_call_as_owner(
        talk, (struct service_call){.method = "POST", .path = path, .body = SLICE("{}")}, answer);
}

static bool say_when_it_was_read(struct talk *talk, const struct channel_feed *feed)
{
    talk_add(
        talk, TEXT_DESK_FEED_FRESH,
        TALK_VALUES({.name = "until", .number = feed->last_read_at, .other = talk->input->now}));
    return talk_step(talk, &owner_step_feed);
}

/* Reads the calendar, unless it was read a moment ago: booking-api limits how often. Then says so,
 * because the state that is shown is that of the read before. */
static bool read_now(struct talk *talk)
{
    struct service_answer answer;
    struct channel_feed feed;

    if (!fetch_feed(talk, &feed))
        return false;
    if (feed.last_read_at != FIELD_ABSENT && talk->input->now - feed.last_read_at < READ_PAUSE_US)
        return say_when_it_was_read(talk, &feed);
    if (!act_on_feed(talk, "/read", &answer))
        return false;
    return answer.status == 200 ? talk_step(talk, &owner_step_feed)
                                : explain(talk, &answer, &owner_step_feeds);
}

static bool accept(struct talk *talk)
{
    struct service_answer answer;

    if (!act_on_feed(talk, "/accept", &answer))
        return false;
    if (answer.status == 200)
        return talk_step_with(talk, TEXT_DESK_ACCEPTED, &owner_step_feed);
    return answer.status == 409 ? talk_step(talk, &owner_step_feed)
                                : explain(talk, &answer, &owner_step_feeds);
}

static bool ask_whether_to_disconnect(struct talk *talk)
{
    struct channel_feed feed;

    if (!fetch_feed(talk, &feed))
        return false;
    talk_add(talk, TEXT_DESK_DISCONNECT,
             TALK_VALUES({.name = "channel", .text = channel_name(talk, feed.channel)}));
    talk_put_button(talk, TEXT_DESK_BUTTON_SURE, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool delete_below(struct talk *talk, const char *collection, const struct uuid *id,
                         struct service_answer *answer)
{
    const struct slice path = subpath(talk, collection, id, "");

    return owner_call_as_owner(talk, (struct service_call){.method = "DELETE", .path = path},
                               answer);
}

static bool disconnect(struct talk *talk)
{
    struct service_answer answer;

    if (!delete_below(talk, "feeds", &owner_of(talk)->feed, &answer))
        return false;
    return answer.status == 204 || answer.status == 404
               ? talk_step_with(talk, TEXT_DESK_DISCONNECTED, &owner_step_feeds)
               : explain(talk, &answer, &owner_step_feeds);
}

/* --- connecting a calendar --- */

static bool ask_for_address(struct talk *talk)
{
    talk_say(talk, TEXT_DESK_CONNECT);
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool explain_unreadable(struct talk *talk, enum text why)
{
    talk_add(talk, TEXT_DESK_CONNECT_FAILED,
             TALK_VALUES({.name = "why", .text = talk_label(talk, why)}));
    return talk_step(talk, &owner_step_connect);
}

static bool explain_refused_feed(struct talk *talk, const struct service_answer *answer,
                                 struct slice url)
{
    static const struct talk_refusal refusals[] = {
        {"too_many_feeds",    TEXT_DESK_FEEDS_MANY,   &owner_step_feeds  },
        {"already_connected", TEXT_DESK_FEED_TWICE,   &owner_step_feeds  },
        {"own_calendar",      TEXT_DESK_CONNECT_OURS, &owner_step_connect},
    };
    const struct talk_refusal *why;
    struct answer_refusal refusal;

    if (answer->status != 409 && answer->status != 422)
        return explain(talk, answer, &owner_step_apartments);
    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    why = talk_find_refusal(refusals, ARRAY_LEN(refusals), &refusal);
    if (why != NULL)
        return talk_step_with(talk, why->text, why->step);
    if (answer->status == 422 && owner_is_plain_url(url))
        return talk_step_with(talk, TEXT_DESK_CONNECT_PLAIN, &owner_step_connect);
    if (answer->status == 422)
        return explain_unreadable(talk, TEXT_FEED_WHY_ADDRESS);
    return explain(talk, answer, &owner_step_feeds);
}

/* Reads the new calendar at once. One that cannot be read is not kept: after an hour it would turn
 * instant bookings of the apartment into requests. */
static bool read_new_feed(struct talk *talk)
{
    struct service_answer answer, deleted;
    struct channel_feed feed;

    if (!act_on_feed(talk, "/read", &answer))
        return false;
    if (answer.status != 200)
        return explain(talk, &answer, &owner_step_feeds);
    if (!channel_read_feed(answer.body, talk->arena, &feed, talk->fault))
        return false;
    if (slice_is(feed.status, "suspect"))
        return talk_step_with(talk, TEXT_DESK_CONNECTED_SUSPECT, &owner_step_feed);
    if (!slice_is(feed.status, "failing"))
        return talk_step_with(talk, TEXT_DESK_CONNECTED, &owner_step_feed);
    if (!delete_below(talk, "feeds", &owner_of(talk)->feed, &deleted))
        return false;
    return explain_unreadable(talk, channel_text_of_error(feed.error));
}

/* Connects the calendar whose address the owner has sent. The address is a secret, so the message
 * is not stored. */
static bool connect_calendar(struct talk *talk)
{
    const struct slice url = owner_find_calendar_url(talk->argument, talk->arena);
    struct service_call call = {.method = "POST"};
    struct service_answer answer;
    struct channel_feed feed;

    talk_conceal_update(talk);
    if (url.at == NULL)
        return talk_step_with(talk, TEXT_DESK_CONNECT_NO_URL, &owner_step_connect);
    call.path = subpath(talk, "feeds", NULL, "");
    call.body = talk_printf(talk, "{\"url\":%s,\"channel\":\"%s\"}", talk_json_string(talk, url),
                            owner_channel_of_url(url));
    if (!owner_call_as_owner(talk, call, &answer))
        return false;
    if (answer.status != 201)
        return explain_refused_feed(talk, &answer, url);
    if (!channel_read_feed(answer.body, talk->arena, &feed, talk->fault))
        return false;
    owner_of(talk)->feed = feed.id;
    return read_new_feed(talk);
}

/* --- our links --- */

static bool fetch_links(struct talk *talk, struct channel_links *out)
{
    struct slice body;

    return owner_get_or_explain(
               talk,
               subpath(talk, talk_printf(talk, "calendar-links?limit=%d", CHANNEL_LINKS_MAX).at,
                       NULL, ""),
               &owner_step_apartments, &body) &&
           channel_read_links(body, talk->arena, out, talk->fault);
}

static bool show_exports(struct talk *talk)
{
    struct channel_links links;

    if (!fetch_links(talk, &links))
        return false;
    talk_say(talk, TEXT_DESK_EXPORTS);
    for (size_t i = 0; i < links.count; i++) {
        const struct channel_link *link = &links.items[i];
        const struct text_value values[] = {
            {.name = "channel", .text = channel_name(talk,    link->channel)           },
            {.name = "until",   .number = link->last_read_at, .other = talk->input->now},
        };
        const bool was_read = link->last_read_at != FIELD_ABSENT;
        talk_add(talk, was_read ? TEXT_DESK_EXPORT_LINE : TEXT_DESK_EXPORT_UNREAD, values,
                 was_read ? 2 : 1);
        talk_put_id_button(talk, values[0].text, "link", &link->id);
    }
    talk_put_button(talk, TEXT_DESK_BUTTON_EXPORT, "new");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool open_tapped_export(struct talk *talk)
{
    return talk_step(talk, talk_read_id(talk, &owner_of(talk)->link) ? &owner_step_export
                                                                     : &owner_step_exports);
}

static bool ask_for_channel(struct talk *talk)
{
    talk_say(talk, TEXT_DESK_EXPORT_CHANNEL);
    for (size_t i = 0; i < OWNER_CHANNELS; i++) {
        const struct slice channel = slice_of(owner_channels[i]);
        talk_new_row(talk);
        talk_button(talk, channel_name(talk, channel), "make", channel);
    }
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

/* Shows the address in a message of its own, which later taps do not replace: its button begins a
 * new one. */
static bool show_new_link(struct talk *talk, const struct channel_link *link)
{
    talk_send_anew(talk);
    talk_mark_reply_confided(talk);
    talk_add(talk, TEXT_DESK_EXPORT_MADE,
             TALK_VALUES({.name = "channel", .text = channel_name(talk, link->channel)},
                         {.name = "url", .text = link->url}));
    talk_command_button(talk, talk_label(talk, TEXT_DESK_BUTTON_FEEDS), "calendars",
                        talk_id_argument(talk, &owner_of(talk)->apartment, ""));
    return true;
}

static bool make_link(struct talk *talk)
{
    struct service_call call = {.method = "POST"};
    struct service_answer answer;
    struct channel_link link;
    struct answer_refusal refusal;

    if (!owner_is_channel(talk->argument))
        return talk_step(talk, &owner_step_make);
    call.path = subpath(talk, "calendar-links", NULL, "");
    call.body = talk_printf(talk, "{\"channel\":\"%.*s\"}", SLICE_ARG(talk->argument));
    if (!owner_call_as_owner(talk, call, &answer))
        return false;
    if (answer.status == 409) {
        if (!answer_read_refusal(answer.body, talk->arena, &refusal, talk->fault))
            return false;
        if (slice_is(refusal.code, "too_many_links"))
            return talk_step_with(talk, TEXT_DESK_EXPORTS_MANY, &owner_step_exports);
    }
    if (answer.status != 201)
        return explain(talk, &answer, &owner_step_apartments);
    return channel_read_link(answer.body, talk->arena, &link, talk->fault) &&
           show_new_link(talk, &link);
}

static const struct channel_link *find_link(const struct channel_links *links,
                                            const struct uuid *id)
{
    for (size_t i = 0; i < links->count; i++)
        if (uuid_equal(&links->items[i].id, id))
            return &links->items[i];
    return NULL;
}

static bool ask_whether_to_end_link(struct talk *talk)
{
    struct channel_links links;

    if (!fetch_links(talk, &links))
        return false;
    const struct channel_link *link = find_link(&links, &owner_of(talk)->link);
    if (link == NULL)
        return talk_step_with(talk, TEXT_DESK_EXPORT_ENDED, &owner_step_exports);
    talk_add(talk, TEXT_DESK_EXPORT_END,
             TALK_VALUES({.name = "channel", .text = channel_name(talk, link->channel)}));
    talk_put_button(talk, TEXT_DESK_BUTTON_SURE, "yes");
    talk_put_button(talk, TEXT_BUTTON_BACK, "back");
    return true;
}

static bool end_link(struct talk *talk)
{
    struct service_answer answer;

    if (!delete_below(talk, "calendar-links", &owner_of(talk)->link, &answer))
        return false;
    return answer.status == 204 || answer.status == 404
               ? talk_step_with(talk, TEXT_DESK_EXPORT_ENDED, &owner_step_exports)
               : explain(talk, &answer, &owner_step_exports);
}

/* --- the steps --- */

TALK_LEADS_TO(to_connect, &owner_step_connect)
TALK_LEADS_TO(to_cut, &owner_step_cut)
TALK_LEADS_TO(to_exports, &owner_step_exports)
TALK_LEADS_TO(to_make, &owner_step_make)

static const struct flow_move feeds_moves[] = {
    {FLOW_TAP, "pair",    .act = open_tapped_conflict},
    {FLOW_TAP, "feed",    .act = open_tapped_feed    },
    {FLOW_TAP, "connect", .act = to_connect          },
    {FLOW_TAP, "exports", .act = to_exports          },
};
static const struct flow_move feed_moves[] = {
    {FLOW_TAP, "accept", .act = accept  },
    {FLOW_TAP, "read",   .act = read_now},
    {FLOW_TAP, "cut",    .act = to_cut  },
};
static const struct flow_move cut_moves[] = {
    {FLOW_TAP, "yes", .act = disconnect},
};
static const struct flow_move connect_moves[] = {
    {FLOW_TEXT, NULL, .act = connect_calendar},
};
static const struct flow_move exports_moves[] = {
    {FLOW_TAP, "link", .act = open_tapped_export},
    {FLOW_TAP, "new",  .act = to_make           },
};
static const struct flow_move make_moves[] = {
    {FLOW_TAP, "make", .act = make_link},
};
static const struct flow_move export_moves[] = {
    {FLOW_TAP, "yes", .act = end_link},
};
const struct flow_step owner_step_feeds = {"feeds", show_feeds,
                                           FLOW_BACK(&owner_step_apartment, feeds_moves)};
const struct flow_step owner_step_feed = {"feed", show_feed,
                                          FLOW_BACK(&owner_step_feeds, feed_moves)};
const struct flow_step owner_step_cut = {"cut", ask_whether_to_disconnect,
                                         FLOW_BACK(&owner_step_feed, cut_moves)};
const struct flow_step owner_step_connect = {"connect", ask_for_address,
                                             FLOW_BACK(&owner_step_feeds, connect_moves)};
const struct flow_step owner_step_exports = {"exports", show_exports,
                                             FLOW_BACK(&owner_step_feeds, exports_moves)};
const struct flow_step owner_step_make = {"make", ask_for_channel,
                                          FLOW_BACK(&owner_step_exports, make_moves)};
const struct flow_step owner_step_export = {"export", ask_whether_to_end_link,
                                            FLOW_BACK(&owner_step_exports, export_moves)};
