package country

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"osmsd/sync/osms"
)

// embedded is how many refusals truth.json carries itself.
const embedded = 50_000

// refusalsName is the side file that holds them when there are more.
const refusalsName = "truth-refusals.jsonl"

// refusals collects what was planted: in memory while few, then in a file.
type refusals struct {
	list []Refusal
	file *os.File
	out  *bufio.Writer
	json *json.Encoder
}

func (c *country) refuse(r Refusal) error {
	if r.Severity == osms.Refused {
		c.truth.Refused++
	} else {
		c.truth.Warnings++
	}
	s := &c.refusals
	if s.file == nil && len(s.list) < embedded {
		s.list = append(s.list, r)
		return nil
	}
	if s.file == nil {
		f, err := os.Create(filepath.Join(c.dir, refusalsName))
		if err != nil {
			return fmt.Errorf("country: %w", err)
		}
		s.file, s.out = f, bufio.NewWriter(f)
		s.json = json.NewEncoder(s.out)
		s.json.SetEscapeHTML(false)
		for _, earlier := range s.list {
			if err := s.json.Encode(earlier); err != nil {
				return fmt.Errorf("country: %w", err)
			}
		}
		s.list = nil
	}
	if err := s.json.Encode(r); err != nil {
		return fmt.Errorf("country: %w", err)
	}
	return nil
}

// finish writes truth.json.
func (c *country) finish() (*Truth, error) {
	s := &c.refusals
	if s.file != nil {
		if err := s.out.Flush(); err != nil {
			return nil, fmt.Errorf("country: %w", err)
		}
		if err := s.file.Close(); err != nil {
			return nil, fmt.Errorf("country: %w", err)
		}
		c.truth.RefusalsFile = refusalsName
	} else if s.list != nil {
		c.truth.Refusals = s.list
	}
	b, err := json.MarshalIndent(&c.truth, "", " ")
	if err != nil {
		return nil, fmt.Errorf("country: %w", err)
	}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return nil, fmt.Errorf("country: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "truth.json"), append(b, '\n'), 0o644); err != nil {
		return nil, fmt.Errorf("country: %w", err)
	}
	return &c.truth, nil
}

// ReadRefusals passes over the refusals of a truth that was written under dir,
// wherever they stand.
func (t *Truth) ReadRefusals(dir string, each func(Refusal) error) error {
	for _, r := range t.Refusals {
		if err := each(r); err != nil {
			return err
		}
	}
	if t.RefusalsFile == "" {
		return nil
	}
	f, err := os.Open(filepath.Join(dir, t.RefusalsFile))
	if err != nil {
		return fmt.Errorf("country: %w", err)
	}
	defer f.Close()
	for d := json.NewDecoder(bufio.NewReader(f)); d.More(); {
		var r Refusal
		if err := d.Decode(&r); err != nil {
			return fmt.Errorf("country: %s: %w", t.RefusalsFile, err)
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}
