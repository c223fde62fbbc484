package jobs

import (
	"cmp"
	"time"

	"osmsd/sync/store"
)

// pulse tells a watchdog, at every renewal of a run's lease, that the run is
// alive. Three things can be wrong with a run that goes on and on, and each ends
// the beating, so that the watchdog ends the process and the next one goes on
// from what was committed:
//
//   - the process is stopped or starved: nothing beats at all;
//   - the registry is out of reach, or the lease is lost: the renewal fails;
//   - the run waits for something that never comes while its lease is renewed
//     beside it: nothing is committed for longer than Patience.
//
// An honest run may last all day: it commits file by file, bundle by bundle. The
// longest that anything takes between two commits is minutes.
type pulse struct {
	r       *Runner
	commits int64
	since   time.Time // of the last commit that was noticed
	told    bool
}

func (r *Runner) pulse() *pulse {
	return &pulse{r: r, commits: r.Store.Commits(), since: r.Clock()}
}

// beat passes the outcome of a renewal on. In the embedded registry a renewal
// waits in vain while the run's own transaction writes: that is life too.
func (p *pulse) beat(err error) {
	now := p.r.Clock()
	if n := p.r.Store.Commits(); n != p.commits {
		p.commits, p.since, p.told = n, now, false
	}
	if err != nil && !store.Retryable(err) {
		p.r.Log.Warn("the lease cannot be renewed", "err", err)
		return
	}
	if still := now.Sub(p.since); still > cmp.Or(p.r.Patience, time.Hour) {
		if !p.told {
			p.r.Log.Error("the run gets nowhere: nothing was committed for long, and the watchdog hears no more of it", "since", p.since)
			p.told = true
		}
		return
	}
	call(p.r.Alive)
}
