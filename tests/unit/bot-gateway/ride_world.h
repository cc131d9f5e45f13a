// SPDX-License-Identifier: MIT
/* Parts of answers of booking-api about rides, for the transcripts. */
#pragma once

#include "stay_world.h"

// clang-format off
#define THREE(ru, kz, en) "{\"ru\":\"" ru "\",\"kz\":\"" kz "\",\"en\":\"" en "\"}"
#define TRIP              "018f0012-0000-7000-8000-000000000001"
#define RIDE              "018f0013-0000-7000-8000-000000000001"
#define LIST(items, more) "{\"items\":[" items "]," more "\"next_cursor\":null}"
#define PLACE(slug, name, lat, lon) "{\"slug\":\"" slug "\",\"name\":" name ",\"location\":{\"lat\":" lat ",\"lon\":" lon "}}"
#define PLACES                                                                                      \
    LIST(PLACE("almaty", THREE("Алматы", "Алматы", "Almaty"), "43.2567", "76.9286") "," PLACE("astana", THREE("Астана", "Астана", "Astana"), "51.1694", "71.4491") "," \
         PLACE("shymkent", THREE("Шымкент", "Шымкент", "Shymkent"), "42.3417", "69.5901") "," PLACE("taldykorgan", THREE("Талдыкорган", "Талдықорған", "Taldykorgan"), "45.0156", "78.3739") "," \
         PLACE("taraz", THREE("Тараз", "Тараз", "Taraz"), "42.9", "71.3667"), "")
#define CAR(plate)        "\"car\":{\"make\":\"Toyota\",\"model\":\"Camry\",\"color\":\"белый\",\"plate\":" plate "}"
#define ACTION(name, text) "{\"action\":\"" name "\",\"label\":" text "}"
#define PROBLEM(code, more) "{\"status\":409,\"code\":\"" code "\"" more "}"
#define PREVIEW(refund, fee, fault) "{\"refund\":" WORLD_SUM(refund) ",\"fee\":" WORLD_SUM(fee) ",\"fault\":\"" fault "\"}"
// clang-format on
