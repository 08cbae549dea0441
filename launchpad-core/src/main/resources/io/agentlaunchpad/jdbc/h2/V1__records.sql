-- The same records as on PostgreSQL. H2 has no partial indexes: a unique column that is null unless an operation runs stands
-- in for one.

CREATE TABLE agents (
    id    varchar PRIMARY KEY,
    owner varchar NOT NULL,
    name  varchar NOT NULL,
    body  text NOT NULL
);
CREATE INDEX agents_by_owner ON agents (owner, id);
CREATE INDEX agents_by_name ON agents (name, id);

CREATE TABLE turnstiles (
    id         varchar PRIMARY KEY,
    last_event bigint NOT NULL
);

CREATE SEQUENCE fences;

CREATE TABLE operations (
    id               varchar PRIMARY KEY,
    agent_id         varchar NOT NULL,
    owner            varchar NOT NULL,
    state            varchar NOT NULL CHECK (state IN ('QUEUED', 'RUNNING', 'SETTLED')),
    turn             bigint NOT NULL,
    fence            bigint NOT NULL,
    worker           varchar,
    lease_until      timestamp(9) with time zone,
    attempts         int NOT NULL,
    not_before       timestamp(9) with time zone NOT NULL,
    cancel_requested boolean NOT NULL,
    idempotency_key  varchar,
    settled_at       timestamp(9) with time zone,
    body             text NOT NULL,
    running_agent    varchar GENERATED ALWAYS AS (CASE WHEN state = 'RUNNING' THEN agent_id END)
);
CREATE UNIQUE INDEX operations_one_running ON operations (running_agent);
CREATE UNIQUE INDEX operations_one_key ON operations (owner, idempotency_key);
CREATE INDEX operations_by_agent ON operations (agent_id, id);
CREATE INDEX operations_by_owner ON operations (owner, id);
CREATE INDEX operations_by_turn ON operations (owner, turn);
CREATE INDEX operations_waiting ON operations (state, turn, id);

CREATE TABLE releases (
    agent_id varchar NOT NULL,
    revision int NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (agent_id, revision)
);

CREATE TABLE events (
    agent_id varchar NOT NULL,
    sequence bigint NOT NULL,
    at       timestamp(9) with time zone NOT NULL,
    body     text NOT NULL,
    PRIMARY KEY (agent_id, sequence)
);
CREATE INDEX events_by_time ON events (at);

CREATE TABLE outbox (
    entry       varchar PRIMARY KEY,
    not_before  timestamp(9) with time zone NOT NULL,
    lease_until timestamp(9) with time zone,
    body        text NOT NULL
);
CREATE INDEX outbox_due ON outbox (not_before);

CREATE TABLE scans (
    digest  varchar NOT NULL,
    scanner varchar NOT NULL,
    at      timestamp(9) with time zone NOT NULL,
    body    text NOT NULL,
    PRIMARY KEY (digest, scanner)
);

CREATE TABLE audit (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     timestamp(9) with time zone NOT NULL,
    owner  varchar NOT NULL,
    body   text NOT NULL
);
CREATE INDEX audit_by_owner ON audit (owner, number);

CREATE TABLE secrets (
    agent_id varchar NOT NULL,
    version  varchar NOT NULL,
    key_id   varchar NOT NULL,
    sealed   varbinary NOT NULL,
    PRIMARY KEY (agent_id, version)
);
CREATE INDEX secrets_by_key ON secrets (key_id);
