// SPDX-License-Identifier: MIT
#include "base/log.h"
#include "base/now.h"

#include "storage/history_private.h"

/* Values of the column alert.dropped. */
enum {
    ACTIVE,
    OBSOLETE /* the incident ended before the send, or another alert has shown the event */,
    GIVEN_UP
};

/* An alert that is not sent within this time is given up, unless it is about the beginning or
 * worsening of an incident that is still open: the clock may have been set ahead by days, or the
 * machine may have been off. The maximum number of tries limits these alerts. */
#define ALERT_EXPIRY_US HISTORY_DAY_US

/* Queues an alert. Parameters: ?1 incident, ?2 event, ?3 channel, ?4 present time, ?5 step. The id
 * is at least the present time in microseconds, so that ids of an earlier process whose disk was
 * unavailable are not reused. */
#define NEXT_ID "max(?4, (SELECT ifnull(max(id), 0) + 1 FROM alert))"
#define QUEUE_IF(condition)                                                                        \
    "INSERT INTO alert SELECT " NEXT_ID ", ?1, ?2, ?3, 0, ?4, ?4, 0, 0, 0, ?5, 0"                  \
    " WHERE " condition " ON CONFLICT DO NOTHING"

static const char *const queue_if[] = {
    [ALERT_FIRED] = QUEUE_IF("1"),
    [ALERT_WORSE] = QUEUE_IF("1"),
    /* Only on channels that have sent or will send another alert of the incident. */
    [ALERT_RECOVERED] = QUEUE_IF("EXISTS (SELECT 1 FROM alert WHERE incident_id = ?1"
                                 " AND channel = ?3 AND event <> ?2 AND dropped = 0)"),
    [ALERT_REMINDED] = QUEUE_IF("EXISTS (SELECT 1 FROM incident WHERE id = ?1 AND ended_us = 0"
                                " AND acked_us = 0)"
                                " AND NOT EXISTS (SELECT 1 FROM alert WHERE incident_id = ?1"
                                " AND channel = ?3 AND told_us = 0 AND dropped = 0)"),
};

bool alert_store_queue(struct sqlite *sqlite, const struct alert_queue *queue, struct fault *fault)
{
    for (int channel = 0; channel < ALERT_CHANNELS; channel++)
        if ((queue->channels >> channel & 1) != 0 &&
            !sqlite_exec(
                sqlite, queue_if[queue->event],
                SQLITE_VALUES(queue->incident, queue->event, channel, queue->now_us, queue->step),
                fault))
            return false;
    return true;
}

/* --- due alerts --- */

/* Drops unsent alerts that are obsolete or expired. `given_up`: number of expired ones. */
static bool drop_obsolete_and_expired_alerts(struct history *history, int64_t now_us,
                                             int64_t *given_up, struct fault *fault)
{
    static const char expired[] =
        "UPDATE alert AS a SET dropped = ?2"
        " WHERE a.told_us = 0 AND a.dropped = 0 AND a.made_us < ?1"
        " AND NOT (a.event IN (?3, ?4) AND EXISTS (SELECT 1 FROM incident i"
        " WHERE i.id = a.incident_id AND i.ended_us = 0))";
    /* Parameters: ?1 ALERT_RECOVERED, ?2 OBSOLETE, ?3 ALERT_TELEGRAM. A recovery is kept if the
     * channel has sent another alert of the incident. An alert that reached only some of the chats
     * is not sent, but the messages in these chats are stored. */
    static const char ended[] =
        "UPDATE alert AS a SET dropped = ?2"
        " WHERE a.told_us = 0 AND a.dropped = 0"
        " AND (SELECT i.ended_us FROM incident i WHERE i.id = a.incident_id) <> 0"
        " AND (a.event <> ?1 OR NOT EXISTS (SELECT 1 FROM alert f"
        " WHERE f.incident_id = a.incident_id AND f.channel = a.channel AND f.event <> ?1"
        " AND f.told_us <> 0))"
        " AND NOT (a.event = ?1 AND a.channel = ?3 AND EXISTS (SELECT 1 FROM message m"
        " WHERE m.incident_id = a.incident_id))";
    static const char acknowledged[] =
        "UPDATE alert AS a SET dropped = ?2"
        " WHERE a.told_us = 0 AND a.dropped = 0 AND a.event = ?1"
        " AND (SELECT i.acked_us FROM incident i WHERE i.id = a.incident_id) <> 0";
    struct sqlite *memory = history_begin_transaction(history);
    bool ok = sqlite_exec(
        memory, expired,
        SQLITE_VALUES(now_us - ALERT_EXPIRY_US, GIVEN_UP, ALERT_FIRED, ALERT_WORSE), fault);

    *given_up = sqlite_changes(memory);
    ok = ok &&
         sqlite_exec(memory, ended, SQLITE_VALUES(ALERT_RECOVERED, OBSOLETE, ALERT_TELEGRAM),
                     fault) &&
         sqlite_exec(memory, acknowledged, SQLITE_VALUES(ALERT_REMINDED, OBSOLETE), fault);
    return history_end_transaction(history, ok, fault);
}

