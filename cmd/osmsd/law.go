package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"osmsd/config"
	"osmsd/sync/jobs"
	"osmsd/sync/law"
	"osmsd/sync/osms"
)

// underHome is a configured path; "" stays "".
func (a *app) underHome(path string) string {
	if path == "" {
		return ""
	}
	return config.Under(a.home, path)
}

// lawTexts are the legal texts in force: the embedded ones, and the operator's
// files over them.
func (a *app) lawTexts() (*law.Texts, error) {
	if a.cfg.Law == "" {
		return law.Default(), nil
	}
	dir := a.underHome(a.cfg.Law)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder", dir)
	}
	files := map[string][]byte{}
	for _, name := range law.Files() {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files[name] = text
	}
	return law.Load(files)
}

func (a *app) casework() (jobs.Casework, error) {
	texts, err := a.lawTexts()
	if err != nil {
		return jobs.Casework{}, usage("law.faults", err)
	}
	c := a.cfg.Cases
	out := jobs.Casework{Law: texts, Automatic: c.Automatic, Hearing: c.Hearing, FromRosters: c.FromRosters, Covering: a.cfg.Letters.Covering, DOCX: a.cfg.Letters.DOCX}
	for _, p := range a.cfg.Providers {
		out.Providers = append(out.Providers, osms.Provider(p))
	}
	return out, nil
}

type lawRowJSON struct {
	What     string       `json:"what"`
	Key      string       `json:"key"`
	KK       string       `json:"kk"`
	RU       string       `json:"ru"`
	Official law.Official `json:"official"`
	Since    osms.Date    `json:"since"`
	Until    *osms.Date   `json:"until"`
	Source   string       `json:"source"`
	Note     string       `json:"note"`
}

func shownRule(r law.Rule) []lawRowJSON {
	rows := []lawRowJSON{}
	add := func(what, key, kk, ru string, s law.Standing) {
		row := lawRowJSON{What: what, Key: key, KK: kk, RU: ru, Official: s.Official, Since: s.Since, Source: s.Source, Note: s.Note}
		if s.Until != osms.Forever {
			row.Until = &s.Until
		}
		rows = append(rows, row)
	}
	for _, x := range r.Acts {
		add("act", x.Number, x.KK, x.RU, x.Standing)
	}
	for _, x := range []law.Service{r.A, r.B} {
		if x.Code != "" {
			add("service", x.Code, x.KK, x.RU, x.Standing)
		}
	}
	for _, x := range r.Steps {
		add("step", fmt.Sprintf("%d, %d min", x.Number, x.Minutes), x.KK, x.RU, x.Standing)
	}
	for i, x := range []law.Term{r.Usual, r.Elsewhere, r.Automatic} {
		unit := map[law.Unit][2]string{law.WorkingDays: {"жұмыс күні", "рабочих дней"}, law.Minutes: {"минут", "минут"}}[x.Unit]
		add("term", [...]string{"usual", "elsewhere", "automatic"}[i], fmt.Sprintf("%d %s", x.Amount, unit[0]), fmt.Sprintf("%s: %d", unit[1], x.Amount), x.Standing)
	}
	for _, x := range r.Documents {
		add("document", string(x.Lack), x.KK, x.RU, x.Standing)
	}
	for _, x := range r.Grounds {
		add("ground", fmt.Sprint(int(x.Ground)), x.KK, x.RU, x.Standing)
	}
	for _, x := range r.Forms {
		add("form", x.Code, x.KK, x.RU, x.Standing)
	}
	return rows
}

func (a *app) lawCommand() *cobra.Command {
	var at, out string
	cmd := &cobra.Command{
		Use:   "law",
		Short: "Acts, terms, steps, grounds and titles of a day, and whose wording each is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day := osms.DateOf(a.Clock().In(a.zone()))
			if at != "" {
				var err error
				if day, err = parseDay(at); err != nil {
					return err
				}
			}
			if out != "" {
				return a.exportLaw(out)
			}
			texts, err := a.lawTexts()
			if err != nil {
				return usage("law.faults", err)
			}
			rows := shownRule(texts.At(day))
			if a.json {
				return a.print(map[string]any{"date": day, "version": texts.Version(), "texts": rows})
			}
			fmt.Fprintln(a.Stdout, a.say("law.head", day, texts.Version()))
			w := tabwriter.NewWriter(a.Stdout, 0, 4, 2, ' ', 0)
			for _, r := range rows {
				text := r.RU
				if a.language() == "kk" {
					text = r.KK
				}
				if letters := []rune(text); len(letters) > 90 {
					text = string(letters[:90]) + "…"
				}
				until := "…"
				if r.Until != nil {
					until = r.Until.String()
				}
				fmt.Fprintf(w, "%s\t%s\t%s – %s\t%s\t%s\n", a.word("law", r.What), r.Key, a.orDash(r.Since.String()), until, a.word("law.official", string(r.Official)), text)
			}
			return w.Flush()
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "of this day, as 2019-05-01 (default: today)")
	cmd.Flags().StringVar(&out, "out", "", "write the embedded files into this folder, to be edited")
	return cmd
}

func (a *app) exportLaw(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, name := range law.Files() {
		text, err := law.File(name)
		if err != nil {
			return err
		}
		if err := a.writeNew(filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes a file to be edited, and refuses where one is: it may have
// been edited already.
func (a *app) writeNew(path string, text []byte) error {
	if _, err := os.Stat(path); err == nil {
		return usage("out.exists", path)
	}
	if err := os.WriteFile(path, text, 0o640); err != nil {
		return err
	}
	fmt.Fprintln(a.Stderr, path)
	return nil
}
