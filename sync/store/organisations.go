package store

import (
	"context"
	"database/sql"

	"osmsd/sync/osms"
)

const organisationColumns = `o.bin, o.name_kk, o.name_ru, o.region, o.district, o.level, o.address_kk, o.address_ru,
	o.head, o.executor, o.phone, o.closed_on, o.provisional`

func scanOrganisation(rows *sql.Rows, o *osms.Organisation, more ...any) error {
	var provisional int
	err := rows.Scan(append([]any{&o.BIN, &o.NameKK, &o.NameRU, &o.Region, &o.District, &o.Level, &o.AddressKK, &o.AddressRU,
		&o.Head, &o.Executor, &o.Phone, &o.ClosedOn, &provisional}, more...)...)
	o.Provisional = provisional != 0
	return err
}

func scanOrganisations(rows *sql.Rows, err error) (map[osms.BIN]osms.Organisation, error) {
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	out := map[osms.BIN]osms.Organisation{}
	for rows.Next() {
		var o osms.Organisation
		if err := scanOrganisation(rows, &o); err != nil {
			return nil, err
		}
		out[o.BIN] = o
	}
	return out, unreachable(rows.Err())
}

// Organisations reads the list of organisations as it is believed now.
func (s *Store) Organisations(ctx context.Context) (map[osms.BIN]osms.Organisation, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+organisationColumns+" FROM organisation o WHERE o.known_until = $1", int64(now))
	return scanOrganisations(rows, err)
}

// OrganisationsAt reads the list of organisations as it was believed at a
// sequence.
func (s *Store) OrganisationsAt(ctx context.Context, sequence int64) (map[osms.BIN]osms.Organisation, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+organisationColumns+` FROM organisation o
		WHERE o.known_from <= $1 AND o.known_until > $1`, sequence)
	return scanOrganisations(rows, err)
}

// Organisation reads one organisation as it is believed now; ErrNotFound when
// it is not on the list.
func (t *Tx) Organisation(bin osms.BIN) (osms.Organisation, error) {
	return organisationOf(t.ctx, t.tx, bin)
}

// Organisation reads one organisation as it is believed; ErrNotFound when it is
// not on the list.
func (s *Store) Organisation(ctx context.Context, bin osms.BIN) (osms.Organisation, error) {
	return organisationOf(ctx, s.db, bin)
}

func organisationOf(ctx context.Context, q queryer, bin osms.BIN) (osms.Organisation, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+organisationColumns+" FROM organisation o WHERE o.bin = $1 AND o.known_until = $2", bin, int64(now))
	found, err := scanOrganisations(rows, err)
	if err != nil {
		return osms.Organisation{}, err
	}
	o, ok := found[bin]
	if !ok {
		return o, ErrNotFound
	}
	return o, nil
}

// DropOrganisation takes an organisation off the list, from this decision on.
func (t *Tx) DropOrganisation(bin osms.BIN) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	_, err = t.exec("UPDATE organisation SET known_until = $1 WHERE bin = $2 AND known_until = $3", sequence, bin, int64(now))
	return err
}

// PutOrganisation believes an organisation's entry in place of what was
// believed before.
func (t *Tx) PutOrganisation(o osms.Organisation) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	if _, err := t.exec("DELETE FROM organisation WHERE bin = $1 AND known_until = $2 AND known_from = $3", o.BIN, int64(now), sequence); err != nil {
		return err
	}
	if _, err := t.exec("UPDATE organisation SET known_until = $1 WHERE bin = $2 AND known_until = $3", sequence, o.BIN, int64(now)); err != nil {
		return err
	}
	provisional := 0
	if o.Provisional {
		provisional = 1
	}
	_, err = t.exec(`INSERT INTO organisation (bin, name_kk, name_ru, region, district, level, address_kk, address_ru, head, executor,
		phone, closed_on, provisional, known_from, known_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		o.BIN, o.NameKK, o.NameRU, o.Region, o.District, o.Level, o.AddressKK, o.AddressRU, o.Head, o.Executor, o.Phone,
		o.ClosedOn, provisional, sequence, int64(now))
	return err
}
