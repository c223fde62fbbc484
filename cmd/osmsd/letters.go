package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/letter"
	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

type letterFlags struct{ region, bin, kind, from, to string }

func (f *letterFlags) filter() (out store.LetterFilter, err error) {
	if out.Region, err = parseRegion(f.region); err != nil {
		return out, err
	}
	if f.bin != "" {
		if out.BIN, err = osms.ParseBIN(f.bin); err != nil {
			return out, usage("bin.bad", f.bin)
		}
	}
	if out.Kind = osms.LetterKind(f.kind); f.kind != "" && !slices.Contains(osms.LetterKinds, out.Kind) {
		return out, usage("letters.kind", f.kind)
	}
	if out.From, err = parseDay(f.from); err != nil {
		return out, err
	}
	out.To, err = parseDay(f.to)
	return out, err
}

func (a *app) lettersCommand() *cobra.Command {
	var f letterFlags
	var out string
	cmd := &cobra.Command{
		Use:   "letters",
		Short: "The register of letters: number, date, kind, to whom, and what was annulled",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := f.filter()
			if err != nil {
				return err
			}
			ext := strings.ToLower(filepath.Ext(out))
			if out != "" && ext != ".xlsx" && ext != ".csv" {
				return usage("letters.out")
			}
			o, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			if out != "" || a.json { // whole numbers and names
				if err := o.desk.Looked(cmd.Context(), 0, jobs.AccessRegister, o.now()); err != nil {
					return err
				}
			}
			if out != "" {
				head, each, err := o.desk.RegisterBook(cmd.Context(), filter, o.now())
				if err != nil {
					return err
				}
				write := workbook.WriteLetterRegister
				if ext == ".csv" {
					write = workbook.WriteLetterRegisterCSV
				}
				if err := writeWhole(out, func(w io.Writer) error { return write(w, head, each) }); err != nil {
					return err
				}
				fmt.Fprintln(a.Stderr, a.say("letters.written", out, grouped(head.Lines)))
				if !a.json {
					return nil
				}
			}
			_, each, err := o.desk.LetterRegister(cmd.Context(), filter)
			if err != nil {
				return err
			}
			lines := []shape.RegisterLine{}
			err = each(func(l osms.RegisterLine) error {
				lines = append(lines, shape.RegisterLineOf(l))
				return nil
			})
			if err != nil {
				return err
			}
			if a.json {
				return a.print(map[string]any{"letters": lines})
			}
			w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, a.heads("letters.head"))
			for _, l := range lines {
				state := ""
				if l.Annulled {
					state = a.say("person.annulled")
				}
				what := a.word("letter", string(l.Action))
				if l.Action == "" {
					what = ""
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.Number, l.Date, a.word("letter.kind", string(l.Kind)), l.BIN, a.orDash(l.Name), what, a.orDash(l.Case), state)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			fmt.Fprintln(a.Stdout, a.say("letters.count", grouped(len(lines))))
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.region, "region", "", "only those of this region")
	fl.StringVar(&f.bin, "bin", "", "only those to this organisation")
	fl.StringVar(&f.kind, "kind", "", "notification, refusal, not_accepted, question, covering or event")
	fl.StringVar(&f.from, "from", "", "dated from this day on")
	fl.StringVar(&f.to, "to", "", "dated up to this day")
	fl.StringVar(&out, "out", "", "write the register as a workbook (.xlsx) or .csv")
	cmd.AddCommand(a.printLetterCommand(), a.annulLetterCommand(), a.previewCommand(), a.textsCommand())
	return cmd
}

// parseOutgoing reads an outgoing number.
func parseOutgoing(text string) (region osms.Region, year int, number int64, err error) {
	n, err := osms.ParseCaseNumber(text)
	if err != nil || strings.ContainsAny(text, "Зз") {
		return 0, 0, 0, usage("letters.number", text)
	}
	return n.Region, n.Year, n.Serial, nil
}

func (a *app) printLetterCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "print NUMBER --out FILE",
		Short: "Make a letter about a case, an event or a bundle again, as .pdf or .docx",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			region, year, number, err := parseOutgoing(args[0])
			if err != nil {
				return err
			}
			ext := strings.ToLower(filepath.Ext(out))
			if ext != ".pdf" && ext != ".docx" {
				return usage("letters.print")
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			l, err := o.desk.Store.OfficeLetterNumbered(cmd.Context(), region, year, number)
			if store.NotFound(err) {
				return failure("letters.none", args[0])
			}
			if err != nil {
				return err
			}
			if l.Person != 0 {
				if blocked, err := o.desk.Blocked(cmd.Context()); err != nil {
					return err
				} else if blocked[l.Person] {
					return refusal("block.person", l.Person)
				}
				if err := o.desk.Looked(cmd.Context(), l.Person, jobs.AccessLetter, o.now()); err != nil {
					return err
				}
			}
			b, err := o.desk.OfficeDocument(cmd.Context(), l, ext)
			if err != nil {
				return err
			}
			if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
				return err
			}
			fmt.Fprintln(a.Stderr, out)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the file to write, .pdf or .docx")
	return cmd
}

