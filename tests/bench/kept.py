# SPDX-License-Identifier: MIT
"""What the service keeps of each flat's JSON, for flats that SQL has made."""
from stand import wait_until

KEPT = "SELECT 1 FROM pg_attribute WHERE attrelid = 'booking.apartment'::regclass AND attname = 'listed'"
MISSING = "SELECT EXISTS (SELECT FROM booking.apartment WHERE booking.apartment_listed_as(version, listed_version, listed_shape) < 1)"
SECONDS = 3600  # for a million flats


def write_what_is_kept(stand):
    """The service's task writes it; the table is then as compact as if flats had been written with it. An
    older build keeps nothing."""
    if not stand.sql(KEPT):
        return
    service = stand.service(CACHE_ENABLED="false", BOOKING_SWEEP_INTERVAL="50ms")
    wait_until("what is kept of each flat", SECONDS, lambda: stand.sql(MISSING) == "f", pause=0.5)
    service.stop()
    stand.services.remove(service)
    stand.sql("VACUUM (FULL, ANALYZE) booking.apartment")
