-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- The order within a lane, where that of the items' ids is not enough: events of two processes may have ids in another
-- order than their changes. Equal positions: the order of the ids.
ALTER TABLE delivery ADD COLUMN position bigint NOT NULL DEFAULT 0;
CREATE INDEX delivery_by_position ON delivery (lane_id, position, item_id) WHERE lane_id IS NOT NULL;
DROP INDEX delivery_in_order;
