package jobs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/exporters/statement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// verifyAccess compares the access log, and the answers to requests, with the
// audit chain, both ways: every line has its entry, in the order in which they
// were numbered, every answer its line, and no number of a document is missing.
func verifyAccess(t *store.Tx, compare func(kind, where string, entry int64, digest string) store.AuditEntry, found finder) error {
	answered, err := t.AnsweredRequests()
	if err != nil {
		return err
	}
	by := map[string]store.Request{}
	for _, r := range answered {
		by[r.Number] = r
	}
	err = t.EachGiven(func(id int64, digest string, content []byte) {
		if s, err := statementKept(content, time.UTC); err != nil || statement.Digest(s) != digest {
			found("request", fmt.Sprint("request ", id), "the statement is not the one that was given")
		}
	})
	if err != nil {
		return err
	}
	given := map[string]int64{}
	err = t.EachAccess(func(a osms.Access) error {
		kind, where, digest := store.AuditAccess, fmt.Sprint("access ", a.ID), store.AccessDigest(a, nil)
		if r, ok := by[a.Number]; ok {
			kind, where, digest = store.AuditRequest, fmt.Sprint("request ", r.ID), store.AccessDigest(a, &r)
			delete(by, a.Number)
		}
		if e := compare(kind, where, a.ID, digest); !e.At.Equal(a.At) {
			found(findingOf[kind], where, "it was not committed when the audit chain says")
		}
		if a.Number != "" {
			series := a.Number[:max(strings.LastIndex(a.Number, "-"), 0)]
			if given[series]++; a.Number != store.DocumentNumber(series, given[series]) {
				found(findingOf[kind], where, "its number does not follow from the one before it")
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range by {
		found("request", fmt.Sprint("request ", r.ID), "it was answered, and the access log does not have it")
	}
	numbered, err := t.DocumentsGiven(seriesStatement, seriesRefusal)
	for _, series := range sortedKeys(numbered) {
		if numbered[series] != given[series] {
			found("access", series, fmt.Sprintf("%d documents were numbered, %d are there", numbered[series], given[series]))
		}
	}
	return err
}

// verifyRequests compares the requests that a list brought with what was kept of
// it. They stay when the list is taken back: who was answered has the answer. A row
// that was not registered has the number, moment and person of a request that an
// earlier list brought.
func verifyRequests(t *store.Tx, kept []byte, sequence int64, applied bool, where string, found finder) error {
	stored, err := t.RequestsOf(sequence)
	if err != nil {
		return err
	}
	said, err := asked(kept)
	if err != nil {
		found("kept", where, "the kept requests cannot be read")
		return nil
	}
	var left []osms.Request
	for _, r := range said {
		if len(stored) > 0 && stored[0].Request == r {
			stored = stored[1:]
			continue
		}
		left = append(left, r)
	}
	bad := !applied && len(left) < len(said) || len(stored) > 0
	for some := range slices.Chunk(left, judgeAtOnce) {
		earlier, err := earlierRequests(t.ListedRequests, some)
		if err != nil {
			return err
		}
		for _, r := range some {
			bad = bad || applied && !slices.ContainsFunc(earlier[keyOf(r)], func(e store.Request) bool { return e.Sequence < sequence })
		}
	}
	if bad {
		found("request", where, "the requests are not those of the list")
	}
	return nil
}
