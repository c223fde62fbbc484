package remotetest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// Bucket is the name of the bucket of the stores here.
const Bucket = "osms"

// S3 is a store with one bucket.
type S3 struct {
	Endpoint string
	Backend  *s3mem.Backend

	mu    sync.Mutex
	fault func(w http.ResponseWriter, r *http.Request, next http.Handler)
}

// StartS3 starts a store that ends with the test.
func StartS3(t testing.TB) *S3 {
	t.Helper()
	s := &S3{Backend: s3mem.New()}
	if err := s.Backend.CreateBucket(Bucket); err != nil {
		t.Fatal(err)
	}
	store := gofakes3.New(s.Backend).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		fault := s.fault
		s.mu.Unlock()
		if fault != nil {
			fault(w, r, store)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	s.Endpoint = server.URL
	return s
}

// Fault puts something before the store; nil takes it away.
func (s *S3) Fault(f func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}
