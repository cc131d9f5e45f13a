// SPDX-License-Identifier: MIT
#include "phrases/words.h"

// clang-format off
static const struct word_row rows[] = {
    {WORD_THOUSAND, 1000, "тысяч*|тысяч|тыс|тыщ*|тыщ|тщ|т|тр|тк|мын+|thousand~|grand|касарей|косарей|косар*|штук*"},
    {WORD_THOUSAND, 1000000, "миллион*|млн|milion~|миллиона"},
    {WORD_TENGE, 0, "тенге|тенги|тенгеге|тенгеден|тенге+|тг|тнг|tenge|tg|tng|kzt|т г"},
    {WORD_FOREIGN, 0, "долар*|долл|бакс*|баксов|usd|dolar~|bucks|евро|euro~|eur|рубл*|рублей|руб|rub|rubles|сом|юан*|еуро"},
    {WORD_AT_MOST, 0, "не дорож*|не дороже|недороже|не больш*|не больше|не боле|не более|не выше|максимум|макс|максимальн*|в пределах|пределах|в районе до|не превыша*|не свыше"
                      "|under|max|maximum|at most|up to|no more than|no more then|not more than|not more then|les than|les then|below|within budget|not over|no over|cheaper than"
                      "|аспасын|аспаса|аспауы|аспайтын|артык емес|артык болмасын|асырмай|кымбат болмасын|шегинде"},
    {WORD_AT_LEAST, 0, "не дешевл*|не дешевле|не меньш*|не меньше|не мене|не менее|не ниже|минимум|мин|свыше|дороже|больше|выше"
                       "|at least|minimum|min|no les than|not les than|starting from|starting at|over|above|more than|more then"
                       "|бастап|кем емес|жогары|кеминде|кем болмасын"},
    {WORD_ABOUT, 0, "около|примерно|приблизительно|где то|порядка|плюс минус|about|around|aproximately|roughly|шамамен|шамасында"},
    {WORD_CHEAP, 0, "недорог*|недорого|не дорог*|не дорого|дешев*|дешево|дешевле|подешевле|подешев*|недорогой|бюджетн*|эконом|экономн*|эконом вариант*|доступн* цен*|по дешевке"
                    "|арзан+|арзандау|арзанырак|кымбат емес|кымбат емесин|колжетимди+|арзаны|cheap|cheaper|cheapest|inexpensive|afordable|low cost|low price|budget flat|budget apartment|budget place|budget option|budget friendly|not expensive|not too expensive|reasonable price|reasonably priced|дешов*"},
    {WORD_TOTAL, 0, "за все|за все время|за весь срок|за весь период|всего|итого|в сумме|на все про все|за все дни|за все сутки|общ* сумм*"
                    "|in total|total|altogether|for everything|for the whole stay|whole stay|entire stay|for all|al in|барлыгы+|барлыгына|жалпы+|жалпы сома"},
    {WORD_BUDGET, 0, "бюджет*|бюджет|цен*|цена|цену|price~|budget|багасы|бага+|стоимост*|сумм*"},
};
// clang-format on
const struct word_table word_money = {rows, ARRAY_LEN(rows)};
