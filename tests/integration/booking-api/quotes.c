// SPDX-License-Identifier: MIT
#include "quotes.h"

struct answer quotes_request(const struct api_caller *caller, const char *apartment, int from,
                             int nights, int guests)
{
    const char *body = textf("{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':%d}",
                             apartment, stand_day(from), stand_day(from + nights), guests);

    return ask_post(post_quote, .caller = caller, .body = body);
}

struct answer quotes_create(const struct api_caller *caller, const char *apartment, int from,
                            int nights)
{
    return ck_status(quotes_request(caller, apartment, from, nights, 2), 201);
}

struct answer quotes_book(const struct api_caller *caller, const char *quote_id, const char *more)
{
    const char *body = textf("{'quote_id':'%s','guest':{'name':'Данияр'}%s}", quote_id, more);

    return ask_post(post_booking, .caller = caller, .body = body);
}
