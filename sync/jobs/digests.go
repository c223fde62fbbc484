package jobs

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// What the audit chain says of a decision is a digest over everything that was
// written of it, in an order that does not depend on how it was written: verify
// makes each again from what is stored.

// importDigest is that of an import: the declaration, the digest of what was
// kept of it as a whole, and what it said of each organisation. The kept rows
// stand in it by their digests, so that it outlives them.
func importDigest(imp store.Import, said []store.OrganisationImport) (string, error) {
	columns, err := json.Marshal(imp.Columns)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "import|%s|%s|%s|%s|%s|%q|%d|%d|%d|%q|%s|%s\n", imp.SHA256, imp.Kind, imp.Region, imp.Mode, imp.AsAt, imp.Name,
		imp.Received.Unix(), imp.Committed.Unix(), imp.Run, imp.Sheets, columns, store.Digest(imp.Kept))
	if imp.Proved != "" { // it was not noted always
		fmt.Fprintf(h, "%s\n", imp.Proved)
	}
	said = slices.Clone(said)
	slices.SortFunc(said, func(a, b store.OrganisationImport) int { return cmp.Compare(a.BIN, b.BIN) })
	for _, o := range said {
		fmt.Fprintf(h, "%s|%s|%d|%s|%q|%s|%d|%s\n", o.BIN.Digits(), o.Mode, o.Version, o.CommittedAs, o.Reason, o.Diff, o.Rows, o.Digest)
		if o.Why != "" {
			fmt.Fprintf(h, "%q\n", o.Why)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// ratesDigest is that of the rates that were learnt together.
func ratesDigest(rates []osms.StateRate) string {
	rates = slices.Clone(rates)
	slices.SortFunc(rates, func(a, b osms.StateRate) int { return cmp.Compare(a.Year, b.Year) })
	h := sha256.New()
	for _, r := range rates {
		fmt.Fprintf(h, "%d|%s|%d|%t\n", r.Year, r.Percent, int64(r.Base), r.Unverified)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func freezeDigest(f store.Freeze) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%d|%d|%s|%d|%t|%d|%q\n", f.Month, f.Version, f.Sequence, f.Rate.Percent, int64(f.Rate.Base), f.Rate.Unverified, f.Frozen.Unix(), f.Reason)
	for _, l := range f.Lines {
		fmt.Fprintf(h, "%s|%s|%d|%d\n", l.Region, l.Category, l.Persons, int64(l.Amount))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// listDiff is the hash of what a list says, whatever the file and whatever the
// order of its lines.
func listDiff[T any](imp store.Import, held bool, content []T) (string, error) {
	lines := make([]string, len(content))
	for i, c := range content {
		line, err := json.Marshal(c)
		if err != nil {
			return "", err
		}
		lines[i] = string(line)
	}
	slices.Sort(lines)
	h := sha256.New()
	fmt.Fprintf(h, "%s|%s|%t\n%q", imp.Kind, imp.Region, held, lines)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// heldDiff stands for the diff of an organisation of which nothing is applied:
// it is over what would have been, not over where in the file it stands.
func heldDiff(what string, region osms.Region, bin osms.BIN, why string, j registry.Journal) string {
	j.Rows = slices.Clone(j.Rows)
	for i := range j.Rows {
		j.Rows[i].Place = osms.Place{}
	}
	slices.SortStableFunc(j.Rows, func(a, b osms.Row) int { return cmp.Compare(a.Person, b.Person) })
	j.Protected = osms.Protected{Persons: slices.Compact(slices.Sorted(slices.Values(j.Protected.Persons))),
		Keys: slices.Compact(slices.Sorted(slices.Values(j.Protected.Keys)))}
	h := sha256.New()
	fmt.Fprintf(h, "%s|%s|%s|%s|%s|%s|%s", what, region, bin, why, j.Mode, j.AsAt, store.Digest(registry.Encode(j)))
	return hex.EncodeToString(h.Sum(nil))
}
