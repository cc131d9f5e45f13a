// SPDX-License-Identifier: MIT
#include "phrases/words.h"

// clang-format off
static const struct word_row rows[] = {
    {WORD_MONTH, 1, "январ*|янв|кантар+|january|januar|jan"},
    {WORD_MONTH, 2, "феврал*|фев|февр|акпан+|february|feb"},
    {WORD_MONTH, 3, "март*|мар|наурыз+|march|mar"},
    {WORD_MONTH, 4, "апрел*|апр|сауир+|april|apr"},
    {WORD_MONTH, 5, "май|мая|мае|маю|мамыр+|may"},
    {WORD_MONTH, 6, "июн*|маусым+|june|jun"},
    {WORD_MONTH, 7, "июл*|шилде+|july|jul"},
    {WORD_MONTH, 8, "август*|авг|тамыз+|august|aug"},
    {WORD_MONTH, 9, "сентябр*|сент|кыркуйек+|september|sept|sep"},
    {WORD_MONTH, 10, "октябр*|окт|казан+|october|oct"},
    {WORD_MONTH, 11, "ноябр*|нояб|ноя|караша+|november|nov"},
    {WORD_MONTH, 12, "декабр*|дек|желтоксан+|december|dec"},
    {WORD_SHORT_MONTH, 1, "кан|кант"},
    {WORD_SHORT_MONTH, 2, "акп"},
    {WORD_SHORT_MONTH, 3, "нау|наур"},
    {WORD_SHORT_MONTH, 4, "сау"},
    {WORD_SHORT_MONTH, 5, "мам"},
    {WORD_SHORT_MONTH, 6, "мау|маус"},
    {WORD_SHORT_MONTH, 7, "шил|шилд"},
    {WORD_SHORT_MONTH, 8, "там"},
    {WORD_SHORT_MONTH, 9, "кыр|кырк|сен"},
    {WORD_SHORT_MONTH, 10, "каз"},
    {WORD_SHORT_MONTH, 11, "кар"},
    {WORD_SHORT_MONTH, 12, "жел|желт"},

    {WORD_WEEKDAY, 1, "понедельник*|пон|пн|пнд|дуйсенби+|дс|monday~|mon"},
    {WORD_WEEKDAY, 2, "вторник*|вт|сс|сейсенби+|tuesday~|tue|tues"},
    {WORD_WEEKDAY, 3, "сред*|ср|сарсенби+|wednesday~|wensday|wed|weds"},
    {WORD_WEEKDAY, 4, "четверг*|чт|чтв|чет|бс|бейсенби+|thursday~|thu|thur|thurs"},
    {WORD_WEEKDAY, 5, "пятниц*|птн|пт|жм|жума+|fridays|friday|fri"},
    {WORD_WEEKDAY, 6, "субот*|сб|сн|сенби+|saturday~|sat"},
    {WORD_WEEKDAY, 7, "воскресень*|воскресен*|воскр|вск|вс|жс|жексенби+|sunday~|sun"},
    {WORD_NOTHING, 0, "кунги|кундиз+"},

    {WORD_FROM_TODAY, 0, "сегодня|сегодняшн*|седня|сегоня|прямо сейчас|бугин+|бугинги+|бугинги кун+|сегодняшн* день|сегодняшн* дня|today|todays|right now"},
    {WORD_FROM_TODAY, 1, "завтра|завтрашн*|ертенг+|ертен+|ертенги+|ертенги кун+|завтрашн* день|завтрашн* дня|tomorow|tomorows|tmrw|tmr|tmw|tomoro"},
    {WORD_FROM_TODAY, 2, "послезавтра|после завтра|послезавтрашн*|бурсигуни+|бурсигун+|арги куни"
                         "|day after tomorow|the day after tomorow|the day after|day after tmrw"},
    {WORD_FROM_TODAY, -1, "вчера|вчерашн*|позавчера|прошл* недел*|прошл* выходн*|прошл* месяц*|last week|last weekend|last month|last night|last friday|last saturday|откен апта+|откен демалыс|кеше|кешеги+|кешеги кун+|yesterday"},
    {WORD_TONIGHT, 0, "tonight|tonite|tonights|сегодня ночью|сегодня на ночь|эту ночь|этой ночью|бугин тунде|бугинги тунге|this night|сегодня в ночь"},

    {WORD_WEEKEND, 0, "выходн*|вых|выхи|уикенд*|викенд*|уик енд*|weekend~|демалыс куни+|демалыс кундер+|демалыс+|апта сон+"},
    {WORD_HOLIDAY, 0, "майск*|новый год|нового года|новом году|новым годом|нг|новогодн*|жана жыл+|new year|new years|new year eve|new years eve|nye|рождеств*|christmas|xmas"
                      "|наурыз мейрам+|наурыз мерек+|наурыз тойы|айт+|курбан айт+|ораза айт+|январск*|февральск*|мартовск*|апрельск*|июньск*|июльск*|августовск*|сентябрьск*|ноябрьск*|декабрьск*|праздник*|мереке+|каникул*|holidays|easter|пасх*|день независимости|таусиздик куни+|день республики"},
    {WORD_THIS, 0, "эт*|этот|эта|осы|this|ушбу"},
    {WORD_NEXT, 0, "след|следующ*|следующий|будущ*|келеси+|келер|next|nxt|folowing"},
    {WORD_NEAREST, 0, "алдагы|ближайш*|ближайший|жакын арадагы|таяу+|coming|upcoming|nearest"},

    {WORD_UNIT, UNIT_NIGHT, "ночь|ночи|ночей|ночк*|ноч|ночовк*|ночевк*|тун+|night~|nite~|nt~"},
    {WORD_UNIT, UNIT_DAY, "день|дня|дней|дн|денек|денечек|деньков|дни|днями|сутки|суток|сутк*|сут|тауликтик|таулик+|кун+|day~"},
    {WORD_UNIT, UNIT_WEEK, "недел*|недельк*|недель|нед|апта+|week~|weak~|wk~"},
    {WORD_UNIT, UNIT_FORTNIGHT, "fortnight~"},
    {WORD_UNIT, UNIT_MONTH, "месяц*|месяцев|месячишко|мес|ай+|month~"},
    {WORD_UNIT, UNIT_HOUR, "час|часа|часов|часик*|часок|часам|сагат+|oclock|o clock|hour~|hr~"},
    {WORD_UNIT, UNIT_HALF_HOUR, "полчаса|полчасика|пол часа|half an hour|half hour|жарты сагат+"},
    {WORD_UNIT, UNIT_HALF_DAY, "полдня|пол дня|полсуток|half a day|half day|жарты кун+"},
    {WORD_UNIT, UNIT_HOUR_OF_DAY, "часа дня|часов дня|час дня|часу дня"},
    {WORD_UNIT, UNIT_HOUR_OF_NIGHT, "часа ночи|часов ночи|час ночи|часу ночи"},
    {WORD_VAGUE, 0, "пара|пару|пары|парочк*|нескольк*|несколько|бирнеше|бир еки|couple|couple of|few|several|some|полтор*|полутор*|бир жарым|one and a half"},
    {WORD_LONG, 0, "до конца недели|конц* недел*|конец недели|в конце недели|конц* месяц*|начал* недел*|начал* месяц*|середин* недел*|середин* месяц*|end of the month|end of month|beginning of month|апта басынд+|ай сон+|ай басын+|долг* срок|длительн* срок|надолго|долгосрочн*|длительно|длительн* прожив*|узак мерзим+|узакка|узак уакыт+|long term|long time|long stay|long period|longterm"
                   "|weekend after next|week after next|через выходные|через одни выходные"
                   "|на неделе|эти дни|на днях|some day~"
                   "|числах|чисел|первые числа|первых числах|первых чисел|первым числам|последние числа|последних числах|последних чисел"
                   "|десятые числа|десятых числах|десятых чисел|двадцатые числа|двадцатых числах|двадцатых чисел"},
    {WORD_NUMBERED_DAY, 0, "число|числа|числе|числу|числом|куни|жулдызы"},
    {WORD_IN, 0, "спустя|in|within"},
    {WORD_IN, 1, "через"},
    {WORD_LATER, 0, "кейин+|сон|сон гана|from now|later"},
    {WORD_INCLUSIVE, 0, "включительно|включит*|включая|вкл|inclusive|inclusively|incl|included|коса алганда|коса есептегенде|косып алганда"},
    {WORD_ARRIVE, 1, "заезд*|заехать|заедем|заед*|заезжа*"},
    {WORD_ARRIVE, 0, "келип|кирип|заселен*|заселя*|заселимся|заселюсь|заселиться|вьезд*|въезд*|въезжа*|приед*|приезд*|приезжа*|прилета*|прилетим|прибыва*|прибуд*|буду с|будем с"
                     "|келем*|келем|келемиз|келемин|барам|барамыз|кирем|киремиз|кируи|орналасам+|орналасамыз"
                     "|ariving|arive|arives|arival|checking in|check in|checkin|checks in|move in|moving in|geting there|coming on|be there"},
    {WORD_LEAVE, 0, "выезд*|выехать|уехать|выедем|выед*|выезжа*|съезжа*|съед*|съезд*|выселен*|выселя*|уед*|уезжа*|отъезд*|улета*|освобод*"
                    "|кетип|шыгып|кетем*|кетем|кетемиз|кетемин|шыгам|шыгамыз|шыгу+|кайтамыз"
                    "|leaving|leave|leaves|departure|departing|depart|checking out|check out|checkout|checks out|move out|moving out|out on|out"},
    {WORD_DAYTIME, DAYTIME_MORNING, "утро|утром|утра|с утра|до обеда|танертен|танертенги|тангы|танмен|morning"
                                   "|рассвет*|на рассвете|dawn|тан ата|тан атканда|тан сари+|к полудню|by noon|by midday|туске деин|туске дейин|тал туске деин|тал туске дейин"},
    {WORD_DAYTIME, DAYTIME_NOON, "днем|в обед|к обеду|туске|тусте|туски|lunchtime|lunch"},
    {WORD_DAYTIME, DAYTIME_AFTERNOON, "после обеда|пополудни|тустен кеин|afternoon|after lunch|pm|p m"},
    {WORD_DAYTIME, DAYTIME_EVENING, "вечер*|вечером|кешке|кеште|кешки|evening"},
    {WORD_DAYTIME, DAYTIME_NIGHT, "ночью|тунги"},
    {WORD_DAYTIME, DAYTIME_AM, "am|a m"},
    {WORD_CLOCK, 0, "полночь|полночи|полуночи|полуночью|midnight|тун ортасы+|тун жарымы+"},
    {WORD_CLOCK, 12 * 60, "полдень|полудня|полдню|noon|midday|noontime|тал тус+|тал тусте|тус ортасы+"},
    {WORD_CLOCK, 12 * 60 + 30, "полпервого"},
    {WORD_CLOCK, 1 * 60 + 30, "полвторого"},
    {WORD_CLOCK, 2 * 60 + 30, "полтретьего"},
    {WORD_CLOCK, 3 * 60 + 30, "полчетвертого"},
    {WORD_CLOCK, 4 * 60 + 30, "полпятого"},
    {WORD_CLOCK, 5 * 60 + 30, "полшестого"},
    {WORD_CLOCK, 6 * 60 + 30, "полседьмого"},
    {WORD_CLOCK, 7 * 60 + 30, "полвосьмого"},
    {WORD_CLOCK, 8 * 60 + 30, "полдевятого"},
    {WORD_CLOCK, 9 * 60 + 30, "полдесятого"},
    {WORD_CLOCK, 10 * 60 + 30, "полодинадцатого"},
    {WORD_CLOCK, 11 * 60 + 30, "полдвенадцатого"},
    {WORD_HALF, HALF_PAST, "half|half past"},
    {WORD_HALF, HALF_OF, "пол|половина|половине|половину|половины"},
    {WORD_HALF, HALF_AFTER, "жарым+"},
    {WORD_QUARTER, 0, "quarter|a quarter|четверть|четверти|ширек+"},
    {WORD_PAST, 0, "past"},
    {WORD_BOUND, BOUND_AFTER, "after|not before|not earlier than|no earlier than|не раньше|не ранее|позже|позднее"},
    {WORD_BOUND, BOUND_BEFORE, "before|not later than|no later than|не позже|не позднее|раньше"},
    {WORD_BOUND, BOUND_BETWEEN, "между|в промежутке между|арасында"},
    {WORD_OUT_OF, OUT_OF_PLACE, "из|out of|origin|starting in|start in|starting point|pick up in|pickup in|getting on in|отправление|кайдан|шыгатын жер"},
    {WORD_OUT_OF, INTO_PLACE, "destination|drop off in|drop me off in|drop us off in|drop me in|drop us in|getting off in|прибытие|пункт назначения|баратын жер"},
    {WORD_PARCEL, 0, "посылк*|посылочк*|посылок|передачк*|бандерол*|отправить документ*|передать документ*|отправить вещ*|передать вещ*|отправить сумк*|передать сумк*|отправить коробк*|передать коробк*|отправить пакет*|передать пакет*|салемдеме+|кужат жибер+|зат жибер+|send document~|send doc~|send a bag|parcel~|package~"},
    {WORD_CHILD_SEAT, 0, "кресл*|кресло|кресел|детск* кресл*|детск* кресло|детских кресел|автокресл*|автокресло|автокресел|бустер*|автолюльк*|автолюлек|люльк*|кресло+|автокресло+|балалар орындыгы+|балалар креслосы+|бала орындыгы+|балага арналган орындык+"
                         "|child seat~|car seat~|baby seat~|kid seat~|kids seat~|childs seat~|booster seat~|booster~|infant seat~|baby carrier"},
    {WORD_CAR, 0, "вся машина|всю машину|целую машину|весь салон|салон целиком|полный салон|машин* целиком|машин* полностью|целиком машин*|букил колик+|букил машина+|тутас колик+|whole car|entire car|whole taxi|car to myself"},
    {WORD_VIA, 0, "via|остановк*|stop at|stops at|stoping at|stop in|stops in|stoping in"},
    {WORD_VIA, 1, "аркылы|согамын|согам|согамыз|согып|токтаймын|токтап"},
};
// clang-format on
const struct word_table word_times = {rows, ARRAY_LEN(rows)};
