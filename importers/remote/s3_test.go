package remote_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"

	"osmsd/importers/remote"
	"osmsd/importers/remote/remotetest"
)

func bucket(s *remotetest.S3) remote.Options {
	return remote.Options{Silence: 2 * time.Second, Pause: 10 * time.Millisecond, S3: &remote.S3{Endpoint: s.Endpoint, Region: "kz-1", Bucket: remotetest.Bucket, Prefix: "in/",
		AccessKey: "AKIA", SecretKey: func() (string, error) { return "hush", nil }}}
}

// store puts an object into the store.
func store(t *testing.T, s *remotetest.S3, key string, data []byte) {
	t.Helper()
	_, err := s.Backend.PutObject(remotetest.Bucket, key, nil, bytes.NewReader(data), int64(len(data)), nil)
	must(t, err)
}

// stored lists the store with its bytes.
func stored(t *testing.T, s *remotetest.S3) string {
	t.Helper()
	all, err := s.Backend.ListBucket(remotetest.Bucket, &gofakes3.Prefix{}, gofakes3.ListBucketPage{MaxKeys: 1000})
	must(t, err)
	var out []string
	for _, o := range all.Contents {
		object, err := s.Backend.GetObject(remotetest.Bucket, o.Key, nil)
		must(t, err)
		b, err := io.ReadAll(object.Contents)
		must(t, err)
		out = append(out, o.Key+"="+string(b))
	}
	return strings.Join(out, " ")
}

type fault = func(w http.ResponseWriter, r *http.Request, next http.Handler)

