-- Records of Launchpad: what queries ask for stands in columns, the whole record as JSON in "body".
-- Ids compare byte by byte, as they do in Java.

CREATE TABLE agents (
    id    text COLLATE "C" PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    name  text COLLATE "C" NOT NULL,
    body  text NOT NULL
);
CREATE INDEX agents_by_owner ON agents (owner, id);
CREATE INDEX agents_by_name ON agents (name, id);

-- One row by agent: whoever writes about an agent holds it, so that its events have no gap.
CREATE TABLE turnstiles (
    id         text COLLATE "C" PRIMARY KEY,
    last_event bigint NOT NULL
);

CREATE SEQUENCE fences;

CREATE TABLE operations (
    id               text COLLATE "C" PRIMARY KEY,
    agent_id         text COLLATE "C" NOT NULL,
    owner            text COLLATE "C" NOT NULL,
    state            text NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'SETTLED')),
    turn             bigint NOT NULL,
    fence            bigint NOT NULL,
    worker           text,
    lease_until      timestamptz,
    attempts         int NOT NULL,
    not_before       timestamptz NOT NULL,
    cancel_requested boolean NOT NULL,
    idempotency_key  text COLLATE "C",
    settled_at       timestamptz,
    body             text NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX operations_one_running ON operations (agent_id) WHERE state = 'RUNNING';
CREATE UNIQUE INDEX operations_one_key ON operations (owner, idempotency_key);
CREATE INDEX operations_by_agent ON operations (agent_id, id);
CREATE INDEX operations_by_owner ON operations (owner, id);
CREATE INDEX operations_by_turn ON operations (owner, turn);
CREATE INDEX operations_waiting ON operations (turn, id) WHERE state = 'QUEUED';
CREATE INDEX operations_begun ON operations (turn) WHERE state <> 'QUEUED';
CREATE INDEX operations_leased ON operations (lease_until) WHERE state = 'RUNNING';
CREATE INDEX operations_open ON operations (agent_id, id) WHERE state <> 'SETTLED';
CREATE INDEX operations_settled ON operations (settled_at) WHERE state = 'SETTLED';

CREATE TABLE releases (
    agent_id text COLLATE "C" NOT NULL,
    revision int NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (agent_id, revision)
);

CREATE TABLE events (
    agent_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    at       timestamptz NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (agent_id, sequence)
);
CREATE INDEX events_by_time ON events USING brin (at);

CREATE TABLE outbox (
    entry       text COLLATE "C" PRIMARY KEY,
    not_before  timestamptz NOT NULL,
    lease_until timestamptz,
    body        text NOT NULL
);
CREATE INDEX outbox_due ON outbox (not_before);

CREATE TABLE scans (
    digest  text COLLATE "C" NOT NULL,
    scanner text COLLATE "C" NOT NULL,
    at      timestamptz NOT NULL,
    body    text NOT NULL,
    PRIMARY KEY (digest, scanner)
);

CREATE TABLE audit (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamptz NOT NULL,
    owner  text COLLATE "C" NOT NULL,
    body   text NOT NULL
);
CREATE INDEX audit_by_owner ON audit (owner, number);

-- Append only, also for whoever holds a connection: a person who must remove entries drops the trigger first, and that is seen.
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append only'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- Values sealed by a key that is not in the database.
CREATE TABLE secrets (
    agent_id text COLLATE "C" NOT NULL,
    version  text COLLATE "C" NOT NULL,
    key_id   text COLLATE "C" NOT NULL,
    sealed   bytea NOT NULL,
    PRIMARY KEY (agent_id, version)
);
CREATE INDEX secrets_by_key ON secrets (key_id);
