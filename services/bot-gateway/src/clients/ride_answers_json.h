// SPDX-License-Identifier: MIT
/* Answers of booking-api about rides (services/booking-api/rides/openapi.yaml), as a passenger
 * or a driver receives them. Reading is tolerant, as in stay_answers_json.h. Money is in tiyn;
 * times are in microseconds since 1970. */
#pragma once

#include "clients/answer_values_json.h"

enum {
    RIDE_TRIPS_MAX = 6,       /* trips found on a page */
    RIDE_OFFERS_MAX = 100,    /* offers on a ride, of all statuses */
    RIDE_NEARBY_MAX = 6,      /* days with trips near the day of a search, as in booking-api */
    RIDES_MAX = 12,           /* rides, or trips of a driver, in a list */
    RIDE_CARS_MAX = 10,       /* cars of a driver, as in booking-api */
    RIDE_PAPERS_MAX = 5,      /* documents of a driver, as in booking-api */
    RIDE_MINUTES_MAX = 10000, /* duration of a route */
    RIDE_STARS_MAX = 5,
    RIDE_STOP_MAX = 9,        /* maximum index of a stop of a trip */
    RIDE_SEATS_MAX = 8,       /* seats of a trip or a ride, as in booking-api */
    RIDE_CHILD_SEATS_MAX = 4, /* likewise */
    RIDE_SIZES = 4            /* length of ride_size_names */
};
/* Sizes of parcels, as booking-api names them; the first element, "", is an unknown size. */
extern const char *const ride_size_names[RIDE_SIZES];

/* A driver and the car; each member may be absent. */
struct ride_car {
    struct slice driver; /* first name */
    struct slice phone;  /* of the driver; passengers get phone and plate only of agreed rides */
    double rating;       /* of the driver; NAN: none */
    struct slice make;
    struct slice model;
    struct slice color;
    struct slice plate;
};
/* "Toyota Camry, белый, 777ABC05", without absent parts; absent if the arena is full. */
struct slice ride_format_car_text(const struct ride_car *car, struct arena *arena);

/* Two stops of a trip between which a ride can be booked, or a driver's offer for a ride that looks
 * for a driver. */
struct ride_found {
    struct uuid offer;   /* nil: this is a trip */
    struct slice status; /* of the offer */
    struct uuid trip;
    int64_t from_stop; /* indices of stops of the trip */
    int64_t to_stop;
    int64_t depart_at;
    int64_t arrive_at;
    int64_t free_seats;
    int64_t price; /* total for the seats, the car or the parcel of the search or of the ride */
    struct ride_car car;
    bool asks_driver;     /* the driver must agree to the ride */
    int64_t closed_until; /* when a closed road of the trip opens; absent: no road is closed */
    /* As received; `asks_driver` and `closed_until` are set from these: */
    struct slice instant;
    struct foreign_list warnings;
};
struct ride_nearby {
    int32_t day;
    int64_t trips; /* number of trips on that day */
};
struct ride_trips {
    struct ride_found *items; /* in the arena */
    size_t count;
    struct foreign_list nearby; /* struct ride_nearby; only if the search found no trips */
    struct slice next;          /* cursor of the next page; absent: none */
    struct foreign_list list;   /* struct ride_found, as received; use `items` */
};
/* Reads a list of found trips. */
bool ride_read_found_trips(struct slice body, struct arena *arena, struct ride_trips *out,
                           struct fault *fault) MUST_CHECK;
/* Reads a list of at most RIDE_OFFERS_MAX offers, and returns the newest that are pending. */
bool ride_read_pending_offers(struct slice body, struct arena *arena, struct ride_trips *out,
                              struct fault *fault) MUST_CHECK;

/* Reads one offer. */
bool ride_read_offer(struct slice body, struct arena *arena, struct ride_found *out,
                     struct fault *fault) MUST_CHECK;

struct ride_order {
    struct uuid id;
    int64_t version;
    int64_t guest;     /* telegram_id of the passenger, for staff; may be absent */
    struct uuid trip;  /* nil: the ride looks for a driver */
    struct slice code; /* that the passenger reads out; may be absent */
    struct slice status;
    struct slice kind;
    struct slice from; /* slugs of places */
    struct slice to;
    int64_t depart_at; /* if the ride looks for a driver: the earliest departure */
    int64_t arrive_at; /* if the ride looks for a driver: the latest departure */
    int64_t from_stop; /* index of a stop of the trip; this and the next may be absent */
    int64_t to_stop;
    int64_t seats;       /* may be absent, as may the members below except `total` and `size` */
    int64_t child_seats; /* not 0 */
    int64_t total;
    int64_t deposit;
    int64_t paid;
    int64_t refund;
    int64_t price; /* that the passenger offers */
    int64_t expires_at;
    struct slice name;         /* of the passenger */
    struct slice phone;        /* of the passenger */
    struct slice payment_info; /* how to pay the driver the prepayment */
    int64_t size;              /* of the parcel, an index in ride_size_names; 0: none or unknown */
    struct slice recipient;    /* of the parcel: the name */
    struct slice recipient_phone;
    struct slice delivery_code; /* of the parcel: the driver gets it from the recipient */
    bool delivered;             /* the parcel: the driver has entered the code */
    struct slice at_fault;      /* of an ended ride: "none", "passenger", "driver"; may be absent */
    bool free_cancel;
    int64_t free_until;  /* end of free cancellation */
    struct texts policy; /* the terms of cancellation */
    struct ride_car car;
    struct foreign_list actions; /* struct answer_action */
    /* As received; `size`, `free_until`, `depart_at` and `arrive_at` are set from these: */
    struct slice parcel_size;
    struct foreign_list tiers;
    int64_t depart_from;
    int64_t depart_to;
};
bool ride_read_order(struct slice body, struct arena *arena, struct ride_order *out,
                     struct fault *fault) MUST_CHECK;
