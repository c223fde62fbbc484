package web

import (
	"context"
	"sync"
	"time"

	"osmsd/sync/store"
)

// rate bounds how often a source may do something: burst at once, and one more
// each time that every has passed.
type rate struct {
	what  string
	burst int
	every time.Duration
}

// Guessing and flooding. A limit on guessing is written down before the guess is
// answered; the others within a second, so that a restart forgives little.
var (
	guessLogin   = rate{"login", 8, 2 * time.Minute}
	guessAddress = rate{"address", 40, 15 * time.Second}
	askPages     = rate{"pages", 600, 20 * time.Millisecond}
	askStatement = rate{"statements", 600, 3 * time.Millisecond}
	sendFiles    = rate{"files", 500, time.Second}
)

// limiter keeps how much of its allowance each source has used up. What is used
// melts away with time. The registry remembers it across restarts.
type limiter struct {
	store *store.Store
	clock func() time.Time

	mu    sync.Mutex
	used  map[string]store.Allowance
	dirty map[string]bool
	swept time.Time
}

func newLimiter(s *store.Store, clock func() time.Time) *limiter {
	return &limiter{store: s, clock: clock, used: map[string]store.Allowance{}, dirty: map[string]bool{}, swept: clock()}
}

// take uses one of what a source may do. Where nothing is left, wait is how long
// it is until there is.
func (l *limiter) take(ctx context.Context, r rate, source string) (wait time.Duration, err error) {
	key := r.what + " " + source
	l.mu.Lock()
	a, known := l.used[key]
	l.mu.Unlock()
	if !known {
		if a, err = l.store.AllowanceOf(ctx, key); err != nil {
			return 0, err
		}
	}
	now := l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if newer, ok := l.used[key]; ok {
		a = newer
	}
	passed := max(0, now.Sub(a.At)) // a clock that is set back costs nobody anything
	a.Used = max(0, a.Used-passed.Milliseconds()*1000/max(1, r.every.Milliseconds()))
	a.At = now
	if over := a.Used + 1000 - int64(r.burst)*1000; over > 0 {
		wait = time.Duration(over) * r.every / 1000
	} else {
		a.Used += 1000
	}
	l.used[key], l.dirty[key] = a, true
	return wait, nil
}

// forgive gives a source back what it used: who knew the password guessed
// nothing.
func (l *limiter) forgive(r rate, source string) {
	key := r.what + " " + source
	l.mu.Lock()
	defer l.mu.Unlock()
	if a, ok := l.used[key]; ok {
		a.Used = max(0, a.Used-1000)
		l.used[key], l.dirty[key] = a, true
	}
}

// flush writes down what was used since the last time, and now and then forgets
// what has melted away.
func (l *limiter) flush(ctx context.Context) error {
	l.mu.Lock()
	var all []store.Allowance
	for key := range l.dirty {
		all = append(all, l.used[key])
		all[len(all)-1].Source = key
	}
	clear(l.dirty)
	now := l.clock()
	sweep := now.Sub(l.swept) > time.Hour
	if sweep {
		l.swept = now
		for key, a := range l.used {
			if now.Sub(a.At) > 24*time.Hour {
				delete(l.used, key)
			}
		}
	}
	l.mu.Unlock()
	if len(all) > 0 {
		if err := l.store.PutAllowances(ctx, all); err != nil {
			l.mu.Lock()
			for _, a := range all {
				l.dirty[a.Source] = true
			}
			l.mu.Unlock()
			return err
		}
	}
	if sweep {
		return l.store.ForgetAllowances(ctx, now.Add(-24*time.Hour))
	}
	return nil
}