func (a *app) annulLetterCommand() *cobra.Command {
	var reason string
	var reissue bool
	cmd := &cobra.Command{
		Use:   "annul NUMBER --reason TEXT",
		Short: "Annul one letter and, with --reissue, issue it again under a new number",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			region, year, number, err := parseOutgoing(args[0])
			if err != nil {
				return err
			}
			if strings.TrimSpace(reason) == "" {
				return usage("letters.reason")
			}
			o, err := a.openHome(cmd.Context())
			if err != nil {
				return err
			}
			defer o.close()
			again := ""
			_, err = o.runner.Run(cmd.Context(), osms.Run{Job: osms.JobLetters, Trigger: "command"}, func(ctx ctxType, t jobs.Turn) (string, error) {
				var fault, err error
				l := store.RegisteredLetter{Region: region, Year: year, Number: number}
				if again, fault, err = o.desk.AnnulAndPrint(ctx, t, l, reason, reissue, a.progress()); fault != nil {
					a.tell("wording.broken", fault)
				}
				if err != nil {
					return "", err
				}
				return args[0] + " annulled", nil
			})
			switch {
			case store.NotFound(err):
				return failure("letters.none", args[0])
			case errors.Is(err, store.ErrOnce):
				return refusal("letters.annulled", args[0])
			case errors.Is(err, jobs.ErrBlocked):
				return refusal("letters.blocked", args[0])
			case err != nil:
				return err
			}
			if a.json {
				return a.print(map[string]any{"annulled": args[0], "reissued": again})
			}
			fmt.Fprintln(a.Stdout, a.say("letters.annul.done", args[0]))
			switch {
			case again != "":
				fmt.Fprintln(a.Stdout, a.say("letters.reissued", again, args[0]))
			case reissue:
				fmt.Fprintln(a.Stdout, a.say("letters.reissue.later"))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, for the record")
	cmd.Flags().BoolVar(&reissue, "reissue", false, "issue it again under a new number, which says what it replaces")
	return cmd
}

func (a *app) previewCommand() *cobra.Command {
	var kind, texts, out string
	cmd := &cobra.Command{
		Use:   "preview --kind KIND --out FILE.pdf",
		Short: "Show what becomes of a wording, with invented data; a broken one is refused with file, line and field",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(osms.LetterKinds, osms.LetterKind(kind)) {
				return usage("letters.kind", kind)
			}
			if strings.ToLower(filepath.Ext(out)) != ".pdf" {
				return usage("letters.preview")
			}
			folder := texts
			if folder == "" {
				folder = a.underHome(a.cfg.Letters.Texts)
			}
			wording := letter.Default()
			if folder != "" {
				var err error
				if wording, err = letter.Load(os.DirFS(folder)); err != nil {
					return a.wordingFaults(err)
				}
			}
			var b bytes.Buffer
			if err := letter.Preview(&b, wording, osms.LetterKind(kind)); err != nil {
				return err
			}
			if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
				return err
			}
			fmt.Fprintln(a.Stderr, out)
			return nil
		},
	}
	cmd.Flags().StringVar(&kind, "kind", string(osms.LetterNotification), "notification, refusal, not_accepted, question, covering or event")
	cmd.Flags().StringVar(&texts, "texts", "", "folder of the wording (default: letters.texts of the configuration, else the built-in one)")
	cmd.Flags().StringVar(&out, "out", "", "the PDF to write")
	return cmd
}

// wordingFaults lists what is wrong with a wording, each with its place.
func (a *app) wordingFaults(err error) error {
	var faults *letter.TextsError
	if !errors.As(err, &faults) {
		return err
	}
	for _, f := range faults.Faults {
		fmt.Fprintln(a.Stderr, f)
	}
	return usage("letters.faults", grouped(len(faults.Faults)))
}

func (a *app) textsCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "texts --out DIR",
		Short: "Write the built-in wording of letters into a folder, to be edited",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if out == "" {
				return usage("out.folder")
			}
			if err := os.MkdirAll(out, 0o750); err != nil {
				return err
			}
			from := letter.BuiltIn()
			return fs.WalkDir(from, ".", func(name string, e fs.DirEntry, err error) error {
				if err != nil || e.IsDir() {
					return err
				}
				text, err := fs.ReadFile(from, name)
				if err != nil {
					return err
				}
				return a.writeNew(filepath.Join(out, name), text)
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the folder to write")
	return cmd
}