/* Whether the ride looks for a driver. An open ride with a trip waits for a seat of the trip. */
bool ride_is_looking_for_driver(const struct ride_order *order);
struct ride_orders {
    struct ride_order *items; /* in the arena */
    size_t count;
    struct slice next; /* cursor of the next page; absent: none */
};
bool ride_read_orders(struct slice body, struct arena *arena, struct ride_orders *out,
                      struct fault *fault) MUST_CHECK;

/* Whether the ride has only waited for a driver or a seat, by its history: it was never held,
 * requested or confirmed. False if the history cannot be read. */
bool ride_read_only_waited(struct slice body, struct arena *arena);

/* Reads the ratings of a ride: the stars that the driver (`by_driver`) or the passenger has given.
 * FIELD_ABSENT: none yet. */
int64_t ride_read_given_stars(struct slice body, bool by_driver, struct arena *arena);

/* Reads the meeting point at the stop with index `stop_index` from an answer to GET /v1/trips/{id};
 * absent: none. */
struct slice ride_read_meeting_point(struct slice body, int64_t stop_index, struct arena *arena);

/* --- answers to drivers --- */

/* A document of a driver. */
struct ride_paper {
    struct slice kind;
    int32_t expires_on; /* the last valid day; may be absent */
};
struct ride_driver {
    struct uuid id;
    struct slice name; /* may be absent */
    struct slice status;
    struct foreign_list papers; /* struct ride_paper */
};
/* Reads the first driver of a list; `out->id` is nil if the list is empty. */
bool ride_read_first_driver(struct slice body, struct arena *arena, struct ride_driver *out,
                            struct fault *fault) MUST_CHECK;

struct ride_own_car {
    struct uuid id;
    int64_t seats; /* may be absent */
    struct ride_car car;
};
struct ride_own_cars {
    struct ride_own_car *items; /* in the arena */
    size_t count;
};
bool ride_read_own_cars(struct slice body, struct arena *arena, struct ride_own_cars *out,
                        struct fault *fault) MUST_CHECK;

/* A route between two places. */
struct ride_tariff {
    int64_t minutes; /* duration without stops */
    int64_t price;   /* usual price of a seat */
    int64_t car;     /* price of the whole car; may be absent */
};
bool ride_read_tariff(struct slice body, struct arena *arena, struct ride_tariff *out,
                      struct fault *fault) MUST_CHECK;

struct ride_stop {
    struct slice place; /* slug */
    struct slice point; /* the meeting point; may be absent */
    int64_t at;         /* time of the departure; at the last stop, of the arrival */
};
/* A trip, as its driver receives it; or a ride shared with friends (ride_read_shared_ride()). */
struct ride_run {
    struct uuid id;
    struct uuid driver;
    int64_t version;
    int64_t delay;        /* total, in minutes */
    int64_t confirmed_at; /* when the driver confirmed the departure; absent: not yet */
    struct slice status;
    struct slice from; /* slugs of the first and the last stop */
    struct slice to;
    int64_t depart_at;
    int64_t arrive_at;
    int64_t seats;
    int64_t taken;        /* seats taken between two stops, the maximum over the trip */
    int64_t price;        /* of a seat from the first to the last stop */
    int64_t closed_until; /* as in struct ride_found */
    struct ride_car car;
    struct foreign_list actions; /* struct answer_action */
    struct foreign_list stops;   /* struct ride_stop */
    /* As received; `taken`, `price` and `closed_until` are set from these: */
    struct foreign_list segments;
    struct foreign_list warnings;
    /* Only of a shared ride: */
    struct field_geo place; /* the last known position of the car */
    int64_t seen_at;        /* when the car was there; absent: `place` is unknown */
};
bool ride_read_driver_trip(struct slice body, struct arena *arena, struct ride_run *out,
                           struct fault *fault) MUST_CHECK;
/* Reads a ride that is shared with friends. It has status, times, stops, car, and the position of
 * the car; the other members are absent or 0. */
bool ride_read_shared_ride(struct slice body, struct arena *arena, struct ride_run *out,
                           struct fault *fault) MUST_CHECK;

enum { RIDE_TOKEN_LEN = 22 /* characters of base64url */ };
/* The link to a shared ride. */
struct ride_share {
    struct slice token;
    int64_t until; /* when the link expires */
};
bool ride_read_share_link(struct slice body, struct arena *arena, struct ride_share *out,
                          struct fault *fault) MUST_CHECK;

struct ride_runs {
    struct ride_run *items; /* in the arena */
    size_t count;
    struct slice next; /* cursor of the next page; absent: none */
};
bool ride_read_driver_trips(struct slice body, struct arena *arena, struct ride_runs *out,
                            struct fault *fault) MUST_CHECK;
