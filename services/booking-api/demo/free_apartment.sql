-- SPDX-License-Identifier: MIT
-- Finds an apartment of the demo with two free nights soon, for the command that `deploy/tapbot demo` prints.
-- One row: id, check_in, check_out.
SET search_path = booking, public;
SELECT a.id, day, day + 2
FROM apartment a
CROSS JOIN LATERAL (
    SELECT (now() AT TIME ZONE a.timezone)::date + n AS day FROM generate_series(7, 60) n) days
WHERE a.tenant_id = (SELECT id FROM api.tenant WHERE name = 'demo')
  AND a.is_active AND NOT a.has_rates AND a.instant_book AND a.prepayment_percent = 0 AND a.max_guests >= 2
  AND a.min_nights <= 2 AND a.booking_window_days >= 60 AND a.advance_notice_hours < 144
  AND NOT EXISTS (
      SELECT FROM occupancy o
      WHERE o.apartment_id = a.id AND o.nights && daterange(day, day + 2 + a.buffer_days)
        AND o.status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in',
                         'blocked'))
ORDER BY day, a.code
LIMIT 1;
