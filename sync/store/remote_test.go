package store

import (
	"testing"
	"unicode/utf8"

	"osmsd/sync/osms"
)

func TestRemoteFiles(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		lease, err := s.TakeLease(ctx, "remote", "test", minute(0), minute(2))
		must(t, err)
		a := &RemoteFile{Source: "east", Path: "a.csv", Size: 5, Modified: minute(-5), State: RemoteSeen, Folder: "63", Seen: minute(0)}
		b := &RemoteFile{Source: "east", Path: "b\xff.csv", Size: 6, Version: `"etag"`, State: RemoteSeen, Seen: minute(0)}
		other := &RemoteFile{Source: "west", Path: "a.csv", State: RemoteSeen}
		must(t, s.PutRemoteFiles(ctx, lease, a, b, other))
		if a.ID == 0 || b.ID == a.ID {
			t.Fatalf("numbers %d and %d", a.ID, b.ID)
		}
		// One name is seen as one version only.
		if err := s.PutRemoteFiles(ctx, lease, &RemoteFile{Source: "east", Path: "a.csv", State: RemoteSeen}); err == nil {
			t.Error("one name was seen as two versions")
		}
		a.State, a.Name, a.Digest, a.Fetched, a.Tries, a.Fault = RemoteFetched, "a-r1.csv", "d", minute(1), 2, "cut"
		must(t, s.PutRemoteFiles(ctx, lease, a))
		got, err := s.RemoteFiles(ctx, "east")
		must(t, err)
		if len(got) != 2 || got[0] != *a || got[1] != *b {
			t.Fatalf("got %+v", got)
		}
		// A new version of a fetched file may be seen beside it.
		again := &RemoteFile{Source: "east", Path: "a.csv", Size: 9, State: RemoteSeen}
		must(t, s.PutRemoteFiles(ctx, lease, again))
		if n, err := s.RemoteCounts(ctx, "east"); err != nil || n != 1 {
			t.Errorf("%d fetched, %v", n, err)
		}
		// What was fetched is never forgotten.
		must(t, s.ForgetRemoteFiles(ctx, lease, []int64{a.ID, again.ID}))
		// What ended is known only when it may be listed again.
		a.State, b.State, b.Stays = RemoteEnded, RemoteEnded, true
		must(t, s.PutRemoteFiles(ctx, lease, a, b))
		if got, err = s.RemoteFiles(ctx, "east"); err != nil || len(got) != 1 || got[0].ID != b.ID {
			t.Errorf("got %+v, %v", got, err)
		}
		// Who lost the lease writes nothing.
		_, err = s.TakeLease(ctx, "remote", "another", minute(3), minute(5))
		must(t, err)
		wantErr(t, s.PutRemoteFiles(ctx, lease, a), ErrFenced)
		wantErr(t, s.PutRemoteVisit(ctx, lease, "east", RemoteVisit{}), ErrFenced)
		wantErr(t, s.PutDelivered(ctx, lease, "east", "f", Delivered{}, minute(1)), ErrFenced)
	})
}

func TestRemoteVisitsAndDeliveries(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		none, err := s.RemoteVisit(ctx, "east")
		must(t, err)
		if none != (RemoteVisit{}) {
			t.Errorf("got %+v", none)
		}
		v := RemoteVisit{Visited: minute(3), Succeeded: minute(2), Listed: minute(1), Waiting: 4, Fault: "stalled"}
		must(t, s.PutRemoteVisit(ctx, Lease{}, "east", RemoteVisit{Visited: minute(1)}))
		must(t, s.PutRemoteVisit(ctx, Lease{}, "east", v))
		if got, err := s.RemoteVisit(ctx, "east"); err != nil || got != v {
			t.Errorf("got %+v, %v", got, err)
		}
		d := Delivered{Name: "a.pdf", Size: 1, Modified: 1<<60 + 1, Digest: "x"}
		must(t, s.PutDelivered(ctx, Lease{}, "east", "letters/63", d, minute(1)))
		d.Digest = "y"
		must(t, s.PutDelivered(ctx, Lease{}, "east", "letters/63", d, minute(2)))
		must(t, s.PutDelivered(ctx, Lease{}, "east", "letters/64", d, minute(2)))
		got, err := s.Delivered(ctx, "east", "letters/63")
		if err != nil || len(got) != 1 || got["a.pdf"] != d {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestRemotePaths(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range []string{"a.csv", "b\xff", "\ufffd62ff", "\ufffd", "ә", "", "\ufffdzz"} {
		key := pathKey(name)
		if pathOf(key) != name || seen[key] || !utf8.ValidString(key) {
			t.Errorf("%q is kept as %q, read as %q", name, key, pathOf(key))
		}
		seen[key] = true
	}
}

// TestRunsAside: a run aside and the runs of the registry do not take each other
// for cut off.
func TestRunsAside(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		aside, err := s.BeginRun(ctx, osms.Run{Job: osms.JobRemote, Started: minute(0)})
		must(t, err)
		if n, err := s.InterruptRuns(ctx, osms.JobIntake, minute(1), "cut"); n != 0 || err != nil {
			t.Errorf("%d runs aside were cut off, %v", n, err)
		}
		if n, err := s.CutOff(ctx, osms.JobIntake); n != 0 || err != nil {
			t.Errorf("%d runs are taken for cut off, %v", n, err)
		}
		_, err = s.BeginRun(ctx, osms.Run{Job: osms.JobIntake, Started: minute(1)})
		must(t, err)
		if n, err := s.InterruptRuns(ctx, osms.JobRemote, minute(2), "cut"); n != 1 || err != nil {
			t.Errorf("%d runs were cut off, %v", n, err)
		}
		runs, err := s.Runs(ctx, 0)
		must(t, err)
		if runs[0].ID != aside.ID || runs[0].State != osms.Interrupted || runs[1].State != osms.Running {
			t.Errorf("got %+v", runs)
		}
	})
}