static void read_due_alert(sqlite3_stmt *row, void *data)
{
    struct alert *alert = data;

    alert->id = sqlite3_column_int64(row, 0);
    alert->event = (enum alert_event)sqlite3_column_int(row, 1);
    alert->channel = (enum alert_channel)sqlite3_column_int(row, 2);
    alert->tries = sqlite3_column_int(row, 3);
    alert->step = sqlite3_column_int(row, 4);
    alert->newest_id = sqlite3_column_int64(row, 5);
    incident_read(row, 6, &alert->incident);
}

/* Unsent alerts. Parameters: ?1 false: only of red incidents, because quiet hours hold back the
 * others; ?2 LEVEL_RED. */
#define WAITING                                                                                    \
    " FROM alert a JOIN incident i ON i.id = a.incident_id"                                        \
    " WHERE a.told_us = 0 AND a.dropped = 0 AND (?1 OR i.level = ?2)"

bool history_list_due_alerts(struct history *history, const struct alert_query *query,
                             struct alert *out, size_t *count, struct fault *fault)
{
    static const char pending[] = "SELECT count(*)" WAITING;
    /* An alert that is due later than its pause allows is selected too, because the clock was set
     * back. */
    static const char sql[] =
        "SELECT a.id, a.event, a.channel, a.tries, a.step,"
        " (SELECT max(id) FROM alert), " INCIDENT_COLUMNS WAITING
        " AND a.channel = ?3 AND (a.due_us <= ?4 OR a.due_us > ?4 + a.pause_us)"
        " AND NOT EXISTS (SELECT 1 FROM alert e WHERE e.incident_id = a.incident_id"
        " AND e.channel = a.channel AND e.told_us = 0 AND e.dropped = 0 AND e.id < a.id)"
        " ORDER BY a.id LIMIT ?5";
    const struct sqlite_list list = {read_due_alert, sizeof *out, out, count};
    const size_t room = *count;
    int64_t given_up = 0;

    *count = 0;

    if (!sqlite_select_int(history->memory, pending, SQLITE_VALUES(!query->quiet, LEVEL_RED),
                           &history->alerts_waiting, fault))
        return false;
    if (history->alerts_waiting == 0)
        return true;
    *count = room;
    if (!drop_obsolete_and_expired_alerts(history, query->now_us, &given_up, fault) ||
        !sqlite_select_list(
            history->memory, sql,
            SQLITE_VALUES(!query->quiet, LEVEL_RED, query->channel, query->now_us, (int64_t)room),
            &list, fault))
        return false;
    history->alerts_given_up += given_up;
    if (given_up > 0)
        LOG(LOG_ERROR, "alerts_given_up", "Alerts that no channel accepted for a day are given up",
            log_int("count", given_up));
    return true;
}

/* --- outcomes --- */

