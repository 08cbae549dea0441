-- H2 2.4.240 evaluates CHECK (… IN (…)) with the connection that made it, and refuses every insert once that one is closed
-- (h2database issues 4302 and 4308): with a pool when the connection retires, without one at once. The name is the one H2 gives.
ALTER TABLE operations DROP CONSTRAINT IF EXISTS constraint_1d;
