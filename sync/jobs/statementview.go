package jobs

import (
	"context"
	"sync"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// What is the same for every statement is looked at once: which lists' money
// arrived in a month, what the ledger shows for it, what is frozen, and who is
// blocked. All of it is as known at a decision, so that it is good until the
// next one: rosters leave the months alone, and answers leave everything.

// mostMonths and mostListed bound what is kept.
const (
	mostMonths = 600
	mostListed = 1 << 20
)

// statementView is the register as statements see it at a decision. It is safe
// for concurrent use.
type statementView struct {
	d       *Desk
	content int64 // the decision
	freezes []store.Freeze
	blocked map[osms.IIN]bool
	money   *moneyView

	mu     sync.Mutex
	absent map[listing]bool // no list names anybody of the organisation, as far as it is known who is
}

// moneyView is what is known of the money of each month at a decision.
type moneyView struct {
	d     *Desk
	at    int64
	payer string

	mu     sync.Mutex
	months map[osms.Month]*monthView
	listed map[listing]bool // a list names somebody of the organisation, and whoever is learnt of later
}

// listing is an organisation on the lists of a month.
type listing struct {
	month osms.Month
	bin   osms.BIN
}

// monthView is the money of a month, made by the first who asks.
type monthView struct {
	mu      sync.Mutex
	made    bool
	arrived map[int64]store.StoredDocument // lists, and what pays for persons by name, whose money arrived
	ledger  []store.StoredLedgerEntry
}

// views keeps the newest view.
type views struct {
	mu sync.Mutex
	is *statementView
}

// statementView is the register as it stands.
func (d *Desk) statementView(ctx context.Context) (*statementView, error) {
	version, err := d.Store.Version(ctx)
	if err != nil {
		return nil, err
	}
	d.views.mu.Lock()
	defer d.views.mu.Unlock()
	was := d.views.is
	if was != nil && was.content == version.Content {
		return was, nil
	}
	v, err := d.viewAt(ctx, version.Content)
	if err != nil {
		return nil, err
	}
	if was != nil && was.money.at == version.Money {
		v.money = was.money
	} else {
		v.money.at = version.Money
	}
	if was == nil || was.content < v.content { // a slow reader may bring an older one
		d.views.is = v
	}
	return v, nil
}

// viewAt is the register as it stood at a decision.
func (d *Desk) viewAt(ctx context.Context, sequence int64) (v *statementView, err error) {
	v = &statementView{d: d, content: sequence, absent: map[listing]bool{}, blocked: map[osms.IIN]bool{}}
	v.money = &moneyView{d: d, at: sequence, months: map[osms.Month]*monthView{}, listed: map[listing]bool{}}
	if v.freezes, err = d.Store.Freezes(ctx, sequence); err != nil {
		return nil, err
	}
	blocks, err := d.Store.Blocks(ctx)
	if err != nil {
		return nil, err
	}
	v.blocked = silence{decided: blocks}.at(sequence)
	v.money.payer, err = d.Store.Payer(ctx, sequence)
	return v, err
}

// month is the money of a month.
func (v *statementView) month(ctx context.Context, month osms.Month) (*monthView, error) {
	m := v.money
	m.mu.Lock()
	x := m.months[month]
	if x == nil {
		if len(m.months) == mostMonths {
			clear(m.months)
		}
		x = &monthView{}
		m.months[month] = x
	}
	m.mu.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.made {
		return x, nil
	}
	var err error
	if x.ledger, err = m.d.Store.Ledger(ctx, month, m.at); err != nil {
		return nil, err
	}
	look := &money{d: m.d, ctx: ctx, sequence: m.at, payer: m.payer}
	arrived := look.other(month).arrived
	if look.failed != nil {
		return nil, look.failed
	}
	var ids []int64
	for id, yes := range arrived {
		if yes {
			ids = append(ids, id)
		}
	}
	x.arrived, err = m.d.Store.DocumentsNumbered(ctx, ids, m.at)
	for id, d := range x.arrived {
		if d.Digest == "" { // it says nothing of persons
			delete(x.arrived, id)
		}
	}
	x.made = err == nil
	return x, err
}

// listedFor tells whether a list whose money arrived names somebody of an
// organisation for a month: then who is on none of them was not paid for.
func (v *statementView) listedFor(ctx context.Context, month osms.Month, bin osms.BIN) (bool, error) {
	x, err := v.month(ctx, month)
	if err != nil || len(x.arrived) == 0 {
		return false, err
	}
	key := listing{month, bin}
	if v.money.has(key) {
		return true, nil
	}
	v.mu.Lock()
	absent := v.absent[key]
	v.mu.Unlock()
	if absent {
		return false, nil
	}
	listed, err := v.d.Store.ListedFor(ctx, month, bin, v.content, func(id int64) bool { _, ok := x.arrived[id]; return ok })
	switch {
	case err != nil:
	case listed:
		v.money.note(key)
	default:
		v.mu.Lock()
		if len(v.absent) == mostListed {
			clear(v.absent)
		}
		v.absent[key] = true
		v.mu.Unlock()
	}
	return listed, err
}

func (m *moneyView) has(key listing) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.listed[key]
}

func (m *moneyView) note(key listing) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.listed) == mostListed {
		clear(m.listed)
	}
	m.listed[key] = true
}
