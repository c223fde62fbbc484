package jobs

import (
	"context"
	"time"

	"osmsd/importers/remote"
	"osmsd/sync/store"
)

// RemoteStatus is how it stands with a server.
type RemoteStatus struct {
	Remote
	Last store.RemoteVisit
	// Fetched files are here and not yet taken, or not yet dealt with there.
	Fetched int

	// Of a look at the server now, where one was asked for.
	Looked  bool
	Answers bool
	HostKey string // fingerprint; "" for a bucket
	Waiting int    // deliveries there that were not fetched
	Odd     []remote.Odd
	Reason  remote.Reason // why it does not answer as it should; "" when it does
	Err     error
}

// Well reports that nothing is wrong with a server, as far as is known.
func (s RemoteStatus) Well() bool {
	if s.Looked {
		return s.Err == nil
	}
	return s.Last.Fault == ""
}

// checkTime bounds a look at one server.
const checkTime = time.Minute

// RemoteStatuses says how it stands with the servers; look asks them, and
// writes nothing.
func (d *Desk) RemoteStatuses(ctx context.Context, look bool) ([]RemoteStatus, error) {
	var out []RemoteStatus
	for _, r := range d.Remotes {
		s := RemoteStatus{Remote: r, Looked: look}
		var err error
		if s.Last, err = d.Store.RemoteVisit(ctx, r.Name); err != nil {
			return nil, err
		}
		if s.Fetched, err = d.Store.RemoteCounts(ctx, r.Name); err != nil {
			return nil, err
		}
		if look {
			if err := d.lookAtRemote(ctx, &s); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return out, ctx.Err()
}

func (d *Desk) lookAtRemote(ctx context.Context, s *RemoteStatus) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	place, err := remote.Open(ctx, s.Place)
	if err == nil {
		defer place.Close()
		s.HostKey = place.Key
		var listing remote.Listing
		if listing, err = place.List(ctx); err == nil {
			s.Answers, s.Odd = true, listing.Odd
			v := visit{desk: d, remote: s.Remote}
			if s.Pull.Folder != "" {
				files, _, err := v.match(ctx, listing, false)
				if err != nil {
					return err
				}
				s.Waiting = len(files)
			}
		}
	}
	s.Reason, s.Err = remote.ReasonOf(err), err
	return nil
}
