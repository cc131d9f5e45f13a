// SPDX-License-Identifier: MIT
/* The result of a probe. */
#pragma once

#include <stdint.h>

#include "config/measure.h"

// clang-format off
/* Why a probe failed. A reading above a threshold is not a trouble. X(name; word in answers and
 * history; text in ru, en, kz) */
#define TROUBLES_EACH(X) \
    X(NONE,        "none", "проверка не прошла", "the check has failed", "тексеру өтпеді") \
    X(TIMEOUT,     "timeout", "нет ответа вовремя", "no answer in time", "уақытында жауап жоқ") \
    /* connection refused, reset, unreachable */ \
    X(REFUSED,     "refused", "не принимает соединения", "refuses connections", "қосылымдарды қабылдамайды") \
    /* the name has no address, or the resolver does not answer */ \
    X(NO_NAME,     "no_name", "имя не находится в DNS", "the name is not found in DNS", "атауы DNS-тен табылмайды") \
    /* unexpected HTTP status; detail: the status */ \
    X(STATUS,      "status", "не тот статус HTTP", "another HTTP status", "HTTP мәртебесі басқа") \
    X(BODY,        "body", "не то содержимое ответа", "another body than expected", "жауаптың мазмұны басқа") \
    X(HEADER,      "header", "не тот заголовок ответа", "another header than expected", "жауаптың тақырыбы басқа") \
    /* unexpected DNS records; detail: the records */ \
    X(RECORDS,     "records", "не те записи DNS", "other DNS records than expected", "DNS жазбалары басқа") \
    /* invalid chain, name or time; detail: which of these */ \
    X(CERTIFICATE, "certificate", "негодный сертификат", "the certificate is not valid", "сертификат жарамсыз") \
    X(DENIED,      "denied", "отвечает, но не принимает наш ключ или пароль", "answers, but refuses our key or password", \
      "жауап береді, бірақ кілтімізді не құпиясөзімізді қабылдамайды") \
    /* the target reports that it is not ready; detail: a fixed word, or names of its parts */ \
    X(NOT_READY,   "not_ready", "отвечает, что ещё не готов", "answers that it is not ready", "дайын емеспін деп жауап береді") \
    /* a server, container or bot that the target reports on is down; detail: names */ \
    X(DOWN,        "down", "сообщает, что не работает", "reports that something is down", "жұмыс істемейтінін хабарлайды") \
    X(LATE,        "late", "не прислал сигнал вовремя", "has not reported in time", "уақытында хабар бермеді") \
    /* optional HEARTBEAT: no report yet, or the last one has expired; the check is unknown */ \
    X(AWAITED,     "awaited", "сигнала ещё не было", "has not reported yet", "әлі хабар берген жоқ") \
    /* PEER: no answer by the link nor from outside; detail: both troubles */ \
    X(SILENT,      "silent", "не отвечает ни по связи между серверами, ни снаружи", \
      "answers neither by the link between the servers nor from outside", "серверлер арасындағы байланыспен де, сырттан да жауап бермейді") \
    /* health itself could not probe: no memory, an unreadable file */ \
    X(LOCAL,       "local", "этой машине нечем проверить", "this machine cannot look", "бұл машина тексере алмайды") \
    /* not from a probe: an alerting rule of Prometheus fires; detail: the name of the rule */ \
    X(RULE,        "rule", "сработало правило Prometheus", "a rule of Prometheus fires", "Prometheus ережесі іске қосылды")
// clang-format on

#define TROUBLE_NAME_(name, ...) TROUBLE_##name,
enum probe_trouble { TROUBLES_EACH(TROUBLE_NAME_) TROUBLES };
#undef TROUBLE_NAME_
/* Words of the troubles, NULL-terminated. */
extern const char *const probe_trouble_names[TROUBLES + 1];

enum { PROBE_DETAIL_MAX = 160 };

struct probe_result {
    enum probe_trouble trouble;
    /* Fixed words, names, numbers; never a secret, a body or personal data; "": none. */
    char detail[PROBE_DETAIL_MAX];
    struct reading readings[READINGS_MAX];
    size_t reading_count;
    int64_t began_us; /* start of the probe, wall clock */
    int64_t took_us;
};
