# SPDX-License-Identifier: MIT
"""The stored JSON of each flat, for flats that SQL has created."""
from stand import wait_until

LISTED = "SELECT 1 FROM pg_attribute WHERE attrelid = 'booking.apartment'::regclass AND attname = 'listed'"
MISSING = "SELECT EXISTS (SELECT FROM booking.apartment WHERE booking.apartment_listed_as(version, listed_version, listed_shape) < 1)"
SECONDS = 3600  # for a million flats


def write_stored_json(stand):
    """Waits until the service's task has written it; then compacts the table as if flats had been created with it. An
    older build stores none."""
    if not stand.sql(LISTED):
        return
    service = stand.service(BOOKING_SWEEP_INTERVAL="50ms")
    wait_until("the stored JSON of each flat", SECONDS, lambda: stand.sql(MISSING) == "f", pause=0.5)
    service.stop()
    stand.services.remove(service)
    stand.sql("VACUUM (FULL, ANALYZE) booking.apartment")
