package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// event is what live pages hear. State is empty while something goes on, and
// says how it ended.
type event struct {
	Step  string `json:"step"`
	Done  int    `json:"done"`
	All   int    `json:"all"`
	State string `json:"state"`
}

// live tells open pages how far runs and uploads have come, and keeps what it
// takes to end a run of this process.
type live struct {
	mu      sync.Mutex
	last    map[string]event
	waiting map[string]map[chan event]bool
	cancel  map[int64]func(who string)
	ended   func(osms.Run) // hears of every run; it may be nil
}

func newLive() *live {
	return &live{last: map[string]event{}, waiting: map[string]map[chan event]bool{}, cancel: map[int64]func(string){}}
}

func runTopic(id int64) string    { return fmt.Sprint("run-", id) }
func verifyTopic(id int64) string { return fmt.Sprint("verify-", id) }
func uploadTopic(id int64) string { return fmt.Sprint("upload-", id) }

// say tells whoever listens to a topic. A listener that is slow misses steps,
// never the last.
func (l *live) say(topic string, e event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.State == "" {
		l.last[topic] = e
	} else {
		delete(l.last, topic)
	}
	for c := range l.waiting[topic] {
		select {
		case <-c: // an older one that nobody took
		default:
		}
		c <- e
	}
}

func (l *live) listen(topic string) (c chan event, leave func()) {
	c = make(chan event, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting[topic] == nil {
		l.waiting[topic] = map[chan event]bool{}
	}
	l.waiting[topic][c] = true
	if e, ok := l.last[topic]; ok {
		c <- e
	}
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if delete(l.waiting[topic], c); len(l.waiting[topic]) == 0 {
			delete(l.waiting, topic)
		}
	}
}

// at is how far something has come that goes on.
func (l *live) at(topic string) (event, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.last[topic]
	return e, ok
}

// Began implements jobs.Watch.
func (l *live) Began(run osms.Run, cancel func(who string)) jobs.Progress {
	l.mu.Lock()
	l.cancel[run.ID] = cancel
	l.mu.Unlock()
	topic := runTopic(run.ID)
	l.say(topic, event{Step: string(run.Job)})
	return func(step string, done, all int) { l.say(topic, event{Step: step, Done: done, All: all}) }
}

// Ended implements jobs.Watch.
func (l *live) Ended(run osms.Run) {
	l.mu.Lock()
	delete(l.cancel, run.ID)
	l.mu.Unlock()
	if l.ended != nil {
		l.ended(run)
	}
	l.say(runTopic(run.ID), event{State: string(run.State)})
}

// runs reports a run that goes on in this process.
func (l *live) runs(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cancel[id] != nil
}

// end asks a run of this process to stop; false where it is not one.
func (l *live) end(id int64, who string) bool {
	l.mu.Lock()
	cancel := l.cancel[id]
	l.mu.Unlock()
	if cancel == nil {
		return false
	}
	cancel(who)
	return true
}

// events streams what happens to a run or an upload until it ends. Names of
// steps are put into the reader's language here.
func (q *ask) events() error {
	topic := q.r.PathValue("topic")
	ended, err := q.topicEnded(topic)
	if err != nil {
		return err
	}
	c := http.NewResponseController(q.w)
	_ = c.SetWriteDeadline(time.Time{})
	h := q.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	heard, leave := q.s.live.listen(topic)
	defer leave()
	send := func(e event) error {
		if e.Step != "" {
			e.Step = catalogue().Word(q.lang, "progress", e.Step)
		}
		data, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_ = c.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if _, err = fmt.Fprintf(q.w, "data: %s\n\n", data); err == nil {
			err = c.Flush()
		}
		return err
	}
	if ended != "" {
		_ = send(event{State: ended})
		return nil
	}
	look := time.NewTicker(2 * time.Second)
	defer look.Stop()
	for {
		var err error
		select {
		case <-q.ctx().Done():
			return nil
		case e := <-heard:
			if err = send(e); err == nil && e.State != "" {
				return nil
			}
		case <-look.C:
			// Another process may be doing it: the registry knows.
			if ended, err = q.topicEnded(topic); err == nil && ended != "" {
				_ = send(event{State: ended})
				return nil
			}
			if err == nil {
				_, err = fmt.Fprint(q.w, ": \n\n")
				_ = c.SetWriteDeadline(time.Now().Add(10 * time.Second))
				_ = c.Flush()
			}
		}
		if err != nil {
			return nil // they went away
		}
	}
}

// topicEnded reads whether something that is watched has ended, and how.
// store.ErrNotFound where the reader may not see it.
func (q *ask) topicEnded(topic string) (string, error) {
	kind, number, _ := strings.Cut(topic, "-")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return "", refused(http.StatusNotFound, "refused.missing")
	}
	switch kind {
	case "run":
		if q.is(osms.RoleAkimat) {
			return "", refused(http.StatusForbidden, "refused.role")
		}
		run, err := q.store().RunNumbered(q.ctx(), id)
		if err != nil || run.State == osms.Running {
			return "", err
		}
		return string(run.State), nil
	case "verify":
		return q.verifyEnded(id)
	case "upload":
		u, err := q.uploadNumbered(id)
		if err != nil || u.State == store.UploadWaiting {
			return "", err
		}
		return u.State, nil
	}
	return "", refused(http.StatusNotFound, "refused.missing")
}
