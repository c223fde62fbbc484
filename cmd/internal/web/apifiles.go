package web

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/receipt"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// FileList is a page of the files that came in, newest first.
type FileList struct {
	Files []shape.File `json:"files"`
	Next  *int64       `json:"next" doc:"Give it as before for older ones; null: there are none."`
}

// FileAnswer is a file and what became of it.
type FileAnswer struct {
	File   shape.File       `json:"file"`
	Report receipt.FileJSON `json:"report"`
}

// Upload is a file that was sent, until it is taken and after.
type Upload struct {
	ID       int64              `json:"id"`
	State    string             `json:"state" enum:"waiting,done,failed"`
	Dry      bool               `json:"dry" doc:"It is only looked at."`
	File     string             `json:"file"`
	SHA256   string             `json:"sha256"`
	Size     int64              `json:"size" doc:"Bytes."`
	Region   osms.Region        `json:"region"`
	Kind     osms.Kind          `json:"kind" doc:"As the sender declared it; \"\": told from the content."`
	Received string             `json:"received"`
	Run      int64              `json:"run" doc:"That took it; 0: none yet."`
	Files    []int64            `json:"files" doc:"What became of it, by number: see /files/{id}."`
	Failure  string             `json:"failure" doc:"Why it came to nothing."`
	Reports  []receipt.FileJSON `json:"reports" doc:"What was found, when it is done; of a dry run with what it would do to persons."`
}

// Listing bounds a list.
type Listing struct {
	Limit  int   `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many at most."`
	Before int64 `query:"before" minimum:"1" doc:"Only older ones: what next said."`
}

type filesAsked struct {
	Listing
	Region  string `query:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"Only this region's."`
	Outcome string `query:"outcome" enum:"applied,applied_with_refusals,already_applied,superseded,held,refused,waiting" doc:"Only those with this outcome."`
}

type numberAsked struct {
	ID int64 `path:"id" minimum:"1"`
}

func (s *Server) describeFiles(a *api) {
	operate(a, s, call{pattern: "GET /api/v1/files", tag: "Files", summary: "List the files that came in", about: "Newest first. An akimat sees its own region's."}, (*ask).apiFiles)
	operate(a, s, call{pattern: "GET /api/v1/files/{id}", tag: "Files", summary: "One file and its report", about: "Every refused row with its cell and how to mend it. Personal numbers in it are masked."}, (*ask).apiFile)
	operate(a, s, call{pattern: "GET /api/v1/uploads/{id}", tag: "Files", summary: "What became of a file that was sent"}, (*ask).apiUpload)
	a.byHand(call{pattern: "POST /api/v1/files", tag: "Files", summary: "Send a file", about: "The body is the file itself (application/octet-stream, with its name in the query) or a form (multipart/form-data) with one file. It is kept before the answer: 202 with the upload to ask for, or, with wait, 200 when it was taken meanwhile. Under an Idempotency-Key a retry gives the first answer; other content under the same key is refused with 409."}, func(o *huma.Operation) { s.describeSending(a, o) })
	id := &huma.Schema{Type: huma.TypeInteger, Format: "int64"}
	for _, d := range []struct{ path, summary, kind string }{
		{"receipt.pdf", "A file's receipt as PDF", kindPDF}, {"returned", "The sender's own workbook with its faults marked", kindXLSX}, {"original", "The bytes as they came", "application/octet-stream"},
	} {
		a.byHand(call{pattern: "GET /api/v1/files/{id}/" + d.path, tag: "Files", summary: d.summary}, func(o *huma.Operation) {
			param(o, "path", "id", "The file's number.", id)
			answered(o, "200", d.kind, "The file.")
		})
	}
}

func (s *Server) describeSending(a *api, o *huma.Operation) {
	text := &huma.Schema{Type: huma.TypeString}
	param(o, "query", "name", "What the file is called; needed where the body is the file itself.", text)
	param(o, "query", "region", "The region that sends it; an akimat's own by itself.", text)
	var kinds []any
	for _, k := range osms.Kinds() {
		kinds = append(kinds, string(k))
	}
	param(o, "query", "kind", "What it is; told from the content where it is not said.", &huma.Schema{Type: huma.TypeString, Enum: kinds})
	param(o, "query", "approve", "Apply exactly the diff with this hash (administrators).", text)
	param(o, "query", "dry", "true: only show what it would do.", &huma.Schema{Type: huma.TypeBoolean})
	param(o, "query", "wait", "Answer when it was taken, or after so long: 30s, at most 60s.", text)
	param(o, "header", "Idempotency-Key", "A text of the sender's own, up to 200 characters.", text)
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: binary},
		"multipart/form-data":      {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}, Required: []string{"file"}}},
	}}
	upload := map[string]*huma.MediaType{"application/json": {Schema: schemaOf[Upload](a)}}
	o.Responses["200"] = &huma.Response{Description: "It was taken while you waited.", Content: upload}
	o.Responses["202"] = &huma.Response{Description: "It waits for its turn; Location is where to ask.", Content: upload}
}

func (q *ask) apiFiles(in *filesAsked) (out FileList, err error) {
	region, err := q.regionNamed(in.Region)
	if err != nil {
		return out, err
	}
	all, err := q.store().ArrivalsAsked(q.ctx(), store.ArrivalsAsked{Region: region, Outcome: osms.Outcome(in.Outcome), Before: in.Before, Limit: in.Limit + 1})
	slices.Reverse(all)
	all, out.Next = cut(all, in.Limit, func(a store.Arrival) int64 { return a.ID })
	out.Files = []shape.File{}
	for _, a := range all {
		out.Files = append(out.Files, shape.FileOf(a))
	}
	return out, err
}

