-- What the service does for an actor by itself: it sends its events and runs its schedule.

-- Keys that sign webhooks are derived from this one.
ALTER TABLE cluster ADD COLUMN webhook_key TEXT NOT NULL DEFAULT '';
UPDATE cluster SET webhook_key = lower(hex(randomblob(32)));

-- changing: when an update began that spans grain state and this database; null when none is under way. What it left half-made is finished from grain state.
ALTER TABLE actors ADD COLUMN changing INTEGER;
CREATE INDEX actors_changing ON actors (changing) WHERE changing IS NOT NULL;

-- rule: the schedule that due was made from. due: when it runs next; null while it is paused.
CREATE TABLE schedules (
    actor TEXT    NOT NULL PRIMARY KEY,
    rule  TEXT    NOT NULL,
    due   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX schedules_due ON schedules (due) WHERE due IS NOT NULL;

-- Who is linked to whom; while an update is under way, to the old target and the new.
CREATE TABLE links (
    actor  TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (actor, target)
) STRICT, WITHOUT ROWID;

-- Where an actor's events go. target: 0 link, 1 webhook. address: null after the user took it away while events waited; they are dropped.
-- started: whether EXECUTION_STARTED goes there too. waiting: its rows in the outbox. attempts, not_before: of the delivery of the oldest of them.
CREATE TABLE subscriptions (
    actor      TEXT    NOT NULL,
    target     INTEGER NOT NULL,
    address    TEXT,
    started    INTEGER NOT NULL,
    api_server TEXT    NOT NULL,
    waiting    INTEGER NOT NULL DEFAULT 0,
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (actor, target)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscriptions_waiting ON subscriptions (not_before) WHERE waiting > 0;

-- Events not yet delivered, each written in the transaction of the change that it reports. type: the numbers of the C# enum EventType.
CREATE TABLE outbox (
    id             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    actor          TEXT    NOT NULL,
    target         INTEGER NOT NULL,
    event_id       TEXT    NOT NULL,
    type           INTEGER NOT NULL,
    time           INTEGER NOT NULL,
    execution_id   TEXT,
    status         TEXT    NOT NULL,
    exit_code      INTEGER,
    status_message TEXT
) STRICT;

CREATE INDEX outbox_by_target ON outbox (actor, target, id);
