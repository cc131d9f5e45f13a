// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

http_handler post_booking;
http_handler get_booking;
http_handler get_bookings;
http_handler get_booking_cancel_preview;
http_handler get_booking_history;
http_handler confirm_booking;
http_handler decline_booking;
http_handler cancel_booking;
http_handler claim_booking_payment;
http_handler check_in_booking;
http_handler check_out_booking;
http_handler mark_booking_no_show;
http_handler change_booking_dates;
