package shape

import "osmsd/sync/jobs"

// Finding is something that is not as it was decided.
type Finding struct {
	What   string `json:"what"`
	Where  string `json:"where"`
	Detail string `json:"detail"`
}

// Verification is what the check of archive, audit chain and register counted and
// found.
type Verification struct {
	AuditEntries  int       `json:"audit_entries"`
	ChainHead     string    `json:"chain_head"`
	Destroyed     int       `json:"destroyed"`
	Files         int       `json:"files"`
	Findings      []Finding `json:"findings"` // []: everything is as it was decided
	Freezes       int       `json:"freezes"`
	Organisations int       `json:"organisations"`
	Persons       int       `json:"persons"`
	Sealed        int       `json:"sealed"`
}

// VerificationOf shows a check.
func VerificationOf(v jobs.Verification) Verification {
	out := Verification{v.AuditEntries, v.ChainHead, v.Destroyed, v.Files, []Finding{}, v.Freezes, v.Organisations, v.Persons, v.Sealed}
	for _, f := range v.Findings {
		out.Findings = append(out.Findings, Finding(f))
	}
	return out
}
