// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"
#include "channels/channels_json.h"

bool feed_record(struct change *change, const char *event, const char *action,
                 const struct feed *feed, struct fault *fault)
{
    return change_record(change, event, action, "feed", &feed->id, feed->version,
                         &feed_event_fields, feed, fault);
}

bool feed_settle(struct change *change, const struct uuid *apartment_id, int32_t today,
                 struct fault *fault)
{
    auto_rows struct db_rows expired = {0};

    return feed_store_expire_holds(change->tx, apartment_id, today, &expired, fault) &&
           booking_record_expired(change, &expired, fault) &&
           feed_store_settle(change->tx, apartment_id, fault);
}

/* Whether the verdict gets an event. A stale feed that is suspect remains stale. "failing" has
 * none: a feed that fails for long becomes stale. */
static bool is_to_be_announced(const struct feed *feed, enum feed_verdict verdict)
{
    if (verdict == FEED_OK)
        return feed->announced != FEED_STATUS_OK;
    return verdict == FEED_SUSPECT && feed->status != FEED_STATUS_STALE &&
           feed->announced != FEED_STATUS_SUSPECT;
}

/* Stores a judgement, reads the feed again, and records what has changed. */
static bool store_judgement(struct change *change, struct feed_written *written, const char *action,
                            struct feed *feed, struct fault *fault)
{
    const enum feed_verdict verdict = written->judgement->verdict;
    const struct feed before = *feed;

    written->is_announced = is_to_be_announced(feed, verdict);
    if (!feed_store_write(change->tx, feed, written, fault) ||
        /* Once a day also ends conflicts about nights that have passed. */
        ((written->judgement->is_changed || feed->day != feed->today) &&
         !feed_settle(change, &feed->apartment_id, feed->today, fault)) ||
        !feed_store_find(change->tx, &before.apartment_id, &before.id, change->arena, feed, fault))
        return false;
    feed->previous = before.announced;
    if (written->is_announced)
        return feed_record(change, verdict == FEED_OK ? "feed.ok" : "feed.suspect", action, feed,
                           fault);
    if (feed->version != before.version || !written->is_read)
        change_audit(change, action, "feed", &feed->id, feed->version);
    return true;
}

/* True if the outcome of the read is of no use: another read has been applied meanwhile, or the
 * feed is no longer what was read. */
static bool is_outdated(const struct feed *asked, const struct feed *feed)
{
    return asked->reads != feed->reads || asked->ends_inclusive != feed->ends_inclusive ||
           !slice_equal(asked->url, feed->url);
}

bool feed_apply(struct change *change, const struct feed_settings *settings,
                const struct feed *asked, const struct feed_fetched *fetched, struct feed *out,
                struct fault *fault)
{
    const enum feed_answer answer = fetched->reading.answer;
    struct apartment apartment;
    struct feed_judgement judgement;
    struct feed_state state;

    if (!apartment_store_lock(change, &asked->apartment_id, &apartment, fault) ||
        !feed_store_lock(change->tx, &asked->apartment_id, &asked->id, change->arena, out, fault))
        return false;
    if (is_outdated(asked, out))
        return true;
    if (!feed_store_read_nights(change->tx, out, change->arena, &state, fault) ||
        !feed_judge(&state, &fetched->reading, apartment.local_day, change->arena, &judgement,
                    fault))
        return false;
    struct feed_written written = {
        .judgement = &judgement,
        .is_read = true,
        .sets_answer = answer != FEED_ANSWER_NONE && answer != FEED_ANSWER_UNCHANGED,
        .etag = fetched->etag,
        .last_modified = fetched->last_modified,
        .ends_guess = fetched->ends_guess,
        .interval_s = settings->interval_s,
        .stale_s = settings->stale_s,
    };
    return store_judgement(change, &written, "feed.read", out, fault);
}

bool feed_accept_said(struct change *change, const struct feed_settings *settings,
                      struct feed *feed, struct fault *fault)
{
    struct feed_judgement judgement;
    struct feed_state state;

    if (feed->verdict == FEED_OK)
        return true;
    if (!feed_is_acceptable((enum feed_verdict)feed->verdict, (enum feed_answer)feed->last))
        return fault_set(fault, FAULT_CONFLICT, "nothing_to_accept",
                         "The feed's last answer was no calendar that waits for a decision.");
    if (!feed_store_read_nights(change->tx, feed, change->arena, &state, fault) ||
        !feed_accept(&state, feed->today, change->arena, &judgement, fault))
        return false;
    struct feed_written written = {
        .judgement = &judgement,
        .interval_s = settings->interval_s,
        .stale_s = settings->stale_s,
    };
    return store_judgement(change, &written, "feed.accept", feed, fault);
}

bool feed_announce_stale(struct change *change, const struct feed *found, struct fault *fault)
{
    struct feed feed;

    if (!feed_store_lock(change->tx, &found->apartment_id, &found->id, change->arena, &feed, fault))
        return fault->kind == FAULT_NOT_FOUND; /* it was deleted meanwhile */
    if (feed.status != FEED_STATUS_STALE || feed.announced == FEED_STATUS_STALE)
        return true;
    feed.previous = feed.announced;
    return feed_store_write_stale(change->tx, &feed, fault) &&
           feed_record(change, "feed.stale", "feed.stale", &feed, fault);
}
