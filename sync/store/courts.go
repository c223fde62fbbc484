package store

import (
	"context"
	"database/sql"

	"osmsd/sync/osms"
)

// CourtDecisions tells which court decisions about a person are in force on a
// day: one that forbids an activity, and one that deprives of a special right.
func (s *Store) CourtDecisions(ctx context.Context, person osms.IIN, day osms.Date) (ban, deprived bool, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var kind osms.EventKind
		err := rows.Scan(&kind)
		ban, deprived = ban || kind == osms.EventCourtBan, deprived || kind == osms.EventCourtDeprived
		return err
	}, "SELECT kind FROM event WHERE person = $1 AND kind IN ($2, $3) AND on_day <= $4 AND until_day >= $4 AND known_until = $5",
		person, string(osms.EventCourtBan), string(osms.EventCourtDeprived), day, int64(now))
	return ban, deprived, err
}
