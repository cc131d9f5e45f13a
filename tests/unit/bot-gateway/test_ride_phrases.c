// SPDX-License-Identifier: MIT
/* Phrases of passengers, at 12:15 of 2026-11-24, a Tuesday. */
#include "base/date.h"

#include "phrase_world.h"
#include "support/scratch.h"

enum { TODAY = 20781, NOON = 12, QUARTER = 15 };

static const struct phrase_words *words;

static void begin(void)
{
    words = phrase_world_ride_words();
}

TEST_CASE("ride_phrases", .setup_once = begin);

static void put(struct buf *out, const char *key, struct slice value)
{
    if (value.len > 0)
        buf_printf(out, "%s%s=%.*s", out->len > 0 ? " " : "", key, SLICE_ARG(value));
}

static void put_number(struct buf *out, const char *key, int32_t number)
{
    put(out, key, number > 0 ? slice_of(textf("%d", number)) : SLICE(""));
}

/* Hours are written where the time of departure has minutes 0: "17-24". */
static void show(const struct phrase_ride *ride, struct buf *out)
{
    char text[32] = "";

    put(out, "from", ride->from);
    put(out, "to", ride->to);
    put(out, "place", ride->place);
    for (size_t i = 0; i < ride->via_count; i++)
        put(out, "via", ride->via[i]);
    if (ride->has_via && ride->via_count == 0)
        put(out, "via", SLICE("?"));
    put(out, "unknown", ride->unread_stop);
    put_number(out, "day", ride->day == DATE_ABSENT ? 0 : 1 + ride->day - TODAY);
    if (ride->before > 0)
        snprintf(text, sizeof text, "%g-%g", ride->after / 60.0, ride->before / 60.0);
    put(out, "hours", slice_of(text));
    put_number(out, "minute", ride->clock);
    put_number(out, "seats", ride->seats);
    put_number(out, "child_seats", ride->child_seats);
    put_number(out, "price", (int32_t)ride->price);
    put_number(out, "car", ride->whole_car);
    put_number(out, "parcel", ride->parcel);
    put(out, "ask", (ride->ask & PHRASE_ASK_CITY) != 0 ? SLICE("city") : SLICE(""));
    put(out, "ask", (ride->ask & PHRASE_ASK_DATES) != 0 ? SLICE("dates") : SLICE(""));
    put(out, "ask", (ride->ask & PHRASE_ASK_GUESTS) != 0 ? SLICE("guests") : SLICE(""));
    buf_text(out, out->len > 0 ? "" : "none");
}

