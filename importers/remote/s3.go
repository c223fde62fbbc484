package remote

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"osmsd/importers/intake"
)

// bucket is what lies in a bucket under a prefix. A "folder" of it is a prefix
// that ends in a slash; what lies in deeper ones is not listed.
type bucket struct {
	c            *s3.Client
	l            *line
	transport    *http.Transport
	name, prefix string
}

// keys are the two halves of a bucket's key; the secret one is read when it is
// needed.
type keys struct {
	access string
	secret func() (string, error)
}

func (k keys) Retrieve(context.Context) (aws.Credentials, error) {
	secret, err := k.secret()
	if err != nil {
		return aws.Credentials{}, &Fault{NoAccess, err}
	}
	return aws.Credentials{AccessKeyID: k.access, SecretAccessKey: secret, Source: "configuration"}, nil
}

func openS3(l *line, o Options) (wire, error) {
	transport := &http.Transport{DialContext: l.dial, TLSHandshakeTimeout: l.silence, ResponseHeaderTimeout: l.silence,
		IdleConnTimeout: l.silence / 2, MaxResponseHeaderBytes: 1 << 20, MaxIdleConns: 4, DisableCompression: true}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect }}
	c := s3.New(s3.Options{BaseEndpoint: aws.String(o.S3.Endpoint), Region: o.S3.Region, UsePathStyle: true, HTTPClient: client,
		Credentials:                keys{o.S3.AccessKey, o.S3.SecretKey},
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired, ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		Retryer: patient(o.Pause)})
	return &bucket{c, l, transport, o.S3.Bucket, o.S3.Prefix}, nil
}

// patient tries four times when it is asked to slow down or nothing answers, but
// never where the answer is to go elsewhere.
func patient(pause time.Duration) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = 4, pause
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			if errors.Is(err, errRedirect) || errors.Is(err, errLinkLocal) || errors.Is(err, errListing) || ReasonOf(err) == NoAccess {
				return aws.FalseTernary
			}
			return aws.UnknownTernary
		})}, o.Retryables...)
	})
}

func (b *bucket) close() error {
	b.transport.CloseIdleConnections()
	return nil
}

func (b *bucket) key(name string) *string { return aws.String(b.prefix + name) }

func (b *bucket) list(ctx context.Context, most int) (out []Entry, err error) {
	b.l.mend()
	in := &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &b.prefix, Delimiter: aws.String("/")}
	for {
		page, err := b.c.ListObjectsV2(ctx, in)
		if err != nil {
			return nil, named(err)
		}
		for _, o := range page.Contents {
			name, ok := strings.CutPrefix(aws.ToString(o.Key), b.prefix)
			if !ok || name == "" {
				continue // not asked for; or the folder itself
			}
			out = append(out, Entry{name, aws.ToInt64(o.Size), moment(o.LastModified), aws.ToString(o.ETag)})
		}
		if len(out) > most {
			return nil, &Fault{TooMany, fmt.Errorf("more than %d keys", most)}
		}
		next := aws.ToString(page.NextContinuationToken)
		if !aws.ToBool(page.IsTruncated) || next == "" || next == aws.ToString(in.ContinuationToken) {
			return out, nil
		}
		in.ContinuationToken = &next
	}
}

func moment(t *time.Time) time.Time { return aws.ToTime(t).UTC().Truncate(time.Second) }

func (b *bucket) look(ctx context.Context, name string) (Entry, error) {
	head, err := b.head(ctx, name)
	if err != nil {
		return Entry{}, err
	}
	return Entry{name, aws.ToInt64(head.ContentLength), moment(head.LastModified), aws.ToString(head.ETag)}, nil
}

func (b *bucket) head(ctx context.Context, name string) (*s3.HeadObjectOutput, error) {
	b.l.mend()
	head, err := b.c.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: b.key(name), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		return nil, named(err)
	}
	if head.ContentLength == nil {
		return nil, &Fault{Cut, errors.New("the length is not stated")}
	}
	return head, nil
}