// on does something for the requests of a method below the bucket; the others
// pass.
func on(method string, f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == method && strings.HasPrefix(r.URL.Path, "/"+remotetest.Bucket+"/in/") {
			f(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func TestS3ListsAndFetches(t *testing.T) {
	s := remotetest.StartS3(t)
	data := bytes.Repeat([]byte("0123456789"), 100_000)
	for _, key := range []string{"in/b.csv", "in/a.csv", "in/a.csv.sha256", "in/", "in/half.part", "in/deeper/x.csv", "in/../up.csv", "in/..", "out/c.csv", "in/тізім 1.csv", "in/a..b.csv"} {
		store(t, s, key, []byte(digest(data)))
	}
	store(t, s, "in/a.csv", data)
	store(t, s, "in/huge.csv", make([]byte, len(data)+1))
	o := bucket(s)
	o.Limit = int64(len(data))
	p := open(t, o)
	l := list(t, p)
	got := map[string]remote.Entry{}
	for _, e := range l.Entries {
		got[e.Name] = e
	}
	if len(got) != 4 || got["a.csv"].Size != int64(len(data)) || got["b.csv"].Version == "" || got["тізім 1.csv"].Size != 64 || got["a..b.csv"].Size == 0 {
		t.Errorf("listed %v", l.Entries)
	}
	if fmt.Sprint(l.Odd) != "[{.. name} {huge.csv too_large}]" {
		t.Errorf("odd %v", l.Odd)
	}
	for name, e := range got {
		var b bytes.Buffer
		sum, err := p.Fetch(t.Context(), e, &b)
		if err != nil || sum != digest(b.Bytes()) || int64(b.Len()) != e.Size {
			t.Errorf("%s: %d bytes, %v", name, b.Len(), err)
		}
	}
	side, _ := l.Sidecar(got["a.csv"])
	if stated, err := p.Stated(t.Context(), side); err != nil || stated != digest(data) {
		t.Errorf("stated %s, %v", stated, err)
	}
}

// TestS3ManyKeys: pages are read up to a bound.
func TestS3ManyKeys(t *testing.T) {
	s := remotetest.StartS3(t)
	for i := range 2500 {
		store(t, s, fmt.Sprintf("in/%04d.csv", i), []byte("x"))
	}
	if l := list(t, open(t, bucket(s))); len(l.Entries) != 2500 {
		t.Errorf("%d listed", len(l.Entries))
	}
	o := bucket(s)
	o.Listed = 2000
	_, err := open(t, o).List(t.Context())
	wantReason(t, err, remote.TooMany)
	o = bucket(s)
	o.ListedBytes = 10_000
	_, err = open(t, o).List(t.Context())
	wantReason(t, err, remote.TooMany)
}

// TestS3Faults: what a store does wrong is found and named, and nothing that
// came of it counts.
func TestS3Faults(t *testing.T) {
	s := remotetest.StartS3(t)
	data := []byte(strings.Repeat("x", 100_000))
	store(t, s, "in/a.csv", data)
	p := open(t, bucket(s))
	e := list(t, p).Entries[0]
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("we were led elsewhere")
		_, _ = w.Write(data)
	}))
	defer elsewhere.Close()
	answers := func(header map[string]string, body []byte) fault {
		return on("GET", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			for k, v := range header {
				w.Header().Set(k, v)
			}
			_, _ = w.Write(body)
		})
	}
	to := func(status int, location string) fault {
		return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Location", location)
			w.WriteHeader(status)
		}
	}
	length := fmt.Sprint(len(data))
	for name, c := range map[string]struct {
		fault fault
		want  remote.Reason
	}{
		"another ETag":   {answers(map[string]string{"ETag": `"0"`, "Content-Length": length}, data), remote.Changed},
		"no ETag":        {answers(map[string]string{"Content-Length": length}, data), remote.Changed},
		"shorter":        {answers(map[string]string{"ETag": e.Version, "Content-Length": "5"}, data[:5]), remote.Cut},
		"longer":         {answers(map[string]string{"ETag": e.Version}, append(data, 'y')), remote.Cut},
		"truncated":      {answers(map[string]string{"ETag": e.Version, "Content-Length": length}, data[:len(data)/2]), remote.Cut},
		"wrong checksum": {answers(map[string]string{"ETag": e.Version, "Content-Length": length, "x-amz-checksum-sha256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, data), remote.Digest},
		"wrong digest":   {answers(map[string]string{"ETag": e.Version, "Content-Length": length, "x-amz-meta-sha256": digest(nil)}, data), remote.Digest},
		"metadata":       {to(307, "http://169.254.169.254/latest/meta-data/"), remote.Redirected},
		"elsewhere":      {to(307, elsewhere.URL), remote.Redirected},
		"moved":          {to(301, elsewhere.URL), remote.Redirected},
		"not there":      {on("GET", func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(404) }), remote.Changed},
		"slow down": {func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(503)
			_, _ = io.WriteString(w, "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>")
		}, remote.SlowDown},
		"forbidden": {func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(403) }, remote.NoAccess},
		"says nothing": {func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			select {
			case <-r.Context().Done():
			case <-time.After(10 * time.Second):
			}
		}, remote.Stalled},
		"changes while it is read": {on("HEAD", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			store(t, s, "in/a.csv", []byte("another"))
			next.ServeHTTP(w, r)
		}), remote.Changed},
	} {
		t.Run(name, func(t *testing.T) {
			store(t, s, "in/a.csv", data)
			o := bucket(s)
			o.Silence = 500 * time.Millisecond
			p := open(t, o)
			e := list(t, p).Entries[0]
			s.Fault(c.fault)
			defer s.Fault(nil)
			_, err := p.Fetch(t.Context(), e, io.Discard)
			wantReason(t, err, c.want)
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Error("the secret is told")
			}
		})
	}
	// Asked to slow down once, we do.
	asked := 0
	s.Fault(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if asked++; asked == 1 {
			w.WriteHeader(503)
			return
		}
		next.ServeHTTP(w, r)
	})
	if _, err := p.List(t.Context()); err != nil || asked < 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	s.Fault(nil)
	for endpoint, want := range map[string]remote.Reason{"http://169.254.169.254": remote.Forbidden, "http://[fe80::1]": remote.Forbidden, "http://127.0.0.1:1": remote.Unreachable} {
		o := bucket(s)
		o.S3.Endpoint, o.Silence = endpoint, time.Second
		_, err := open(t, o).List(t.Context())
		if remote.ReasonOf(err) != want {
			t.Errorf("%s: %v, want %s", endpoint, err, want)
		}
	}
	o := bucket(s)
	o.S3.Bucket = "missing"
	_, err := open(t, o).List(t.Context())
	wantReason(t, err, remote.NoFolder)
}

