// SPDX-License-Identifier: MIT
#include "phrases/words.h"

// clang-format off
static const struct word_row rows[] = {
    {WORD_THOUSAND, 1000, "тысяч*|тысяч|тыс|тыщ*|тыщ|тщ|т|тк|мын+|thousand~|grand|касарей|косарей|косар*|штук*"},
    {WORD_THOUSAND, 1000000, "миллион*|млн|milion~|миллиона"},
    {WORD_TENGE, 0, "тенге|тенги|тенге+|тг+|тнг+|tenge|tg+|tng+|kzt+|т г"},
    {WORD_FOREIGN, 0, "долар*|долл|бакс*|баксов|usd|dolar~|bucks|евро|euro~|eur|рубл*|рублей|руб|rub|rubles|сом|юан*|еуро"},
    {WORD_FOREIGN, ONLY_AFTER_AMOUNT, "р|тр|т р"},
    {WORD_AT_MOST, LIMIT_OF_PRICE, "не дорож*|не дороже|недороже"},
    {WORD_AT_MOST, 0, "не больш*|не больше|не боле|не более|не выше|максимум|макс|максимальн*|в пределах|пределах|в районе до|не превыша*|не свыше|потолок|предел|лимит*"
                      "|max|maximum|tops|at most|up to|no more than|no more then|not more than|not more then|within budget|not over|no over|limit|cap"
                      "|ен коби|коби|ен кобинде|ен коп дегенде|коп дегенде|ен кымбаты|ары кетсе|ары кеткенде|асканда|шегинде"},
    {WORD_AT_MOST, LIMIT_FOLLOWS, "аспасын|аспаса|аспау|аспауы|аспаитын|аспай|асырмаи|асырманыз|асып кетпесин|артпасын|артпаса|артпаитын|артпауы|ишинде|колеминен аспа*"},
    {WORD_AT_LEAST, LIMIT_OF_PRICE, "не дешевл*|не дешевле"},
    {WORD_AT_LEAST, 0, "не меньш*|не меньше|не мене|не менее|не ниже|минимум|мин|хотя бы|как минимум"
                       "|at least|minimum|min|no les than|not les than|starting from|starting at"
                       "|кеминде|кем дегенде|ен кеми|кеми|ен кеминде|ен азы|ен аз дегенде|ен томени|ен арзаны"},
    {WORD_AT_LEAST, LIMIT_FOLLOWS, "бастап|бастау"},
    {WORD_MORE, 0, "больше|более|выше|свыше|превыша*|more|more than|more then|over|above|higher|higher than|greater|greater than|exceed|exceeds|exceeding|in exces of|up|upward~|upwards of|beyond"},
    {WORD_MORE, COMPARES_PRICE, "дороже|подороже|дорож*|dearer|dearer than|pricier|pricier than|more expensive|more expensive than"},
    {WORD_MORE, COMPARES_ABLATIVE, "артык|артыгы|артыгын|артыгырак|артыграк|коп|кобирек|кобырек|жогары|жогарысы|жогарысын|жогарырак|жогарылау|асатын|асып|аса|аскан|асады"},
    {WORD_MORE, COMPARES_PRICE | COMPARES_ABLATIVE, "кымбат|кымбаты|кымбатын|кымбатырак|кымбатрак|кымбатка|кымбаттау"},
    {WORD_LESS, 0, "меньше|менее|ниже|les|les than|les then|lower|lower than|under|below|beneath|fewer|fewer than"},
    {WORD_LESS, COMPARES_PRICE, "дешевле|cheaper|cheaper than|cheaper then|les expensive|les expensive than"},
    {WORD_LESS, COMPARES_ABLATIVE, "томен|томени|томенин|томенирек|томенрек|аз|азырак|кем|кемирек"},
    {WORD_LESS, COMPARES_PRICE | COMPARES_ABLATIVE, "арзан+|арзандау|арзанырак|арзанрак|арзаны|арзанын"},
    {WORD_ABOUT, 0, "около|примерно|ближе к|приблизительно|где то|порядка|плюс минус|about|around|aproximately|aprox|roughly|circa|шамамен"},
    {WORD_ABOUT, ONLY_AFTER_AMOUNT, "шамасында|шамасы|or so|ish|give or take|thereabouts|с копеиками|с небольшим|с чем то|с хвостиком|манында|манаиында|манаиы|тонирегинде|колеминде|аиналасында|жуык|тенгедеи|тенгедаи"},
    {WORD_CHEAP, 0, "недорог*|недорого|не дорог*|не дорого|не слишком дорого|не слишком дорог*|не очень дорого|не очень дорог*|не особо дорого|не особо дорог*|не так дорого|не сильно дорого|дешев*|дешево|подешевле|подешев*|недорогой|бюджетн*|эконом|экономн*|эконом вариант*|доступн* цен*|по дешевке"
                    "|колжетимди+|cheap|cheapest|inexpensive|afordable|low cost|low price|budget flat|budget apartment|budget place|budget option|budget friendly|not expensive|not too expensive|not very expensive|not so expensive|not too pricey|not very pricey|reasonable price|reasonably priced|дешов*"
                    "|минимальн* цен*|мин цен*|самая низкая цена|самую низкую цену|по низкой цене|по минимуму|lowest price|ен арзан|тым кымбат емес|аса кымбат емес|онша кымбат емес"
                    "|мындай|мындаи"
                    /* tens of thousands, or of tenge */
                    "|десятк*|десяточк*|пятнашк*|пятнашечк*|двадцатк*|тридцатк*|сороковник*|полтинник*|полтос*"},
    {WORD_TOTAL, 0, "за все|за все время|за весь срок|за весь период|всего|итого|в сумме|на все про все|за все дни|за все сутки|общ* сумм*"
                    "|in total|total|altogether|for everything|for the whole stay|whole stay|entire stay|for all|al in|барлыгы+|барлыгына|жалпы+|жалпы сома"},
    {WORD_BUDGET, 0, "бюджет*|бюджет|цен*|цена|цену|price~|budget|багасы|бага+|стоимост*|сумм*"},
};
// clang-format on
const struct word_table word_money = {rows, ARRAY_LEN(rows)};
