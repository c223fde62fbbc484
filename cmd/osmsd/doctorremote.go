package main

import (
	"context"

	"osmsd/importers/remote"
	"osmsd/sync/jobs"
)

// servers is a check for each server of others: it is asked, and nothing is
// fetched or delivered.
func (d *doctor) servers() (list []check) {
	for _, r := range d.remotes() {
		list = append(list, check{"remote_" + r.Name, func(ctx context.Context) finding { return d.server(ctx, r) }})
	}
	return list
}

func (d *doctor) server(ctx context.Context, r jobs.Remote) finding {
	desk := &jobs.Desk{Store: d.store, Remotes: []jobs.Remote{r}}
	all, err := desk.RemoteStatuses(ctx, true)
	if err != nil {
		return d.fault("remote.here", r.Name, d.reason(err))
	}
	s := all[0]
	if s.Err == nil {
		return d.fine("remote.fine", r.Name, grouped(s.Waiting), grouped(s.Fetched))
	}
	level := levelFault
	switch s.Reason {
	case remote.Unreachable, remote.Stalled, remote.Dropped, remote.SlowDown: // it may be better by the next visit
		level = levelWarning
	}
	f := finding{level: level, message: d.say("remote.fault", r.Name, d.word("odd", string(s.Reason)))}
	if cure := d.word("cure", string(s.Reason)); cure != string(s.Reason) {
		f.hint = cure
	}
	return f
}
