-- Who has not submitted for a month: the rosters of its days.
CREATE INDEX import_organisation_month ON import_organisation (as_at, bin);