// cut keeps what was asked for of a list that was read one further, and tells where
// it goes on.
func cut[T any](all []T, limit int, number func(T) int64) ([]T, *int64) {
	if len(all) <= limit {
		return all, nil
	}
	next := number(all[limit-1])
	return all[:limit], &next
}

func (q *ask) apiFile(*numberAsked) (out FileAnswer, err error) {
	a, err := q.ownArrival()
	if err != nil {
		return out, err
	}
	r, err := q.store().ReportOf(q.ctx(), a.ID)
	return FileAnswer{shape.FileOf(a), receipt.JSON(r, q.lang)}, err
}

func (q *ask) apiUpload(*numberAsked) (Upload, error) {
	u, err := q.ownUpload()
	if err != nil {
		return Upload{}, err
	}
	return q.uploadShown(u)
}

// uploadShown shows an upload with what was found in it. A dry run that was
// forgotten is made again.
func (q *ask) uploadShown(u store.Upload) (Upload, error) {
	out := Upload{ID: u.ID, State: u.State, Dry: u.Dry, File: osms.Shown(u.Name), SHA256: u.SHA256, Size: u.Size, Region: u.Region, Kind: u.Kind,
		Received: shape.Moment(u.Received), Run: u.Run, Files: append([]int64{}, u.Arrivals...), Reports: []receipt.FileJSON{}}
	var reports []osms.FileReport
	switch {
	case u.State == store.UploadFailed:
		var f failure
		if err := json.Unmarshal(u.Report, &f); err != nil {
			return out, err
		}
		out.Failure = q.say(f.Key)
	case u.State == store.UploadDone && u.Dry:
		found, ok := q.s.uploads.found(u.ID)
		if !ok {
			out.State = store.UploadWaiting
			return out, q.s.uploads.again(q.ctx(), u)
		}
		reports = found
	case u.State == store.UploadDone:
		for _, n := range u.Arrivals {
			r, err := q.store().ReportOf(q.ctx(), n)
			if err != nil {
				return out, err
			}
			reports = append(reports, r)
		}
	}
	persons := false
	for _, r := range reports {
		persons = persons || len(r.Changes) > 0
		out.Reports = append(out.Reports, receipt.JSON(r, q.lang))
	}
	if persons {
		return out, q.lookedAtMany(fmt.Sprintf("отправка файла %d", u.ID))
	}
	return out, nil
}

// longestWait is how long an answer is held back for a file to be taken.
const longestWait = time.Minute

// apiSend takes a file.
func (q *ask) apiSend() error {
	query := q.r.URL.Query()
	wait, err := waitAsked(query)
	if err == nil {
		err = q.plain()
	}
	if err != nil {
		return err
	}
	got, err := q.received(query)
	if err != nil {
		return err
	}
	if len(got.files) > 1 {
		err := refused(http.StatusBadRequest, "refused.onlyone")
		q.s.uploads.discard(got, err)
		return err
	}
	made, err := q.s.uploads.register(q, got)
	if err != nil {
		return err
	}
	u, err := q.awaited(made[0], wait)
	if err != nil {
		return err
	}
	out, err := q.uploadShown(u)
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Location", fmt.Sprintf("%s/uploads/%d", apiPrefix, u.ID))
	if out.State == store.UploadWaiting {
		q.w.WriteHeader(http.StatusAccepted)
	}
	return writeJSON(q.w, out)
}

// received reads the body: the file itself, or a form.
func (q *ask) received(query url.Values) (got sent, err error) {
	kind, _, _ := mime.ParseMediaType(q.r.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		got, err = q.s.uploads.receive(q)
	case "application/octet-stream":
		got, err = q.s.uploads.receiveOne(q, query.Get("name"))
	default:
		err = refused(http.StatusUnsupportedMediaType, "refused.contenttype", "application/octet-stream, multipart/form-data")
	}
	if err != nil {
		return got, err
	}
	for _, name := range []string{"region", "kind", "approve", "dry"} {
		if got.fields[name] == "" {
			got.fields[name] = query.Get(name)
		}
	}
	return got, nil
}

// receiveOne reads a body that is a file.
func (u *uploads) receiveOne(q *ask, name string) (got sent, err error) {
	if name == "" {
		return got, refused(http.StatusBadRequest, "refused.noname")
	}
	u.bePatient(q)
	defer func() { u.discard(got, err) }()
	got.fields = map[string]string{}
	f, err := u.spool(q.r.Body, safeUploadName(name))
	if err == nil && f.size == 0 {
		got.files = []spooled{f}
		return got, refused(http.StatusBadRequest, "refused.nofile")
	}
	if err == nil {
		got.files = []spooled{f}
	}
	return got, err
}

func waitAsked(query url.Values) (time.Duration, error) {
	text := query.Get("wait")
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > longestWait {
		return 0, refused(http.StatusBadRequest, "refused.wait", osms.Shown(text))
	}
	return d, nil
}

// awaited waits until an upload was taken, or for so long.
func (q *ask) awaited(u store.Upload, wait time.Duration) (store.Upload, error) {
	if wait <= 0 || u.State != store.UploadWaiting {
		return u, nil
	}
	heard, leave := q.s.live.listen(uploadTopic(u.ID))
	defer leave()
	end := time.NewTimer(wait)
	defer end.Stop()
	look := time.NewTicker(time.Second) // another daemon may take it
	defer look.Stop()
	for {
		now, err := q.store().UploadNumbered(q.ctx(), u.ID)
		if err != nil || now.State != store.UploadWaiting {
			return now, err
		}
		select {
		case <-q.ctx().Done():
			return now, q.ctx().Err()
		case <-end.C:
			return now, nil
		case <-heard:
		case <-look.C:
		}
	}
}
