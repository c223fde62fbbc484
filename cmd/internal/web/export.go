package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"osmsd/exporters/mt102"
	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// exportFormats are the forms in which a frozen list is handed out.
var exportFormats = []string{"csv", "xlsx", "mt102"}

// exportTime is how long a whole country's list may take on a slow line.
const exportTime = time.Hour

// export hands the frozen list of a month out, person by person, and registers
// that it did. The list is written whole before anything is sent, into a file
// that is gone when it was.
func (q *ask) export() error {
	m, err := q.month()
	if err != nil {
		return err
	}
	at, err := q.place(q.value("region"))
	if err != nil {
		return err
	}
	format := q.value("format")
	if at.One && at.Region == 0 || !slices.Contains(exportFormats, format) {
		return refused(http.StatusBadRequest, "refused.export")
	}
	f, err := os.CreateTemp(q.s.Spool, "*.part")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close(); _ = os.Remove(f.Name()) }()
	c := http.NewResponseController(q.w)
	_ = c.SetWriteDeadline(time.Now().Add(exportTime))
	var list osms.FrozenList
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobExport, m), func(ctx context.Context, t jobs.Turn) (string, error) {
		if list, err = q.desk.Export(ctx, t, m, at.Region, func(l osms.FrozenList, each func(func(osms.FrozenPerson) error) error) error {
			return writeList(f, format, l, each)
		}); err != nil {
			return "", err
		}
		return fmt.Sprintf("%d persons", list.Persons), nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return refused(http.StatusConflict, "refused.unfrozen", m)
	}
	if err != nil {
		return err
	}
	if err := q.lookedAtMany(lookedIn(fmt.Sprintf("список %s, версия %d, %s", list.Month, list.Version, format), list.Region)); err != nil {
		return err
	}
	name := fmt.Sprintf("list-%s-v%d", list.Month, list.Version)
	if list.Region != 0 {
		name += "-" + list.Region.String()
	}
	h := q.w.Header()
	h.Set("Content-Type", map[string]string{"csv": kindCSV, "xlsx": kindXLSX, "mt102": kindText}[format])
	h.Set("Content-Disposition", disposition(filepath.Base(name)+"."+format))
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, _ = io.Copy(q.w, f)
	return nil
}

func writeList(w io.Writer, format string, l osms.FrozenList, each func(func(osms.FrozenPerson) error) error) error {
	switch format {
	case "csv":
		return workbook.WriteListCSV(w, l, each)
	case "xlsx":
		return workbook.WriteListXLSX(w, l, each)
	}
	return mt102.Write(w, l, each, mt102.Options{})
}
