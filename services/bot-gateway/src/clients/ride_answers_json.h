// SPDX-License-Identifier: MIT
/* Answers of booking-api about rides (services/booking-api/rides/openapi.yaml), as a passenger
 * reads them. Reading is tolerant, as in stay_answers_json.h. */
#pragma once

#include "clients/stay_values_json.h"

enum {
    RIDE_TRIPS_MAX = 6,    /* of a page */
    RIDE_OFFERS_MAX = 100, /* on a ride, of all statuses */
    RIDE_NEARBY_MAX = 6,   /* days, as in booking-api */
    RIDES_MAX = 12,        /* of a list */
    RIDE_CARS_MAX = 10,    /* of a driver, as in booking-api, as the next one */
    RIDE_PAPERS_MAX = 5,
    RIDE_MINUTES_MAX = 10000, /* of a route */
    RIDE_STARS_MAX = 5,
    RIDE_STOP_MAX = 9,  /* the last stop of a trip */
    RIDE_SEATS_MAX = 8, /* as in booking-api */
    RIDE_SIZES = 4
};
/* Sizes of parcels, as booking-api names them; the first one is "": not known. */
extern const char *const ride_size_names[RIDE_SIZES];

/* A driver and the car; each member may be absent. */
struct ride_car {
    struct slice driver; /* first name */
    struct slice phone;  /* of the driver, like the plate only of an agreed ride */
    double rating;       /* NAN: none */
    struct slice make;
    struct slice model;
    struct slice color;
    struct slice plate;
};
/* "Toyota Camry, белый, 777ABC05", as far as known; absent if the arena is full. */
struct slice ride_car_text(const struct ride_car *car, struct arena *arena);

/* Two stops of a trip that can be booked, or a driver's offer for a ride that looks for one. Times
 * are in microseconds. */
struct ride_found {
    struct uuid offer;   /* nil: it is a trip */
    struct slice status; /* of the offer */
    struct uuid trip;
    int64_t from_stop;
    int64_t to_stop;
    int64_t depart_at;
    int64_t arrive_at;
    int64_t free_seats;
    int64_t price; /* of what was asked for */
    struct ride_car car;
    bool asks_driver;     /* the driver must agree */
    int64_t closed_until; /* a road on the way is closed; may be absent */
    /* Only for the two before: */
    struct slice instant;
    struct foreign_list warnings;
};
struct ride_nearby {
    int32_t day;
    int64_t trips;
};
struct ride_trips {
    struct ride_found *items; /* in the arena */
    size_t count;
    struct foreign_list nearby; /* struct ride_nearby: days with trips, of a search without any */
    struct slice next;          /* cursor of the next page; absent: none */
    struct foreign_list list;   /* as received */
};
bool ride_read_trips(struct slice body, struct arena *arena, struct ride_trips *out,
                     struct fault *fault) MUST_CHECK;
/* Reads the newest pending ones of at most RIDE_OFFERS_MAX offers. */
bool ride_read_offers(struct slice body, struct arena *arena, struct ride_trips *out,
                      struct fault *fault) MUST_CHECK;

/* Reads one offer. */
bool ride_read_offer(struct slice body, struct arena *arena, struct ride_found *out,
                     struct fault *fault) MUST_CHECK;

struct ride_order {
    struct uuid id;
    int64_t version;
    int64_t guest;     /* telegram_id of the passenger, for staff; may be absent */
    struct uuid trip;  /* nil: it looks for a driver */
    struct slice code; /* may be absent */
    struct slice status;
    struct slice kind;
    struct slice from; /* slugs */
    struct slice to;
    int64_t depart_at; /* of a ride that looks for a driver its window */
    int64_t arrive_at;
    int64_t from_stop; /* of the trip; may be absent, as all the following */
    int64_t to_stop;
    int64_t seats;
    int64_t total;
    int64_t deposit;
    int64_t paid;
    int64_t refund;
    int64_t price; /* that the passenger offers */
    int64_t expires_at;
    struct slice name;      /* of the passenger */
    struct slice phone;     /* likewise */
    int64_t size;           /* of a parcel, as in ride_size_names; else 0 */
    struct slice recipient; /* likewise, the name */
    struct slice recipient_phone;
    struct slice delivery_code; /* likewise; the driver needs it */
    bool free_cancel;
    int64_t free_until; /* end of free cancellation */
    struct texts policy;
    struct ride_car car;
    struct foreign_list actions; /* struct stay_action */
    /* Only for size, free_until and depart_at: */
    struct slice parcel_size;
    struct foreign_list tiers;
    int64_t depart_from;
    int64_t depart_to;
};
bool ride_read_order(struct slice body, struct arena *arena, struct ride_order *out,
                     struct fault *fault) MUST_CHECK;
