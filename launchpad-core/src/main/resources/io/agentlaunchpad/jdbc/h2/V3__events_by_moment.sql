-- The stream of all agents goes on behind a moment, page by page, in this order.
CREATE INDEX events_by_moment ON events (at, agent_id, sequence);
DROP INDEX events_by_time;