func TestS3Ends(t *testing.T) {
	s := remotetest.StartS3(t)
	p := open(t, bucket(s))
	step := func(after remote.After, want remote.Reason, left string, between func()) {
		t.Helper()
		e := list(t, p).Entries[0]
		if between != nil {
			between()
		}
		wantReason(t, p.End(t.Context(), e, after, "a-r7.csv"), want)
		s.Fault(nil)
		if got := stored(t, s); got != left {
			t.Errorf("stored is %q, want %q", got, left)
		}
	}
	store(t, s, "in/a b.csv", []byte("1"))
	store(t, s, "in/a b.csv.sha256", []byte("x"))
	step(remote.Leave, "", "in/a b.csv=1 in/a b.csv.sha256=x", nil)
	step(remote.Move, "", "in/processed/a b.csv=1 in/processed/a b.csv.sha256=x", nil)
	store(t, s, "in/a b.csv", []byte("2"))
	step(remote.Move, "", "in/processed/a b.csv=1 in/processed/a b.csv.sha256=x in/processed/a-r7.csv=2", nil)
	for _, key := range []string{"in/processed/a b.csv", "in/processed/a b.csv.sha256", "in/processed/a-r7.csv"} {
		_, err := s.Backend.DeleteObject(remotetest.Bucket, key)
		must(t, err)
	}
	for _, after := range []remote.After{remote.Move, remote.Delete} {
		store(t, s, "in/a.csv", []byte("3"))
		step(after, remote.Changed, "in/a.csv=44", func() { store(t, s, "in/a.csv", []byte("44")) })
	}
	// A copy that did not come about removes nothing.
	step(remote.Move, remote.Unverified, "in/a.csv=44", func() {
		s.Fault(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == "PUT" {
				_, _ = io.WriteString(w, `<CopyObjectResult><ETag>"0"</ETag></CopyObjectResult>`)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	step(remote.Delete, "", "", nil)
	must(t, p.End(t.Context(), remote.Entry{Name: "gone.csv", Version: "x"}, remote.Delete, "g"))
	must(t, p.End(t.Context(), remote.Entry{Name: "gone.csv", Version: "x"}, remote.Move, "g"))
}

// TestS3Versions: in a bucket with versions what is removed is only hidden, and
// an object behind a delete marker is not there.
func TestS3Versions(t *testing.T) {
	s := remotetest.StartS3(t)
	must(t, s.Backend.SetVersioningConfiguration(remotetest.Bucket, gofakes3.VersioningConfiguration{Status: gofakes3.VersioningEnabled}))
	store(t, s, "in/a.csv", []byte("first"))
	p := open(t, bucket(s))
	first := list(t, p).Entries[0]
	store(t, s, "in/a.csv", []byte("second"))
	_, err := p.Fetch(t.Context(), first, io.Discard)
	wantReason(t, err, remote.Changed)
	wantReason(t, p.End(t.Context(), first, remote.Delete, "a-r1.csv"), remote.Changed)
	second := list(t, p).Entries[0]
	if sum, err := p.Fetch(t.Context(), second, io.Discard); err != nil || sum != digest([]byte("second")) {
		t.Errorf("%s %v", sum, err)
	}
	must(t, p.End(t.Context(), second, remote.Delete, "a-r1.csv"))
	if l := list(t, p); len(l.Entries) != 0 {
		t.Errorf("listed %v", l.Entries)
	}
	_, err = p.Fetch(t.Context(), second, io.Discard)
	wantReason(t, err, remote.Changed)
	versions, err := s.Backend.ListBucketVersions(remotetest.Bucket, &gofakes3.Prefix{}, &gofakes3.ListBucketVersionsPage{MaxKeys: 100})
	if err != nil || len(versions.Versions) != 3 { // and the marker
		t.Errorf("%d versions, %v", len(versions.Versions), err)
	}
}

func TestS3Puts(t *testing.T) {
	s := remotetest.StartS3(t)
	p := open(t, bucket(s))
	put := func(at, data string) error {
		t.Helper()
		return p.Put(t.Context(), "", at, strings.NewReader(data), int64(len(data)), digest([]byte(data)))
	}
	var said http.Header
	s.Fault(on("PUT", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		said = r.Header.Clone()
		next.ServeHTTP(w, r)
	}))
	must(t, put("returned/63/a.txt", "one"))
	if said.Get("X-Amz-Checksum-Sha256") == "" || said.Get("Content-Length") != "3" && said.Get("X-Amz-Decoded-Content-Length") != "3" && said.Get("Content-Length") != "" {
		t.Errorf("put with %v", said)
	}
	s.Fault(nil)
	must(t, put("returned/63/a.txt", "one"))
	must(t, put("b.txt", "two"))
	must(t, put("b.txt", "three"))
	if got, want := stored(t, s), "in/b.txt=three in/returned/63/a.txt=one"; got != want {
		t.Errorf("stored is %q, want %q", got, want)
	}
	wantReason(t, put("../x", "x"), remote.BadName)
	head := func(change func(http.Header)) fault {
		return on("HEAD", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			change(w.Header())
			w.WriteHeader(rec.Code)
		})
	}
	for name, change := range map[string]func(http.Header){
		"length": func(h http.Header) { h.Set("Content-Length", "2") }, "etag": func(h http.Header) { h.Set("ETag", `"0"`) },
		"checksum": func(h http.Header) { h.Set("x-amz-checksum-sha256", "AAAA") }, "digest": func(h http.Header) { h.Set("x-amz-meta-sha256", "00") },
	} {
		s.Fault(head(change))
		if err := put("c.txt", "four"); remote.ReasonOf(err) != remote.Unverified {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.Fault(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(503) })
	wantReason(t, put("d.txt", "five"), remote.SlowDown)
	s.Fault(nil)
	must(t, put("d.txt", "five"))
}
