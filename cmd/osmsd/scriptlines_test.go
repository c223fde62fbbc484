package main

import (
	"bytes"
	"regexp"
	"sync"
	"time"
)

// lines is what a program has written so far; it may be read meanwhile.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (s *script) says(name, pattern string) {
	s.t.Helper()
	p, want := s.background[name], regexp.MustCompile("(?m)"+pattern)
	for end := time.Now().Add(30 * time.Second); !want.MatchString(p.errout.String()); time.Sleep(20 * time.Millisecond) {
		select {
		case <-p.ended:
			s.await(p, 0)
			s.fatalf("%s ended and did not say %s", name, pattern)
		default:
		}
		if time.Now().After(end) {
			s.stdout, s.stderr = p.out.String(), p.errout.String()
			s.fatalf("%s did not say %s", name, pattern)
		}
	}
}
