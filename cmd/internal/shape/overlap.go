package shape

import (
	"time"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// OverlapClaim is one side of an overlap.
type OverlapClaim struct {
	Region osms.Region `json:"region"`
	BIN    osms.BIN    `json:"bin"`
	Since  osms.Date   `json:"since"`
}

// KnownOn is an import and the day on which it told something.
type KnownOn struct {
	Import int64     `json:"import"`
	Day    osms.Date `json:"day"`
}

// OverlapDecision is the Fund's decision on an overlap.
type OverlapDecision struct {
	Decision int64     `json:"decision"`
	Day      osms.Date `json:"day"`
	Keep     osms.BIN  `json:"keep"`
	Reason   string    `json:"reason"`
}

// Overlap is a person whom two organisations claim on common days.
type Overlap struct {
	Number   int64             `json:"number"`
	IIN      string            `json:"iin"`
	State    jobs.OverlapState `json:"state"`
	From     osms.Date         `json:"from"`
	Until    *osms.Date        `json:"until"`
	Claims   []OverlapClaim    `json:"claims"`
	DueTo    osms.BIN          `json:"due_to"`
	Opened   KnownOn           `json:"opened"`
	Settled  *KnownOn          `json:"settled"`
	Decision *OverlapDecision  `json:"decision"`
}

// OverlapDecisionOf shows a decision; nil where there is none.
func OverlapDecisionOf(d store.OverlapDecision, zone *time.Location) *OverlapDecision {
	if d.Sequence == 0 {
		return nil
	}
	return &OverlapDecision{d.Sequence, osms.DateOf(d.Decided.In(zone)), d.Keep, d.Reason}
}

// OverlapOf shows an overlap with its days in a zone.
func OverlapOf(c jobs.Contest, zone *time.Location) Overlap {
	out := Overlap{Number: c.Number, IIN: c.Person.Digits(), State: c.State, From: c.From, Claims: []OverlapClaim{}, DueTo: c.DueTo,
		Opened: KnownOn(c.Opened), Decision: OverlapDecisionOf(c.Decision, zone)}
	if c.Until != osms.Forever {
		out.Until = &c.Until
	}
	for _, side := range c.Claims {
		out.Claims = append(out.Claims, OverlapClaim(side))
	}
	if c.Settled.Import != 0 {
		settled := KnownOn(c.Settled)
		out.Settled = &settled
	}
	return out
}