/* Whether it looks for a driver; an open ride may also wait for a seat of a trip. */
bool ride_is_request(const struct ride_order *order);
struct ride_orders {
    struct ride_order *items; /* in the arena */
    size_t count;
    struct slice next; /* cursor of the next page; absent: none */
};
bool ride_read_orders(struct slice body, struct arena *arena, struct ride_orders *out,
                      struct fault *fault) MUST_CHECK;

/* The stars that the passenger, or the driver, has given; FIELD_ABSENT: none yet. */
int64_t ride_read_stars(struct slice body, bool by_driver, struct arena *arena);

/* The meeting point at a stop of GET /v1/trips/{id}; absent: none. */
struct slice ride_read_point(struct slice body, int64_t stop, struct arena *arena);

/* --- answers to drivers --- */

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
bool ride_read_driver(struct slice body, struct arena *arena, struct ride_driver *out,
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
bool ride_read_cars(struct slice body, struct arena *arena, struct ride_own_cars *out,
                    struct fault *fault) MUST_CHECK;

/* A route between two places. */
struct ride_tariff {
    int64_t minutes;
    int64_t price; /* that a seat usually costs */
    int64_t car;   /* likewise the whole car; may be absent */
};
bool ride_read_tariff(struct slice body, struct arena *arena, struct ride_tariff *out,
                      struct fault *fault) MUST_CHECK;

struct ride_stop {
    struct slice place; /* slug */
    struct slice point; /* the meeting point; may be absent */
    int64_t at;         /* the departure */
};
/* A trip, as its driver sees it. */
struct ride_run {
    struct uuid id;
    struct uuid driver;
    int64_t version;
    int64_t delay;        /* minutes in all */
    int64_t confirmed_at; /* when the driver confirmed to leave; may be absent */
    struct slice status;
    struct slice from; /* slugs */
    struct slice to;
    int64_t depart_at;
    int64_t arrive_at;
    int64_t seats;
    int64_t taken;        /* seats, where most are taken */
    int64_t price;        /* of a seat over all stops */
    int64_t closed_until; /* as in struct ride_found */
    struct ride_car car;
    struct foreign_list actions; /* struct stay_action */
    struct foreign_list stops;   /* struct ride_stop */
    /* Only for the ones before: */
    struct foreign_list segments;
    struct foreign_list warnings;
    /* Only of a shared ride, where the car was: */
    struct field_geo place;
    int64_t seen_at; /* may be absent */
};
bool ride_read_run(struct slice body, struct arena *arena, struct ride_run *out,
                   struct fault *fault) MUST_CHECK;
/* Reads a ride that is shared with friends: only what a trip has too, and `place`. */
bool ride_read_shared(struct slice body, struct arena *arena, struct ride_run *out,
                      struct fault *fault) MUST_CHECK;

enum { RIDE_TOKEN_LEN = 22 /* of a link, safe in a URL */ };
struct ride_share {
    struct slice token;
    int64_t until;
};
bool ride_read_share(struct slice body, struct arena *arena, struct ride_share *out,
                     struct fault *fault) MUST_CHECK;

struct ride_runs {
    struct ride_run *items; /* in the arena */
    size_t count;
};
bool ride_read_runs(struct slice body, struct arena *arena, struct ride_runs *out,
                    struct fault *fault) MUST_CHECK;
