// SPDX-License-Identifier: MIT
/* The texts about calendars of other channels: a part of TEXTS_EACH (texts/texts.h). */
#pragma once

// clang-format off
/* A clash: a channel has nights that we have sold or blocked too (booking-api calls it a conflict). */
#define TEXTS_OF_CALENDARS(MESSAGE, BUTTON, NOTICE) \
    BUTTON(CHANNEL_AIRBNB, APARTMENTS) \
    BUTTON(CHANNEL_BOOKING, APARTMENTS) \
    BUTTON(CHANNEL_VRBO, APARTMENTS) \
    BUTTON(CHANNEL_SUTOCHNO, APARTMENTS) \
    BUTTON(CHANNEL_KRISHA, APARTMENTS) \
    BUTTON(CHANNEL_GOOGLE, APARTMENTS) \
    BUTTON(CHANNEL_OTHER, APARTMENTS) \
    MESSAGE(NOTICE_CLASH, APARTMENTS, "channel dates code title?") \
    MESSAGE(NOTICE_CLASH_BLOCK, APARTMENTS, "channel dates title?") /* ours is no booking */ \
    MESSAGE(NOTICE_CLASH_GONE, APARTMENTS, "channel dates title?") \
    MESSAGE(NOTICE_CLASH_OURS, APARTMENTS, "channel dates title?") \
    MESSAGE(NOTICE_CLASH_THEIRS, APARTMENTS, "channel dates title? code?") \
    BUTTON(CLASH_BUTTON_OURS, APARTMENTS) \
    BUTTON(CLASH_BUTTON_THEIRS, APARTMENTS) \
    MESSAGE(CLASH_SURE, APARTMENTS, "channel dates code refund?") \
    MESSAGE(CLASH_SURE_BLOCK, APARTMENTS, "channel dates") \
    MESSAGE(CLASH_KEPT_OURS, APARTMENTS, "channel") \
    MESSAGE(CLASH_KEPT_THEIRS, APARTMENTS, "channel code? refund?") \
    MESSAGE(CLASH_OVER, APARTMENTS) \
    MESSAGE(CLASH_THEIRS_ALREADY, APARTMENTS)
