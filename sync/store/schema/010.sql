-- Files on other people's servers: one line for each version that was seen there
-- and is not yet at rest, was fetched, or lies there although it was fetched.
CREATE TABLE remote_file (
	id       BIGINT PRIMARY KEY,
	source   TEXT NOT NULL,
	path     TEXT NOT NULL,    -- its name there, see pathKey
	size     BIGINT NOT NULL,
	modified BIGINT NOT NULL,  -- by the clock there
	version  TEXT NOT NULL,    -- the ETag; '' over SFTP
	state    TEXT NOT NULL,    -- seen, placing, fetched, ended
	folder   TEXT NOT NULL,    -- the drop folder it was placed in
	name     TEXT NOT NULL,    -- its name there, of our making, unlike any other
	digest   TEXT NOT NULL,
	seen     BIGINT NOT NULL,  -- first, as this version
	fetched  BIGINT NOT NULL,
	ended    BIGINT NOT NULL,
	tries    INTEGER NOT NULL, -- in vain, since the last success
	fault    TEXT NOT NULL,    -- of the last try
	stays    INTEGER NOT NULL  -- it may be listed again after it ended
);
CREATE INDEX remote_file_source ON remote_file (source, path);
CREATE INDEX remote_file_open ON remote_file (source) WHERE state <> 'ended';
CREATE UNIQUE INDEX remote_file_seen ON remote_file (source, path) WHERE state IN ('seen', 'placing');

-- The last visit to a server, and the last that came to its end.
CREATE TABLE remote_visit (
	source    TEXT PRIMARY KEY,
	visited   BIGINT NOT NULL,
	succeeded BIGINT NOT NULL,
	listed    BIGINT NOT NULL, -- when files were last looked for
	waiting   BIGINT NOT NULL, -- deliveries that were there and not yet fetched
	fault     TEXT NOT NULL    -- why the last visit did not come to its end; ''
);

-- Files that were put on a server. A file that changes is put again.
CREATE TABLE remote_delivery (
	target    TEXT NOT NULL,
	folder    TEXT NOT NULL,
	name      TEXT NOT NULL,
	size      BIGINT NOT NULL,
	modified  BIGINT NOT NULL, -- nanoseconds, by the clock here
	digest    TEXT NOT NULL,
	delivered BIGINT NOT NULL,
	PRIMARY KEY (target, folder, name)
);
