-- Mail that waits to be sent, was sent or was given up. A row is written in the
-- transaction of its cause, so that one is there exactly when the other is; what
-- the mail says is made when it is sent, from what the row refers to.
CREATE TABLE outbox (
	id        BIGINT PRIMARY KEY,
	kind      TEXT NOT NULL,   -- receipts, reports, reminders, digests
	cause     TEXT NOT NULL,   -- what it is about: one cause mails an address once
	party     TEXT NOT NULL,   -- region, fund, administrators
	region    INTEGER NOT NULL, -- of the cause; 0: none
	address   TEXT NOT NULL,
	language  TEXT NOT NULL,   -- empty: Kazakh and Russian together
	about     TEXT NOT NULL,   -- references for the text and the attachments, as JSON
	created   BIGINT NOT NULL,
	next_try  BIGINT NOT NULL,
	tries     INTEGER NOT NULL,
	sent      BIGINT NOT NULL, -- 0: not yet
	given_up  BIGINT NOT NULL, -- 0: not
	fault     TEXT NOT NULL    -- of the last try: what the server said, no personal data
);
CREATE UNIQUE INDEX outbox_cause ON outbox (kind, cause, address);
CREATE INDEX outbox_waiting ON outbox (next_try) WHERE sent = 0 AND given_up = 0;
