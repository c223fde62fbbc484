package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"osmsd/importers/intake"
	"osmsd/importers/remote"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Remote is a server of somebody else from which files are fetched, to which
// files are delivered, or both.
type Remote struct {
	Name    string
	Place   remote.Options
	Pull    Pull
	Deliver Deliver
}

// Pull is what is fetched; nothing when Folder is "".
type Pull struct {
	Folder string // the drop folder: "63", "ledger" …
	After  remote.After
	Poll   time.Duration // not more often than that; 0: at every visit
}

// Deliver is what is put there: folders of the home, "returned", "letters",
// "reports", "statements"; those of one region or, with 0, of all.
type Deliver struct {
	What   []string
	Region osms.Region
	Folder string // below that of the server
}

// What one visit may do: the rest waits for the next, and no server keeps the
// others waiting.
const (
	mostFetched   = 1000
	mostDelivered = 1000
	visitTime     = 30 * time.Minute
)

// RemoteFailure is a server that could not be dealt with.
type RemoteFailure struct {
	Source string
	Reason remote.Reason // "" when it is not the server's doing
	Err    error
}

// RemoteError says which servers could not be dealt with; the others were.
type RemoteError struct {
	Message string // what was done
	Failed  []RemoteFailure
}

func (e *RemoteError) Error() string {
	var list []string
	for _, f := range e.Failed {
		if f.Reason == "" {
			list = append(list, fmt.Sprintf("%q: %v", f.Source, f.Err))
			continue
		}
		list = append(list, fmt.Sprintf("%q (%s)", f.Source, f.Reason))
	}
	return e.Message + "; failed: " + strings.Join(list, ", ")
}

func (e *RemoteError) Unwrap() (out []error) {
	for _, f := range e.Failed {
		out = append(out, f.Err)
	}
	return out
}

// visited is what a visit did.
type visited struct {
	fetched, ended, delivered int
	waiting                   int // deliveries there, not fetched yet
	odd                       []remote.Odd
	listed                    bool
}

func (v *visited) add(o visited) {
	v.fetched += o.fetched
	v.ended += o.ended
	v.delivered += o.delivered
	v.waiting += o.waiting
	v.odd = append(v.odd, o.odd...)
}

// VisitRemotes goes to every server once: what was taken since the last visit is
// moved away there, what is new and at rest is fetched into the drop folders,
// and what was handed out is delivered. A server that fails does not hinder the
// others; the error is a *RemoteError then. The registry's lease is not needed:
// what is fetched becomes known by the ordinary intake.
func (d *Desk) VisitRemotes(ctx context.Context, t Turn) (string, error) {
	if len(d.Remotes) == 0 {
		return "no servers are configured", nil
	}
	if err := intake.CleanUp(d.Home.Inbox, d.Drops.Step); err != nil {
		t.Log.Warn("leftovers of an earlier visit cannot be removed", "err", err)
	}
	var all visited
	var failed []RemoteFailure
	for i, r := range d.Remotes {
		t.progress("remotes", i, len(d.Remotes))
		done, err := d.visitRemote(ctx, t, r)
		all.add(done)
		if ctx.Err() != nil || errors.Is(err, store.ErrFenced) || store.Lost(err) {
			return "", errors.Join(err, ctx.Err())
		}
		if err != nil {
			failed = append(failed, RemoteFailure{r.Name, remote.ReasonOf(err), err})
		}
	}
	message := fmt.Sprintf("%d fetched, %d dealt with there, %d delivered", all.fetched, all.ended, all.delivered)
	if all.waiting > 0 {
		message += fmt.Sprintf(", %d waiting there", all.waiting)
	}
	if len(all.odd) > 0 {
		var list []string
		for i, o := range all.odd {
			if i == mostUntaken {
				list = append(list, "…")
				break
			}
			list = append(list, `"`+strings.ReplaceAll(o.Name, `"`, "'")+`" (`+string(o.Reason)+")")
		}
		message += fmt.Sprintf(", %d in vain: %s", len(all.odd), strings.Join(list, ", "))
	}
	if len(failed) > 0 {
		return message, &RemoteError{message, failed}
	}
	return message, nil
}

// visitRemote is one visit to one server. The error says that it did not come
// to its end.
func (d *Desk) visitRemote(ctx context.Context, t Turn, r Remote) (done visited, err error) {
	log := t.Log.With("source", r.Name)
	last, err := d.Store.RemoteVisit(ctx, r.Name)
	if err != nil {
		return done, err
	}
	within, cancel := context.WithTimeout(ctx, visitTime)
	defer cancel()
	v := visit{desk: d, t: t, log: log, remote: r}
	failed := v.run(within, last)
	done = v.done
	if ctx.Err() != nil {
		return done, ctx.Err()
	}
	if failed != nil && within.Err() != nil {
		failed = &remote.Fault{Reason: remote.Stalled, Err: fmt.Errorf("the visit took longer than %s: %w", visitTime, failed)}
	}
	now := t.moment(t.Now)
	last.Visited, last.Fault = now, ""
	if v.done.listed {
		last.Listed, last.Waiting = now, v.done.waiting
	}
	switch reason := remote.ReasonOf(failed); {
	case failed == nil:
		last.Succeeded = now
	case reason != "":
		last.Fault = string(reason)
		log.Warn("a server cannot be dealt with", "reason", reason, "err", intake.Shown(failed.Error()))
	default:
		last.Fault = "here"
		log.Error("a visit failed", "err", intake.Shown(failed.Error()))
	}
	if err := d.Store.PutRemoteVisit(ctx, t.Lease, r.Name, last); err != nil {
		return done, errors.Join(failed, err)
	}
	return done, failed
}
