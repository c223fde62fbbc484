package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

func (a *app) templateCommand() *cobra.Command {
	var region, bin, asAt, out string
	var filled, delta bool
	cmd := &cobra.Command{
		Use:   "template --region KK --bin BIN [--filled] [--as-at DATE] [--delta] [--out FILE]",
		Short: "An Excel list for an organisation to fill in",
		Long: `Writes the Excel list that an organisation fills in: header, drop-downs, hints
and instructions in Kazakh and Russian, with the organisation and the kind of
list filled in. It is a full list as at the first day of this month, unless the
region's configuration declares otherwise; --delta makes it a list of changes,
--as-at gives it another day. With --filled it holds
the people who study there on that day, ready to be corrected.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r := jobs.TemplateRequest{Filled: filled}
			var err error
			if r.Region, err = parseRegion(region); err != nil {
				return err
			}
			if r.Region == 0 {
				return usage("template.region")
			}
			if r.BIN, err = osms.ParseBIN(bin); err != nil {
				return usage("template.bin", bin)
			}
			if asAt != "" {
				if r.AsAt, err = parseDay(asAt); err != nil {
					return err
				}
			}
			if out == "" {
				out = "template-" + r.Region.String() + "-" + r.BIN.Digits() + ".xlsx"
			} else if !strings.EqualFold(filepath.Ext(out), ".xlsx") {
				return usage("template.out")
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			mode, day := o.desk.Declared(r.Region, o.now())
			if r.Mode = mode; delta {
				r.Mode = osms.Delta
			}
			r.AsAt = cmp.Or(r.AsAt, day)
			t, known, err := o.desk.Template(cmd.Context(), r)
			if errors.Is(err, jobs.ErrOtherRegion) {
				return failure("template.elsewhere", r.BIN, r.Region)
			}
			if own := new(jobs.OwnWordError); errors.As(err, &own) {
				return failure("template.words", r.Region, own.Word)
			}
			if err != nil {
				return err
			}
			if err := writeTemplate(out, t, filled); err != nil {
				return err
			}
			switch c := t.Organisation.ClosedOn; {
			case !known:
				a.tell("template.unknown", r.BIN)
			case c != 0 && c < r.AsAt:
				a.tell("template.closed", r.BIN, c)
			}
			if r.Conflicts(o.desk.Regions[r.Region]) {
				a.tell("template.conflict", r.Region)
			}
			if a.json {
				return a.print(shape.Template{File: out, Region: r.Region, BIN: r.BIN, Rows: len(t.Rows)})
			}
			fmt.Fprintln(a.Stdout, a.say("template.written", out, a.word("mode", string(t.Mode)), t.AsAt.Dotted(), grouped(len(t.Rows))))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&region, "region", "", "the region, two KATO digits")
	f.StringVar(&bin, "bin", "", "the organisation's BIN")
	f.StringVar(&asAt, "as-at", "", "the day of the list, as 2026-10-01 (default the first day of this month)")
	f.StringVar(&out, "out", "", "the file to write (default template-KK-BIN.xlsx)")
	f.BoolVar(&filled, "filled", false, "with the people who study there now")
	f.BoolVar(&delta, "delta", false, "a list of changes instead of a full one")
	return cmd
}

// writeTemplate writes the file whole. One that holds people is its owner's
// only.
func writeTemplate(path string, t workbook.Template, private bool) error {
	mode := fs.FileMode(0o640)
	if private {
		mode = 0o600
	}
	return writeFor(path, mode, func(w io.Writer) error { return workbook.WriteTemplate(w, t) })
}