// clang-format off
/* day=1 is today. */
static const struct {
    enum language language;
    const char *phrase, *understood;
} rows[] = {
    {LANGUAGE_RU, "завтра утром из Алматы в Талдык, двое", "from=almaty to=taldykorgan day=2 hours=4-12 seats=2"},
    {LANGUAGE_KZ, "ертең Астанадан Шымкентке бір орын", "from=astana to=shymkent day=2 seats=1"},
    {LANGUAGE_EN, "tomorrow from Almaty to Taraz for two", "from=almaty to=taraz day=2 seats=2"},
    /* places */
    {LANGUAGE_RU, "Алматы - Талдыкорган", "from=almaty to=taldykorgan"},
    {LANGUAGE_RU, "в Шымкент", "to=shymkent"},
    {LANGUAGE_RU, "из Шымкента", "from=shymkent"},
    {LANGUAGE_RU, "Тараз", "place=taraz"},
    {LANGUAGE_RU, "в Тараз из Шымкента", "from=shymkent to=taraz"},
    {LANGUAGE_RU, "до Кокшетау с Астаны", "from=astana to=kokshetau"},
    {LANGUAGE_RU, "нужно в Конаев, выезжаю из Алматы", "from=almaty to=konaev"},
    {LANGUAGE_RU, "Темиртау Караганда", "from=temirtau to=karaganda"},
    {LANGUAGE_RU, "из Капчагая в Щучинск", "from=konaev to=shchuchinsk"},
    {LANGUAGE_RU, "из алмвты в тпраз", "from=almaty to=taraz"},
    {LANGUAGE_RU, "из Алматы в Москву", "ask=city"},
    {LANGUAGE_RU, "из Алматы в Алматы", "ask=city"},
    {LANGUAGE_RU, "Алматы, Тараз, Шымкент", "ask=city"},
    {LANGUAGE_KZ, "Алматыдан Талдыққа", "from=almaty to=taldykorgan"},
    {LANGUAGE_KZ, "Қарағандыдан Теміртауға дейін", "from=karaganda to=temirtau"},
    {LANGUAGE_KZ, "Шымкентке Тараздан ертең", "from=taraz to=shymkent day=2"},
    {LANGUAGE_EN, "Astana to Burabay on Friday", "from=astana to=burabay day=4"},
    {LANGUAGE_RU, "в Алматы до Тараза", "from=almaty to=taraz"},
    {LANGUAGE_EN, "to Almaty to Taraz", "ask=city"},
    {LANGUAGE_EN, "to the city of Taraz", "to=taraz"},
    {LANGUAGE_RU, "в наш город Тараз", "to=taraz"},
    /* places on the way */
    {LANGUAGE_RU, "завтра в 9 из Алматы в Тараз через Шу, 4 места, 5000", "from=almaty to=taraz via=shu day=2 hours=8-11 minute=540 seats=4 price=5000"},
    {LANGUAGE_RU, "из Алматы в Тараз, заезжаю в Кордай и Мерке", "from=almaty to=taraz via=korday via=merke"},
    {LANGUAGE_RU, "Алматы Тараз через Кордай, Мерке, 4 места", "from=almaty to=taraz via=korday via=merke seats=4"},
    {LANGUAGE_RU, "из Алматы через Конаев в Талдыкорган", "from=almaty to=taldykorgan via=konaev"},
    {LANGUAGE_RU, "через Шу через 2 часа", "via=shu day=1 hours=13.25-16.25 minute=855"},
    {LANGUAGE_RU, "из Алматы в Тараз через Хогвартс", "from=almaty to=taraz via=? unknown=Хогвартс"},
    {LANGUAGE_RU, "из Алматы в Тараз через Хогвартс и Шу", "from=almaty to=taraz via=shu unknown=Хогвартс"},
    {LANGUAGE_RU, "из Алматы в Тараз через Шу и Хогвартс", "from=almaty to=taraz via=shu unknown=Хогвартс"},
    {LANGUAGE_RU, "из Алматы в Тараз, заезжаю в Хогвартс", "from=almaty to=taraz unknown=Хогвартс"},
    {LANGUAGE_RU, "из Алматы в Тараз через Шу, 4 пассажира", "from=almaty to=taraz via=shu seats=4"},
    {LANGUAGE_RU, "абракадабра из Алматы в Тараз через Шу, абракадабра", "from=almaty to=taraz via=shu"},
    {LANGUAGE_KZ, "Хогвартс арқылы Алматыдан Таразға", "from=almaty to=taraz via=? unknown=Хогвартс"},
    {LANGUAGE_RU, "из Алматы в Тараз через Шу, Хогвартс, Мерке", "from=almaty to=taraz via=shu via=merke unknown=Хогвартс"},
    {LANGUAGE_RU, "из Алматы в Тараз с остановками в Мерке", "from=almaty to=taraz via=merke"},
    {LANGUAGE_RU, "заезд 5 декабря", "day=12"},
    {LANGUAGE_KZ, "ертең Алматыдан Таразға Шу арқылы, 4 орын", "from=almaty to=taraz via=shu day=2 seats=4"},
    {LANGUAGE_KZ, "Алматыдан Таразға, Қордай мен Меркі арқылы", "from=almaty to=taraz via=korday via=merke"},
    {LANGUAGE_KZ, "Алматыдан Таразға, Қордайға соғамын", "from=almaty to=taraz via=korday"},
    {LANGUAGE_EN, "tomorrow from Almaty to Taldykorgan via Konaev and Saryozek", "from=almaty to=taldykorgan via=konaev via=saryozek day=2"},
    /* days */
    {LANGUAGE_RU, "5 декабря в Тараз", "to=taraz day=12"},
    {LANGUAGE_RU, "в пятницу в Тараз из Алматы", "from=almaty to=taraz day=4"},
    {LANGUAGE_RU, "послезавтра", "day=3"},
    {LANGUAGE_RU, "завтра, 25 ноября, в 9 из Алматы в Тараз", "from=almaty to=taraz day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "выезд завтра в 9 из Алматы в Тараз", "from=almaty to=taraz day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "выезжаю 5 декабря", "day=12"},
    {LANGUAGE_RU, "уезжаю в пятницу в Тараз", "to=taraz day=4"},
    {LANGUAGE_EN, "leaving tomorrow from Almaty", "from=almaty day=2"},
    {LANGUAGE_RU, "с 5 по 8 декабря", "ask=dates"},
    {LANGUAGE_KZ, "бүгін кешке Алматыдан", "from=almaty day=1 hours=17-24"},
    /* times */
    {LANGUAGE_RU, "завтра в 18:30 из Алматы в Тараз", "from=almaty to=taraz day=2 hours=17.5-20.5 minute=1110"},
    {LANGUAGE_RU, "сегодня после обеда", "day=1 hours=12-18"},
    {LANGUAGE_RU, "завтра в 6 утра", "day=2 hours=5-8 minute=360"},
    {LANGUAGE_RU, "завтра в 6 вечера в Тараз", "to=taraz day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра в 00:00 в Тараз", "to=taraz day=2 hours=0-2 minute=1440"},
    {LANGUAGE_RU, "завтра в 24:30 в Тараз", "to=taraz day=2 hours=23.5-26.5"},
    {LANGUAGE_RU, "завтра к 18 часам", "day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра в 18 из Тараза", "from=taraz day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "в 9 завтра из Алматы", "from=almaty day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "в 9 в пятницу", "day=4 hours=8-11 minute=540"},
    {LANGUAGE_EN, "tomorrow at 6 in the evening", "day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра в 8 2 места в Тараз", "to=taraz day=2 hours=7-10 minute=480 seats=2"},
    {LANGUAGE_RU, "завтра в 18 двое из Тараза", "from=taraz day=2 hours=17-20 minute=1080 seats=2"},
    {LANGUAGE_RU, "завтра в 8 посылка в Тараз", "to=taraz day=2 hours=7-10 minute=480 parcel=1"},
    {LANGUAGE_RU, "через 2 часа", "day=1 hours=13.25-16.25 minute=855"},
    {LANGUAGE_RU, "через час из Алматы в Тараз", "from=almaty to=taraz day=1 hours=12.25-15.25 minute=795"},
    {LANGUAGE_RU, "через час 2 места", "day=1 hours=12.25-15.25 minute=795 seats=2"},
    {LANGUAGE_RU, "через полчаса из Алматы в Тараз", "from=almaty to=taraz day=1 hours=11.75-14.75 minute=765"},
    {LANGUAGE_RU, "через Шу через пол часа", "via=shu day=1 hours=11.75-14.75 minute=765"},
    {LANGUAGE_RU, "через 12 часов", "day=2 hours=0-2.25 minute=15"},
    {LANGUAGE_RU, "через полдня", "ask=dates"},
    {LANGUAGE_RU, "через пару часов", "ask=dates"},
    {LANGUAGE_RU, "через 1,5 часа", "ask=dates"},
    {LANGUAGE_KZ, "сағаттан кейін", "day=1 hours=12.25-15.25 minute=795"},
    {LANGUAGE_KZ, "2 сағаттан кейін Алматыдан Таразға", "from=almaty to=taraz day=1 hours=13.25-16.25 minute=855"},
    {LANGUAGE_KZ, "бір сағаттан соң Таразға", "to=taraz day=1 hours=12.25-15.25 minute=795"},
    {LANGUAGE_KZ, "жарты сағаттан кейін", "day=1 hours=11.75-14.75 minute=765"},
    {LANGUAGE_KZ, "бірнеше сағаттан кейін", "ask=dates"},
    {LANGUAGE_EN, "in an hour from Almaty to Taraz", "from=almaty to=taraz day=1 hours=12.25-15.25 minute=795"},
    {LANGUAGE_EN, "in 2 hours", "day=1 hours=13.25-16.25 minute=855"},
    {LANGUAGE_EN, "2 hours later", "day=1 hours=13.25-16.25 minute=855"},
    {LANGUAGE_EN, "half an hour from now", "day=1 hours=11.75-14.75 minute=765"},
    {LANGUAGE_RU, "завтра ночью", "day=2 hours=20-29"},
    {LANGUAGE_KZ, "ертең сағат 9-да", "day=2 hours=8-11 minute=540"},
    {LANGUAGE_KZ, "ертең таңертең", "day=2 hours=4-12"},
    {LANGUAGE_EN, "tomorrow evening", "day=2 hours=17-24"},
    {LANGUAGE_EN, "tomorrow at 6 pm", "day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра в 6:30 вечера", "day=2 hours=17.5-20.5 minute=1110"},
    {LANGUAGE_RU, "завтра в 3 часа дня", "day=2 hours=14-17 minute=900"},
    {LANGUAGE_RU, "завтра в час дня из Тараза", "from=taraz day=2 hours=12-15 minute=780"},
    {LANGUAGE_RU, "завтра до часу дня", "day=2 hours=0-13"},
    {LANGUAGE_RU, "завтра в обед в Тараз", "to=taraz day=2 hours=11-17"},
    {LANGUAGE_RU, "завтра 12 дня из Алматы", "from=almaty day=2 hours=11-14 minute=720"},
    {LANGUAGE_RU, "завтра в 3 дня", "day=2 hours=14-17 minute=900"},
    {LANGUAGE_RU, "завтра в 11 часов дня", "day=2 hours=10-13 minute=660"},
    {LANGUAGE_RU, "завтра вечером в 6", "day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра вечером из Алматы в Тараз, в 6", "from=almaty to=taraz day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра вечером в 20:15", "day=2 hours=19.25-22.25 minute=1215"},
    {LANGUAGE_RU, "завтра утром в 9", "day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "завтра в 11 ночи", "day=2 hours=22-25 minute=1380"},
    {LANGUAGE_RU, "завтра в 2 часа ночи", "day=2 hours=1-4 minute=120"},
    {LANGUAGE_RU, "завтра в 2:30 ночи", "day=2 hours=1.5-4.5 minute=150"},
    {LANGUAGE_RU, "завтра в 12 часов ночи", "day=2 hours=23-26"},
    {LANGUAGE_RU, "завтра в 18.30 в Тараз", "to=taraz day=2 hours=17.5-20.5 minute=1110"},
    {LANGUAGE_RU, "завтра в 18 00 из Тараза", "from=taraz day=2 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра в 9 30 2 места", "day=2 hours=8.5-11.5 minute=570 seats=2"},
    {LANGUAGE_RU, "в 9 10 декабря", "day=17"},
    {LANGUAGE_RU, "завтра в 9.12 из Алматы в Тараз", "from=almaty to=taraz day=2 hours=8.2-11.2 minute=552"},
    {LANGUAGE_RU, "в 7.06 в пятницу", "day=4 hours=6.1-9.1 minute=426"},
    {LANGUAGE_RU, "5.12 в 18.12", "day=12 hours=17.2-20.2 minute=1092"},
    {LANGUAGE_RU, "завтра в 9.12 вечера", "day=2 hours=20.2-23.2 minute=1272"},
    {LANGUAGE_KZ, "ертең 9.12-де Алматыдан Таразға", "from=almaty to=taraz day=2 hours=8.2-11.2 minute=552"},
    {LANGUAGE_KZ, "ертең сағат 9.12", "day=2 hours=8.2-11.2 minute=552"},
    {LANGUAGE_EN, "tomorrow at 9.12 from Almaty to Taraz", "from=almaty to=taraz day=2 hours=8.2-11.2 minute=552"},
    {LANGUAGE_RU, "9.12 из Алматы", "from=almaty day=16"},
    {LANGUAGE_RU, "в 9.12 из Алматы", "from=almaty day=16"},
    {LANGUAGE_KZ, "9.12-де Алматыдан", "from=almaty day=16"},
    {LANGUAGE_EN, "on 9.12 from Almaty", "from=almaty day=16"},
    {LANGUAGE_RU, "с 9.12 по 12.12", "ask=dates"},
    {LANGUAGE_RU, "завтра из Алматы, на связи 24/7", "from=almaty day=2"},
    {LANGUAGE_RU, "завтра в 25.12", "ask=dates"},
    {LANGUAGE_RU, "завтра, 9.12", "ask=dates"},
    {LANGUAGE_RU, "завтра в 9, 4 места", "day=2 hours=8-11 minute=540 seats=4"},
    {LANGUAGE_RU, "сегодня ночью из Алматы", "from=almaty day=1 hours=20-29"},
    {LANGUAGE_RU, "сегодня ночью в 2", "day=1 hours=25-28"},
    {LANGUAGE_KZ, "бүгін түнде Таразға", "to=taraz day=1 hours=20-29"},
    {LANGUAGE_EN, "tonight from Almaty to Taraz", "from=almaty to=taraz day=1 hours=20-29"},
    {LANGUAGE_EN, "tonight at 9", "day=1 hours=20-23 minute=1260"},
    {LANGUAGE_KZ, "Таразға кешкі 7-де", "to=taraz hours=18-21 minute=1140"},
    {LANGUAGE_KZ, "ертең таңертең 8-де Алматыдан Таразға", "from=almaty to=taraz day=2 hours=7-10 minute=480"},
    {LANGUAGE_KZ, "ертең таңғы 8-де Алматыдан Таразға", "from=almaty to=taraz day=2 hours=7-10 minute=480"},
    {LANGUAGE_KZ, "ертең түскі 2-де", "day=2 hours=13-16 minute=840"},
    {LANGUAGE_KZ, "ертең түнгі 2-де", "day=2 hours=1-4 minute=120"},
    {LANGUAGE_KZ, "ертең кешкі жетіде", "day=2 hours=18-21 minute=1140"},
    {LANGUAGE_KZ, "кешке, 7-де", "day=14 hours=17-24"},
    {LANGUAGE_KZ, "ертең кешкі сағат 6-да", "day=2 hours=17-20 minute=1080"},
    {LANGUAGE_EN, "tomorrow at 6:30 pm", "day=2 hours=17.5-20.5 minute=1110"},
    {LANGUAGE_EN, "tomorrow evening at 7", "day=2 hours=18-21 minute=1140"},
    {LANGUAGE_RU, "завтра к полудню из Алматы", "from=almaty day=2 hours=4-12"},
    {LANGUAGE_RU, "завтра в 9-12", "day=2 hours=9-12"},
    {LANGUAGE_RU, "завтра в 9-10 утра", "day=2 hours=9-10"},
    {LANGUAGE_RU, "завтра в 6-30 вечера", "day=2 hours=17.5-20.5 minute=1110"},
    {LANGUAGE_RU, "завтра с 18-30 до 20-00", "day=2 hours=18.5-20"},
    {LANGUAGE_KZ, "ертең кешкі алты жарымда", "day=2 hours=17.5-20.5 minute=1110"},
    {LANGUAGE_KZ, "екі жарым сағаттан кейін", "ask=dates"},
    {LANGUAGE_EN, "I am going from Almaty to Taraz tomorrow", "from=almaty to=taraz day=2"},
    {LANGUAGE_EN, "tomorrow from 6 to 9 pm", "day=2 hours=18-21"},
    /* windows and bounds */
    {LANGUAGE_RU, "завтра с 9 до полуночи", "day=2 hours=9-24"},
    {LANGUAGE_RU, "завтра до полудня", "day=2 hours=0-12"},
    {LANGUAGE_KZ, "ертең түске дейін", "day=2 hours=4-12"},
    {LANGUAGE_KZ, "ертең 18-ден кейін Алматыдан Талдықорғанға", "from=almaty to=taldykorgan day=2 hours=18-24"},
    {LANGUAGE_KZ, "ертең 12-ге дейін Алматыдан Талдықорғанға", "from=almaty to=taldykorgan day=2 hours=0-12"},
    {LANGUAGE_KZ, "12-ге дейін Алматыдан Талдықорғанға", "from=almaty to=taldykorgan ask=dates"},
    {LANGUAGE_KZ, "ертең 18.30-дан 20.00-ге дейін", "day=2 hours=18.5-20"},
    {LANGUAGE_EN, "tomorrow by noon", "day=2 hours=4-12"},
    {LANGUAGE_RU, "завтра с 9:00 до 12:00 из Алматы в Тараз", "from=almaty to=taraz day=2 hours=9-12"},
    {LANGUAGE_RU, "завтра с 9 до 12", "day=2 hours=9-12"},
    {LANGUAGE_RU, "из Алматы в Тараз, завтра с 8 до 10 утра", "from=almaty to=taraz day=2 hours=8-10"},
    {LANGUAGE_RU, "завтра 9-12 из Алматы", "from=almaty day=2 hours=9-12"},
    {LANGUAGE_RU, "завтра с 9 по 12, 3 места", "day=2 hours=9-12 seats=3"},
    {LANGUAGE_RU, "завтра с 9 часов до 12:30", "day=2 hours=9-12.5"},
    {LANGUAGE_RU, "5 декабря с 9 до 12", "day=12 hours=9-12"},
    {LANGUAGE_RU, "завтра с 6 до 9 вечера", "day=2 hours=18-21"},
    {LANGUAGE_RU, "завтра вечером с 6 до 9", "day=2 hours=18-21"},
    {LANGUAGE_RU, "завтра с 8 до 5 вечера", "day=2 hours=8-17"},
    {LANGUAGE_RU, "завтра с 9 утра до 2 дня", "day=2 hours=9-14"},
    {LANGUAGE_RU, "завтра с 10 до 6", "day=2 hours=10-18"},
    {LANGUAGE_RU, "завтра с 22 до 2", "day=2 hours=22-26"},
    {LANGUAGE_RU, "завтра с 13:00 до 2:00", "day=2 hours=13-26"},
    {LANGUAGE_RU, "завтра с 9 вечера до 2", "day=2 hours=21-26"},
    {LANGUAGE_RU, "завтра с 11 до 2 ночи", "day=2 hours=23-26"},
    {LANGUAGE_RU, "сегодня ночью с 2 до 4", "day=1 hours=26-28"},
    {LANGUAGE_RU, "завтра после 18:00", "day=2 hours=18-24"},
    {LANGUAGE_RU, "завтра после 18", "day=2 hours=18-24"},
    {LANGUAGE_RU, "завтра после 6 вечера в Тараз", "to=taraz day=2 hours=18-24"},
    {LANGUAGE_RU, "завтра из Алматы до 12:00", "from=almaty day=2 hours=0-12"},
    {LANGUAGE_RU, "до 12:00 завтра", "day=2 hours=0-12"},
    {LANGUAGE_RU, "завтра до 2 дня из Алматы", "from=almaty day=2 hours=0-14"},
    {LANGUAGE_RU, "завтра вечером до 20:00", "day=2 hours=17-20"},
    {LANGUAGE_RU, "завтра не раньше 18", "day=2 hours=18-24"},
    {LANGUAGE_RU, "завтра из Алматы не позже 12", "from=almaty day=2 hours=0-12"},
    {LANGUAGE_RU, "завтра между 9 и 12 из Алматы", "from=almaty day=2 hours=9-12"},
    {LANGUAGE_RU, "между Алматы и Таразом завтра в 9", "from=almaty to=taraz day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "завтра 2-3 места", "day=2 seats=3"},
    {LANGUAGE_RU, "завтра 2-3", "ask=dates"},
    {LANGUAGE_RU, "завтра из Алматы, от 2 до 3 человек", "from=almaty day=2 seats=3"},
    {LANGUAGE_RU, "в декабре с 9 по 12", "ask=dates"},
    {LANGUAGE_RU, "с 9 по 12 декабря", "ask=dates"},
    {LANGUAGE_KZ, "ертең 9-дан 12-ге дейін Алматыдан Таразға", "from=almaty to=taraz day=2 hours=9-12"},
    {LANGUAGE_KZ, "ертең 9:00-ден 12:00-ге дейін", "day=2 hours=9-12"},
    {LANGUAGE_KZ, "ертең сағат 9-дан 12-ге дейін", "day=2 hours=9-12"},
    {LANGUAGE_KZ, "ертең 18:00-ден кейін", "day=2 hours=18-24"},
    {LANGUAGE_KZ, "ертең сағат 18-ден кейін", "day=2 hours=18-24"},
    {LANGUAGE_KZ, "ертең Алматыдан 12:00-ге дейін", "from=almaty day=2 hours=0-12"},
    {LANGUAGE_KZ, "ертең сағат 9 бен 12 арасында", "day=2 hours=9-12"},
    {LANGUAGE_KZ, "ертең сағат 9 бен 12 аралығында Тараздан", "from=taraz day=2 hours=9-12"},
    {LANGUAGE_KZ, "ертең Теміртауға дейін 12:00", "to=temirtau day=2 hours=11-14 minute=720"},
    {LANGUAGE_EN, "tomorrow from 9 to 12 from Almaty to Taraz", "from=almaty to=taraz day=2 hours=9-12"},
    {LANGUAGE_EN, "tomorrow from 1 to 3 in the afternoon", "day=2 hours=13-15"},
    {LANGUAGE_EN, "until 12:00 tomorrow", "day=2 hours=0-12"},
    {LANGUAGE_EN, "tomorrow after 18:00", "day=2 hours=18-24"},
    {LANGUAGE_EN, "tomorrow after 6 pm to Taraz", "to=taraz day=2 hours=18-24"},
    {LANGUAGE_EN, "tomorrow before 12:00 from Almaty", "from=almaty day=2 hours=0-12"},
    {LANGUAGE_EN, "tomorrow evening, no later than 8", "day=2 hours=17-20"},
    {LANGUAGE_EN, "tomorrow between 9 and 12", "day=2 hours=9-12"},
    {LANGUAGE_EN, "between 6 and 9 in the evening, tomorrow", "day=2 hours=18-21"},
    {LANGUAGE_EN, "Friday, December 9-12", "ask=dates"},
    /* seats */
    {LANGUAGE_RU, "3 места", "seats=3"},
    {LANGUAGE_RU, "2 пассажира из Алматы в Тараз завтра", "from=almaty to=taraz day=2 seats=2"},
    {LANGUAGE_KZ, "Алматыдан Таразға 3 жолаушы", "from=almaty to=taraz seats=3"},
    {LANGUAGE_EN, "two passengers to Taraz", "to=taraz seats=2"},
    {LANGUAGE_RU, "вдвоём", "seats=2"},
    {LANGUAGE_RU, "завтра из Алматы в Тараз без багажа 2 места", "from=almaty to=taraz day=2 seats=2"},
    {LANGUAGE_EN, "to Taraz without luggage 2 seats", "to=taraz seats=2"},
    {LANGUAGE_RU, "завтра днём из Алматы в Талдыкорган, один", "from=almaty to=taldykorgan day=2 hours=11-17 seats=1"},
    {LANGUAGE_KZ, "ертең Астанадан Шымкентке, бір", "from=astana to=shymkent day=2 seats=1"},
    {LANGUAGE_EN, "tomorrow from Almaty to Taraz, 2", "from=almaty to=taraz day=2 seats=2"},
    {LANGUAGE_RU, "из Алматы в Тараз, завтра в 6", "from=almaty to=taraz day=2 hours=5-8 minute=360"},
    {LANGUAGE_RU, "из Алматы в Тараз, 20-го", "from=almaty to=taraz day=27"},
    {LANGUAGE_RU, "я один", "seats=1"},
    {LANGUAGE_RU, "вся машина до Тараза", "to=taraz car=1"},
    {LANGUAGE_KZ, "үш адам", "seats=3"},
    {LANGUAGE_EN, "two seats", "seats=2"},
    {LANGUAGE_RU, "большой компанией", "ask=guests"},
    /* child seats */
    {LANGUAGE_RU, "можно с ребёнком, нужно кресло", "child_seats=1 ask=guests"},
    {LANGUAGE_RU, "завтра из Алматы в Тараз, двое взрослых и ребёнок, детское кресло", "from=almaty to=taraz day=2 seats=3 child_seats=1"},
    {LANGUAGE_RU, "3 места и 2 детских кресла", "seats=3 child_seats=2"},
    {LANGUAGE_RU, "2 места, нужен бустер", "seats=2 child_seats=1"},
    {LANGUAGE_RU, "2 места, кресло не нужно", "seats=2"},
    {LANGUAGE_RU, "2 места без детского кресла", "seats=2"},
    {LANGUAGE_KZ, "балалар орындығы керек, 2 орын", "seats=2 child_seats=1"},
    {LANGUAGE_KZ, "екі балалар орындығы", "child_seats=2"},
    {LANGUAGE_EN, "3 seats, two child seats", "seats=3 child_seats=2"},
    {LANGUAGE_EN, "for two with a car seat", "seats=2 child_seats=1"},
    /* parcels */
    {LANGUAGE_RU, "посылка завтра из Алматы в Тараз", "from=almaty to=taraz day=2 parcel=1"},
    {LANGUAGE_RU, "отправить посылку в Шымкент", "to=shymkent parcel=1"},
    {LANGUAGE_RU, "передать посылочку из Тараза в Алматы, завтра утром", "from=taraz to=almaty day=2 hours=4-12 parcel=1"},
    {LANGUAGE_KZ, "сәлемдеме", "parcel=1"},
    {LANGUAGE_KZ, "ертең Алматыдан Таразға сәлемдеме жіберу керек", "from=almaty to=taraz day=2 parcel=1"},
    {LANGUAGE_EN, "parcel to Taraz tomorrow", "to=taraz day=2 parcel=1"},
    {LANGUAGE_EN, "send a package from Almaty", "from=almaty parcel=1"},
    {LANGUAGE_RU, "не беру посылки", "none"},
    {LANGUAGE_RU, "из Алматы в Тараз, посылки не беру", "from=almaty to=taraz"},
    {LANGUAGE_RU, "из Алматы в Тараз 3 места посылки не вожу", "from=almaty to=taraz seats=3"},
    {LANGUAGE_KZ, "сәлеметсіз бе", "none"},
    /* prices */
    {LANGUAGE_RU, "из Алматы в Тараз, 4500", "from=almaty to=taraz price=4500"},
    {LANGUAGE_RU, "3 места по 5 тыс", "seats=3 price=5000"},
    {LANGUAGE_RU, "3 места по 3500", "seats=3 price=3500"},
    {LANGUAGE_RU, "из Алматы в Тараз за 4000", "from=almaty to=taraz price=4000"},
    {LANGUAGE_RU, "цена 3500 с человека", "price=3500"},
    {LANGUAGE_RU, "2 места, 4000 за место", "seats=2 price=4000"},
    {LANGUAGE_EN, "3500 per seat", "price=3500"},
    {LANGUAGE_RU, "завтра в Тараз, цена 3500", "to=taraz day=2 price=3500"},
    {LANGUAGE_KZ, "үш орын, 5000 теңге", "seats=3 price=5000"},
    {LANGUAGE_RU, "3 места по 4,5 тыс", "seats=3 price=4500"},
    {LANGUAGE_RU, "из Алматы в Тараз завтра в 9:00, 3 места по 4.5к", "from=almaty to=taraz day=2 hours=8-11 minute=540 seats=3 price=4500"},
    /* whole sentences of passengers */
    {LANGUAGE_RU, "нужна машина из Шымкента до Туркестана сегодня после 6, нас двое с чемоданами", "from=shymkent to=turkistan day=1 hours=18-24 seats=2"},
    {LANGUAGE_RU, "попутка Астана Кокшетау пт вечер 1 чел", "from=astana to=kokshetau day=4 hours=17-24 seats=1"},
    {LANGUAGE_RU, "из алматы на талдык послезавтра утром часов в 8-9, 4 пассажира", "from=almaty to=taldykorgan day=3 hours=8-9 seats=4"},
    {LANGUAGE_RU, "еду 5 декабря из Актобе в Уральск, 2 взрослых и ребенок, выезд в полшестого утра", "from=aktobe to=uralsk day=12 hours=4.5-7.5 minute=330 seats=3"},
    {LANGUAGE_KZ, "дүйсенбі сағат 8 жарымда Көкшетаудан Астанаға бір кісі", "from=kokshetau to=astana day=7 hours=7.5-10.5 minute=510 seats=1"},
    {LANGUAGE_EN, "two seats Almaty to Taldykorgan tomorrow morning around 9", "from=almaty to=taldykorgan day=2 hours=8-11 minute=540 seats=2"},
    {LANGUAGE_EN, "day after tomorrow Kokshetau to Astana at half past 7 in the morning, 2 pax", "from=kokshetau to=astana day=3 hours=6.5-9.5 minute=450 seats=2"},
    {LANGUAGE_RU, "сегодня в 6 из Алматы в Тараз", "from=almaty to=taraz day=1 hours=17-20 minute=1080"},
    {LANGUAGE_RU, "завтра около 9 утра Алматы Тараз", "from=almaty to=taraz day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "отправить документы из Алматы в Талдыкорган завтра", "from=almaty to=taldykorgan day=2 parcel=1"},
    {LANGUAGE_RU, "нужны 4 места, салон целиком, Актау - Жанаозен, 30 ноября 9 утра", "from=aktau to=zhanaozen day=7 hours=8-11 minute=540 seats=4 car=1"},
    {LANGUAGE_KZ, "маған Алматыға жету керек Талдықорғаннан, бүгін", "from=taldykorgan to=almaty day=1"},
    {LANGUAGE_KZ, "ертең кешкі 7 мен 9 арасында Қарағандыға, Астанадан", "from=astana to=karaganda day=2 hours=19-21"},
    {LANGUAGE_EN, "I want to go to Turkestan from Shymkent right now, 1 person", "from=shymkent to=turkistan day=1 seats=1"},
    {LANGUAGE_EN, "today at 8 from Astana to Karaganda", "from=astana to=karaganda day=1 hours=19-22 minute=1200"},
    {LANGUAGE_EN, "from Astana airport to Karaganda", "from=astana to=karaganda"},
    {LANGUAGE_RU, "из аэропорта Астаны в Караганду", "from=astana to=karaganda"},
    {LANGUAGE_RU, "сегодня с 6 до 9 в Тараз", "to=taraz day=1 hours=18-21"},
    {LANGUAGE_RU, "сегодня в 6:30", "day=1 hours=17.5-20.5 minute=1110"},
    {LANGUAGE_RU, "сегодня в 6 утра", "day=1 hours=5-8 minute=360"},
    {LANGUAGE_RU, "сегодня в 12", "day=1 hours=11-14 minute=720"},
    {LANGUAGE_KZ, "бүгін сағат 7-де Таразға", "to=taraz day=1 hours=18-21 minute=1140"},
    {LANGUAGE_RU, "завтра около 9", "day=2 hours=8-11 minute=540"},
    {LANGUAGE_KZ, "ертең шамамен 9-да", "day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "мне надо в Туркестан послезавтра, выезжаю из Шымкента после 15:00", "from=shymkent to=turkistan day=3 hours=15-24"},
    {LANGUAGE_RU, "Шымкент Алматы ночной рейс 30 ноября", "from=shymkent to=almaty day=7 hours=20-29"},
    {LANGUAGE_KZ, "ертең таң ата Астанадан Бурабайға, жалғызбын", "from=astana to=burabay day=2 hours=4-12 seats=1"},
    {LANGUAGE_KZ, "25-і күні Астанадан Көкшетауға 2 орын", "from=astana to=kokshetau day=2 seats=2"},
    {LANGUAGE_EN, "I need to be in Astana by 9 am on Monday, from Karaganda", "from=karaganda to=astana day=7 hours=8-11 minute=540"},
    {LANGUAGE_RU, "Завтра утром Алматы-Тараз 2 места сколько?", "from=almaty to=taraz day=2 hours=4-12 seats=2"},
    {LANGUAGE_RU, "возьму попутчиков Алматы Конаев сегодня в 17:30, 3 места, 2000", "from=almaty to=konaev day=1 hours=16.5-19.5 minute=1050 seats=3 price=2000"},
    {LANGUAGE_RU, "из Тараза на Шымкент в 8 утра 26.11 один с ребёнком 5 лет", "from=taraz to=shymkent day=3 hours=7-10 minute=480 ask=guests"},
    {LANGUAGE_RU, "уехать из Караганды сегодня до 20:00", "from=karaganda day=1 hours=0-20"},
    {LANGUAGE_RU, "на 9 утра завтра из Алматы в Тараз", "from=almaty to=taraz day=2 hours=8-11 minute=540"},
    {LANGUAGE_RU, "место до Жезказгана из Караганды, пятница, 14 00", "from=karaganda to=zhezkazgan day=4 hours=13-16 minute=840"},
    {LANGUAGE_RU, "завтра вечером с аэропорта Алматы в Талдыкорган", "from=almaty to=taldykorgan day=2 hours=17-24"},
    {LANGUAGE_RU, "сегодня в 9 из Алматы в Конаев", "from=almaty to=konaev day=1 hours=20-23 minute=1260"},
    {LANGUAGE_KZ, "Шымкенттен Алматыға ертең кешкі сегізде, екі орын", "from=shymkent to=almaty day=2 hours=19-22 minute=1200 seats=2"},
    {LANGUAGE_KZ, "Екібастұзға Павлодардан жұмада, үш адам, баламен", "from=pavlodar to=ekibastuz day=4 seats=3"},
    {LANGUAGE_KZ, "ертең сағат 7 мен 8 арасында Кентауға Түркістаннан", "from=turkistan to=kentau day=2 hours=7-8"},
    {LANGUAGE_KZ, "таңғы бесте Семейден Өскеменге ертең", "from=semey to=ust-kamenogorsk day=2 hours=4-7 minute=300"},
    {LANGUAGE_EN, "from Astana to Borovoe on Saturday morning, 4 people", "from=astana to=burabay day=5 hours=4-12 seats=4"},
    {LANGUAGE_EN, "I'm in Taraz and need to get to Shymkent tomorrow evening", "from=taraz to=shymkent day=2 hours=17-24"},
    {LANGUAGE_EN, "any ride to Almaty from Konaev in two hours?", "from=konaev to=almaty day=1 hours=13.25-16.25 minute=855"},
    {LANGUAGE_EN, "leaving Shymkent for Turkestan at 3 pm tomorrow, two of us", "from=shymkent to=turkistan day=2 hours=14-17 minute=900 seats=2"},
    {LANGUAGE_EN, "today 5pm Almaty Kapchagay", "from=almaty to=konaev day=1 hours=16-19 minute=1020"},
    {LANGUAGE_RU, "одна девушка из Тараза в Алматы завтра", "from=taraz to=almaty day=2 seats=1"},
    {LANGUAGE_RU, "повезу 3 человек из Шымкента в Алматы завтра ночью", "from=shymkent to=almaty day=2 hours=20-29 seats=3"},
    {LANGUAGE_RU, "завтра в половине восьмого вечера из Тараза на Шымкент", "from=taraz to=shymkent day=2 hours=18.5-21.5 minute=1170"},
    {LANGUAGE_KZ, "Алматыдан Тараздан ертең кешке, екі орын", "day=2 hours=17-24 seats=2 ask=city"},
    {LANGUAGE_EN, "Semey to Pavlodar on December 2 around noon for three people", "from=semey to=pavlodar day=9 hours=11-14 minute=720 seats=3"},
    {LANGUAGE_EN, "tomorrow at quarter to nine from Konaev to Almaty, 1 seat", "from=konaev to=almaty day=2 hours=7.75-10.75 minute=525 seats=1"},
    /* a visited relative does not ride along */
    {LANGUAGE_RU, "в гости к бабушке Тараз Шымкент", "from=taraz to=shymkent"},
    {LANGUAGE_RU, "к подруге из Алматы в Конаев", "from=almaty to=konaev"},
    {LANGUAGE_RU, "от жены из Тараза в Алматы", "from=taraz to=almaty"},
    {LANGUAGE_RU, "с женой из Алматы в Тараз", "from=almaty to=taraz seats=2"},
    {LANGUAGE_KZ, "әжеме барамын Алматыдан Таразға", "from=almaty to=taraz"},
    {LANGUAGE_KZ, "әйеліме Алматыдан Таразға", "from=almaty to=taraz"},
    {LANGUAGE_KZ, "әйеліммен Алматыдан Таразға", "from=almaty to=taraz seats=2"},
    {LANGUAGE_EN, "to my wife from Almaty to Taraz", "from=almaty to=taraz"},
    /* words that name an end of the ride */
    {LANGUAGE_EN, "drop me off in Almaty, pick up in Taraz", "from=taraz to=almaty"},
    {LANGUAGE_EN, "destination Almaty, starting in Taraz", "from=taraz to=almaty"},
    {LANGUAGE_EN, "destination: Almaty, origin: Taraz", "from=taraz to=almaty"},
    {LANGUAGE_EN, "getting off in Almaty, getting on in Taraz", "from=taraz to=almaty"},
    {LANGUAGE_EN, "pick me up in Taraz, drop me in Almaty", "from=taraz to=almaty"},
    {LANGUAGE_RU, "прибытие Тараз отправление Алматы", "from=almaty to=taraz"},
    {LANGUAGE_RU, "у нас конечная Тараз, начало Алматы", "from=almaty to=taraz"},
    {LANGUAGE_RU, "начало Алматы, конечная остановка Тараз, завтра", "from=almaty to=taraz day=2"},
    {LANGUAGE_RU, "Алматы ← Тараз", "from=taraz to=almaty"},
    {LANGUAGE_RU, "Алматы <- Тараз завтра 2 места", "from=taraz to=almaty day=2 seats=2"},
    {LANGUAGE_RU, "Алматы → Тараз", "from=almaty to=taraz"},
    {LANGUAGE_RU, "Алматы -> Тараз", "from=almaty to=taraz"},
    {LANGUAGE_RU, "бабушка и двое внуков из Алматы в Тараз", "from=almaty to=taraz seats=3"},
    {LANGUAGE_KZ, "баратын жер Тараз, шығатын жер Алматы", "from=almaty to=taraz"},
    {LANGUAGE_KZ, "қайда: Алматы, қайдан: Тараз", "from=taraz to=almaty"},
    /* neither */
    {LANGUAGE_RU, "Добрый вечер", "none"},
    {LANGUAGE_EN, "good morning", "none"},
    {LANGUAGE_RU, "сколько стоит?", "none"},
};
// clang-format on

TEST_ROWS(rides_are_understood, rows)
{
    const struct phrase_now now = {TODAY, NOON, QUARTER};
    struct phrase_ride ride;

    ck_ok(
        phrase_read_ride(words, slice_of(row->phrase), row->language, now, &arena, &ride, &fault));
    show(&ride, &scratch);
    const char *shown = scratch_text();
    ck_assert_msg(strcmp(shown, row->understood) == 0, "%s: %s, not %s", row->phrase, shown,
                  row->understood);
}
