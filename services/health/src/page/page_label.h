// SPDX-License-Identifier: MIT
/* Texts of the page, except texts about checks, which are in i18n/. */
#pragma once

#include "base/language.h"

// clang-format off
/* X(name, ru, en, kz) */
#define LABELS_EACH(X)                                                                                                                     \
    X(TITLE,          "Состояние tapbot",               "tapbot status",                 "tapbot күйі")                                     \
    X(SKIP,           "К содержанию",                   "Skip to content",               "Мазмұнға өту")                                    \
    X(LANGUAGES,      "Язык",                           "Language",                      "Тіл")                                             \
    X(ALL_GREEN,      "Всё работает",                   "All works",                     "Бәрі жұмыс істейді")                              \
    X(ALL_YELLOW,     "Работает, есть замечания",       "Works, with remarks",           "Жұмыс істейді, ескертулер бар")                   \
    X(ALL_RED,        "Есть сбой",                      "Something is broken",           "Ақау бар")                                        \
    X(ALL_UNKNOWN,    "Ещё проверяем",                  "Still looking",                 "Әлі тексеріп жатырмыз")                           \
    X(SINCE,          "с ",                             "since ",                        "басталды: ")                                      \
    X(SO_LONG,        "уже ",                           "for ",                          "ұзақтығы: ")                                      \
    X(WORKING,        "исправно проверок: ",            "checks that pass: ",            "өткен тексеру: ")                                 \
    X(OF,             " из ",                           " of ",                          " / ")                                             \
    X(PROBLEMS,       "Что не так",                     "What is wrong",                 "Не бұзылды")                                      \
    X(TO_DO,          "Что делать: ",                   "What to do: ",                  "Не істеу керек: ")                                \
    X(MORE,           "Если не помогло",                "If that does not help",         "Көмектеспесе")                                    \
    X(RUNBOOK,        "Подробнее: ",                    "More: ",                        "Толығырақ: ")                                     \
    X(COPY,           "Скопировать",                    "Copy",                          "Көшіру")                                          \
    X(COPIED,         "Скопировано",                    "Copied",                        "Көшірілді")                                       \
    X(ACK,            "Вижу, занимаюсь",                "I am on it",                    "Көрдім, айналысамын")                             \
    X(ACKED,          "ответственный: ",                "taken by ",                     "жауапты: ")                                         \
    X(AFFECTS,        "Из-за этого задето: ",           "Affected by this: ",            "Осыдан зардап шекті: ")                           \
    X(CAUSE,          "причина: ",                      "cause: ",                       "себебі: ")                                        \
    X(TOLD_BY_PEER,   "Об этом оповещает ",             "Alerts of this are sent by ",   "Бұл туралы хабарлайтын: ")                        \
    X(CHECKS,         "Проверки",                       "Checks",                        "Тексерулер")                                      \
    X(APART,          "Для сведения, на итог не влияет", "For information, does not count", "Ақпарат үшін, қорытындыға әсер етпейді")        \
    X(ANSWERED,       "ответ за ",                      "answered in ",                  "жауап: ")                                  \
    X(AGO,            " назад",                         " ago",                          " бұрын")                                          \
    X(LOSS,           "потеря ",                        "loss ",                         "жоғалту ")                                        \
    X(MS,             " мс",                            " ms",                           " мс")                                             \
    X(DAY,            "сутки",                          "day",                           "тәулік")                                          \
    X(WEEK,           "неделя",                         "week",                          "апта")                                            \
    X(MONTH,          "месяц",                          "month",                         "ай")                                              \
    X(YEAR,           "год",                            "year",                          "жыл")                                             \
    X(UPTIME,         "Доступность, дней с данными ",   "Uptime, days with data ",       "Қолжетімділік, дерегі бар күндер ")               \
    X(BAD_DAYS,       ", дней со сбоями: ",             ", days with failures: ",        ", ақаулы күндер: ")                               \
    X(NO_DATA,        "нет данных",                     "no data",                       "дерек жоқ")                                       \
    X(LATENCY,        "Время ответа за 2 часа, мс: ",   "Response time of 2 hours, ms: ", "2 сағаттағы жауап уақыты, мс: ")                 \
    X(INCIDENTS,      "Что было",                       "What has happened",             "Не болды")                                        \
    X(NO_INCIDENTS,   "Сбоев не было.",                 "Nothing has happened.",         "Ақау болған жоқ.")                                \
    X(EARLIER,        "Раньше",                         "Earlier",                       "Бұрынырақ")                                       \
    X(LASTED,         "длилось ",                       "lasted ",                       "ұзақтығы: ")                                      \
    X(LASTS,          "продолжается",                   "goes on",                       "жалғасуда")                                       \
    X(SILENCES,       "Об этом не оповещаем",           "Alerts are off for",            "Хабарлама жіберілмейді")                          \
    X(UNTIL,          "до ",                            "until ",                        "бітеді: ")                                        \
    X(MAINTENANCE,    "Идут работы, оповещений нет",    "Maintenance, alerts are off",   "Жұмыс жүріп жатыр, хабарлама жіберілмейді")       \
    X(RULES_LEFT_OUT, "Правил Prometheus сработало больше, чем мы оповещаем сразу, ещё: ", "Rules of Prometheus that fire and are not told yet: ", \
                      "Prometheus ережелерінің әзірге хабарланбағаны: ")                                                                    \
    X(GAP,            "История не записывается",        "History is not being written",  "Тарих жазылмай тұр")                              \
    X(BOT_SHARED,     "Бот оповещений опрашивает ещё одна программа, и нажатия «Принял» теряются: у каждого сервера должен быть свой бот", \
                      "Another program polls the alert bot, so taps on its button are lost: each server needs its own bot",                 \
                      "Хабарлама ботын тағы бір бағдарлама сұрап тұр, сондықтан «Принял» басулары жоғалады: әр сервердің өз боты болуы керек") \
    X(MISSED,         "История не записана ",           "History is missing ",           "Тарих жазылмаған: ")                              \
    X(MISSED_PROBES,  "проверок: ",                     "probes: ",                      "тексеру саны: ")                                  \
    X(UPDATED,        "Данные на ",                     "As of ",                        "Дерек уақыты: ")                                  \
    X(STALE,          "Нет связи с health: показано то, что было известно раньше.", "No connection to health: what is shown may be old.",    \
                      "health жауап бермейді: көрсетілгені ескі болуы мүмкін.")                                                             \
    X(PUBLIC,         "Страница для всех",              "Public page",                   "Барлығына арналған бет")                          \
    X(NOTHING_SHOWN,  "Здесь пока ничего не показано.", "Nothing is shown here yet.",    "Мұнда әзірге ештеңе көрсетілмейді.")              \
    X(BADGE_GREEN,    "работает",                       "works",                         "жұмыс істейді")                                   \
    X(BADGE_YELLOW,   "есть замечания",                 "works, with remarks",           "ескертулер бар")                                  \
    X(BADGE_RED,      "сбой",                           "broken",                        "ақау")                                            \
    X(BADGE_UNKNOWN,  "проверяется",                    "not known yet",                 "тексерілуде")
// clang-format on

#define LABEL_NAME_(name, ru, en, kz) LABEL_##name,
enum page_label { LABELS_EACH(LABEL_NAME_) LABELS };
#undef LABEL_NAME_

const char *page_label(enum page_label label, enum language language);
