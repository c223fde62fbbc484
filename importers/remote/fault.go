package remote

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
)

// Reason says in a word why something could not be done with a server.
type Reason string

// Reasons that concern the server: the visit ends.
const (
	Unreachable Reason = "unreachable" // nothing answers at the address
	WrongKey    Reason = "host_key"    // it shows another host key than the pinned one
	NoAccess    Reason = "no_access"   // it does not accept our credentials, or we cannot read them
	Stalled     Reason = "stalled"     // it said nothing for too long
	Dropped     Reason = "dropped"     // the connection broke
	Forbidden   Reason = "address"     // its address is link-local
	Redirected  Reason = "redirected"  // it sends us elsewhere
	SlowDown    Reason = "slow_down"   // it asks to be asked less, after several tries
	TooMany     Reason = "too_many"    // the folder holds more names than are read
	NoFolder    Reason = "no_folder"   // the folder or bucket is not there
)

// Reasons that concern one file: the others go on.
const (
	Changed    Reason = "changed"      // it is not the version that was listed
	Cut        Reason = "cut"          // fewer or more bytes came than it has
	Digest     Reason = "digest"       // the bytes do not have the digest that is stated
	TooLarge   Reason = "too_large"    // larger than the limit
	BadName    Reason = "name"         // its name is no name of a file
	Unmoved    Reason = "rename"       // the server refuses to rename it
	Taken      Reason = "taken"        // another file has its name
	Unverified Reason = "not_verified" // it was put there, and is not found as it was put
	Refused    Reason = "refused"      // the server refuses, for a reason of its own
)

// Reasons lists every reason, those of a server first.
var Reasons = []Reason{Unreachable, WrongKey, NoAccess, Stalled, Dropped, Forbidden, Redirected, SlowDown, TooMany, NoFolder,
	Changed, Cut, Digest, TooLarge, BadName, Unmoved, Taken, Unverified, Refused}

// EndsVisit reports that nothing more can be had from the server now.
func (r Reason) EndsVisit() bool {
	switch r {
	case Unreachable, WrongKey, NoAccess, Stalled, Dropped, Forbidden, Redirected, SlowDown, TooMany, NoFolder:
		return true
	}
	return false
}

// Fault is something that could not be done with a server. Err may repeat what
// the server said: it is for the log, through intake.Shown.
type Fault struct {
	Reason Reason
	Err    error
}

func (f *Fault) Error() string {
	if f.Err == nil {
		return string(f.Reason)
	}
	return string(f.Reason) + ": " + f.Err.Error()
}

func (f *Fault) Unwrap() error { return f.Err }

// ReasonOf is the reason of a fault; "" when the error is none.
func ReasonOf(err error) Reason {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Reason
	}
	return ""
}

// Errors of a connection, as the dialer and the connection give them.
var (
	errUnreached = errors.New("nothing answers")
	errLinkLocal = errors.New("the address is link-local")
	errRedirect  = errors.New("the server sends us elsewhere")
	errListing   = errors.New("the listing is larger than is read")
)

// fault names what went wrong: by what the connection remembers of itself, then
// by the error; otherwise is the reason where neither knows.
func (l *line) fault(err error, otherwise Reason) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	if otherwise == Cut && errors.Is(err, io.ErrUnexpectedEOF) {
		return &Fault{Cut, err}
	}
	if broke := l.broke(); broke != nil {
		err = errors.Join(broke, err)
	}
	why := otherwise
	switch timeout := net.Error(nil); {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errLinkLocal):
		why = Forbidden
	case errors.Is(err, errRedirect):
		why = Redirected
	case errors.Is(err, errListing):
		why = TooMany
	case errors.Is(err, errUnreached):
		why = Unreachable
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		why = Stalled
	case l.broke() != nil:
		why = Dropped
	}
	return &Fault{why, err}
}
