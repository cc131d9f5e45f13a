// SPDX-License-Identifier: MIT
/* The measures that probes report. A reading is a measure and its value. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

// clang-format off
/* X(name in configuration, answers and history; unit; which values are worse: HIGHER or LOWER ones,
 * or EACH: higher ones, and each rise needs a person, so it is alerted again; text in ru, en, kz)
 * EACH is for counts that rise only if something new has happened. A count that rises and falls by
 * itself, as that of containers in a restart loop, would repeat its alerts. */
#define MEASURES_EACH(X) \
    X(latency_ms,                  "ms",   HIGHER, "время ответа", "response time", "жауап уақыты") \
    X(certificate_days,            "days", LOWER,  "сертификату осталось дней", "days left of the certificate", "сертификатқа қалған күн") \
    X(connections,                 "",     HIGHER, "соединений", "connections", "қосылым саны") \
    X(longest_transaction_s,       "s",    HIGHER, "самая долгая транзакция", "longest transaction", "ең ұзақ транзакция") \
    X(cache_hit_percent,           "%",    LOWER,  "попаданий в кэш", "cache hits", "кэшке түсу") \
    X(memory_percent,              "%",    HIGHER, "занято памяти", "memory used", "жад толуы") \
    X(persistence_errors,          "",     HIGHER, "ошибок записи на диск", "errors of writing to disk", "дискіге жазу қатесі") \
    X(cpu_percent,                 "%",    HIGHER, "загрузка процессора", "processor load", "процессор жүктемесі") \
    X(oom_kills,                   "",     HIGHER, "убито из-за нехватки памяти", "killed for lack of memory", "жад жетпей тоқтатылды") \
    X(disk_free_percent,           "%",    LOWER,  "свободно на диске", "disk free", "дискіде бос") \
    X(inodes_free_percent,         "%",    LOWER,  "свободно inode", "inodes free", "бос inode") \
    X(clock_drift_ms,              "ms",   HIGHER, "часы расходятся на", "the clock is off by", "сағат ауытқуы") \
    /* time since the clock was last synchronised */ \
    X(clock_unset_s,               "s",    HIGHER, "часы никто не ставит уже", "nobody has set the clock for", "сағатты ешкім түземейді:") \
    /* difference between Almaty's UTC offset and +05 */ \
    X(zone_offset_minutes,         "min",  HIGHER, "часовой пояс расходится на", "the time zone is off by", "уақыт белдеуінің ауытқуы") \
    X(containers_down,             "",     HIGHER, "контейнеров не работает", "containers down", "істемейтін контейнер") \
    X(container_restarts,          "",     HIGHER, "перезапусков контейнера за 10 минут", "restarts of a container in 10 minutes", \
      "контейнердің 10 минутта қайта қосылуы") \
    X(servers_down,                "",     HIGHER, "серверов за входом не работает", "servers down behind the edge", \
      "кіріс артында істемейтін сервер") \
    X(pending_updates,             "",     HIGHER, "сообщений ждёт у Telegram", "updates waiting at Telegram", "Telegram-да күтіп тұрған хабарлама") \
    X(bots_broken,                 "",     HIGHER, "ботов не работает", "bots broken", "істемейтін бот") \
    X(log_errors,                  "",     HIGHER, "ошибок в журнале за 10 минут", "errors logged in 10 minutes", "10 минутта журналға түскен қате") \
    X(error_percent,               "%",    HIGHER, "ответов с ошибкой", "answers with an error", "қате жауаптар") \
    X(oldest_unsent_s,             "s",    HIGHER, "самое старое неотправленное ждёт", "oldest unsent waits", "ең ескі жіберілмегені күтуде") \
    X(broken_rules,                "",     HIGHER, "нарушено правил в данных", "rules broken in the data", "деректердегі бұзылған ереже") \
    X(index_lag_s,                 "s",    HIGHER, "отставание поиска", "search lag", "іздеудің кешігуі") \
    X(feed_lag_s,                  "s",    HIGHER, "события броней не прочитаны", "booking events unread for", "бронь оқиғалары оқылмай тұр") \
    X(trips_overdue,               "",     HIGHER, "поездок не начато или не закончено в срок", "trips neither started nor ended in time", \
      "уақытында басталмаған не аяқталмаған сапар") \
    X(sos_unanswered,              "",     EACH,   "вызовов помощи без ответа", "calls for help unanswered", "жауапсыз көмек шақыру") \
    /* booking-api counts only payments that were claimed more than 3 hours ago */ \
    X(claims_waiting,              "",     HIGHER, "оплат ждёт подтверждения больше 3 часов", "payments unconfirmed for over 3 hours", \
      "3 сағаттан артық растауды күткен төлем") \
    X(bookings_silent,             "",     HIGHER, "новых броней нет дольше обычного, часов", "hours without a new booking, longer than usual", \
      "жаңа броньдар әдеттегіден ұзақ жоқ, сағат") \
    X(owner_unbound,               "",     HIGHER, "хозяев без Telegram", "owners without Telegram", "Telegram-сыз иелер") \
    X(calendars_failing,           "",     HIGHER, "календарей площадок не работает или похоже на ошибку", \
      "calendars of other sites that fail or look like a mistake", "істемейтін не қатеге ұқсайтын алаң күнтізбесі") \
    X(conflicts_open,              "",     HIGHER, "дат продано дважды, решения нет", "dates sold twice and not decided", \
      "екі рет сатылған, шешілмеген күндер") \
    X(heartbeat_age_s,             "s",    HIGHER, "нет сигнала", "no report for", "белгі жоқ") \
    X(heartbeat_took_s,            "s",    HIGHER, "длилось", "took", "ұзақтығы") \
    X(heartbeat_loss_s,            "s",    HIGHER, "потеря данных", "loss of data", "деректердің жоғалуы") \
    X(heartbeat_due,               "",     HIGHER, "пора обновить", "due to be renewed", "жаңартатын уақыты келгені") \
    X(heartbeat_oldest_s,          "s",    HIGHER, "самому старому", "the oldest is", "ең ескісіне")
// clang-format on

#define MEASURE_NAME_(word, ...) MEASURE_##word,
enum measure { MEASURES_EACH(MEASURE_NAME_) MEASURES };
#undef MEASURE_NAME_

struct measure_kind {
    const char *word;
    const char *unit;
    bool lower_is_worse;
    bool each_rise; /* each rise of the value while an incident is open is alerted again */
};
extern const struct measure_kind measure_kinds[MEASURES];

enum { READINGS_MAX = 16 }; /* maximum number of readings of one probe */

struct reading {
    enum measure measure;
    double value;
};
