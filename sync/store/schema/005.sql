-- Decisions to destroy content, by rule or by hand. What was destroyed is listed
-- by its digest, never by its content.
CREATE TABLE destruction (
	sequence  BIGINT PRIMARY KEY,
	what      TEXT NOT NULL,   -- due, file, import
	subject   TEXT NOT NULL,   -- the file's digest or the import; '' for due
	reason    TEXT NOT NULL,
	arrival   BIGINT NOT NULL, -- the last one then: what came later came again
	committed BIGINT NOT NULL,
	run       BIGINT NOT NULL
);
-- pending: the decision stands, and the file may still be on the disk.
CREATE TABLE destroyed (
	sequence BIGINT NOT NULL,
	class    TEXT NOT NULL,    -- originals, rows, arrivals, returned, letters, reports, statements
	subject  TEXT NOT NULL,    -- digest of the file, import/BIN, arrival, or path below the folder
	digest   TEXT NOT NULL,    -- SHA-256 of what was destroyed
	dated    INTEGER NOT NULL, -- the day from which its term ran
	pending  INTEGER NOT NULL,
	PRIMARY KEY (sequence, class, subject)
);
CREATE INDEX destroyed_subject ON destroyed (class, subject);
CREATE INDEX destroyed_pending ON destroyed (pending) WHERE pending <> 0;
-- What was believed at an organisation when rows that it rests on were
-- destroyed: from here on it stands for them. through is the last decision that
-- is sealed, boundary the latest as-at date among the rosters that stood then,
-- digest that of every fact ever believed up to it.
CREATE TABLE seal (
	sequence BIGINT NOT NULL,
	bin      BIGINT NOT NULL,
	through  BIGINT NOT NULL,
	boundary INTEGER NOT NULL,
	facts    BIGINT NOT NULL,
	digest   TEXT NOT NULL,
	PRIMARY KEY (sequence, bin)
);
CREATE INDEX seal_bin ON seal (bin, sequence);

-- A person's data are blocked, or no longer: the newest decision counts.
CREATE TABLE person_block (
	sequence  BIGINT PRIMARY KEY,
	person    BIGINT NOT NULL,
	blocked   INTEGER NOT NULL,
	reason    TEXT NOT NULL,
	committed BIGINT NOT NULL,
	run       BIGINT NOT NULL
);
CREATE INDEX person_block_person ON person_block (person, sequence);