bool history_alert_mark_sent(struct history *history, const struct alert *alert, int64_t message_id,
                             struct fault *fault)
{
    static const char told[] = "UPDATE alert SET told_us = ?2, message_id = ?3, dropped = 0"
                               " WHERE id = ?1 AND told_us = 0";
    /* If the incident ended while the alert was being sent, its recovery was dropped. Now it must
     * be sent. */
    static const char recovery[] =
        "UPDATE alert AS r SET dropped = 0"
        " WHERE r.event = ?2 AND r.told_us = 0 AND r.dropped = ?4 AND r.made_us >= ?3"
        " AND EXISTS (SELECT 1 FROM alert a WHERE a.id = ?1 AND a.event <> ?2"
        " AND a.incident_id = r.incident_id AND a.channel = r.channel)";
    /* The sent alert has shown the incident as it was when the alert was read. */
    static const char worse[] = "UPDATE alert AS w SET dropped = ?3 WHERE w.event = ?2"
                                " AND w.told_us = 0 AND w.dropped = 0 AND w.id <= ?4"
                                " AND EXISTS (SELECT 1 FROM alert a WHERE a.id = ?1"
                                " AND a.incident_id = w.incident_id AND a.channel = w.channel)";
    const int64_t id = alert->id;
    const int64_t now_us = now_wall_us();
    struct sqlite *memory = history_begin_transaction(history);
    const bool ok =
        sqlite_exec(memory, told, SQLITE_VALUES(id, now_us, message_id), fault) &&
        sqlite_exec(memory, worse, SQLITE_VALUES(id, ALERT_WORSE, OBSOLETE, alert->newest_id),
                    fault) &&
        sqlite_exec(memory, recovery,
                    SQLITE_VALUES(id, ALERT_RECOVERED, now_us - ALERT_EXPIRY_US, OBSOLETE), fault);

    return history_end_transaction(history, ok, fault);
}

bool history_alert_give_up(struct history *history, int64_t alert_id, struct fault *fault)
{
    static const char sql[] =
        "UPDATE alert SET dropped = ?2 WHERE id = ?1 AND told_us = 0 AND dropped = 0";

    if (!history_exec(history, sql, SQLITE_VALUES(alert_id, GIVEN_UP), fault))
        return false;
    history->alerts_given_up++;
    return true;
}

bool history_alert_postpone(struct history *history, int64_t alert_id, int64_t pause_us,
                            struct fault *fault)
{
    static const char sql[] =
        "UPDATE alert SET due_us = ?2, pause_us = ?3, tries = tries + 1 WHERE id = ?1";

    return history_exec(history, sql, SQLITE_VALUES(alert_id, now_wall_us() + pause_us, pause_us),
                        fault);
}

bool history_alert_copy_to_channel(struct history *history, int64_t alert_id,
                                   enum alert_channel channel, struct fault *fault)
{
    static const char sql[] =
        "INSERT INTO alert SELECT " NEXT_ID ", incident_id, event, ?2, 0, made_us, ?4, 0, 0, 0,"
        " step, 0 FROM alert WHERE id = ?1 ON CONFLICT DO NOTHING";

    return history_exec(history, sql, SQLITE_VALUES(alert_id, channel, 0, now_wall_us()), fault);
}

static void read_alert_times(sqlite3_stmt *row, void *data)
{
    struct incident_alerted *alerted = data;

    alerted->queued_us = sqlite3_column_int64(row, 0);
    alerted->sent_us = sqlite3_column_int64(row, 1);
    alerted->step = sqlite3_column_int(row, 2);
}

bool history_get_alert_times(struct history *history, const struct uuid *incident_id,
                             struct incident_alerted *out, struct fault *fault)
{
    static const char sql[] =
        "SELECT max(made_us) FILTER (WHERE event <> ?3), max(told_us) FILTER (WHERE event = ?2),"
        " max(step) FROM alert WHERE incident_id = ?1";

    return sqlite_select(history->memory, sql,
                         SQLITE_VALUES(incident_id, ALERT_FIRED, ALERT_REMINDED), read_alert_times,
                         out, fault);
}