// read asks for the very version that was listed. Where the server keeps a
// checksum of it the bytes are compared with it as they come.
func (b *bucket) read(ctx context.Context, e Entry) (io.ReadCloser, string, error) {
	b.l.mend()
	in := &s3.GetObjectInput{Bucket: &b.name, Key: b.key(e.Name), ChecksumMode: types.ChecksumModeEnabled}
	if e.Version != "" {
		in.IfMatch = &e.Version
	}
	o, err := b.c.GetObject(ctx, in)
	if err != nil {
		return nil, "", named(err)
	}
	switch {
	case aws.ToString(o.ETag) != e.Version:
		err = changed
	case o.ContentLength == nil || *o.ContentLength != e.Size:
		err = &Fault{Cut, fmt.Errorf("the server announces %d bytes of %d", aws.ToInt64(o.ContentLength), e.Size)}
	}
	if err != nil {
		_ = o.Body.Close()
		return nil, "", err
	}
	return o.Body, intake.StatedDigest(o.Metadata["sha256"]), nil
}

// move copies inside the bucket, looks at the copy, and removes.
func (b *bucket) move(ctx context.Context, e Entry, name, other string) error {
	to := Processed + "/" + name
	if there, err := b.look(ctx, to); err == nil && there.Version != e.Version {
		to = Processed + "/" + other
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if there, err := b.look(ctx, e.Name); err != nil || !there.Same(e) {
		return goneOrOther(err)
	}
	source := (&url.URL{Path: b.name + "/" + *b.key(e.Name)}).EscapedPath()
	_, err := b.c.CopyObject(ctx, &s3.CopyObjectInput{Bucket: &b.name, Key: b.key(to), CopySource: &source, CopySourceIfMatch: &e.Version})
	if err != nil {
		return goneOrOther(named(err))
	}
	if copied, err := b.look(ctx, to); err != nil || copied.Size != e.Size {
		return &Fault{Unverified, errors.Join(err, errors.New("the copy is not found as it was made"))}
	}
	return b.remove(ctx, e, "")
}

// remove removes the version that was taken. In a bucket with versions nothing
// is lost by it.
func (b *bucket) remove(ctx context.Context, e Entry, _ string) error {
	if there, err := b.look(ctx, e.Name); err != nil || !there.Same(e) {
		return goneOrOther(err)
	}
	b.l.mend()
	_, err := b.c.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: b.key(e.Name), IfMatch: &e.Version})
	return unlessGone(named(err))
}

// goneOrOther says what it means that a version is not there: it is gone, which is
// what was wanted, or another one.
func goneOrOther(err error) error {
	if err == nil {
		return changed
	}
	return unlessGone(err)
}

// unlessGone forgives a file that is gone already.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// put states length and digest beforehand, so that a server that keeps to the
// protocol refuses other bytes, and asks for both afterwards.
func (b *bucket) put(ctx context.Context, at string, f io.ReadSeeker, size int64, sum [sha256.Size]byte) error {
	b.l.mend()
	digest, stated := hex.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(sum[:])
	done, err := b.c.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: b.key(at), Body: f, ContentLength: &size, ChecksumSHA256: &stated,
		Metadata: map[string]string{"sha256": digest}})
	if err != nil {
		return named(err)
	}
	head, err := b.head(ctx, at)
	if err != nil {
		return &Fault{Unverified, err}
	}
	switch {
	case *head.ContentLength != size:
		return &Fault{Unverified, fmt.Errorf("%d bytes are there of %d", *head.ContentLength, size)}
	case aws.ToString(head.ETag) != aws.ToString(done.ETag):
		return &Fault{Unverified, errors.New("another version is there")}
	case head.ChecksumSHA256 != nil && *head.ChecksumSHA256 != stated, head.Metadata["sha256"] != "" && head.Metadata["sha256"] != digest:
		return &Fault{Unverified, errors.New("another digest is there")}
	}
	return nil
}

// named gives an answer of the server its reason.
func named(err error) error {
	if err == nil {
		return nil
	}
	var answer smithy.APIError
	code := ""
	if errors.As(err, &answer) {
		code = answer.ErrorCode()
	}
	status := 0
	if r, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		status = r.HTTPStatusCode()
	}
	switch {
	case ReasonOf(err) != "" || errors.Is(err, errRedirect) || errors.Is(err, errLinkLocal):
		return err
	case code == "NoSuchBucket":
		return &Fault{NoFolder, err}
	case code == "NoSuchKey", status == http.StatusNotFound:
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	case status == http.StatusPreconditionFailed, status == http.StatusConflict:
		return &Fault{Changed, err}
	case status == http.StatusServiceUnavailable, status == http.StatusTooManyRequests, code == "SlowDown":
		return &Fault{SlowDown, err}
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return &Fault{NoAccess, err}
	case status >= 300 && status < 400:
		return &Fault{Redirected, err}
	}
	return err
}
